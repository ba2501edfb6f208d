/// The catalog of layers: the one place that lists every type of layer and model.
enum LayerCatalog {
  /// Sorted by type name.
  static let all: [any LayerKind.Type] = [
    AcceleratedRecurrent.self,
    ActivationLayer.self,
    AdaptivePooling<Rank1>.self,
    AdaptivePooling<Rank2>.self,
    AdaptivePooling<Rank3>.self,
    Attention.self,
    AveragingMerge.self,
    BatchNormalization.self,
    Bidirectional.self,
    CategoryLayer.self,
    ComposedAugmentation.self,
    Concatenate.self,
    Convolution<Rank1>.self,
    Convolution<Rank2>.self,
    Convolution<Rank3>.self,
    ConvolutionalLSTM<Rank1>.self,
    ConvolutionalLSTM<Rank2>.self,
    ConvolutionalLSTM<Rank3>.self,
    Cropping<Rank1>.self,
    Cropping<Rank2>.self,
    Cropping<Rank3>.self,
    DataNormalization.self,
    Dense.self,
    DepthwiseConvolution<Rank1>.self,
    DepthwiseConvolution<Rank2>.self,
    Dot.self,
    ELU.self,
    EinsumDense.self,
    ElementwiseMerge.self,
    Embedding.self,
    FixedPreprocessing.self,
    Flatten.self,
    FunctionalModel.self,
    GRUCell.self,
    GaussianNoise.self,
    GlobalPooling<Rank1>.self,
    GlobalPooling<Rank2>.self,
    GlobalPooling<Rank3>.self,
    GroupNormalization.self,
    Highway.self,
    ImageSizing.self,
    InputLayer.self,
    Keras1Deconvolution.self,
    LSTMCell.self,
    Lambda.self,
    LayerNormalization.self,
    LayerScale.self,
    LeakyReLU.self,
    LocallyConnected<Rank1>.self,
    LocallyConnected<Rank2>.self,
    LookupLayer.self,
    MaxoutDense.self,
    MelSpectrogram.self,
    MergedBranches.self,
    MultiHeadAttention.self,
    MultiplyingMerge.self,
    PReLU.self,
    ParametricSoftplus.self,
    PassThrough.self,
    Permute.self,
    Pipeline.self,
    Pooling<Rank1>.self,
    Pooling<Rank2>.self,
    Pooling<Rank3>.self,
    RMSNormalization.self,
    RNN.self,
    RandomAugmentation.self,
    RandomColorJitter.self,
    RandomResizing.self,
    RateDropout.self,
    ReLU.self,
    RecurrentLayer<GRUCell>.self,
    RecurrentLayer<LSTMCell>.self,
    RecurrentLayer<SimpleRNNCell>.self,
    RepeatVector.self,
    Rescaling.self,
    Reshape.self,
    ResidualScale.self,
    SReLU.self,
    STFTSpectrogram.self,
    SeparableConvolution<Rank1>.self,
    SeparableConvolution<Rank2>.self,
    SequentialModel.self,
    SimpleRNNCell.self,
    Softmax.self,
    SpectralNormalization.self,
    StackedRNNCells.self,
    StochasticDepth.self,
    TensorFlowOperation.self,
    TextVectorization.self,
    TimeDistributed.self,
    TransposedConvolution<Rank1>.self,
    TransposedConvolution<Rank2>.self,
    TransposedConvolution<Rank3>.self,
    UnitNormalization.self,
    UpSampling<Rank1>.self,
    UpSampling<Rank2>.self,
    UpSampling<Rank3>.self,
    Wrapper.self,
    ZeroPadding<Rank1>.self,
    ZeroPadding<Rank2>.self,
    ZeroPadding<Rank3>.self,
  ]

  private static let byClassName = index { $0.classNames }
  private static let byKeras1ClassName = index { $0.keras1ClassNames }

  private static func index(
    _ names: (any LayerKind.Type) -> [String]
  ) -> [String: any LayerKind.Type] {
    var kinds: [String: any LayerKind.Type] = [:]
    for kind in all {
      for name in names(kind) { kinds[name] = kind }
    }
    return kinds
  }

  /// The type of a class name in a generation of Keras; `nil` for an unknown class.
  static func kind(_ className: String, of generation: KerasGeneration) -> (any LayerKind.Type)? {
    let isKeras1 = generation.family == .keras1
    return (isKeras1 ? byKeras1ClassName[className] : nil) ?? byClassName[className]
  }

  /// Every class name that can be read, sorted.
  static var classNames: [String] { byClassName.keys.sorted() }
}
