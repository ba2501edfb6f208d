import Confinement
import Testing

/// The example of the overview page.
@Suite struct ExampleTests {
  @Test func `the example of the overview works`() throws {
    var writer = WireWriter()
    writer.write("dense/kernel")
    writer.write([2, 3]) { $0.write($1) }
    var reader = WireReader(writer.bytes)
    let name = try reader.readString()
    let shape = try reader.readArray { reader throws(WireError) in try reader.readSize() }
    // end of example
    #expect(name == "dense/kernel")
    #expect(shape == [2, 3])
  }
}
