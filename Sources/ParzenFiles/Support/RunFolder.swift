import ParzenCore

/// The folder of a run that writes checkpoints: no run replaces the files of another without being told to.
package enum RunFolder {
  /// Makes sure that a new run has the folder for itself.
  ///
  /// - Parameters:
  ///   - path: an existing folder.
  ///   - names: the files that a run leaves.
  ///   - checkpoint: that of them from which a run goes on.
  ///   - overwrites: whether to remove those that are there.
  /// - Throws: `ParzenError.file` if there are some, unless they are to be removed.
  package static func makeRoom(
    in path: String, for names: [String], checkpoint: String, overwrites: Bool
  ) throws(ParzenError) {
    let present = names.filter { Folder.contains($0, in: path) }
    guard !present.isEmpty else { return }
    guard overwrites else {
      throw .file(
        path: path,
        reason:
          "there is a run in this folder (\(present.joined(separator: ", "))): go on with it by "
          + "`resume = \(path)/\(checkpoint)`, replace it by `overwrite`, or give another folder")
    }
    for name in present { try Folder.remove(name, in: path) }
  }
}
