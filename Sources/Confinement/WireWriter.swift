/// Values as bytes, to be sent to another process of this program.
package struct WireWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func write(_ value: UInt64) {
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  package mutating func write(_ value: Int) { write(UInt64(bitPattern: Int64(value))) }

  package mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

  package mutating func write(_ value: [UInt8]) {
    write(value.count)
    bytes.append(contentsOf: value)
  }

  package mutating func write(_ value: String) {
    var value = value
    value.withUTF8 { text in
      write(text.count)
      unsafe bytes.append(contentsOf: text)
    }
  }

  package mutating func write<Value>(_ value: Value?, _ write: (inout WireWriter, Value) -> Void) {
    self.write(value != nil)
    if let value { write(&self, value) }
  }

  package mutating func write<Value>(_ values: [Value], _ write: (inout WireWriter, Value) -> Void) {
    self.write(values.count)
    for value in values { write(&self, value) }
  }
}
