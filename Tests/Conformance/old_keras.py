"""Models of an old Keras through `wtool init` and `wtool convert`, in that Keras itself: prints one line for each model.

    python3.7 Tests/Conformance/old_keras.py keras       # multi-backend Keras 2 over TensorFlow 1.15
    python3.7 Tests/Conformance/old_keras.py tf.keras    # the Keras of TensorFlow 1.15 or 2.x

    … --write NAME                                       # fixtures/architectures/NAME and fixtures/plans/NAME

Exits with 1 if any model fails. Needs no more than that Keras; a Keras in another folder comes first on PYTHONPATH.
"""
import json
import os
import re
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
    tf = sys.modules.get("tensorflow")
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

    # What only tf.keras has, or only some of its versions.

    def preprocessing(name):
        return getattr(L, name, None) or getattr(L.experimental.preprocessing, name)

    def multi_head_attention():
        x = Input((6, 8))
        return Model(x, L.Dense(2)(L.MultiHeadAttention(2, 4, value_dim=3, output_shape=5)(x, x)))

    def cross_attention():
        q, v, k = Input((6, 8)), Input((5, 7)), Input((5, 4))
        y, scores = L.MultiHeadAttention(2, 4, dropout=0.1, use_bias=False)(q, v, key=k, return_attention_scores=True)
        return Model([q, v, k], [L.Dense(2)(y), L.Dense(3)(scores)])

    def attention_axes():
        a, b = Input((4, 6, 8)), Input((4, 5, 8))
        y, scores = L.MultiHeadAttention(2, 4, attention_axes=(1, 2))(a, b, return_attention_scores=True)
        return Model([a, b], [L.Dense(2)(y), L.Dense(3)(scores)])

    def attention():
        q, v = Input((6, 8)), Input((5, 8))
        return Model([q, v], L.Dense(2)(L.concatenate([L.Attention(use_scale=True)([q, v]), L.AdditiveAttention()([q, v])])))

    def transformer():
        tokens = Input((7,), dtype="int32")
        x = L.Embedding(20, 8)(tokens) + L.Embedding(7, 8)(tf.range(tf.shape(tokens)[1]))
        for _ in range(2):
            y = L.LayerNormalization(epsilon=1e-6)(x)
            x = x + L.MultiHeadAttention(2, 4)(y, y)
            x = x + L.Dense(8)(L.Dense(16, activation="gelu")(L.LayerNormalization()(x)))
        return Model(tokens, L.Dense(3)(x[:, 0]))

    def normalizations():
        return Sequential([L.LayerNormalization(axis=[1, 2], input_shape=(4, 5, 3)), L.LayerNormalization(axis=(2, 3), center=False), L.BatchNormalization(axis=2, scale=False), L.Flatten(), L.Dense(2)])

    def group_normalization():
        return Sequential([L.Conv2D(8, 3, input_shape=(6, 6, 2)), L.GroupNormalization(4), L.GroupNormalization(-1, axis=1, scale=False), L.Flatten(), L.UnitNormalization(), L.Dense(2)])

    def convolutions():
        return Sequential([
            L.Conv2D(8, 3, groups=2, input_shape=(12, 12, 4)), L.DepthwiseConv2D(3, depth_multiplier=2, padding="same", depthwise_initializer="he_normal"),
            L.SeparableConv2D(6, 3, strides=2, depthwise_initializer="he_uniform", pointwise_initializer="lecun_normal"), L.Reshape((4, 24)), L.SeparableConv1D(5, 2, depth_multiplier=2), L.Dense(2)])

    def transposed_1d():
        return Sequential([L.Conv1DTranspose(5, 3, strides=2, padding="same", input_shape=(7, 3)), L.Conv1DTranspose(4, 4, strides=3, output_padding=1), L.Flatten(), L.Dense(2)])

    def mixed_precision():
        keras.mixed_precision.set_global_policy("mixed_float16")
        try:
            x = Input((6, 8))
            y = L.MultiHeadAttention(2, 4)(x, x)
            return Model(x, L.Dense(2, dtype="float32")(L.LSTM(3)(L.BatchNormalization()(L.Conv1D(4, 3)(y)))))
        finally:
            keras.mixed_precision.set_global_policy("float32")

    def half_precision():
        return Sequential([L.Dense(4, dtype="float16", input_shape=(5,)), L.BatchNormalization(dtype="float16"), L.Dense(40, dtype="float64"), L.Dense(3)])

    def gru_variants():
        return Sequential([L.GRU(5, reset_after=False, return_sequences=True, input_shape=(7, 4)), L.GRU(4, reset_after=True, use_bias=False, return_sequences=True), L.GRU(3), L.Dense(2)])

    def cells():
        return Sequential([L.RNN(L.StackedRNNCells([L.LSTMCell(5), L.GRUCell(4), L.SimpleRNNCell(3)]), return_sequences=True, input_shape=(7, 4)), L.RNN([L.LSTMCell(3), L.LSTMCell(2)]), L.Dense(2)])

    def encoder_decoder():
        a, b = Input((None, 5)), Input((None, 4))
        _, h, c = L.LSTM(6, return_state=True)(a)
        y = L.LSTM(6, return_sequences=True)(b, initial_state=[h, c])
        y, forward, backward = L.Bidirectional(L.GRU(3, return_sequences=True, return_state=True))(y)
        return Model([a, b], [L.Dense(2)(y), L.Dense(2)(forward), L.Dense(2)(backward)])

    def functional_in_sequential():
        a = Input((5,))
        return Sequential([L.Dense(5, input_shape=(3,)), Model(a, L.add([L.Dense(4)(a), L.Dense(4)(a)])), L.Dense(2)])

    def shared_model():
        inner = Sequential([L.Conv1D(4, 3, input_shape=(8, 2)), L.BatchNormalization(), L.GlobalAveragePooling1D()])
        inner.layers[0].trainable = False
        a, b = Input((8, 2)), Input((8, 2))
        return Model([a, b], L.Dense(1)(L.concatenate([inner(a), inner(b)])))

    def dictionary():
        a, b = Input((4,), name="right"), Input((3,), name="left")
        return Model({"right": a, "left": b}, {"sum": L.Dense(2, name="sum")(L.concatenate([a, b])), "other": L.Dense(1, name="other")(a)})

    def dictionary_call():
        a, b = Input((4,), name="right"), Input((3,), name="left")
        inner = Model({"right": a, "left": b}, {"two": L.Dense(2)(L.concatenate([b, a])), "three": L.Dense(3)(a)})
        c, d = Input((4,)), Input((3,))
        y = inner({"right": c, "left": d})
        return Model([c, d], [L.Dense(1)(y["three"]), L.Dense(1)(y["two"])])

    def nested_call():
        a, b, c = Input((4,)), Input((3,)), Input((2,))
        inner = Model([a, [b, c]], L.Dense(2)(L.concatenate([c, L.Dense(3)(a), b])))
        x, y, z = Input((4,)), Input((3,)), Input((2,))
        return Model([x, y, z], L.Dense(1)(inner([x, [y, z]])))

    def built():
        model = Sequential([Sequential([L.Conv2D(4, 3), L.BatchNormalization()]), L.GlobalAveragePooling2D(), L.Dense(2)])
        model.build((None, 8, 8, 3))
        return model

    def einsum_dense():
        E = getattr(L, "EinsumDense", None) or L.experimental.EinsumDense
        return Sequential([E("abc,cd->abd", output_shape=(None, 5), bias_axes="d", input_shape=(6, 4)), E("...x,xy->...y", output_shape=3, bias_axes="y"), E("abc,bcde->ade", output_shape=(2, 3)), L.Flatten(), L.Dense(2)])

    def stateful():
        return Sequential([L.LSTM(3, stateful=True, return_sequences=True, batch_input_shape=(2, 6, 4)), L.GRU(3, stateful=True), L.Dense(2)])

    def renormalization():
        return Sequential([tf.compat.v1.keras.layers.BatchNormalization(renorm=True, input_shape=(5,)), L.Dense(2)])

    def images():
        P = preprocessing
        return Sequential([
            P("Rescaling")(1 / 127.5, offset=-1, input_shape=(12, 10, 3)), P("Resizing")(11, 11), P("CenterCrop")(9, 9), P("RandomCrop")(8, 8), P("RandomFlip")("horizontal"), P("RandomRotation")(0.1),
            P("RandomZoom")(0.1), P("RandomTranslation")(0.1, 0.1), P("RandomContrast")(0.1), L.Conv2D(2, 3), L.Flatten(), L.Dense(2)])

    def random_sizes():
        return Sequential([preprocessing("RandomHeight")(0.1, input_shape=(12, 10, 3)), preprocessing("RandomWidth")(0.1), L.Conv2D(2, 3), L.GlobalMaxPooling2D(), L.Dense(2)])

    def data_normalization():
        return Sequential([preprocessing("Normalization")(axis=(1, 3), input_shape=(4, 5, 3)), L.Flatten(), L.Dense(2)])

    def category_encoding():
        C = preprocessing("CategoryEncoding")
        x = Input((4,), dtype="int32")
        try:
            return Model(x, L.Dense(2)(C(num_tokens=6, output_mode="multi_hot")(x)))
        except (TypeError, ValueError):
            return Model(x, L.Dense(2)(C(max_tokens=6, output_mode="binary")(x)))

    def lookup():
        x, y = Input((1,), dtype="string"), Input((3,), dtype="int64")
        one_hot = preprocessing("StringLookup")(vocabulary=["a", "b", "c"], output_mode="one_hot")(x)
        counts = preprocessing("IntegerLookup")(vocabulary=[4, 5], num_oov_indices=2, mask_token=0, output_mode="count")(y)
        return Model([x, y], [L.Dense(2)(one_hot), L.Dense(2)(counts)])

    def text():
        x, y = Input((1,), dtype="string"), Input((3,))
        return Model([x, y], L.Dense(2)(L.concatenate([preprocessing("TextVectorization")(vocabulary=["a", "b", "c"], output_mode="multi_hot")(x), y])))

    # TensorFlow's functions in a graph; after each a dense layer, so their shapes count.

    def operators():
        x, y = Input((6, 4)), Input((6, 4))
        every = [x + y, 1.0 - x, x / 255.0, -x, x ** 2, abs(x), x // 2.0, x % 2.0, tf.cast(x > 0.5, "float32"), tf.maximum(x, y), tf.math.squared_difference(x, y), tf.add_n([x, y]),
                 tf.nn.relu(x), tf.nn.softsign(x), tf.nn.dropout(x, 0.1), tf.math.cumsum(x, axis=1), tf.roll(x, 1, 1), tf.clip_by_value(x, 0.0, 1.0), x * tf.ones((1, 6, 4))]
        return Model([x, y], [L.Dense(2)(z) for z in every])

    def slices():
        x = Input((6, 4))
        every = [x[:, 0], x[:, -1], x[:, 1:3], x[:, :-1, :3], x[:, ::2, ::-2], x[:, tf.newaxis], x[:, 1:, None], x * x[:, :1], tf.slice(x, [0, 1, 0], [-1, 3, 4])]
        return Model(x, [L.Dense(2)(z) for z in every])

    def reductions():
        x = Input((6, 4))
        every = [tf.reduce_mean(x, axis=1), tf.reduce_sum(x, axis=[1], keepdims=True), tf.math.reduce_max(x, 1, True), tf.math.reduce_std(x, axis=-2), tf.norm(x, axis=1), tf.one_hot(tf.argmax(x, axis=-1), 5), tf.nn.moments(x, axes=[1])[1]]
        return Model(x, [L.Dense(2)(z) for z in every])

    def rearrangements():
        x = Input((6, 4))
        every = [tf.reshape(x, (-1, 24)), tf.reshape(x, (tf.shape(x)[0], 3, 8)), tf.transpose(x, [0, 2, 1]), tf.expand_dims(x, -2), tf.squeeze(x[:, :1], 1), tf.squeeze(tf.expand_dims(x, 1), axis=[1]),
                 keras.backend.permute_dimensions(x, (0, 2, 1)), tf.tile(x, [1, 2, 3]), tf.repeat(x, 2, axis=1), tf.pad(x, [[0, 0], [1, 1], [0, 2]]), tf.gather(x, [0, 2], axis=2)]
        return Model(x, [L.Dense(2)(z) for z in every])

    def joins():
        x, y = Input((6, 4)), Input((6, 4))
        every = [tf.concat([x, y], axis=-1), tf.concat([x, y], 1), tf.stack([x, y], axis=1), tf.stack([x, y], -1), tf.split(x, 2, axis=-1)[1], tf.split(x, [1, 3], axis=-1)[1], tf.unstack(x, axis=1)[3],
                 tf.concat([tf.zeros((tf.shape(x)[0], 1, 4)), x], axis=1)]
        return Model([x, y], [L.Dense(2)(z) for z in every])

    def products():
        x, y = Input((6, 4)), Input((5, 4))
        every = [tf.matmul(x, y, transpose_b=True), x @ tf.transpose(y, [0, 2, 1]), tf.matmul(x, x, transpose_a=True), tf.tensordot(x, tf.ones((4, 3)), 1)]
        return Model([x, y], [L.Dense(2)(z) for z in every])

    def pictures():
        x = Input((8, 8, 4))
        every = [tf.image.resize(x, (4, 5)), tf.image.flip_left_right(x), tf.nn.depth_to_space(x, 2), tf.nn.space_to_depth(x, 2), tf.nn.max_pool2d(x, 2, 2, "VALID"), tf.nn.avg_pool2d(x, 3, 2, "SAME")]
        return Model(x, [L.Dense(2)(z) for z in every])

    def autoencoder():
        x = Input((5,))
        mean, deviation = L.Dense(2)(x), L.Dense(2)(x)
        return Model(x, L.Dense(5)(mean + tf.exp(0.5 * deviation) * tf.random.normal(tf.shape(mean))))

    def masked():
        x = Input((6,), dtype="int32")
        return Model(x, L.Dense(2)(L.Embedding(9, 4)(x) * tf.cast(tf.not_equal(x, 0), "float32")[:, :, tf.newaxis]))

    def siamese():
        x, y, dense = Input((5,)), Input((5,)), L.Dense(4)
        distance = keras.backend.sum(keras.backend.square(dense(x) - dense(y)), axis=1, keepdims=True)
        return Model([x, y], L.Dense(3)(keras.backend.sqrt(keras.backend.maximum(distance, keras.backend.epsilon()))))

    def mobilenet():
        return keras.applications.MobileNetV2(input_shape=(96, 96, 3), alpha=0.35, weights=None, classes=7)

    def efficientnet():
        return keras.applications.EfficientNetB0(weights=None, classes=7)

    def transfer():
        base = keras.applications.MobileNetV2(input_shape=(96, 96, 3), alpha=0.35, weights=None, include_top=False, pooling="avg")
        base.trainable = False
        x = Input((96, 96, 3))
        return Model(x, L.Dense(5)(L.Dropout(0.2)(base(x / 127.5 - 1.0, training=False))))

    return [mlp, cnn, cnn_1d, cnn_3d, transposed, lstm, gru, bidirectional, functional, nested, frozen, activations, local, local_2d,
            convlstm, initializers,
            multi_head_attention, cross_attention, attention_axes, attention, transformer, normalizations, group_normalization,
            convolutions, transposed_1d, mixed_precision, half_precision, gru_variants, cells, encoder_decoder,
            functional_in_sequential, shared_model, dictionary, dictionary_call, nested_call, built, einsum_dense, stateful,
            renormalization, images, random_sizes, data_normalization, category_encoding, lookup, text, operators, slices,
            reductions, rearrangements, joins, products, pictures, autoencoder, masked, siamese, mobilenet, efficientnet,
            transfer]


def same_distribution(ours, theirs):
    """Both constant and equal, or of the same scale as far as so many values can tell."""
    if theirs.std() == 0:
        return numpy.array_equal(ours, theirs)
    if theirs.size < 8:
        return bool(numpy.isfinite(ours).all())
    if theirs.size < 30:
        return numpy.isfinite(ours).all() and abs(ours).max() < 10 * abs(theirs).max() + 1e-6
    bound = 6 / numpy.sqrt(theirs.size)
    return abs(ours.std() / theirs.std() - 1) < bound and abs(ours.mean() - theirs.mean()) < 2 * bound * theirs.std()


# Too large to keep.
NOT_KEPT = {"mobilenet", "efficientnet", "transfer"}


def output_shapes(layer):
    """The shape of each output; None if several calls have different ones, or if the Keras knows only the rank of it."""
    try:
        shape = layer.output_shape
        shapes = shape if isinstance(shape, list) else [shape]
        return [[None if size is None else int(size) for size in one] for one in shapes]
    except (AttributeError, TypeError, ValueError):
        return None


def write(model, name, folder):
    """The architecture, and what Keras makes of it: names, shapes and order; values are the backend's own matter."""
    layers = []
    for layer in model.layers:
        def is_trainable(weight):
            return any(weight is other for other in layer.trainable_weights)
        weights = [w for w in layer.weights if is_trainable(w)] + [w for w in layer.weights if not is_trainable(w)]
        layers.append({"name": layer.name, "output_shapes": output_shapes(layer), "weights": [
            [re.sub(r"_[0-9]+$", "", w.name.split("/")[-1].split(":")[0]), [int(size) for size in w.shape], w.dtype.base_dtype.name if hasattr(w.dtype, "base_dtype") else w.dtype,
             is_trainable(w), None] for w in (weights if layer.trainable else layer.weights)]})
    for kind, text in [("architectures", model.to_json()), ("plans", json.dumps({"parameters": int(model.count_params()), "layers": layers}))]:
        directory = os.path.join(ROOT, "fixtures", kind, folder)
        if not os.path.isdir(directory):
            os.makedirs(directory)
        with open(os.path.join(directory, name + ".json"), "w") as file:
            file.write(text + "\n")


def wtool(*arguments):
    result = subprocess.run([WTOOL] + list(arguments), stderr=subprocess.PIPE)
    assert result.returncode == 0, result.stderr.decode()


def check_init(keras, model, arch, path):
    wtool("init", arch, "-o", path("model.h5"), "--seed", "3", "-q")
    loaded = keras.models.load_model(path("model.h5"))
    other = keras.models.model_from_json(model.to_json())
    other.load_weights(path("model.h5"))
    assert [w.shape for w in loaded.get_weights()] == [w.shape for w in model.get_weights()]
    for ours, again, theirs, variable in zip(loaded.get_weights(), other.get_weights(), model.get_weights(), model.weights):
        assert numpy.array_equal(ours, again), variable.name
        assert same_distribution(ours, theirs), (variable.name, ours.std(), theirs.std())
    assert all(numpy.isfinite(x).all() for x in loaded.get_weights())


def check_convert(keras, model, arch, path):
    """What this Keras saved becomes .h5 files and, where the Keras knows it, the tree of objects, and comes back."""
    model.save(path("saved.h5"))
    model.save_weights(path("weights.h5"))
    wtool("convert", path("saved.h5"), path("a.h5"), "-q")
    wtool("convert", path("weights.h5"), path("b.h5"), "--format", "h5-weights", "-q")
    converted = ["a.h5", "b.h5"]
    if sys.argv[1] == "tf.keras" and tuple(map(int, sys.modules["tensorflow"].__version__.split(".")[:2])) >= (2, 13):
        wtool("convert", path("saved.h5"), path("tree.weights.h5"), "-q", "--no-upgrade")
        wtool("convert", path("tree.weights.h5"), path("c.h5"), "--model", arch, "-q")
        converted += ["tree.weights.h5", "c.h5"]
    for name in converted:
        other = keras.models.model_from_json(model.to_json())
        other.load_weights(path(name))
        for ours, theirs, variable in zip(other.get_weights(), model.get_weights(), model.weights):
            assert numpy.array_equal(ours, theirs), ("converted", name, variable.name)


def main():
    if sys.argv[1] == "tf.keras":
        import tensorflow
        keras = tensorflow.keras
    else:
        import keras
    failures = 0
    for make in models(keras):
        if sys.argv[1] == "tf.keras" and "--write" not in sys.argv:
            keras.backend.clear_session()
        try:
            model = make()
        except (TypeError, ValueError, AttributeError) as error:
            print("absent", make.__name__, str(error)[:80])
            continue
        if "--write" in sys.argv:
            if make.__name__ in NOT_KEPT:
                continue
            write(model, make.__name__, sys.argv[sys.argv.index("--write") + 1])
            continue
        directory = tempfile.mkdtemp()
        arch = os.path.join(directory, "arch.json")
        with open(arch, "w") as file:
            file.write(model.to_json())

        def path(name):
            return os.path.join(directory, name)
        try:
            check_init(keras, model, arch, path)
            check_convert(keras, model, arch, path)
            print("passed", make.__name__)
        except Exception as error:
            failures += 1
            print("FAILED", make.__name__, type(error).__name__, str(error)[:300].replace("\n", " "))
    print(getattr(keras, "__version__", ""), failures, "failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
