internal import Confinement
import Failures
import Tensors

/// What a cell does: it takes files apart for another process.
struct ParserService: Sendable {
  private let parser: LocalParser

  init(_ limits: ReadingLimits) { parser = LocalParser(limits) }

  var service: CellKeeper.Service {
    { [parser] request, shared in
      var reader = WireReader(request)
      var writer = WireWriter()
      do throws(WireError) {
        if try reader.readBool() {
          let size = try reader.readSize()
          let request = try reader.readBlockRequest()
          guard size <= shared.count else { throw WireError() }
          var span = unsafe UnsafeMutableRawBufferPointer(rebasing: shared[..<size]).mutableBytes
          do throws(WeightFileError) {
            let count = try parser.fill(&span, request)
            writer.write(true)
            writer.write(count)
          } catch { writer.write(failure: error) }
        } else {
          let request = try reader.readParserRequest()
          do throws(WeightFileError) {
            let reply = try parser.answer(request)
            writer.write(true)
            writer.write(reply)
          } catch { writer.write(failure: error) }
        }
      } catch {}
      return writer.bytes
    }
  }
}
