"""Signals and gradients as `wtool inspect` predicts them from a file alone, against those of real Keras.

Every model is run in training mode on independent unit inputs, and a random unit gradient goes back from its logits. The
root mean squares are compared layer by layer.
"""
import inspect
import json
import os

import numpy
import pytest

from conftest import import_keras

K = import_keras()
L = K.layers
pytestmark = pytest.mark.skipif(
    K.__name__ == "keras" and K.backend.backend() != "tensorflow", reason="TensorFlow takes the gradients of all layers")

FORWARD, BACKWARD = 3, 6
# The deepest: what is left out of the prediction adds up.
FARTHER = {"EfficientNetB6": (3, 8), "NASNetLarge": (4, 6), "ResNet101": (3, 8), "ResNet152": (3, 20)}


def application(name, size, **options):
    constructor = getattr(K.applications, name)
    return lambda: constructor(weights=None, input_shape=(size, size, 3), classes=100, classifier_activation=None, **options)


def mlp(activation, initializer, depth, width=256):
    def build():
        layers = [L.Dense(width, activation=activation, kernel_initializer=initializer, name=f"d{i}") for i in range(depth)]
        return K.Sequential([K.Input((width,))] + layers + [L.Dense(10)])
    return build


def transformer(blocks=3, before=True, length=32, width=64, vocabulary=500):
    def build():
        tokens = K.Input((length,), dtype="int32")
        x = L.Embedding(vocabulary, width)(tokens)
        for _ in range(blocks):
            y = L.LayerNormalization()(x) if before else x
            x = L.Add()([x, L.Dropout(0.1)(L.MultiHeadAttention(4, 16)(y, y))])
            x = x if before else L.LayerNormalization()(x)
            y = L.LayerNormalization()(x) if before else x
            y = L.Dense(width)(L.Dense(4 * width, activation="gelu")(y))
            x = L.Add()([x, y])
            x = x if before else L.LayerNormalization()(x)
        return K.Model(tokens, L.Dense(10)(L.GlobalAveragePooling1D()(x)))
    return build


def vision_transformer():
    image = K.Input((32, 32, 3))
    x = L.Conv2D(64, 4, strides=4)(image)
    x = L.Reshape((64, 64))(x)
    for _ in range(4):
        y = L.LayerNormalization()(x)
        x = L.Add()([x, L.MultiHeadAttention(4, 16)(y, y)])
        y = L.LayerNormalization()(x)
        x = L.Add()([x, L.Dense(64)(L.Dense(256, activation="gelu")(y))])
    return K.Model(image, L.Dense(10)(L.GlobalAveragePooling1D()(L.LayerNormalization()(x))))


def recurrent(*layers, features=16, steps=24):
    return lambda: K.Sequential([K.Input((steps, features))] + [layer() for layer in layers] + [L.Dense(10)])


def text_lstm():
    return K.Sequential([K.Input((40,), dtype="int32"), L.Embedding(500, 64), L.LSTM(64, return_sequences=True), L.LSTM(64), L.Dense(10)])


def unet():
    image = x = K.Input((32, 32, 3))
    skips = []
    for filters in [16, 32]:
        x = L.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal")(x)
        skips.append(x)
        x = L.MaxPooling2D()(x)
    x = L.Conv2D(64, 3, padding="same", activation="relu", kernel_initializer="he_normal")(x)
    for filters, skip in zip([32, 16], reversed(skips)):
        x = L.Conv2DTranspose(filters, 2, strides=2)(x)
        x = L.Concatenate()([x, skip])
        x = L.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal")(x)
    return K.Model(image, L.Conv2D(1, 1)(x))


def squeeze_excite():
    image = x = K.Input((32, 32, 3))
    for filters in [16, 32, 64]:
        x = L.SeparableConv2D(filters, 3, padding="same", strides=2, use_bias=False)(x)
        x = L.GroupNormalization(8)(x)
        x = L.Activation("silu")(x)
        gate = L.GlobalAveragePooling2D(keepdims=True)(x)
        gate = L.Conv2D(filters, 1, activation="sigmoid")(L.Conv2D(16, 1, activation="relu")(gate))
        x = L.Multiply()([x, gate])
    return K.Model(image, L.Dense(10)(L.GlobalAveragePooling2D()(x)))


def plain_residual():
    x = inputs = K.Input((128,))
    for _ in range(12):
        x = L.Add()([x, L.Dense(128)(L.Dense(128, activation="relu", kernel_initializer="he_normal")(x))])
    return K.Model(inputs, L.Dense(10)(x))


def video(*layers, size=16, channels=3, steps=6):
    def build():
        x = inputs = K.Input((steps, size, size, channels))
        for layer in layers:
            x = layer()(x)
        return K.Model(inputs, L.Dense(10)(L.GlobalAveragePooling2D()(x)))
    return build


def waves():
    x = inputs = K.Input((6, 32, 4))
    x = L.ConvLSTM1D(16, 5, strides=2, return_sequences=True)(x)
    x = L.ConvLSTM1D(16, 3, padding="same")(x)
    return K.Model(inputs, L.Dense(10)(L.Flatten()(x)))


def siamese(normalize):
    def build():
        one, other = K.Input((32,)), K.Input((32,))
        tower = [L.Dense(64, activation="relu", kernel_initializer="he_normal"), L.Dense(32)]
        a, b = one, other
        for layer in tower:
            a, b = layer(a), layer(b)
        return K.Model([one, other], L.Dense(4)(L.Dot(1, normalize=normalize)([a, b])))
    return build


def two_towers():
    one, other = K.Input((20,)), K.Input((40,))
    a = L.Dense(32)(L.Dense(64, activation="relu")(one))
    b = L.Dense(32)(L.Dense(64, activation="tanh")(other))
    return K.Model([one, other], L.Dense(1)(L.Dot(-1)([a, b])))


def scores():
    """Attention made of two `Dot` layers."""
    x = inputs = K.Input((12, 16))
    query, key, value = L.Dense(16)(x), L.Dense(16)(x), L.Dense(24)(x)
    weights = L.Softmax()(L.Rescaling(16 ** -0.5)(L.Dot((2, 2))([query, key])))
    x = L.Dot((2, 1))([weights, value])
    return K.Model(inputs, L.Dense(10)(L.GlobalAveragePooling1D()(x)))


def attention(layer, width=32, length=16, projects=True, has_key=False):
    def build():
        x = inputs = K.Input((length, width))
        x = L.Dense(width)(x)
        parts = [L.Dense(width)(x) for _ in range(3 if has_key else 2)] if projects else [x, x]
        return K.Model(inputs, L.Dense(10)(L.Flatten()(layer()(parts))))
    return build


def function(call, shape=(32,)):
    def build():
        inputs = K.Input(shape)
        x = L.Dense(32)(inputs)
        return K.Model(inputs, L.Dense(10)(call(x)))
    return build


def attention_of_operations():
    ops = K.ops
    x = inputs = K.Input((12, 16))
    query, key, value = L.Dense(16)(x), L.Dense(16)(x), L.Dense(24)(x)
    weights = ops.softmax(ops.matmul(query, ops.transpose(key, (0, 2, 1))) * 0.25)
    x = ops.matmul(weights, value)
    return K.Model(inputs, L.Dense(10)(ops.mean(x, axis=1)))


def attention_of_einsum():
    ops = K.ops
    x = inputs = K.Input((12, 16))
    query, key, value = L.Dense(16)(x), L.Dense(16)(x), L.Dense(24)(x)
    weights = ops.softmax(ops.einsum("bid,bjd->bij", query, key) / 4)
    x = ops.einsum("bij,bjd->bid", weights, value)
    return K.Model(inputs, L.Dense(10)(ops.sum(x, axis=1)))


def operation_models():
    """Of Keras 3 only, whose graphs have operations."""
    ops = K.ops
    return {
        "attention of operations": attention_of_operations,
        "attention of einsum": attention_of_einsum,
        "square": function(ops.square), "abs": function(ops.abs), "power": function(lambda x: x ** 2),
        "sine": function(lambda x: ops.sin(x * 3)), "cosine": function(ops.cos), "exp": function(ops.exp),
        "clip": function(lambda x: ops.clip(x, -0.5, 1)),
        "maximum": function(lambda x: ops.maximum(x, L.Dense(32)(x))),
        "negative and difference": function(lambda x: L.Dense(32)(x) - (-x)),
        "unit length": function(lambda x: ops.normalize(x, axis=-1)),
        "mean of units": function(lambda x: ops.mean(x, axis=-1, keepdims=True)),
        "sum of places": function(lambda x: ops.sum(x, axis=1), (8, 16)),
        "largest place": function(lambda x: ops.max(x, axis=1), (8, 16)),
        "part": function(lambda x: x[:, :8]),
        "concatenation": function(lambda x: ops.concatenate([x, L.Dense(16)(x)], axis=-1)),
        "gate by softmax": function(lambda x: x * ops.softmax(L.Dense(32)(x))),
    }


MODELS = {
    "ConvLSTM2D": video(lambda: L.ConvLSTM2D(16, 3)),
    "ConvLSTM2D ×2": video(
        lambda: L.ConvLSTM2D(16, 3, padding="same", return_sequences=True), lambda: L.ConvLSTM2D(16, 3, padding="same")),
    "ConvLSTM2D, strides": video(lambda: L.ConvLSTM2D(16, 3, strides=2, padding="same", recurrent_activation="sigmoid")),
    "ConvLSTM1D ×2": waves,
    "siamese": siamese(False),
    "siamese, cosine": siamese(True),
    "two towers": two_towers,
    "attention of Dot": scores,
    "Attention": attention(lambda: L.Attention()),
    "Attention, scaled": attention(lambda: L.Attention(use_scale=True), width=8),
    "Attention with a key": attention(lambda: L.Attention(), has_key=True, width=16),
    "Attention to itself": attention(lambda: L.Attention(), projects=False),
    "AdditiveAttention": attention(lambda: L.AdditiveAttention()),
    "AdditiveAttention with a key": attention(lambda: L.AdditiveAttention(use_scale=False), has_key=True),
    "Attention, concat": attention(lambda: L.Attention(score_mode="concat")),
    **(operation_models() if hasattr(K, "ops") else {}),
    "ResNet50": application("ResNet50", 96),
    "ResNet50V2": application("ResNet50V2", 96),
    "MobileNet": application("MobileNet", 96),
    "MobileNetV2": application("MobileNetV2", 96),
    "MobileNetV3Small": application("MobileNetV3Small", 96),
    "EfficientNetB0": application("EfficientNetB0", 96),
    "EfficientNetV2B0": application("EfficientNetV2B0", 96),
    "ConvNeXtTiny": application("ConvNeXtTiny", 64),
    "VGG16": application("VGG16", 64),
    "DenseNet121": application("DenseNet121", 96),
    "Xception": application("Xception", 96),
    "InceptionV3": application("InceptionV3", 96),
    "relu he ×10": mlp("relu", "he_normal", 10),
    "relu glorot ×10": mlp("relu", "glorot_uniform", 10),
    "tanh glorot ×20": mlp("tanh", "glorot_uniform", 20),
    "sigmoid glorot ×6": mlp("sigmoid", "glorot_uniform", 6),
    "selu lecun ×20": mlp("selu", "lecun_normal", 20),
    "gelu he ×10": mlp("gelu", "he_normal", 10),
    "silu he ×10": mlp("silu", "he_uniform", 10),
    "elu he ×10": mlp("elu", "he_normal", 10),
    "tanh too large ×8": mlp("tanh", K.initializers.RandomNormal(0, 0.3), 8),
    "relu too small ×8": mlp("relu", K.initializers.RandomNormal(0, 0.01), 8),
    "leaky_relu orthogonal ×8": mlp("leaky_relu", "orthogonal", 8),
    "transformer, norm first": transformer(),
    "transformer, norm last": transformer(before=False),
    "vision transformer": vision_transformer,
    "LSTM": recurrent(lambda: L.LSTM(32)),
    "LSTM ×3": recurrent(lambda: L.LSTM(32, return_sequences=True), lambda: L.LSTM(32, return_sequences=True), lambda: L.LSTM(32)),
    "GRU ×2": recurrent(lambda: L.GRU(32, return_sequences=True), lambda: L.GRU(32)),
    "SimpleRNN": recurrent(lambda: L.SimpleRNN(32)),
    "bidirectional": recurrent(lambda: L.Bidirectional(L.LSTM(32, return_sequences=True)), lambda: L.GlobalAveragePooling1D()),
    "text LSTM": text_lstm,
    "U-Net": unet,
    "squeeze and excite": squeeze_excite,
    "residual without norms": plain_residual,
}
if os.environ.get("WTOOL_ALL_APPLICATIONS"):
    # All that fit into the memory: half an hour. InceptionResNetV2 has a custom layer, behind which nothing is predicted.
    MODELS |= {
        name: application(name, 96) for name, constructor in inspect.getmembers(K.applications, inspect.isfunction)
        if name[0].isupper() and name not in {*MODELS, "InceptionResNetV2"}
    }


def pixels(name):
    """What the first layers make unit inputs of: a factor and an offset."""
    if name.startswith("EfficientNetB"):
        return 122, 0
    if name.startswith(("EfficientNetV2", "MobileNetV3")):
        return 128, 128
    if name.startswith("ConvNeXt"):
        return 57.4, 117
    return 1, 0


def data(name, model):
    generator = numpy.random.default_rng(0)
    if len(model.inputs) > 1:
        return [generator.standard_normal((16, *tensor.shape[1:])).astype("float32") for tensor in model.inputs]
    shape = (16, *model.input_shape[1:])
    if "int" in str(model.inputs[0].dtype):
        return generator.integers(0, 500, shape).astype("int32")
    scale, offset = pixels(name)
    return (generator.standard_normal(shape) * scale + offset).astype("float32")


def measured(name, model):
    """The root mean square of each layer's output, and of the gradient with respect to it."""
    import tensorflow
    # Of a model in the model tf-keras cannot tell the output.
    layers = [layer for layer in model.layers if not isinstance(layer, (L.InputLayer, K.Model))]
    every = K.Model(model.inputs, [layer.output for layer in layers])
    with tensorflow.GradientTape() as tape:
        outputs = every(data(name, model), training=True)
        outputs = outputs if isinstance(outputs, list) else [outputs]
        weights = numpy.random.default_rng(1).standard_normal(outputs[-1].shape).astype("float32")
        loss = tensorflow.reduce_sum(outputs[-1] * weights)
    gradients = tape.gradient(loss, outputs)
    size = lambda x: None if x is None else float(numpy.sqrt(numpy.mean(numpy.square(numpy.asarray(x, "float64")))))
    return {layer.name: (size(o), size(g)) for layer, o, g in zip(layers, outputs, gradients)}


@pytest.mark.parametrize("name", MODELS)
def test_predicted_scale(wtool, tmp_path, name, capsys):
    K.utils.set_random_seed(3)
    model = MODELS[name]()
    path = tmp_path / "m.keras"
    model.save(path)
    report = json.loads(wtool("inspect", path, "-f", "json", "--fail-on", "never").stdout)["files"][0]
    predicted = {s["layer"]: s for s in report["signal"]}
    worst = [(1, ""), (1, "")]
    compared = 0
    preparing = (L.Rescaling, L.Normalization, L.ZeroPadding2D)
    for layer, (forward, backward) in measured(name, model).items():
        if isinstance(model.get_layer(layer), preparing):
            continue
        signal = predicted[layer]
        for number, (have, want) in enumerate([(signal["forward_rms"], forward), (signal["gradient_ratio"], backward)]):
            if want is None or want < 1e-30 or (number and isinstance(model.get_layer(layer), L.Embedding)):
                continue
            assert have, (layer, signal, want)
            ratio = max(have / want, want / have)
            worst[number] = max(worst[number], (ratio, f"{layer}: {have:.3g} predicted, {want:.3g} measured"))
            compared += 1
    with capsys.disabled():
        print(f"\n{name}: {compared} compared; forward ×{worst[0][0]:.2f} {worst[0][1]}; backward ×{worst[1][0]:.2f} {worst[1][1]}")
    assert compared >= 4
    forward, backward = FARTHER.get(name, (FORWARD, BACKWARD))
    assert worst[0][0] < forward, worst[0]
    assert worst[1][0] < backward, worst[1]
