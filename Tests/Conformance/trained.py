"""Small networks that Keras trained, healthy ones and failed ones: what `wtool inspect` says of them.

    python Tests/Conformance/trained.py [--keep FOLDER] [NAME …]

Of the healthy ones, every warning and error is a false alarm; of the failed ones, "no findings" is a miss. Each is audited as a
.keras archive with its optimizer, and as weights alone. Not part of the test run but for a sample: training takes five
minutes.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile

import numpy as np

from conftest import WTOOL, import_keras

K = import_keras()
L = K.layers
random = np.random.default_rng(0)


def blobs(count=512, features=20, classes=4):
    """Points around the centers of classes."""
    labels = random.integers(classes, size=count)
    centers = np.random.default_rng(1).normal(size=(classes, features))
    return (centers[labels] + 0.5 * random.normal(size=(count, features))).astype("float32"), labels


def waves(count=256, steps=16, features=3):
    """Sequences, and whether their mean rises."""
    x = random.normal(size=(count, steps, features)).cumsum(axis=1).astype("float32") / 3
    return x, (x[:, -1, 0] > x[:, 0, 0]).astype("float32")[:, None]


def images(count=256, size=12, channels=1, classes=3):
    """Images with a bright square whose place is the class."""
    labels = random.integers(classes, size=count)
    x = random.normal(size=(count, size, size, channels)).astype("float32") * 0.5
    for image, label in zip(x, labels):
        image[label * 3:label * 3 + 4, label * 3:label * 3 + 4] += 2
    return x, labels


def fit(model, x, y, loss, optimizer="adam", epochs=12, batch=32, **options):
    model.compile(optimizer=optimizer, loss=loss)
    model.fit(x, y, epochs=epochs, batch_size=batch, verbose=0, **options)
    return model


CLASSES = "sparse_categorical_crossentropy"


def classifier(*layers, data=blobs, classes=4, **options):
    x, y = data(classes=classes)
    model = K.Sequential([K.Input(x.shape[1:]), *layers, L.Dense(classes, "softmax")])
    return fit(model, x, y, CLASSES, **options)


def regression(*layers, **options):
    x = random.normal(size=(512, 8)).astype("float32")
    y = np.sin(x[:, :1]) + x[:, 1:2] * x[:, 2:3]
    return fit(K.Sequential([K.Input((8,)), *layers, L.Dense(1)]), x, y, "mse", **options)


def mlp():
    return classifier(L.Dense(32, "relu"), L.Dense(32, "relu"))


def mlp_he():
    return classifier(*[L.Dense(48, "relu", kernel_initializer="he_normal") for _ in range(4)])


def tanh_regression():
    return regression(L.Dense(32, "tanh"), L.Dense(32, "tanh"))


def without_biases():
    x, y = blobs()
    layers = [L.Dense(64, "tanh", use_bias=False), L.Dense(64, "tanh", use_bias=False), L.Dense(4, "softmax", use_bias=False)]
    return fit(K.Sequential([K.Input((20,)), *layers]), x, y, CLASSES, optimizer=K.optimizers.SGD(0.05), epochs=25)


def cnn():
    return classifier(
        L.Conv2D(8, 3, use_bias=False), L.BatchNormalization(), L.ReLU(), L.MaxPooling2D(), L.Conv2D(16, 3), L.BatchNormalization(),
        L.ReLU(), L.GlobalAveragePooling2D(), data=images, classes=3)


def plain_cnn():
    return classifier(L.Conv2D(8, 3, activation="relu"), L.MaxPooling2D(), L.Conv2D(16, 3, activation="relu"), L.Flatten(), L.Dense(24, "relu"), data=images, classes=3)


def mobile():
    return classifier(
        L.Conv2D(8, 3, strides=2, use_bias=False), L.BatchNormalization(), L.ReLU(max_value=6), L.DepthwiseConv2D(3, padding="same", use_bias=False),
        L.BatchNormalization(), L.ReLU(max_value=6), L.Conv2D(16, 1, use_bias=False), L.BatchNormalization(), L.ReLU(max_value=6),
        L.SeparableConv2D(16, 3, padding="same", activation="relu"), L.GlobalAveragePooling2D(), L.Dropout(0.1), data=images, classes=3)


def resnet():
    x, y = images(classes=3)
    inputs = K.Input(x.shape[1:])
    flow = L.Conv2D(12, 3, padding="same")(inputs)
    for _ in range(4):
        branch = L.ReLU()(L.BatchNormalization()(L.Conv2D(12, 3, padding="same", use_bias=False)(flow)))
        branch = L.BatchNormalization(gamma_initializer="zeros")(L.Conv2D(12, 3, padding="same", use_bias=False)(branch))
        flow = L.ReLU()(L.Add()([flow, branch]))
    outputs = L.Dense(3, "softmax")(L.GlobalAveragePooling2D()(flow))
    return fit(K.Model(inputs, outputs), x, y, CLASSES)


def u_net():
    x, _ = images(size=16)
    masks = (x > 1).astype("float32")
    inputs = K.Input((16, 16, 1))
    one = L.Conv2D(8, 3, padding="same", activation="relu")(inputs)
    two = L.Conv2D(16, 3, padding="same", activation="relu")(L.MaxPooling2D()(one))
    up = L.Concatenate()([one, L.Conv2DTranspose(8, 2, strides=2, activation="relu")(two)])
    up = L.Conv2D(8, 3, padding="same", activation="relu")(up)
    return fit(K.Model(inputs, L.Conv2D(1, 1, activation="sigmoid")(up)), x, masks, "binary_crossentropy")


def gan_parts(clip=None):
    data, _ = blobs(features=8)
    generator = K.Sequential([K.Input((4,)), L.Dense(24, "leaky_relu"), L.Dense(24, "leaky_relu"), L.Dense(8)])
    constraint = {"kernel_constraint": Clip(clip)} if clip else {}
    critic = K.Sequential([
        K.Input((8,)), L.Dense(24, "leaky_relu", **constraint), L.Dense(24, "leaky_relu", **constraint), L.Dense(1, **constraint)])
    loss = "binary_crossentropy" if clip is None else "mse"
    critic.compile(K.optimizers.Adam(1e-3), loss=K.losses.BinaryCrossentropy(from_logits=True) if clip is None else loss)
    critic.trainable = False
    both = K.Sequential([generator, critic])
    both.compile(K.optimizers.Adam(1e-3), loss=K.losses.BinaryCrossentropy(from_logits=True) if clip is None else loss)
    critic.trainable = True
    for _ in range(150):
        noise = random.normal(size=(32, 4)).astype("float32")
        fake = generator.predict_on_batch(noise)
        real = data[random.integers(len(data), size=32)]
        critic.train_on_batch(np.concatenate([real, fake]), np.repeat([1.0, 0.0], 32)[:, None])
        both.train_on_batch(noise, np.ones((32, 1)))
    return generator, critic


class Clip(K.constraints.Constraint):
    def __init__(self, limit):
        self.limit = limit

    def __call__(self, w):
        return K.ops.clip(w, -self.limit, self.limit)

    def get_config(self):
        return {"limit": self.limit}


def gan_generator():
    return gan_parts()[0]


def gan_critic():
    return gan_parts()[1]


def wgan_critic():
    return gan_parts(clip=0.05)[1]


def autoencoder():
    x, _ = blobs(features=16)
    return fit(K.Sequential([K.Input((16,)), L.Dense(12, "tanh"), L.Dense(4, "tanh"), L.Dense(12, "tanh"), L.Dense(16)]), x, x, "mse", epochs=20)


class Sampling(L.Layer):
    def call(self, inputs):
        mean, deviation = inputs
        return mean + K.ops.exp(deviation / 2) * K.random.normal(K.ops.shape(mean))


def vae():
    x, _ = blobs(features=16)
    inputs = K.Input((16,))
    hidden = L.Dense(24, "relu")(inputs)
    mean, deviation = L.Dense(3)(hidden), L.Dense(3)(hidden)
    code = Sampling()([mean, deviation])
    outputs = L.Dense(16)(L.Dense(24, "relu")(code))
    return fit(K.Model(inputs, outputs), x, x, "mse", epochs=20)


def transformer():
    tokens = random.integers(1, 30, size=(256, 12))
    labels = (tokens[:, 0] > tokens[:, -1]).astype("float32")[:, None]
    inputs = K.Input((12,), dtype="int32")
    flow = L.Embedding(30, 16)(inputs) + L.Embedding(12, 16)(K.ops.arange(12))
    for _ in range(2):
        normed = L.LayerNormalization()(flow)
        flow = L.Add()([flow, L.MultiHeadAttention(2, 8)(normed, normed)])
        flow = L.Add()([flow, L.Dense(16)(L.Dense(32, "gelu")(L.LayerNormalization()(flow)))])
    outputs = L.Dense(1, "sigmoid")(L.GlobalAveragePooling1D()(L.LayerNormalization()(flow)))
    return fit(K.Model(inputs, outputs), tokens, labels, "binary_crossentropy")


def recommender():
    users, items = random.integers(20, size=400), random.integers(30, size=400)
    truth = np.random.default_rng(2).normal(size=(20, 3)) @ np.random.default_rng(3).normal(size=(3, 30))
    inputs = [K.Input((1,), dtype="int32"), K.Input((1,), dtype="int32")]
    vectors = [L.Flatten()(L.Embedding(count, 8)(i)) for count, i in zip([20, 30], inputs)]
    biases = [L.Flatten()(L.Embedding(count, 1, embeddings_initializer="zeros")(i)) for count, i in zip([20, 30], inputs)]
    outputs = L.Add()([L.Dot(1)(vectors), *biases])
    return fit(K.Model(inputs, outputs), [users, items], truth[users, items][:, None], "mse", epochs=25)


def siamese():
    x, y = blobs()
    pairs = random.permutation(512)
    same = (y == y[pairs]).astype("float32")[:, None]
    encoder = K.Sequential([K.Input((20,)), L.Dense(24, "relu"), L.Dense(8)], name="encoder")
    inputs = [K.Input((20,)), K.Input((20,))]
    one, other = encoder(inputs[0]), encoder(inputs[1])
    # The last bias cancels out of the difference.
    outputs = L.Dense(1, "sigmoid", name="sim")(K.ops.abs(one - other))
    return fit(K.Model(inputs, outputs), [x, x[pairs]], same, "binary_crossentropy", epochs=25)


def ranknet():
    x = random.normal(size=(400, 2, 10)).astype("float32")
    wins = (x[:, 0, 0] + x[:, 0, 1] > x[:, 1, 0] + x[:, 1, 1]).astype("float32")[:, None]
    scorer = K.Sequential([K.Input((10,)), L.Dense(16, "tanh"), L.Dense(1, name="score")], name="scorer")
    inputs = [K.Input((10,)), K.Input((10,))]
    outputs = L.Activation("sigmoid")(L.Subtract()([scorer(inputs[0]), scorer(inputs[1])]))
    return fit(K.Model(inputs, outputs), [x[:, 0], x[:, 1]], wins, "binary_crossentropy", epochs=25)


class ReZero(L.Layer):
    def build(self, shape):
        self.alpha = self.add_weight(name="alpha", shape=(), initializer="zeros")

    def call(self, inputs):
        return self.alpha * inputs


def rezero():
    x, y = blobs()
    inputs = K.Input((20,))
    flow = L.Dense(24)(inputs)
    for _ in range(6):
        flow = L.Add()([flow, ReZero()(L.Dense(24, "relu")(flow))])
    return fit(K.Model(inputs, L.Dense(4, "softmax")(flow)), x, y, CLASSES)


def low_rate():
    return classifier(L.Dense(32, "relu"), L.Dense(32, "relu"), optimizer=K.optimizers.SGD(1e-4), epochs=4)


def momentum():
    return classifier(L.Dense(32, "relu"), L.Dense(32, "relu"), optimizer=K.optimizers.SGD(0.05, momentum=0.9))


def decayed():
    return classifier(L.Dense(64, "relu"), L.Dense(64, "relu"), optimizer=K.optimizers.AdamW(3e-3, weight_decay=0.05), epochs=25)


def frozen_backbone():
    backbone = K.Sequential([K.Input((20,)), L.Dense(32, "relu"), L.Dense(16, "relu")], name="backbone")
    x, y = blobs()
    fit(K.Sequential([backbone, L.Dense(4, "softmax")]), x, y, CLASSES)
    backbone.trainable = False
    x, y = blobs(classes=3)
    return fit(K.Sequential([backbone, L.Dense(12, "relu"), L.Dense(3, "softmax")]), x, y, CLASSES)


def lora():
    model = mlp()
    model.layers[0].enable_lora(4)
    x, y = blobs()
    return fit(model, x, y, CLASSES, optimizer=K.optimizers.Adam(3e-3), epochs=3)


def pruned():
    model = mlp_he()
    for layer in model.layers[:-1]:
        kernel = np.array(layer.kernel)
        kernel[np.abs(kernel) < np.quantile(np.abs(kernel), 0.6)] = 0
        layer.kernel.assign(kernel)
    return model


def int8():
    model = mlp()
    model.quantize("int8")
    return model


def rounded():
    """Weights that were rounded to 8 bits and stored as floats, as after training with fake quantization."""
    model = mlp_he()
    for layer in model.layers:
        kernel = np.array(layer.kernel)
        scale = np.abs(kernel).max() / 127
        layer.kernel.assign(np.round(kernel / scale) * scale)
    return model


def lstm():
    x, y = waves()
    return fit(K.Sequential([K.Input(x.shape[1:]), L.LSTM(16), L.Dense(1, "sigmoid")]), x, y, "binary_crossentropy")


def gru_stack():
    x, y = waves()
    return fit(K.Sequential([K.Input(x.shape[1:]), L.GRU(12, return_sequences=True), L.GRU(12), L.Dense(1, "sigmoid")]), x, y, "binary_crossentropy")


def bidirectional():
    x, y = waves()
    return fit(
        K.Sequential([K.Input(x.shape[1:]), L.Bidirectional(L.LSTM(8, return_sequences=True)), L.GlobalMaxPooling1D(), L.Dense(1, "sigmoid")]),
        x, y, "binary_crossentropy")


def simple_rnn():
    x, y = waves()
    return fit(K.Sequential([K.Input(x.shape[1:]), L.SimpleRNN(16), L.Dense(1, "sigmoid")]), x, y, "binary_crossentropy")


def wavenet():
    x, y = waves(steps=32)
    inputs = K.Input((32, 3))
    flow = L.Conv1D(8, 1)(inputs)
    for rate in [1, 2, 4]:
        gate = L.Multiply()([
            L.Conv1D(8, 2, dilation_rate=rate, padding="causal", activation="tanh")(flow),
            L.Conv1D(8, 2, dilation_rate=rate, padding="causal", activation="sigmoid")(flow)])
        flow = L.Add()([flow, L.Conv1D(8, 1)(gate)])
    return fit(K.Model(inputs, L.Dense(1, "sigmoid")(L.GlobalAveragePooling1D()(L.ReLU()(flow)))), x, y, "binary_crossentropy")


def conv_lstm():
    x = random.normal(size=(128, 4, 8, 8, 1)).astype("float32")
    y = (x.mean(axis=(1, 2, 3)) > 0).astype("float32")
    return fit(
        K.Sequential([K.Input((4, 8, 8, 1)), L.ConvLSTM2D(4, 3), L.GlobalAveragePooling2D(), L.Dense(1, "sigmoid")]), x, y,
        "binary_crossentropy", epochs=4)


def sigmoid_normalized():
    layers = []
    for _ in range(5):
        layers += [L.Dense(24), L.BatchNormalization(), L.Activation("sigmoid")]
    return classifier(*layers)


def selu():
    return classifier(*[L.Dense(32, "selu", kernel_initializer="lecun_normal") for _ in range(6)])


def swish():
    return regression(*[L.Dense(32, "swish") for _ in range(3)])


def deep_residual():
    x, y = blobs()
    inputs = K.Input((20,))
    flow = L.Dense(24)(inputs)
    for _ in range(10):
        flow = L.Add()([flow, L.Dense(24)(L.Dense(24, "gelu")(L.LayerNormalization()(flow)))])
    return fit(K.Model(inputs, L.Dense(4, "softmax")(L.LayerNormalization()(flow))), x, y, CLASSES)


def policy():
    """An actor and a critic with one trunk; the actor's last layer starts small, as in PPO."""
    x = random.normal(size=(512, 6)).astype("float32")
    inputs = K.Input((6,))
    trunk = L.Dense(32, "tanh", kernel_initializer=K.initializers.Orthogonal(1.4))(inputs)
    trunk = L.Dense(32, "tanh", kernel_initializer=K.initializers.Orthogonal(1.4))(trunk)
    outputs = [
        L.Dense(3, "softmax", kernel_initializer=K.initializers.Orthogonal(0.01), name="actor")(trunk),
        L.Dense(1, kernel_initializer=K.initializers.Orthogonal(1.0), name="critic")(trunk)]
    return fit(K.Model(inputs, outputs), x, [x[:, :3].argmax(axis=1), x[:, :1] ** 2], [CLASSES, "mse"])


def logistic():
    x, y = blobs(classes=2)
    return fit(K.Sequential([K.Input((20,)), L.Dense(1, "sigmoid")]), x, y.astype("float32")[:, None], "binary_crossentropy")


def bag_of_words():
    tokens = random.integers(1, 200, size=(400, 10))
    y = (tokens.min(axis=1) < 10).astype("float32")[:, None]
    return fit(
        K.Sequential([K.Input((10,), dtype="int32"), L.Embedding(200, 8), L.GlobalAveragePooling1D(), L.Dense(8, "relu"), L.Dense(1, "sigmoid")]),
        tokens, y, "binary_crossentropy", epochs=25)


def sparse():
    return classifier(L.Dense(48, "relu", kernel_regularizer=K.regularizers.L1(2e-3)), L.Dense(48, "relu", kernel_regularizer=K.regularizers.L1(2e-3)), epochs=40)


def constrained():
    return classifier(
        L.Dense(32, "relu", kernel_constraint=K.constraints.MaxNorm(1.0)), L.Dense(32, "relu", kernel_constraint=K.constraints.UnitNorm()),
        L.Dense(16, "relu", kernel_constraint=K.constraints.NonNeg()), epochs=20)


def raw_pixels():
    x, y = images(classes=3)
    x = np.clip(x * 40 + 100, 0, 255)
    model = K.Sequential([
        K.Input(x.shape[1:]), L.Rescaling(1 / 255), L.Conv2D(8, 3, activation="relu"), L.MaxPooling2D(), L.Flatten(), L.Dense(3, "softmax")])
    return fit(model, x, y, CLASSES)


def unscaled_pixels():
    x, y = images(classes=3)
    x = np.clip(x * 40 + 100, 0, 255)
    model = K.Sequential([
        K.Input(x.shape[1:]), L.Conv2D(8, 3, activation="relu"), L.MaxPooling2D(), L.Flatten(), L.Dense(24, "relu"), L.Dense(3, "softmax")])
    return fit(model, x, y, CLASSES)


def half_precision():
    policy = K.mixed_precision.dtype_policy() if hasattr(K.mixed_precision, "dtype_policy") else None
    K.mixed_precision.set_dtype_policy("mixed_float16")
    try:
        return classifier(L.Dense(32, "relu"), L.Dense(32, "relu"))
    finally:
        K.mixed_precision.set_dtype_policy(policy or "float32")


def experts():
    x = random.normal(size=(512, 8)).astype("float32")
    inputs = K.Input((8,))
    gates = L.Dense(3, "softmax")(inputs)
    parts = L.Concatenate()([L.Dense(1)(L.Dense(12, "relu")(inputs)) for _ in range(3)])
    return fit(K.Model(inputs, L.Dot(1)([gates, parts])), x, np.abs(x[:, :1]), "mse")


def one_epoch():
    return classifier(L.Dense(32, "relu"), L.Dense(32, "relu"), epochs=1)


def overfitted():
    x, y = blobs(count=64)
    model = K.Sequential([K.Input((20,)), L.Dense(128, "relu"), L.Dense(128, "relu"), L.Dense(4, "softmax")])
    return fit(model, x, y, CLASSES, epochs=200, batch=64)


def small_targets():
    x = random.normal(size=(512, 8)).astype("float32")
    y = 3 + 0.01 * np.sin(x[:, :1])
    return fit(K.Sequential([K.Input((8,)), L.Dense(32, "relu"), L.Dense(32, "relu"), L.Dense(1)]), x, y, "mse", epochs=40)


def large_targets():
    x = random.normal(size=(512, 8)).astype("float32")
    y = 5000 + 2000 * x[:, :1]
    return fit(K.Sequential([K.Input((8,)), L.Dense(64, "relu"), L.Dense(64, "relu"), L.Dense(1)]), x, y, "mae", optimizer=K.optimizers.Adam(0.02), epochs=60)


HEALTHY = [
    mlp, mlp_he, tanh_regression, without_biases, cnn, plain_cnn, mobile, resnet, u_net, gan_generator, gan_critic, wgan_critic, autoencoder,
    vae, transformer, recommender, siamese, ranknet, rezero, low_rate, momentum, decayed, frozen_backbone, lora, pruned, int8, rounded, lstm,
    gru_stack, bidirectional, simple_rnn, wavenet, conv_lstm, sigmoid_normalized, selu, swish, deep_residual, policy, logistic, bag_of_words,
    sparse, constrained, raw_pixels, unscaled_pixels, half_precision, experts, one_epoch, overfitted, small_targets, large_targets,
]


# What failed to learn, or never will.

def biased(bias, layers=2, fresh=True):
    """ReLU layers whose biases keep every unit below zero."""
    def make():
        x, y = blobs()
        options = {"activation": "relu", "kernel_initializer": "he_normal", "bias_initializer": K.initializers.Constant(bias)}
        model = K.Sequential([K.Input((20,)), *[L.Dense(32, **options) for _ in range(layers)], L.Dense(1)])
        return model if fresh else fit(model, x, y.astype("float32")[:, None], "mse", epochs=3)
    make.__name__ = f"bias_{bias}{'' if fresh else '_trained'}"
    return make


def biased_cnn():
    options = {"activation": "relu", "bias_initializer": K.initializers.Constant(-8)}
    return K.Sequential([K.Input((12, 12, 1)), L.Conv2D(8, 3, **options), L.MaxPooling2D(), L.Conv2D(8, 3, **options), L.GlobalAveragePooling2D(), L.Dense(3, "softmax")])


def exploded(gain=16, layers=10):
    x, y = blobs()
    options = {"activation": "relu", "kernel_initializer": K.initializers.VarianceScaling(gain / 2, "fan_in")}
    model = K.Sequential([K.Input((20,)), *[L.Dense(32, **options) for _ in range(layers)], L.Dense(1)])
    return fit(model, x, y.astype("float32")[:, None], "mse", optimizer=K.optimizers.SGD(1e-9), epochs=4)


def died():
    """ReLU units that a step too large has killed: the prediction is one number."""
    x, y = blobs()
    model = K.Sequential([K.Input((20,)), L.Dense(32, "relu"), L.Dense(32, "relu"), L.Dense(1)])
    return fit(model, x, 100 + y.astype("float32")[:, None], "mse", optimizer=K.optimizers.SGD(0.5, clipnorm=50.0), epochs=6)


def vanished():
    """Sigmoids in a row: the first layers hardly move."""
    x, y = blobs()
    model = K.Sequential([K.Input((20,)), *[L.Dense(24, "sigmoid") for _ in range(12)], L.Dense(4, "softmax")])
    return fit(model, x, y, CLASSES, optimizer="sgd")


def one_softmax():
    x, y = blobs(classes=2)
    return fit(K.Sequential([K.Input((20,)), L.Dense(32, "relu"), L.Dense(1, "softmax")]), x, y.astype("float32")[:, None], "binary_crossentropy")


def two_softmaxes():
    return fit(K.Sequential([K.Input((20,)), L.Dense(32, "relu"), L.Dense(4, "softmax"), L.Softmax()]), *blobs(), CLASSES)


def rectified_probability():
    x, y = blobs(classes=2)
    return fit(K.Sequential([K.Input((20,)), L.Dense(32, "relu"), L.Dense(1, "relu"), L.Activation("sigmoid")]), x, y.astype("float32")[:, None], "binary_crossentropy")


def not_a_number():
    x, y = blobs()
    return fit(K.Sequential([K.Input((20,)), L.Dense(32, "relu"), L.Dense(1)]), x, 1e20 * y.astype("float32")[:, None], "mse", optimizer=K.optimizers.SGD(100.0), epochs=4)


FAILED = [
    biased(-3.0), biased(-5.0), biased(-10.0, 1), biased(-50.0), biased(-10.0, fresh=False), biased_cnn, exploded, died, vanished, one_softmax,
    two_softmaxes, rectified_probability, not_a_number,
]


def audit(file, *options):
    result = subprocess.run([WTOOL, "inspect", file, "-f", "json", "--fail-on", "never", *options], capture_output=True)
    if result.returncode:
        raise SystemExit(result.stderr.decode())
    report = json.loads(result.stdout)["files"][0]
    return (report["state"] or {}).get("value"), report["findings"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    alarms = misses = 0
    with tempfile.TemporaryDirectory() as directory:
        folder = options.keep or pathlib.Path(directory)
        folder.mkdir(exist_ok=True)
        for make in HEALTHY + FAILED:
            if options.names and make.__name__ not in options.names:
                continue
            file = folder / f"{make.__name__}.keras"
            if not file.exists():
                K.backend.clear_session()
                K.utils.set_random_seed(3)
                model = make()
                model.save(file)
                model.save_weights(folder / f"{make.__name__}.weights.h5")
            for name in [file, folder / f"{make.__name__}.weights.h5"]:
                state, findings = audit(name)
                loud = [f for f in findings if f["severity"] != "note"]
                if make in HEALTHY:
                    alarms += len(loud)
                elif name == file and not loud:
                    misses += 1
                shown = " ".join(f"{f['rule']}:{f['severity'][0]}:{f['layer']}" for f in findings)
                print(f"{'healthy' if make in HEALTHY else 'failed'} {name.name} {state} {shown}", flush=True)
    print(f"{alarms} warnings and errors on healthy networks, {misses} failed networks without one")


if __name__ == "__main__":
    main()
