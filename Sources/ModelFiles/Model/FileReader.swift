import Failures
import Tensors
import Text
import WeightAudit
package import WeightFiles

/// The door through which the files of strangers are opened.
///
/// libhdf5 trusts some of what a file says, and can crash or never end. Where files are taken apart is the
/// process's to choose: the command line has it done by processes that can do nothing else, tests do it
/// themselves.
package struct FileReader: Sendable {
  private let parsing: FileParsing

  /// - Parameter parsing: where files are taken apart.
  package init(_ parsing: FileParsing = FileParsing()) { self.parsing = parsing }

  /// How many units of kernels are measured: each takes some hundred bytes, and its neighbors as many.
  private var unitLimit: Int { parsing.limits.memory / 256 }

  /// Refuses kernels with more units than are measured.
  ///
  /// - Parameters:
  ///   - layouts: the kernels'.
  ///   - name: their file, or the last of several.
  ///   - fileCount: how many files they are in.
  /// - Throws: what would allow more.
  func checkUnits(_ layouts: [UnitLayout], in name: String, fileCount: Int = 1) throws(ModelFileError) {
    let units = layouts.map(\.units).saturatingSum
    guard units > unitLimit else { return }
    let owner = fileCount > 1 ? "the kernels of all \(fileCount) checkpoints" : "its kernels"
    throw ModelFileError(
      .unsupported, in: name,
      "\(owner) have \(NumberText.count(units)) units; with this memory at most "
        + "\(NumberText.count(unitLimit)) are measured"
        + (fileCount > 1 ? ": leave some files out (--max-memory)" : " (--max-memory)"))
  }

  /// How many values of a tensor are held in memory at a time, in eight copies of 4 bytes by each worker.
  func heldValueCount(workers: Int) -> Int { max(1 << 20, parsing.limits.memory / 32 / max(1, workers)) }

  /// Reads what is in a weight file: names, shapes, types and places of its tensors, not their values.
  ///
  /// - Throws: if it cannot be read, or a part of it is in other files.
  package func catalog(_ source: InputSource) throws(ModelFileError) -> WeightCatalog {
    let catalog = try listing(source)
    if let external = catalog.externals.first {
      throw ModelFileError(
        .refused, in: catalog.name,
        "\(external.path): \(external.reason)"
          + (parsing.allowsExternals
            ? "" : "; no file is read that another one names, but those of --allow-external"))
    }
    try Self.checkValues(catalog)
    return catalog
  }

  /// Refuses, before any work, a file whose values are not to be read: it claims more than it holds.
  static func checkValues(_ catalog: WeightCatalog) throws(ModelFileError) {
    guard let refusal = catalog.refusal else { return }
    throw ModelFileError(
      .malformed, in: catalog.name, attempt: "read the dataset `\(refusal.path)`", refusal.reason)
  }

  /// Reads what is in a weight file whose values are not read: parts of it may be in other files, or claim
  /// more than is stored.
  package func listing(_ source: InputSource) throws(ModelFileError) -> WeightCatalog {
    try read { () throws(WeightFileError) in try WeightCatalog.read(source, parsing) }
  }

  /// Reads the description of a model: a JSON text, or what an HDF5 file or an archive has of it.
  package func document(_ source: InputSource) throws(ModelFileError) -> ModelDocument {
    try read { () throws(WeightFileError) in try ModelDocument.read(source, parsing) }
  }

  /// Reads the description of a model that a weight file has beside its weights.
  package func document(of catalog: WeightCatalog) throws(ModelFileError) -> ModelDocument {
    try read { () throws(WeightFileError) in try catalog.document() }
  }

  /// Reads a file that holds either weights or the description of a model alone.
  package func contents(_ source: InputSource) throws(ModelFileError) -> FileContents {
    try read { () throws(WeightFileError) in try FileContents.read(source, parsing) }
  }

  private func read<Value>(_ body: () throws(WeightFileError) -> Value) throws(ModelFileError) -> Value {
    do throws(WeightFileError) { return try body() } catch { throw ModelFileError(error) }
  }
}
