import ParzenCore
import ParzenDistributions

extension Estimator {
  /// `MixtureTransformer`.
  public static let mixtureTransformer: Estimator = Estimator(
    name: "mixture", title: "mixture transformer", kind: "mixture transformer",
    summary: "the pretrained mixture transformer", options: [.policy, .columns, .regularise, .network],
    isMixture: true,
    variants: EstimationPolicy.allCases.filter { $0 != .automatic }.map { policy in
      variant(policy.rawValue) { $0.policy = policy }
    },
    record: { (options, _) throws(ParzenError) in
      try options.network?.mixtureTransformer().record ?? MixtureTransformerWeights.pretrained.record
    },
    prepare: { (options, _) throws(ParzenError) in
      let network = try options.network?.mixtureTransformer()
      return { (samples, weights, threads) throws(ParzenError) in
        let estimate = try MixtureTransformer(
          samples: samples, sampleWeights: weights, network: network, policy: options.policy ?? .automatic,
          columns: options.columns, keepsTies: options.keepsTies, regularise: options.regularise,
          threads: threads)
        return Estimate(estimate)
      }
    })

  /// `MaximumLikelihoodMixture`.
  public static let maximumLikelihoodMixture: Estimator = Estimator(
    name: "em", title: "Gaussian mixture by expectation-maximisation", kind: "maximum likelihood mixture",
    summary: "a mixture by expectation-maximisation and BIC", options: [.covariance, .components, .seed],
    isMixture: true,
    variants: MixtureCovariance.allCases.map { covariance in
      variant(covariance.rawValue) { $0.covariance = covariance }
    },
    prepare: { (options, _) throws(ParzenError) in
      var choices = MaximumLikelihoodMixture.Options(covariance: options.covariance)
      choices.components = options.components ?? choices.components
      choices.seed = options.seed ?? choices.seed
      return { [choices] (samples, weights, threads) throws(ParzenError) in
        let fit = try MaximumLikelihoodMixture(
          samples: samples, sampleWeights: weights, options: choices, threads: threads)
        let choice = fit.choice
        var facts = Estimate.Facts(kind: maximumLikelihoodMixture.kind)
        facts.candidates = fit.candidates.map {
          Estimate.Facts.Candidate(
            covariance: $0.covariance.rawValue, components: $0.components, logLikelihood: $0.logLikelihood,
            criterion: $0.criterion, converged: $0.converged)
        }
        facts.covariance = choice.covariance.rawValue
        facts.criterion = choice.criterion
        facts.converged = choice.converged
        return Estimate(
          density: fit, title: maximumLikelihoodMixture.title,
          details: """
            \(counted(choice.components, "component")) with \(choice.covariance.rawValue) covariances, \
            BIC \(short(choice.criterion))
            """, content: .mixture(fit.mixture), facts: facts)
      }
    })
}

extension Estimate {
  /// An estimate of the mixture transformer.
  package init(_ estimate: MixtureTransformer) {
    var facts = Facts(kind: Estimator.mixtureTransformer.kind)
    facts.record = estimate.record
    self.init(
      density: estimate, title: Estimator.mixtureTransformer.title, details: estimate.summary,
      notes: estimate.notes, warnings: estimate.record.warnings,
      content: .transformed(estimate.density), facts: facts)
  }
}

extension MixtureTransformer {
  /// What a report says about it.
  fileprivate var summary: String {
    let parts = record.parts.map { part in
      record.parts.count == 1
        ? part.candidate.summary : "\(part.candidate.summary) \(Int((100 * part.weight).rounded())) %"
    }
    return "\(counted(density.coordinateMixture.componentCount, "Gaussian component")): "
      + parts.joined(separator: ", ")
  }

  /// The share of the rows that may repeat others without a word.
  private static var manyRepeats: Double { 0.05 }

  /// What a report says about columns that were transformed, whose ties were spread or that have masses,
  /// about rows that repeat others, and about samples set apart.
  fileprivate var notes: [SampleMessage] {
    var notes = Self.notes(on: density.columns)
    let steps = record.spread.map { $0.map { short($0.step) } }
    for (column, step) in steps.enumerated() {
      guard let step, steps.firstIndex(of: step) == column else { continue }
      let alike = steps.indices.filter { steps[$0] == step }
      let verb = alike.count == 1 ? "goes" : "go"
      notes.append(
        "\(columns: alike) \(verb) in steps of \(step): ties spread over them (`keepsTies` leaves them)")
    }
    for (column, resolution) in record.spread.enumerated() {
      guard let heaping = resolution?.heaping else { continue }
      let beyond = heaping.remainder == 0 ? "" : "\(short(heaping.remainder)) beyond "
      notes.append(
        """
        \(short((100 * heaping.share).rounded())) % of the values of \(column: column) are \
        \(beyond)multiples of \
        \(short(heaping.period)): the density is smooth between them
        """)
    }
    notes += periodNotes + Self.notes(on: record.masses ?? [])
    if let related = record.columnsRelatedButForRounding, !related.isEmpty {
      notes.append(
        "\(columns: related) determine each other but for their rounding: across, the density is that of it")
    }
    if let repeated = record.repeatedRows, Double(repeated) > Self.manyRepeats * (record.effectiveCount ?? 0)
    {
      notes.append("\(counted(repeated, "row")) repeat others: a narrow peak may be one of them alone")
    }
    if let copies = record.nearlyRepeatedRows, copies > 0 {
      notes.append("\(counted(copies, "row")) repeat others but for a little noise: held out together")
    }
    if !record.setApart.isEmpty {
      // Where groups overlap, a sample is in several.
      let samples = Set(record.setApart.joined()).sorted()
      let (count, groups) = (counted(samples.count, "sample"), counted(record.setApart.count, "group"))
      notes.append("\(count) set apart in \(groups): \(samples: samples)")
    }
    return notes
  }

  /// A sentence for every column that is modelled in another coordinate; of many in normal scores, one.
  private static func notes(on columns: [ColumnTransformation]) -> [SampleMessage] {
    let scored = columns.indices.filter { if case .normalScores = columns[$0] { true } else { false } }
    let together = scored.count > mostNamed ? scored : []
    let alone = columns.indices.filter { columns[$0] != .identity && !together.contains($0) }
    return alone.map { "\(column: $0) \(columns[$0])" }
      + (together.isEmpty ? [] : ["\(columns: together) by the normal scores of their own densities"])
  }

  /// More columns in normal scores are named together.
  private static var mostNamed: Int { 4 }

  /// A sentence for every value that very many samples have, of all columns where they do.
  private static func notes(on masses: [EstimateRecord.Mass]) -> [SampleMessage] {
    masses.enumerated().compactMap { place, mass in
      guard masses.firstIndex(where: { $0.value == mass.value }) == place else { return nil }
      let alike = masses.filter { $0.value == mass.value }
      let (verb, most) = alike.count == 1 ? ("is", "") : ("are", "up to ")
      let share = most + short((100 * alike.map(\.share).max()!).rounded())
      let value = "\(short(mass.value)) in \(share) % of the samples"
      return "\(columns: alike.map(\.column)) \(verb) \(value): a narrow peak there"
    }
  }
}
