import ArgumentParser
import Parzen

/// The names of those options that are given.
///
/// A group lists its own as `given`, and a command that has no use for some of them refuses these: what a
/// person gives changes the result, or ends the command.
func namesGiven(_ options: KeyValuePairs<String, Bool>) -> [String] { options.filter(\.value).map(\.key) }

/// Throws if options are given that would change nothing.
///
/// - Parameters:
///   - options: the names of those that are given.
///   - reason: why they would not, from "for" on.
func refuse(_ options: [String], _ reason: String) throws(ValidationError) {
  guard let last = options.last else { return }
  throw ValidationError(
    last == options[0]
      ? "\(last) is \(reason): leave it out"
      : "\(enumeration(options, "and")) are \(reason): leave them out")
}

extension SampleOptions {
  /// The options about samples that are read, and those that give them weights.
  private var given: [String] {
    namesGiven([
      "--sample-weights": sampleWeights != nil, "--chain": chain, "--thin": thin != nil,
      "--regularise": regularise,
    ])
  }

  /// The options that give the samples weights.
  var givenWeights: [String] {
    namesGiven(["--sample-weights": sampleWeights != nil, "--chain": chain])
  }

  /// Throws unless the samples are either read or in a saved fit.
  func checkSource() throws(ValidationError) {
    guard let samples else {
      guard fit != nil else { throw ValidationError("Missing expected argument '<samples>'") }
      return try refuse(given, "for samples, and a saved fit (--fit) stands in their place")
    }
    if fit != nil { throw ValidationError("\(samples) and --fit exclude each other: give one of them") }
  }

  /// Throws for options that make an estimate where a saved fit is one.
  ///
  /// - Parameter readsOthers: whether the command reads other files as the samples'.
  func check(_ method: MethodOptions, readsOthers: Bool) throws(ValidationError) {
    guard samples == nil else { return }
    try refuse(method.given, "for an estimate of samples, and a saved fit (--fit) is one already")
    if !readsOthers { try refuse(reading.given, "for files of points, and with --fit none is read") }
  }
}

extension ReadingOptions {
  /// The options that are given.
  var given: [String] {
    namesGiven([
      "--columns": !columns.isEmpty, "--drop": !drop.isEmpty, "--header": header != .automatic,
      "--skip": skip != 0, "--separator": separator != nil, "--decimal": decimal != nil,
      "--thousands": thousands != nil, "--missing": !missing.isEmpty, "--drop-missing": dropMissing,
      "--format": format != nil, "--array": array != nil,
    ])
  }
}

extension MethodOptions {
  /// The options that are given, threads aside.
  var given: [String] {
    namesGiven([
      "--method": chosenMethod != nil, "--network": networkOptions.network != nil, "--policy": policy != nil,
      "--adapt": adapt != nil, "--single-pass": singlePass, "--bandwidth": bandwidth != nil,
      "--score": score != nil,
    ]) + columnOptions.given
  }
}

extension ColumnOptions {
  /// The options that are given.
  var given: [String] { domainsGiven + namesGiven(["--keep-ties": keepTies]) }

  /// Those about bounds and periods.
  var domainsGiven: [String] {
    namesGiven([
      "--lower": !lower.isEmpty, "--upper": !upper.isEmpty, "--periodic": !periodic.isEmpty,
    ])
  }
}

extension OutputOptions {
  /// Throws for `--keep-columns` where the results are no table of the samples.
  func checkNoTexts() throws(ValidationError) {
    try refuse(namesGiven(["--keep-columns": keepColumns]), "for the results of `modes` and `outliers`")
  }
}
