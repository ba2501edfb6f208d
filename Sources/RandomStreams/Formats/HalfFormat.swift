import Tensors

/// A 16-bit floating-point format, as a backend computes in it: every operation on floats, then rounded.
protocol HalfFormat {
  static var fractionBits: UInt32 { get }
  static func encode(_ value: Float) -> UInt16
  /// Rounded once from a double, or through a float where the format's library does so.
  static func encode(_ value: Double) -> UInt16
  static func decode(_ pattern: UInt16) -> Float
}

enum IEEEHalf: HalfFormat {
  static let fractionBits: UInt32 = 10
  static func encode(_ value: Float) -> UInt16 { HalfPrecision.float16(value) }
  static func encode(_ value: Double) -> UInt16 { HalfPrecision.float16(value) }
  static func decode(_ pattern: UInt16) -> Float { HalfPrecision.float(float16: pattern) }
}

enum BrainHalf: HalfFormat {
  static let fractionBits: UInt32 = 7
  static func encode(_ value: Float) -> UInt16 { HalfPrecision.bfloat16(value) }
  static func encode(_ value: Double) -> UInt16 { HalfPrecision.bfloat16(Float(value)) }
  static func decode(_ pattern: UInt16) -> Float { HalfPrecision.float(bfloat16: pattern) }
}

extension HalfFormat {
  /// The value rounded to the format, as a float.
  @inline(__always)
  static func round(_ value: Float) -> Float { decode(encode(value)) }
}
