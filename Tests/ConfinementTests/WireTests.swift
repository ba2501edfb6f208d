import Confinement
import Testing

@Suite struct WireTests {
  @Test func `values arrive as they were sent`() throws {
    var writer = WireWriter()
    writer.write(UInt64.max)
    writer.write(Int.min)
    writer.write(true)
    writer.write("größer")
    writer.write(["a", ""]) { $0.write($1) }
    writer.write(Int?.none) { $0.write($1) }
    var reader = WireReader(writer.bytes)
    let (unsigned, int, bool) = (try reader.readUnsigned(), try reader.readInt(), try reader.readBool())
    let string = try reader.readString()
    let array = try reader.readArray { reader throws(WireError) in try reader.readString() }
    let none = try reader.readOptional { reader throws(WireError) in try reader.readInt() }
    #expect(unsigned == .max)
    #expect(int == .min)
    #expect(bool)
    #expect(string == "größer")
    #expect(array == ["a", ""])
    #expect(none == nil)
    #expect(reader.isAtEnd)
  }

  @Test func `bytes that nobody wrote are an error`() {
    for length in 0..<40 {
      var reader = WireReader([UInt8](repeating: 0xFF, count: length))
      let string = try? reader.readString()
      let array = try? reader.readArray { reader throws(WireError) in try reader.readInt() }
      #expect(string == nil)
      #expect(array == nil)
    }
  }
}
