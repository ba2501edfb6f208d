"""Signals and gradients as `wtool inspect` predicts them from a file alone, against those of real Keras.

Every model is run in training mode on independent unit inputs, and a random unit gradient goes back from its logits. The
root mean squares are compared layer by layer.
"""
import json

import numpy
import pytest

from conftest import import_keras

K = import_keras()
L = K.layers
pytestmark = pytest.mark.skipif(
    K.__name__ == "keras" and K.backend.backend() != "tensorflow", reason="TensorFlow takes the gradients of all layers")

FORWARD, BACKWARD = 3, 6


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


MODELS = {
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
# What the first layers make unit inputs of.
PIXELS = {
    "EfficientNetB0": (122, 0), "EfficientNetV2B0": (128, 128), "MobileNetV3Small": (128, 128), "ConvNeXtTiny": (57.4, 117),
}


def data(name, model):
    generator = numpy.random.default_rng(0)
    shape = (16, *model.input_shape[1:])
    if "int" in str(model.inputs[0].dtype):
        return generator.integers(0, 500, shape).astype("int32")
    scale, offset = PIXELS.get(name, (1, 0))
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
    assert worst[0][0] < FORWARD, worst[0]
    assert worst[1][0] < BACKWARD, worst[1]
