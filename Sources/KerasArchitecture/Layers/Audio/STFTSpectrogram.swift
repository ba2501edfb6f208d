import OrderedJSON
import Tensors

/// `STFTSpectrogram`: a short-time Fourier transform by two kernels of cosines and sines, which can be
/// trained.
struct STFTSpectrogram: LayerKind {
  static let classNames = ["STFTSpectrogram"]

  private let mode: String
  private let frame, step, transform: Int
  private let padding: String
  private let dataFormat: DataFormat
  private let expands: Bool
  private let kernelConfig: JSONObject

  init(_ config: LayerConfig) throws(ArchitectureError) {
    mode = try config.string("mode", default: "log")
    frame = try config.positive("frame_length", default: 256)
    step = try config.positive("frame_step", default: max(1, frame / 2))
    transform = try config.positive("fft_length", default: Self.powerOfTwo(atLeast: frame))
    padding = try config.string("padding", default: "valid")
    dataFormat = try config.dataFormat()
    expands = try config.bool("expand_dims", default: false)
    var kernelConfig = JSONObject()
    for key in ["window", "scaling", "periodic"] { kernelConfig[key] = config.object[key] }
    self.kernelConfig = kernelConfig
  }

  /// The smallest power of two that is not below a size, or the largest one that there is.
  private static func powerOfTwo(atLeast size: Int) -> Int {
    var power = CheckedSize(1)
    while let value = power.value, value < size, let next = power.times(2).value { power = CheckedSize(next) }
    return power.value ?? size
  }

  private var frequencies: Int? { CheckedSize(transform).divided(by: 2).plus(1).value }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    guard let frequencies else { throw call.error("`fft_length` is too large") }
    for (name, side, excluded) in [("real_kernel", "real", "imag"), ("imag_kernel", "imag", "real")]
    where mode != excluded {
      var config = kernelConfig
      config["side"] = .string(side)
      try weights.add(
        name, .kernel, [frame, 1, frequencies], weights.fixedInitializer("STFT", config: config))
    }
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try call.input(rank: 3)
    let isFirst = dataFormat == .channelsFirst
    let (channels, time) =
      isFirst ? (input.dimensions[1], input.dimensions[2]) : (input.last, input.dimensions[1])
    let length = padding == "valid" ? frame : 1
    if let time, time < length {
      throw call.error("a frame of \(frame) does not fit into the input's shape \(input)")
    }
    let frames = CheckedSize(time).minus(length).divided(by: step).plus(1).value
    let bands = CheckedSize(frequencies).times(mode == "stft" ? 2 : 1).value
    guard let bands else { throw call.error("`fft_length` is too large") }
    if expands {
      return [isFirst ? [input.batch, channels, frames, bands] : [input.batch, frames, bands, channels]]
    }
    let total = channels.flatMap { CheckedSize.product([$0, bands]) }
    return [isFirst ? [input.batch, total, frames] : [input.batch, frames, total]]
  }
}
