/// The fields that the layers of Keras 3 take, by class; `name`, `trainable` and `dtype` go without saying.
///
/// Made from the signatures of Keras 3.15.1, for the classes that Keras 1 and 2 had too.
enum Keras3Fields {
  /// The fields of a class; `nil` for a class that Keras 3 does not have.
  static func of(_ className: String) -> Set<String>? { byClass[className] }

  /// The classes whose constructors do not take `trainable`.
  static let untrainableClasses: Set<String> = [
    "Discretization", "HashedCrossing", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
  ]

  private static let byClass: [String: Set<String>] = Dictionary(
    uniqueKeysWithValues: table.split(separator: "\n").flatMap { line in
      let sides = line.split(separator: ":", omittingEmptySubsequences: false)
      let fields = Set((sides.last ?? "").split(separator: " ").map(String.init))
      return (sides.first ?? "").split(separator: " ").map {
        (String($0), fields.union(["name", "trainable", "dtype"]))
      }
    })

  private static let table = """
    Activation: activation
    ActivityRegularization: l1 l2
    Add Average Identity Maximum Minimum Multiply Subtract:
    AdditiveAttention: use_scale dropout
    AlphaDropout Dropout: rate noise_shape seed
    Attention: use_scale score_mode dropout seed
    AveragePooling1D AveragePooling2D AveragePooling3D MaxPooling1D MaxPooling2D MaxPooling3D: pool_size \
      strides padding data_format
    BatchNormalization: axis momentum epsilon center scale beta_initializer gamma_initializer \
      moving_mean_initializer moving_variance_initializer beta_regularizer gamma_regularizer \
      beta_constraint gamma_constraint renorm renorm_clipping renorm_momentum synchronized
    Bidirectional: layer merge_mode backward_layer
    CategoryEncoding: num_tokens output_mode sparse
    CenterCrop: height width data_format
    Concatenate Softmax UnitNormalization: axis
    Conv1D Conv2D Conv3D: filters kernel_size strides padding data_format dilation_rate groups \
      activation use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer \
      activity_regularizer kernel_constraint bias_constraint
    Conv1DTranspose Conv2DTranspose: filters kernel_size strides padding output_padding data_format \
      dilation_rate activation use_bias kernel_initializer bias_initializer kernel_regularizer \
      bias_regularizer activity_regularizer kernel_constraint bias_constraint
    Conv3DTranspose: filters kernel_size strides padding data_format output_padding dilation_rate \
      activation use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer \
      activity_regularizer kernel_constraint bias_constraint
    ConvLSTM1D ConvLSTM2D ConvLSTM3D: filters kernel_size strides padding data_format dilation_rate \
      activation recurrent_activation use_bias kernel_initializer recurrent_initializer bias_initializer \
      unit_forget_bias kernel_regularizer recurrent_regularizer bias_regularizer activity_regularizer \
      kernel_constraint recurrent_constraint bias_constraint dropout recurrent_dropout seed \
      return_sequences return_state go_backwards stateful
    Cropping1D: cropping
    Cropping2D Cropping3D: cropping data_format
    Dense: units activation use_bias kernel_initializer bias_initializer kernel_regularizer \
      bias_regularizer activity_regularizer kernel_constraint bias_constraint
    DepthwiseConv1D DepthwiseConv2D: kernel_size strides padding depth_multiplier data_format \
      dilation_rate activation use_bias depthwise_initializer bias_initializer depthwise_regularizer \
      bias_regularizer activity_regularizer depthwise_constraint bias_constraint
    Discretization: bin_boundaries num_bins epsilon output_mode sparse
    Dot: axes normalize
    ELU: alpha
    EinsumDense: equation output_shape activation bias_axes kernel_initializer bias_initializer \
      kernel_regularizer bias_regularizer kernel_constraint bias_constraint
    Embedding: input_dim output_dim embeddings_initializer embeddings_regularizer embeddings_constraint \
      mask_zero
    Flatten: data_format
    GRU: units activation recurrent_activation use_bias kernel_initializer recurrent_initializer \
      bias_initializer kernel_regularizer recurrent_regularizer bias_regularizer activity_regularizer \
      kernel_constraint recurrent_constraint bias_constraint dropout recurrent_dropout seed \
      return_sequences return_state go_backwards stateful unroll reset_after zero_output_for_mask
    GRUCell: units activation recurrent_activation use_bias kernel_initializer recurrent_initializer \
      bias_initializer kernel_regularizer recurrent_regularizer bias_regularizer kernel_constraint \
      recurrent_constraint bias_constraint dropout recurrent_dropout reset_after seed
    GaussianDropout SpatialDropout1D: rate seed
    GaussianNoise: stddev seed
    GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D GlobalMaxPooling1D \
      GlobalMaxPooling2D GlobalMaxPooling3D: data_format keepdims
    GroupNormalization: groups axis epsilon center scale beta_initializer gamma_initializer \
      beta_regularizer gamma_regularizer beta_constraint gamma_constraint
    HashedCrossing: num_bins output_mode sparse
    Hashing: num_bins mask_value salt output_mode sparse
    InputLayer: sparse ragged batch_shape optional
    IntegerLookup: max_tokens num_oov_indices mask_token oov_token vocabulary vocabulary_dtype \
      vocabulary_size idf_weights invert output_mode sparse pad_to_max_tokens oov_method salt
    LSTM: units activation recurrent_activation use_bias kernel_initializer recurrent_initializer \
      bias_initializer unit_forget_bias kernel_regularizer recurrent_regularizer bias_regularizer \
      activity_regularizer kernel_constraint recurrent_constraint bias_constraint dropout \
      recurrent_dropout seed return_sequences return_state go_backwards stateful unroll \
      zero_output_for_mask
    LSTMCell: units activation recurrent_activation use_bias kernel_initializer recurrent_initializer \
      bias_initializer unit_forget_bias kernel_regularizer recurrent_regularizer bias_regularizer \
      kernel_constraint recurrent_constraint bias_constraint dropout recurrent_dropout seed
    LayerNormalization: axis epsilon center scale beta_initializer gamma_initializer beta_regularizer \
      gamma_regularizer beta_constraint gamma_constraint
    LeakyReLU: negative_slope
    Masking: mask_value
    MultiHeadAttention: num_heads key_dim value_dim dropout use_bias output_shape attention_axes \
      sliding_window flash_attention kernel_initializer bias_initializer kernel_regularizer \
      bias_regularizer activity_regularizer kernel_constraint bias_constraint use_gate seed
    Normalization: axis mean variance invert
    PReLU: alpha_initializer alpha_regularizer alpha_constraint shared_axes
    Permute: dims
    RNN: cell return_sequences return_state go_backwards stateful unroll zero_output_for_mask
    RandomBrightness RandomContrast: factor value_range seed
    RandomCrop: height width seed data_format
    RandomFlip: mode seed data_format
    RandomRotation: factor fill_mode interpolation seed fill_value data_format
    RandomTranslation RandomZoom: height_factor width_factor fill_mode interpolation seed fill_value \
      data_format
    ReLU: max_value negative_slope threshold
    RepeatVector: n
    Rescaling: scale offset
    Reshape: target_shape
    Resizing: height width interpolation crop_to_aspect_ratio pad_to_aspect_ratio fill_mode fill_value \
      antialias data_format
    SeparableConv1D SeparableConv2D: filters kernel_size strides padding data_format dilation_rate \
      depth_multiplier activation use_bias depthwise_initializer pointwise_initializer bias_initializer \
      depthwise_regularizer pointwise_regularizer bias_regularizer activity_regularizer \
      depthwise_constraint pointwise_constraint bias_constraint
    SimpleRNN: units activation use_bias kernel_initializer recurrent_initializer bias_initializer \
      kernel_regularizer recurrent_regularizer bias_regularizer activity_regularizer kernel_constraint \
      recurrent_constraint bias_constraint dropout recurrent_dropout return_sequences return_state \
      go_backwards stateful unroll seed zero_output_for_mask
    SimpleRNNCell: units activation use_bias kernel_initializer recurrent_initializer bias_initializer \
      kernel_regularizer recurrent_regularizer bias_regularizer kernel_constraint recurrent_constraint \
      bias_constraint dropout recurrent_dropout seed
    SpatialDropout2D SpatialDropout3D: rate data_format seed
    SpectralNormalization: layer power_iterations
    StackedRNNCells: cells
    StringLookup: max_tokens num_oov_indices mask_token oov_token vocabulary idf_weights invert \
      vocabulary_size output_mode pad_to_max_tokens sparse encoding salt
    TextVectorization: max_tokens standardize split ngrams output_mode output_sequence_length \
      vocabulary_size pad_to_max_tokens vocabulary idf_weights sparse ragged encoding
    TimeDistributed Wrapper: layer
    UpSampling1D: size
    UpSampling2D: size data_format interpolation
    UpSampling3D: size data_format
    ZeroPadding1D ZeroPadding2D ZeroPadding3D: padding data_format
    """
}
