/// Every layer class that wtool knows.
enum LayerCatalog {
  /// Sorted by type name.
  static let all: [any LayerKind.Type] = [
    ActivationLayer.self,
    AveragingMerge.self,
    BatchNormalization.self,
    Bidirectional.self,
    Concatenate.self,
    Convolution<Rank1>.self,
    Convolution<Rank2>.self,
    Convolution<Rank3>.self,
    Cropping<Rank1>.self,
    Cropping<Rank2>.self,
    Cropping<Rank3>.self,
    Dense.self,
    DepthwiseConvolution<Rank1>.self,
    DepthwiseConvolution<Rank2>.self,
    Dot.self,
    ELU.self,
    ElementwiseMerge.self,
    Embedding.self,
    Flatten.self,
    FunctionalModel.self,
    GRUCell.self,
    GaussianNoise.self,
    GlobalPooling<Rank1>.self,
    GlobalPooling<Rank2>.self,
    GlobalPooling<Rank3>.self,
    InputLayer.self,
    LSTMCell.self,
    LayerNormalization.self,
    LeakyReLU.self,
    MultiplyingMerge.self,
    PReLU.self,
    PassThrough.self,
    Permute.self,
    Pooling<Rank1>.self,
    Pooling<Rank2>.self,
    Pooling<Rank3>.self,
    RateDropout.self,
    ReLU.self,
    RecurrentLayer<GRUCell>.self,
    RecurrentLayer<LSTMCell>.self,
    RecurrentLayer<SimpleRNNCell>.self,
    RepeatVector.self,
    Reshape.self,
    SeparableConvolution<Rank1>.self,
    SeparableConvolution<Rank2>.self,
    SequentialModel.self,
    SimpleRNNCell.self,
    Softmax.self,
    TimeDistributed.self,
    TransposedConvolution<Rank1>.self,
    TransposedConvolution<Rank2>.self,
    TransposedConvolution<Rank3>.self,
    UpSampling<Rank1>.self,
    UpSampling<Rank2>.self,
    UpSampling<Rank3>.self,
    ZeroPadding<Rank1>.self,
    ZeroPadding<Rank2>.self,
    ZeroPadding<Rank3>.self,
  ]

  private static let byClassName: [String: any LayerKind.Type] = {
    var kinds: [String: any LayerKind.Type] = [:]
    for kind in all {
      for name in kind.classNames { kinds[name] = kind }
    }
    return kinds
  }()

  static func kind(_ className: String) -> (any LayerKind.Type)? { byClassName[className] }

  /// Every class name that can be read, sorted.
  static var classNames: [String] { byClassName.keys.sorted() }
}
