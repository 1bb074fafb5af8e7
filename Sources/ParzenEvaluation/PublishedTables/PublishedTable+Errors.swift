import ParzenCore
import ParzenPlatform

/// Tables 2 to 5: errors of estimates.
extension PublishedTable {
  /// What the paper's table 2 has: the relative score MSE, in %, of its model and of the kernel density
  /// estimate, which ran out of memory at last, on random mixtures much like `gmm-sharp`.
  package static let largeSamples: [(dimension: Int, power: Int, model: Double, kernel: Double?)] = [
    (2, 8, 14.67, 43.8), (2, 14, 6.80, 17.2), (2, 17, 5.41, nil),
    (10, 8, 7.49, 65.6), (10, 14, 2.83, 52.9), (10, 17, 2.74, nil),
  ]

  /// Relative score error of `gmm-sharp`, d = 2 and 10, n up to 2^17.
  static func largeSamples(_ plan: Plan) throws(ParzenError) -> PublishedTable {
    var rows = [
      [
        "d", "n", "mixture", "cross-attention", "kde", "mixture/kde", "cross-attention/kde", "paper",
        "paper kde",
        "paper ratio",
      ]
    ]
    for row in largeSamples {
      // Attention among the samples is quadratic: at 2^17 one estimate would take many minutes.
      let names =
        row.power < 17 ? ["mixture", "cross-attention", "kde-diagonal"] : ["mixture", "kde-diagonal"]
      let cells = try plan.cells(
        "gmm-sharp", dimension: row.dimension, size: 1 << row.power, plan.methods(names))
      func text(_ name: String, _ figure: EvaluationTable.Figure) -> String {
        cells.first { $0.method == name }.flatMap { figure.measurement($0) }.text
      }
      let ratio = row.kernel.map { formatted("%.3f", row.model / $0) }
      var texts = ["\(row.dimension)", "2^\(row.power)"]
      texts += ["mixture", "cross-attention", "kde-diagonal"].map { text($0, .relativeScoreError) }
      texts += ["mixture", "cross-attention"].map { text($0, .ratioToKernelDensity) }
      let kernel = row.kernel.map { "\($0)" } ?? "out of memory"
      rows.append(texts + [formatted("%.2f", row.model), kernel, ratio ?? "-"])
    }
    return PublishedTable(
      number: 2, title: "Random sharp Gaussian mixtures: relative score MSE, %", rows: rows)
  }

  /// Score error at the samples of a two-dimensional product of Laplace laws.
  static func laplace(_ plan: Plan) throws(ParzenError) -> PublishedTable {
    try fixedTarget(
      3, "laplace", "Laplace, d = 2: score MSE at the samples",
      published: [
        (512, "0.3598", "0.3810", nil), (1024, "0.2992", "0.3305", nil), (2048, "0.2756", "0.2990", nil),
        (4096, "0.2597", "0.2650", nil),
      ], plan)
  }

  /// The same of Student's t with three degrees of freedom, with test-time training.
  static func studentT(_ plan: Plan) throws(ParzenError) -> PublishedTable {
    try fixedTarget(
      4, "student3", "Student's t, 3 degrees of freedom, d = 2: score MSE at the samples",
      published: [(128, "-", "0.1515", "0.1450"), (256, "0.1119", "0.1206", "0.0908")], plan)
  }

  private static func fixedTarget(
    _ number: Int, _ target: String, _ title: String,
    published: [(size: Int, model: String, kernel: String, adapted: String?)], _ plan: Plan
  ) throws(ParzenError) -> PublishedTable {
    let names = ["mixture", "cross-attention", "cross-attention-adapted", "kde-diagonal"]
    let hasAdapted = published.contains { $0.adapted != nil }
    var rows = [["n"] + names + ["paper"] + (hasAdapted ? ["paper, adapted"] : []) + ["paper kde"]]
    for row in published {
      let cells = try plan.cells(
        target, dimension: 2, size: row.size, plan.methods(names), queriesAreSamples: true)
      var texts = ["\(row.size)"] + cells.map(\.scoreError.text)
      texts.append(row.model)
      if hasAdapted { texts.append(row.adapted ?? "-") }
      rows.append(texts + [row.kernel])
    }
    return PublishedTable(number: number, title: title, rows: rows)
  }

  /// Two Gaussians in 100 dimensions.
  static func hundredDimensions(_ plan: Plan) throws(ParzenError) -> PublishedTable {
    let names = ["mixture", "kde-diagonal", "kde-oracle"]
    let cells = try plan.cells("gmm-100", dimension: 100, size: 2048, plan.methods(names))
    let header = ["figure"] + names + ["paper", "paper's best kde"]
    let scores = ["score MSE"] + cells.map(\.scoreError.text) + ["0.167", "1.090"]
    let densities = ["log-density MSE"] + cells.map(\.logDensityError.text) + ["20.8", "781"]
    return PublishedTable(
      number: 5, title: "Two Gaussians in 100 dimensions, n = 2,048",
      rows: [header, scores, densities])
  }
}

extension Measurement? {
  /// `value +- standard error`, or a dash.
  var text: String { map(\.text) ?? "-" }
}
