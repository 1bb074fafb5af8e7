import ArgumentParser
import Parzen

/// The equation that particles follow, by name.
enum EquationName: String, CaseIterable, ExpressibleByArgument {
  case ornsteinUhlenbeck = "ornstein-uhlenbeck"
  case fokkerPlanck = "fokker-planck"
  case landau
}

/// A potential of the Fokker-Planck equation, by name.
enum PotentialName: String, CaseIterable, ExpressibleByArgument {
  case harmonic
  case doubleWell = "double-well"
}

/// The equation that particles follow, and its constants.
struct EquationOptions: ParsableArguments {
  @Option(
    help: """
      The equation: dx/dt = -rate x - D s (ornstein-uhlenbeck), -grad V - D s (fokker-planck) with the score \
      s, or the homogeneous Landau equation for velocities (landau).
      """)
  var equation: EquationName?

  @Option(
    help: ArgumentHelp("Ornstein-Uhlenbeck: the rate of the linear force. (default: 1)", valueName: "k"))
  var rate: Double?

  @Option(
    help: ArgumentHelp("Ornstein-Uhlenbeck and Fokker-Planck: the diffusion D. (default: 1)", valueName: "D"))
  var diffusion: Double?

  @Option(
    help: """
      Fokker-Planck: V = sum of k x_i^2 / 2 (harmonic), or with h ((x_1 / w)^2 - 1)^2 along the first axis \
      (double-well). (default: harmonic)
      """)
  var potential: PotentialName?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Fokker-Planck: the stiffness k, one or for a harmonic potential also one for each axis. (default: 1)",
      valueName: "k"))
  var stiffness: [Double] = []

  @Option(help: ArgumentHelp("Double well: the height h of the barrier. (default: 2)", valueName: "h"))
  var barrier: Double?

  @Option(
    help: ArgumentHelp("Double well: the distance w of the wells from 0. (default: 1.5)", valueName: "w"))
  var wells: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Landau: the power of the relative speed, from -3 (Coulomb) over 0 (Maxwell molecules) to 1. (default: 0)
      """,
      valueName: "g"))
  var gamma: Double?

  @Option(help: ArgumentHelp("Landau: the factor C of the interaction. (default: 1 / (8 d))", valueName: "C"))
  var strength: Double?

  func validate() throws {
    guard let equation else { return }
    let (fokkerPlanck, landau) = (equation == .fokkerPlanck, equation == .landau)
    let rules: [(name: String, isGiven: Bool, isFitting: Bool, place: String)] = [
      ("rate", rate != nil, equation == .ornsteinUhlenbeck, "the equation ornstein-uhlenbeck"),
      ("diffusion", diffusion != nil, !landau, "the equations ornstein-uhlenbeck and fokker-planck"),
      ("potential", potential != nil, fokkerPlanck, "the equation fokker-planck"),
      ("stiffness", !stiffness.isEmpty, fokkerPlanck, "the equation fokker-planck"),
      ("barrier", barrier != nil, fokkerPlanck && potential == .doubleWell, "the potential double-well"),
      ("wells", wells != nil, fokkerPlanck && potential == .doubleWell, "the potential double-well"),
      ("gamma", gamma != nil, landau, "the equation landau"),
      ("strength", strength != nil, landau, "the equation landau"),
    ]
    if let rule = rules.first(where: { $0.isGiven && !$0.isFitting }) {
      throw ValidationError("--\(rule.name) is for \(rule.place): leave it out")
    }
    if potential == .doubleWell, stiffness.count > 1 {
      throw ValidationError("a double well has one --stiffness, for all axes but the first")
    }
    do { _ = try made() } catch { throw ValidationError("\(error)") }
  }
}

extension EquationOptions {
  /// The equation and what a report says about it.
  func made() throws(ParzenError) -> (equation: any ParticleEquation, details: String) {
    switch equation {
    case nil:
      throw .invalidOption(
        "give an --equation: \(EquationName.allCases.map(\.rawValue).joined(separator: ", "))")
    case .ornsteinUhlenbeck:
      let (rate, diffusion) = (rate ?? 1, diffusion ?? 1)
      return (
        try FokkerPlanckEquation.ornsteinUhlenbeck(rate: rate, diffusion: diffusion),
        "Ornstein-Uhlenbeck, rate \(short(rate)), diffusion \(short(diffusion))"
      )
    case .fokkerPlanck:
      let diffusion = diffusion ?? 1
      let stiffness = stiffness.isEmpty ? [1] : stiffness
      let stiffnesses = stiffness.map(short).joined(separator: ", ")
      guard potential == .doubleWell else {
        let equation = try FokkerPlanckEquation(
          potential: .harmonic(stiffness: stiffness), diffusion: diffusion)
        return (
          equation,
          "Fokker-Planck, harmonic potential of stiffness \(stiffnesses), diffusion \(short(diffusion))"
        )
      }
      let (barrier, wells) = (barrier ?? 2, wells ?? 1.5)
      return (
        try FokkerPlanckEquation(
          potential: .doubleWell(barrier: barrier, wells: wells, stiffness: stiffness[0]),
          diffusion: diffusion),
        "Fokker-Planck, wells at -\(short(wells)) and \(short(wells)), barrier \(short(barrier)), stiffness"
          + " \(stiffnesses), diffusion \(short(diffusion))"
      )
    case .landau:
      let gamma = gamma ?? 0
      let kind = gamma == 0 ? " (Maxwell molecules)" : gamma == -3 ? " (Coulomb)" : ""
      return (
        try LandauEquation(exponent: gamma, strength: strength),
        "Landau, gamma \(short(gamma))\(kind), strength \(strength.map(short) ?? "1 / (8 d)")"
      )
    }
  }
}
