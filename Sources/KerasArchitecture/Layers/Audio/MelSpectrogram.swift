import Tensors

/// `MelSpectrogram`: frames of a signal as energies in mel bands, without weights.
struct MelSpectrogram: LayerKind {
  static let classNames = ["MelSpectrogram"]

  private let bands, stride: Int

  init(_ config: LayerConfig) throws(ArchitectureError) {
    bands = try config.positive("num_mel_bins", default: 128)
    stride = try config.positive("sequence_stride", default: 512)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try call.input(minimumRank: 1)
    let frames = CheckedSize(input.last).plus(stride).plus(1).divided(by: stride).value
    return [PartialShape(input.dimensions.dropLast().prefix(1) + [bands, frames])]
  }
}
