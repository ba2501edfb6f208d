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
    var power = 1
    while power < frame, power <= Int.max / 2 { power *= 2 }
    transform = try config.positive("fft_length", default: power)
    padding = try config.string("padding", default: "valid")
    dataFormat = try config.dataFormat()
    expands = try config.bool("expand_dims", default: false)
    var kernelConfig = JSONObject()
    for key in ["window", "scaling", "periodic"] { kernelConfig[key] = config.object[key] }
    self.kernelConfig = kernelConfig
  }

  private var frequencies: Int { transform / 2 + 1 }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
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
    let reach = padding == "valid" ? frame - 1 : 0
    if let time, time <= reach {
      throw call.error("a frame of \(frame) does not fit into the input's shape \(input)")
    }
    let frames = time.map { ($0 - reach - 1) / step + 1 }
    let bands = mode == "stft" ? 2 * frequencies : frequencies
    if expands {
      return [isFirst ? [input.batch, channels, frames, bands] : [input.batch, frames, bands, channels]]
    }
    let total = channels.flatMap { CheckedSize.product([$0, bands]) }
    return [isFirst ? [input.batch, total, frames] : [input.batch, frames, total]]
  }
}
