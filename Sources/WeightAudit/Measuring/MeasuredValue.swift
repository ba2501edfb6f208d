/// A floating-point type that blocks are measured in.
protocol MeasuredValue: BinaryFloatingPoint, Sendable {
  associatedtype Bits: FixedWidthInteger & SignedInteger & Sendable

  var double: Double { get }
  var bits: Bits { get }
  init(bits: Bits)
  /// The bits, for fingerprints.
  var word: UInt64 { get }
  /// 2⁻¹²⁶, below which a float32 is subnormal.
  static var leastNormalFloat: Self { get }
}

extension MeasuredValue {
  /// Numbers that are ordered as the values are; −0 comes before 0.
  var order: Bits { Self.reordered(bits) }

  private static func reordered(_ bits: Bits) -> Bits { bits ^ (bits &>> Bits(Bits.bitWidth - 1) & .max) }

  /// The values with these numbers in the order; `nil` if there is none between them. Zero is written without
  /// a sign.
  static func range(_ lowest: Bits, _ highest: Bits) -> ClosedRange<Double>? {
    guard lowest <= highest else { return nil }
    return Self(bits: reordered(lowest)).double + 0...Self(bits: reordered(highest)).double + 0
  }
}

extension Float: MeasuredValue {
  var double: Double { Double(self) }
  var bits: Int32 { Int32(bitPattern: bitPattern) }
  init(bits: Int32) { self.init(bitPattern: UInt32(bitPattern: bits)) }
  var word: UInt64 { UInt64(bitPattern) }
  static let leastNormalFloat = Float.leastNormalMagnitude
}

extension Double: MeasuredValue {
  var double: Double { self }
  var bits: Int64 { Int64(bitPattern: bitPattern) }
  init(bits: Int64) { self.init(bitPattern: UInt64(bitPattern: bits)) }
  var word: UInt64 { bitPattern }
  static let leastNormalFloat = 0x1p-126
}
