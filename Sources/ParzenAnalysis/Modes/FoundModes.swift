import ParzenCore
import ParzenDistributions
import ParzenPlatform

/// The modes that climbs from a mixture's components find.
struct FoundModes {
  /// Where the climbs started.
  let starts: [[Double]]
  /// The mode that each start leads to.
  let basins: [Int]
  /// The modes, different from each other.
  let summits: [ModeSearch.Summit]
  /// The mode of every component.
  let componentModes: [Int]

  init(
    _ mixture: GaussianMixture, _ search: ModeSearch, threads: Int, mostClimbs: Int
  ) throws(ParzenError) {
    let count = mixture.componentCount
    // Of very many components, such as kernels, an even choice, and each of the others goes to the nearest
    // of these.
    let step = max(1, (count + mostClimbs - 1) / mostClimbs)
    let chosen = Array(stride(from: 0, to: count, by: step))
    let starts = chosen.map { Array(mixture.means[row: $0]) }
    let ends = try concurrentResults(starts.count, threads: threads) { (index) throws(ParzenError) in
      try search.summit(from: starts[index])
    }
    var summits: [ModeSearch.Summit] = []
    var basins: [Int] = []
    for end in ends {
      var label = summits.count
      for (other, summit) in summits.enumerated() where try search.coincide(summit, end) {
        label = other
        break
      }
      if label == summits.count { summits.append(end) }
      basins.append(label)
    }
    self.starts = starts
    self.basins = basins
    self.summits = summits
    let units = search.units
    componentModes = (0..<count).map { component in
      if component.isMultiple(of: step) { return basins[component / step] }
      let place = mixture.means[row: component]
      let nearest = starts.indices.min { first, second in
        func distance(_ index: Int) -> Double {
          zip(zip(starts[index], place), units).reduce(0) { sum, next in
            let difference = (next.0.0 - next.0.1) / next.1
            return sum + difference * difference
          }
        }
        return distance(first) < distance(second)
      }
      return basins[nearest ?? 0]
    }
  }
}
