"""Models of an old Keras through `wtool init`, in that Keras itself: prints one line for each model.

    python3.7 Tests/Conformance/old_keras.py keras       # multi-backend Keras 2 over TensorFlow 1.15
    python3.7 Tests/Conformance/old_keras.py tf.keras    # the Keras of TensorFlow 1.15 or 2.x

    … --write NAME                                       # fixtures/architectures/NAME and fixtures/plans/NAME

Exits with 1 if any model fails. Needs no more than that Keras; a Keras in another folder comes first on PYTHONPATH.
"""
import json
import os
import subprocess
import sys
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import warnings

warnings.simplefilter("ignore")
import numpy

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WTOOL = os.environ.get("WTOOL_BINARY", os.path.join(ROOT, ".build", "release", "wtool"))


def models(keras):
    L, Sequential, Model, Input = keras.layers, keras.models.Sequential, keras.models.Model, keras.layers.Input

    def mlp():
        return Sequential([L.Dense(8, activation="relu", input_shape=(5,), kernel_initializer="he_normal"), L.Dropout(0.3), L.Dense(3, bias_initializer="ones")])

    def cnn():
        return Sequential([
            L.Conv2D(4, 3, padding="same", input_shape=(9, 8, 3)), L.BatchNormalization(), L.Activation("relu"), L.MaxPooling2D(),
            L.SeparableConv2D(5, 2, depth_multiplier=2), L.Flatten(), L.Dense(2, kernel_initializer="lecun_uniform")])

    def cnn_1d():
        return Sequential([L.Conv1D(4, 3, dilation_rate=2, padding="causal", input_shape=(20, 3)), L.AveragePooling1D(), L.ZeroPadding1D(1), L.Cropping1D(1), L.UpSampling1D(2), L.GlobalMaxPooling1D(), L.Dense(1)])

    def cnn_3d():
        return Sequential([L.Conv3D(2, 2, input_shape=(5, 6, 5, 2)), L.MaxPooling3D(2), L.Flatten(), L.Dense(2)])

    def transposed():
        return Sequential([L.Conv2DTranspose(3, 3, strides=2, padding="same", input_shape=(4, 4, 2)), L.Conv2D(2, 1, use_bias=False), L.GlobalAveragePooling2D()])

    def lstm():
        return Sequential([L.Embedding(30, 6, input_length=9), L.LSTM(5, return_sequences=True), L.LSTM(4, unit_forget_bias=False, go_backwards=True), L.Dense(2)])

    def gru():
        return Sequential([L.GRU(5, return_sequences=True, input_shape=(7, 4)), L.SimpleRNN(3), L.RepeatVector(2), L.TimeDistributed(L.Dense(2))])

    def bidirectional():
        return Sequential([L.Bidirectional(L.LSTM(3, return_sequences=True), input_shape=(6, 4)), L.Bidirectional(L.GRU(2), merge_mode="sum"), L.Dense(1)])

    def functional():
        a, b = Input((4,)), Input((4,))
        shared = L.Dense(3, name="twin")
        x = L.concatenate([shared(a), shared(b)])
        return Model([a, b], [L.Dense(2)(x), L.add([x, x])])

    def nested():
        inner = Sequential([L.Dense(4, input_shape=(5,)), L.BatchNormalization(), L.Dense(3)])
        x = Input((5,))
        return Model(x, L.Dense(2)(inner(x)))

    def frozen():
        model = Sequential([L.BatchNormalization(input_shape=(5,)), L.Dense(4), L.Dense(2)])
        model.layers[0].trainable = False
        return model

    def activations():
        return Sequential([L.Dense(6, input_shape=(5,)), L.PReLU(), L.LeakyReLU(0.2), L.Dense(6), L.ELU(), L.ThresholdedReLU(0.5), L.Dense(2), L.Activation("softmax")])

    def local():
        return Sequential([L.LocallyConnected1D(3, 3, input_shape=(8, 2)), L.Flatten(), L.Reshape((3, 6)), L.Permute((2, 1)), L.Flatten(), L.Dense(2)])

    def local_2d():
        return Sequential([L.LocallyConnected2D(3, (2, 3), input_shape=(6, 7, 2)), L.Flatten(), L.Dense(2)])

    def convlstm():
        return Sequential([L.ConvLSTM2D(3, 2, input_shape=(4, 6, 5, 2)), L.Flatten(), L.Dense(2)])

    def initializers():
        I = keras.initializers
        every = [I.RandomNormal(0.1, 0.2), I.RandomUniform(-1, 1), I.TruncatedNormal(stddev=0.2), I.VarianceScaling(2.0, "fan_out", "uniform"),
                 I.Orthogonal(1.2), I.Identity(0.5), I.Constant(0.3), "he_uniform", "glorot_normal", "lecun_normal", "zeros", "ones"]
        x = Input((6,))
        return Model(x, [L.Dense(6, kernel_initializer=i)(x) for i in every])

    return [mlp, cnn, cnn_1d, cnn_3d, transposed, lstm, gru, bidirectional, functional, nested, frozen, activations, local, local_2d,
            convlstm, initializers]


def same_distribution(ours, theirs):
    """Both constant and equal, or of the same scale as far as so many values can tell."""
    if theirs.std() == 0:
        return numpy.array_equal(ours, theirs)
    if theirs.size < 30:
        return numpy.isfinite(ours).all() and abs(ours).max() < 10 * abs(theirs).max() + 1e-6
    bound = 6 / numpy.sqrt(theirs.size)
    return abs(ours.std() / theirs.std() - 1) < bound and abs(ours.mean() - theirs.mean()) < 2 * bound * theirs.std()


def write(model, name, folder):
    """The architecture, and what Keras makes of it: names, shapes and order; values are the backend's own matter."""
    layers = []
    for layer in model.layers:
        def is_trainable(weight):
            return any(weight is other for other in layer.trainable_weights)
        weights = [w for w in layer.weights if is_trainable(w)] + [w for w in layer.weights if not is_trainable(w)]
        layers.append({"name": layer.name, "output_shapes": None, "weights": [
            [w.name.split("/")[-1].split(":")[0], [int(size) for size in w.shape], w.dtype.base_dtype.name if hasattr(w.dtype, "base_dtype") else w.dtype,
             is_trainable(w), None] for w in (weights if layer.trainable else layer.weights)]})
    for kind, text in [("architectures", model.to_json()), ("plans", json.dumps({"parameters": int(model.count_params()), "layers": layers}))]:
        directory = os.path.join(ROOT, "fixtures", kind, folder)
        if not os.path.isdir(directory):
            os.makedirs(directory)
        with open(os.path.join(directory, name + ".json"), "w") as file:
            file.write(text + "\n")


def main():
    if sys.argv[1] == "tf.keras":
        import tensorflow
        keras = tensorflow.keras
    else:
        import keras
    failures = 0
    for make in models(keras):
        try:
            model = make()
        except (TypeError, ValueError, AttributeError) as error:
            print("absent", make.__name__, str(error)[:80])
            continue
        if "--write" in sys.argv:
            write(model, make.__name__, sys.argv[sys.argv.index("--write") + 1])
            continue
        directory = tempfile.mkdtemp()
        arch, path = os.path.join(directory, "arch.json"), os.path.join(directory, "model.h5")
        with open(arch, "w") as file:
            file.write(model.to_json())
        try:
            result = subprocess.run([WTOOL, "init", arch, "-o", path, "--seed", "3", "-q"], stderr=subprocess.PIPE)
            assert result.returncode == 0, result.stderr.decode()
            loaded = keras.models.load_model(path)
            other = keras.models.model_from_json(model.to_json())
            other.load_weights(path)
            assert [w.shape for w in loaded.get_weights()] == [w.shape for w in model.get_weights()]
            for ours, again, theirs, variable in zip(loaded.get_weights(), other.get_weights(), model.get_weights(), model.weights):
                assert numpy.array_equal(ours, again), variable.name
                assert same_distribution(ours, theirs), (variable.name, ours.std(), theirs.std())
            assert all(numpy.isfinite(x).all() for x in loaded.get_weights())
            print("passed", make.__name__)
        except Exception as error:
            failures += 1
            print("FAILED", make.__name__, type(error).__name__, str(error)[:300].replace("\n", " "))
    print(getattr(keras, "__version__", ""), failures, "failed")
    return 1 if failures else 0


sys.exit(main())
