import Testing

@testable import KerasArchitecture

@Suite struct PythonNamesTests {
  @Test(arguments: [
    ("Conv2DTranspose", "conv2d_transpose"), ("PReLU", "p_re_lu"), ("LeakyReLU", "leaky_re_lu"),
    ("ReLU", "re_lu"),
    ("ELU", "elu"), ("LSTMCell", "lstm_cell"), ("ConvLSTM2D", "conv_lstm2d"), ("GRU", "gru"),
    ("RMSNormalization", "rms_normalization"), ("GroupedQueryAttention", "grouped_query_attention"),
    ("UpSampling2D", "up_sampling2d"), ("STFTSpectrogram", "stft_spectrogram"),
    ("MaxPooling2D", "max_pooling2d"),
    ("Dense", "dense"), ("SimpleRNN", "simple_rnn"), ("InputLayer", "input_layer"),
  ])
  func `names are Keras's`(className: String, name: String) {
    #expect(PythonNames.snakeCase(className) == name)
  }
}
