internal import Confinement
import Failures
internal import HDF5

/// Where the files of strangers are taken apart, and what that may take.
package struct FileParsing: Sendable {
  package let limits: ReadingLimits
  private let keeper: CellKeeper?

  /// Files are taken apart in this process: for tests, and for files that were just written.
  package init(_ limits: ReadingLimits = ReadingLimits()) {
    self.limits = limits
    keeper = nil
  }

  /// Each file is taken apart in a process of its own, which can do nothing else.
  ///
  /// Only a process with one thread can make such processes: this is called first.
  ///
  /// - Parameters:
  ///   - limits: what each may take.
  ///   - plugins: folders with filters of libhdf5, separated by colons.
  /// - Throws: if the system lets no process be started.
  package init(inCells limits: ReadingLimits, plugins: String? = nil) throws(WeightFileError) {
    self.limits = limits
    do throws(CellFailure) {
      keeper = try CellKeeper {
        HDF5Session.prepare(plugins: plugins)
      } makeService: { _ in
        ParserService(limits).service
      }
    } catch {
      throw CellParser.error(error, in: nil)
    }
  }

  func parser(for view: FileView) -> any FileParser {
    guard let keeper else { return LocalParser(limits) }
    return CellParser(keeper, limits.cell(fileSize: view.size), limits)
  }
}
