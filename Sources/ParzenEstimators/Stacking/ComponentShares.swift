import ParzenPlatform

/// The shares of the parts of a distribution, given how many samples each has: the posterior mean under a
/// symmetric Dirichlet law whose concentration is not known, either.
///
/// Where the counts differ no more than chance lets them, the shares are nearly equal, which of K parts saves
/// about (K - 1) / 2n nats, a third of what K normal clusters on a line cost; where they differ by more, they
/// are the relative frequencies with about one sample besides.
///
/// I. J. Good, A Bayesian significance test for multinomial distributions, J. R. Statist. Soc. B 29, 1967.
enum ComponentShares {
  /// Concentrations, alike likely: from laws that leave most parts nearly nothing to those of equal parts.
  private static let concentrations = stride(from: -1.0, through: 3, by: 0.5).map { pow(10, $0) }

  /// K positive shares of sum 1.
  ///
  /// - Parameter counts: the numbers of samples in K parts, not negative, which need not be whole.
  /// - Complexity: O(K) time.
  static func estimated(_ counts: [Double]) -> [Double] {
    let (k, n) = (Double(counts.count), counts.reduce(0, +))
    let logEvidence = concentrations.map { a in
      lgamma(k * a) - lgamma(n + k * a) + counts.reduce(0) { $0 + lgamma($1 + a) - lgamma(a) }
    }
    let most = logEvidence.max()!
    let evidence = logEvidence.map { exp($0 - most) }
    let total = evidence.reduce(0, +)
    return counts.map { count in
      zip(concentrations, evidence).reduce(0) { sum, one in
        sum + one.1 / total * (count + one.0) / (n + k * one.0)
      }
    }
  }
}
