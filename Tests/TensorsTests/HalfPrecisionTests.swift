import Testing

@testable import Tensors

@Suite struct HalfPrecisionTests {
  @Test func `every float16 pattern survives being a float`() {
    for pattern in UInt16.min...UInt16.max {
      let value = HalfPrecision.float(float16: pattern)
      if value.isNaN {
        #expect(HalfPrecision.float(float16: HalfPrecision.float16(value)).isNaN)
      } else {
        #expect(HalfPrecision.float16(value) == pattern)
      }
    }
  }

  @Test func `every bfloat16 pattern survives being a float`() {
    for pattern in UInt16.min...UInt16.max {
      let value = HalfPrecision.float(bfloat16: pattern)
      if !value.isNaN { #expect(HalfPrecision.bfloat16(value) == pattern) }
    }
  }

  #if !(os(macOS) && arch(x86_64))
    @Test func `rounding is that of the processor`() {
      var bits: UInt32 = 1
      for _ in 0..<200_000 {
        bits = bits &* 1_664_525 &+ 1_013_904_223
        let value = Float(bitPattern: bits)
        if !value.isNaN { #expect(HalfPrecision.float16(value) == Float16(value).bitPattern) }
        let small = Float(bitPattern: bits & 0x07FF_FFFF | 0x3380_0000)
        #expect(HalfPrecision.float16(small) == Float16(small).bitPattern)
        let double = Double(bitPattern: UInt64(bits) << 29 | 0x3EF0_0000_0000_0000 | UInt64(bits >> 3))
        #expect(HalfPrecision.float16(double) == Float16(double).bitPattern)
      }
    }
  #endif

  @Test func `a double is rounded once`() {
    // One and a half units, and a little: a float in between would make it a tie.
    let value = 1 + 1.5 * 0x1p-10 + 0x1p-40
    #expect(HalfPrecision.float(float16: HalfPrecision.float16(value)) == 1 + 2 * 0x1p-10)
    #expect(HalfPrecision.float(float16: HalfPrecision.float16(65519.99)) == 65504)
    #expect(HalfPrecision.float(float16: HalfPrecision.float16(65520.0)) == .infinity)
  }
}
