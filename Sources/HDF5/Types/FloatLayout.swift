internal import CHDF5

/// The fields of a floating-point format.
struct FloatLayout: Equatable {
  let signPosition, exponentPosition, exponentBits, mantissaPosition, mantissaBits, bias: Int

  init(_ format: HDF5ElementType.FloatFormat) {
    switch format {
    case .half: self.init(15, 10, 5, 0, 10, 15)
    case .brain: self.init(15, 7, 8, 0, 7, 127)
    case .single: self.init(31, 23, 8, 0, 23, 127)
    case .double: self.init(63, 52, 11, 0, 52, 1023)
    }
  }

  init(
    _ signPosition: Int, _ exponentPosition: Int, _ exponentBits: Int, _ mantissaPosition: Int,
    _ mantissaBits: Int, _ bias: Int
  ) {
    self.signPosition = signPosition
    self.exponentPosition = exponentPosition
    self.exponentBits = exponentBits
    self.mantissaPosition = mantissaPosition
    self.mantissaBits = mantissaBits
    self.bias = bias
  }

  init?(of type: hid_t) {
    var (sign, exponent, exponentBits, mantissa, mantissaBits) = (0, 0, 0, 0, 0)
    guard unsafe H5Tget_fields(type, &sign, &exponent, &exponentBits, &mantissa, &mantissaBits) >= 0 else {
      return nil
    }
    self.init(sign, exponent, exponentBits, mantissa, mantissaBits, Int(H5Tget_ebias(type)))
  }
}
