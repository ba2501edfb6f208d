internal import Confinement
import Failures
internal import HDF5

/// Where the files of strangers are taken apart, and what that may take.
package struct FileParsing: Sendable {
  package let limits: ReadingLimits
  /// The folder whose files others may refer to; `nil` for none.
  let externals: ExternalFolder?
  private let keeper: ParserKeeper?

  /// - Parameters:
  ///   - limits: what each file may take.
  ///   - keeper: starts a process for each file, which can do nothing else; without one, files are taken
  ///     apart in this process, as in tests.
  ///   - externals: the folder whose files others may refer to; `nil` for none.
  package init(
    _ limits: ReadingLimits = ReadingLimits(), in keeper: ParserKeeper? = nil,
    allowing externals: ExternalFolder? = nil
  ) {
    self.limits = limits
    self.keeper = keeper
    self.externals = externals
  }

  package var allowsExternals: Bool { externals != nil }

  func parser(for view: FileView) -> any FileParser {
    guard let keeper else { return LocalParser(limits) }
    // How large the files are that it refers to is not known yet.
    let size = externals == nil ? view.size : max(view.size, 1 << 32)
    return CellParser(keeper.cells, limits.cell(fileSize: size), limits)
  }
}

/// The process that starts others, which take files apart.
///
/// Only a process with one thread can make it. It gets ready at once, so the earlier it is made the better.
package final class ParserKeeper: Sendable {
  let cells: CellKeeper

  /// - Parameter plugins: folders with filters of libhdf5, separated by colons.
  /// - Throws: if the system lets no process be started.
  package init(plugins: String? = nil) throws(WeightFileError) {
    do throws(CellFailure) {
      cells = try unsafe CellKeeper {
        HDF5Session.prepare(plugins: plugins)
      } makeService: { settings in
        var reader = WireReader(settings)
        return unsafe ParserService(ReadingLimits(memory: try? reader.readSize())).service
      }
    } catch {
      throw CellParser.error(error, in: nil)
    }
  }

  /// Ends its processes and waits for them; nothing can be read afterwards.
  package func end() { cells.end() }
}
