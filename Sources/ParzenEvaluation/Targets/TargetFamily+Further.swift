import ParzenCore
import ParzenDistributions

extension TargetFamily {
  /// Products of one standard law.
  static let fixedProducts: [TargetFamily] = [
    product("normal", "N(0, I)", .normal),
    product("laplace", "product of standard Laplace laws", .laplace),
    product("student3", "product of t laws with 3 degrees of freedom", .studentT(degrees: 3)),
    product("uniform", "the box [-1, 1]^d (its score is zero: see the absolute error)", .uniform),
    product("beta", "product of beta laws with a = 2.5, b = 4", .beta(a: 2.5, b: 4)),
  ]

  /// Products of laws with bounds, one side or heavy tails.
  static let commonLaws: [TargetFamily] = [
    product("exponential", "product of standard exponential laws", .exponential),
    product("half-normal", "product of the laws of |x|, x normal", .halfNormal),
    product("arcsine", "product of beta laws with a = b = 0.5", .beta(a: 0.5, b: 0.5)),
    product("gamma2", "product of gamma laws of shape 2", .gamma(shape: 2)),
    product("lognormal", "product of the laws of exp(x), x normal", .logNormal),
    product("weibull", "product of Weibull laws of shape 1.5", .weibull(shape: 1.5)),
    product("logistic", "product of standard logistic laws", .logistic),
    product("student2", "product of t laws with 2 degrees of freedom", .studentT(degrees: 2)),
    product("cauchy", "product of Cauchy laws", .cauchy),
    product("pareto", "product of Pareto laws of shape 1.5", .pareto(shape: 1.5)),
  ]

  /// Random mixtures of other components than Gaussians, and curved shapes.
  static let furtherShapes: [TargetFamily] = {
    let frames = GaussianMixturePrior()
    let few = GaussianMixturePrior(components: 1...3)
    return [
      TargetFamily(name: "laplace-mixture", summary: "gmm with Laplace components") {
        frames.drawFrame(dimension: $0, using: &$1).mixture { location, deviations in
          ProductDistribution(location: location, deviations: deviations) { _ in .laplace }
        }
      },
      TargetFamily(name: "student-mixture", summary: "gmm with elliptical t components, 3 degrees of freedom")
      {
        frames.drawFrame(dimension: $0, using: &$1).mixture { location, deviations in
          byConstruction {
            try MultivariateStudentT(
              degrees: 3, location: location, scales: deviations.map { $0 / 3.0.squareRoot() })
          }
        }
      },
      TargetFamily(
        name: "skewed",
        summary: "1 to 3 components of sinh-arcsinh laws, skew in [-0.8, 0.8], tail in [0.7, 1.3]"
      ) { dimension, generator in
        few.drawFrame(dimension: dimension, using: &generator).mixture { location, deviations in
          ProductDistribution(location: location, deviations: deviations) { _ in
            .sinhArcsinh(skew: generator.nextUniform(-0.8, 0.8), tail: generator.nextUniform(0.7, 1.3))
          }
        }
      },
      TargetFamily(
        name: "banana", summary: "a Gaussian bent along y = 0.5 (x^2 - 1)", dimensions: 2...1000
      ) { dimension, _ in
        byConstruction { try Banana(dimension: dimension, spread: 1, curvature: 0.5) }
      },
      TargetFamily(
        name: "ring", summary: "a shell of radius 2 and thickness 0.3", dimensions: 2...1000
      ) { dimension, _ in
        byConstruction { try Ring(dimension: dimension, radius: 2, thickness: 0.3) }
      },
      TargetFamily(
        name: "warp", summary: "gmm with 1 to 3 components after a random smooth map", dimensions: 2...1000
      ) { dimension, generator in
        let mixture = few.draw(dimension: dimension, using: &generator)
        let strength = generator.nextUniform(0.2, 0.8)
        return byConstruction {
          try SmoothWarp(mixture, by: Coupling(dimension: dimension, strength: strength, using: &generator))
        }
      },
    ]
  }()

  private static func product(_ name: String, _ summary: String, _ law: UnivariateLaw) -> TargetFamily {
    TargetFamily(name: name, summary: summary) { dimension, _ in
      byConstruction { try ProductDistribution(repeating: UnivariateDistribution(law), dimension: dimension) }
    }
  }
}
