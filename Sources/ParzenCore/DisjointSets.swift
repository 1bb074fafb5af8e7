/// Numbers 0..<n in sets that can be joined, each set named by one of its members.
package struct DisjointSets: Sendable {
  private var parents: [Int]

  /// - Parameter count: n, at first a set each.
  package init(count: Int) { parents = Array(0..<count) }

  /// The name of the set that a number is in: of joined sets, that of the second.
  package func name(of member: Int) -> Int {
    var name = member
    while parents[name] != name { name = parents[name] }
    return name
  }

  /// Joins the set of one number to that of another.
  package mutating func join(_ member: Int, to other: Int) { parents[name(of: member)] = name(of: other) }
}
