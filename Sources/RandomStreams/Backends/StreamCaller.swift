/// Which Keras asks a backend for random numbers: that decides how it hands over seeds and limits.
package enum StreamCaller: Sendable, Hashable {
  /// Keras 3.
  case keras3
  /// tf.keras and tf-keras, over TensorFlow only.
  case tfKeras
}
