import Failures
package import WeightFiles

/// The door through which the files of strangers are opened.
///
/// libhdf5 trusts some of what a file says, and can crash or never end. What contains that is the process's
/// to choose: the command line turns a crash into an error of the file, tests run unprotected.
package struct FileReader: Sendable {
  private let containment: any Containment

  /// - Parameter containment: what keeps a failure of libhdf5 in.
  package init(containment: some Containment = NoContainment()) { self.containment = containment }

  /// Reads what is in a weight file: names, shapes, types and places of its tensors, not their values.
  package func catalog(_ source: InputSource) throws(ModelFileError) -> WeightCatalog {
    try read(source.name) { () throws(WeightFileError) in try WeightCatalog.read(source) }
  }

  /// Reads the description of a model: a JSON text, or what an HDF5 file or an archive has of it.
  package func document(_ source: InputSource) throws(ModelFileError) -> ModelDocument {
    try read(source.name) { () throws(WeightFileError) in try ModelDocument.read(source) }
  }

  /// Reads the description of a model that a weight file has beside its weights.
  package func document(of catalog: WeightCatalog) throws(ModelFileError) -> ModelDocument {
    try read(catalog.name) { () throws(WeightFileError) in try catalog.document() }
  }

  /// Reads a file that holds either weights or the description of a model alone.
  package func contents(_ source: InputSource) throws(ModelFileError) -> FileContents {
    try read(source.name) { () throws(WeightFileError) in try FileContents.read(source) }
  }

  private func read<Value>(
    _ name: String, _ body: () throws(WeightFileError) -> Value
  ) throws(ModelFileError) -> Value {
    do throws(WeightFileError) { return try containment.reading(name, body) } catch {
      throw ModelFileError(error)
    }
  }
}

/// What keeps a crash or a loop without end in libhdf5 from ending everything.
package protocol Containment: Sendable {
  /// Runs `body`, which reads a file and must stay on its thread.
  ///
  /// - Parameters:
  ///   - name: the file, as the user calls it.
  ///   - body: what reads it.
  /// - Returns: what `body` returns.
  /// - Throws: what `body` throws.
  func reading<Value, Lower: Error>(
    _ name: String, _ body: () throws(Lower) -> Value
  ) throws(Lower) -> Value
}

/// No containment: for tests, and for files that were just written.
package struct NoContainment: Containment {
  package init() {}

  package func reading<Value, Lower: Error>(
    _ name: String, _ body: () throws(Lower) -> Value
  ) throws(Lower) -> Value {
    try body()
  }
}
