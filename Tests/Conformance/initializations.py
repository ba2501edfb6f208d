"""Does the verdict on an initialization foretell whether a network learns, and do `--fix` and `--calibrate` help?

    python Tests/Conformance/initializations.py [--markdown] [KIND …]

Networks of fourteen kinds, each with six initializations, are audited by their description, drawn by `wtool init`, with --fix and
with --calibrate, and trained by Keras. One has learned if it gets at least halfway from what a constant prediction reaches to what
the best of its kind does. Twenty minutes on two processors.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import tempfile

import numpy as np

from conftest import WTOOL, import_keras

K = import_keras()
L = K.layers
I = K.initializers

INITIALIZATIONS = {
    "Glorot": lambda: "glorot_uniform",
    "He": lambda: "he_normal",
    "deviation 0.01": lambda: I.RandomNormal(stddev=0.01),
    "deviation 1": lambda: I.RandomNormal(stddev=1.0),
    "zeros": lambda: "zeros",
    "0.05": lambda: I.Constant(0.05),
}


def blobs():
    """Points whose class is the parity of two signs, rotated: no linear function of the inputs."""
    random = np.random.default_rng(1)
    x = random.normal(size=(1024, 16)).astype("float32")
    direction = random.normal(size=(16, 2)) / 4
    return x, ((x @ direction > 0).sum(axis=1) % 2).astype("int32")


def images():
    """Images with a bright square whose place is the class."""
    random = np.random.default_rng(2)
    labels = random.integers(4, size=512)
    x = random.normal(size=(512, 12, 12, 1)).astype("float32") * 0.5
    for image, label in zip(x, labels):
        row, column = 1 + 6 * (label // 2), 1 + 6 * (label % 2)
        image[row:row + 4, column:column + 4] += 1.5
    return (x - x.mean()) / x.std(), labels.astype("int32")


def waves():
    """Sequences, and whether they end above where they began."""
    random = np.random.default_rng(3)
    x = random.normal(size=(768, 24, 4)).astype("float32")
    return x, (x[:, :, 0].sum(axis=1) > 0).astype("int32")


def tokens():
    """Sequences of words, and whether the first half of the vocabulary prevails."""
    random = np.random.default_rng(4)
    x = random.integers(64, size=(1024, 15)).astype("int32")
    return x, ((x < 32).sum(axis=1) > 7).astype("int32")


def vectors():
    """Points near a curved surface of three dimensions, to be told again."""
    random = np.random.default_rng(5)
    hidden = random.normal(size=(1024, 3))
    x = np.tanh(hidden @ random.normal(size=(3, 16)))
    x = ((x - x.mean(axis=0)) / x.std(axis=0)).astype("float32")
    return x, x


def stack(layer, count, data=blobs, classes=2, head=()):
    def build(init):
        x, _ = data()
        return K.Sequential([K.Input(x.shape[1:]), *[part for _ in range(count) for part in layer(init)], *head, L.Dense(classes)])
    return build


def dense(activation, units=48):
    return lambda init: [L.Dense(units, activation, kernel_initializer=init())]


def convolution(init):
    return [L.Conv2D(16, 3, padding="same", activation="relu", kernel_initializer=init())]


def normalized_convolution(init):
    return [L.Conv2D(16, 3, padding="same", use_bias=False, kernel_initializer=init()), L.BatchNormalization(), L.ReLU()]


def residual(init):
    inputs = K.Input((16,))
    x = L.Dense(48, kernel_initializer=init())(inputs)
    for _ in range(24):
        y = L.Dense(48, "relu", kernel_initializer=init())(x)
        x = L.add([x, L.Dense(48, kernel_initializer=init())(y)])
    return K.Model(inputs, L.Dense(2)(x))


def residual_normalized(init):
    inputs = K.Input((12, 12, 1))
    x = L.Conv2D(16, 3, padding="same", kernel_initializer=init())(inputs)
    for _ in range(4):
        y = L.ReLU()(L.BatchNormalization()(L.Conv2D(16, 3, padding="same", kernel_initializer=init())(x)))
        x = L.add([x, L.BatchNormalization()(L.Conv2D(16, 3, padding="same", kernel_initializer=init())(y))])
    return K.Model(inputs, L.Dense(4)(L.GlobalAveragePooling2D()(x)))


def recurrent(layer):
    def build(init):
        return K.Sequential([K.Input((24, 4)), layer(24, kernel_initializer=init(), recurrent_initializer=init()), L.Dense(2)])
    return build


def transformer(init):
    inputs = K.Input((24, 4))
    x = L.Dense(32, kernel_initializer=init())(inputs)
    for _ in range(3):
        y = L.LayerNormalization()(x)
        x = L.add([x, L.MultiHeadAttention(4, 8, kernel_initializer=init())(y, y)])
        y = L.Dense(64, "gelu", kernel_initializer=init())(L.LayerNormalization()(x))
        x = L.add([x, L.Dense(32, kernel_initializer=init())(y)])
    return K.Model(inputs, L.Dense(2)(L.GlobalAveragePooling1D()(L.LayerNormalization()(x))))


def autoencoder(init):
    sizes = [48, 32, 16, 6, 16, 32, 48]
    layers = [L.Dense(size, "elu", kernel_initializer=init()) for size in sizes]
    return K.Sequential([K.Input((16,)), *layers, L.Dense(16)])


def text(init):
    layers = [L.Dense(32, "relu", kernel_initializer=init()) for _ in range(6)]
    return K.Sequential([K.Input((15,), dtype="int32"), L.Embedding(64, 16), L.GlobalAveragePooling1D(), *layers, L.Dense(2)])


# The network, its data, and how many epochs it is trained for.
KINDS = {
    "12 ReLU": (stack(dense("relu"), 12), blobs, 40),
    "12 tanh": (stack(dense("tanh"), 12), blobs, 40),
    "6 sigmoid": (stack(dense("sigmoid"), 6), blobs, 60),
    "12 GELU": (stack(dense("gelu"), 12), blobs, 40),
    "16 SELU": (stack(dense("selu"), 16), blobs, 40),
    "8 convolutions": (stack(convolution, 8, images, 4, (L.GlobalAveragePooling2D(),)), images, 15),
    "6 convolutions, normalized": (stack(normalized_convolution, 6, images, 4, (L.GlobalAveragePooling2D(),)), images, 30),
    "24 residual blocks": (residual, blobs, 20),
    "4 residual blocks, normalized": (residual_normalized, images, 30),
    "LSTM": (recurrent(L.LSTM), waves, 25),
    "simple RNN": (recurrent(L.SimpleRNN), waves, 25),
    "transformer": (transformer, waves, 20),
    "autoencoder": (autoencoder, vectors, 40),
    "text": (text, tokens, 40),
}


def wtool(*arguments):
    return subprocess.run([WTOOL, *map(str, arguments)], capture_output=True, text=True)


def verdict(path):
    """The most serious kind of finding in a description."""
    report = json.loads(wtool("inspect", path, "-f", "json", "--no-config").stdout)
    severities = {finding["severity"] for finding in report["files"][0]["findings"]}
    return next((name for name in ["error", "warning", "note"] if name in severities), "clean")


def quality(description, options, data, epochs, folder):
    """What a network reaches: its accuracy, or the share of the variance that it explains."""
    drawn = wtool("init", description, "-o", folder / "w.keras", "--seed", 5, "--force", "--backend", "jax", *options)
    assert drawn.returncode == 0, drawn.stderr
    model = K.saving.load_model(folder / "w.keras", compile=False)
    K.utils.set_random_seed(0)
    x, y = data()
    is_regression = y.dtype.kind == "f"
    loss = "mse" if is_regression else K.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(K.optimizers.Adam(1e-3), loss, metrics=[] if is_regression else ["accuracy"])
    model.fit(x, y, epochs=epochs, batch_size=32, verbose=0)
    prediction = np.asarray(model.predict(x, verbose=0))
    K.backend.clear_session()
    if not np.isfinite(prediction).all():
        return 0.0
    if is_regression:
        return float(1 - ((prediction - y) ** 2).mean() / y.var())
    return float((prediction.argmax(axis=1) == y).mean())


def constant(data):
    """What the best constant prediction reaches."""
    _, y = data()
    return 0.0 if y.dtype.kind == "f" else float(np.bincount(y).max() / len(y))


VARIANTS = {"as declared": [], "--fix": ["--fix"], "--calibrate": ["--calibrate"]}


def measured(names):
    """For each network its verdicts before and after --fix, and what it reaches as declared, mended and calibrated."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for kind in names:
            build, data, epochs = KINDS[kind]
            for initialization, init in INITIALIZATIONS.items():
                K.utils.set_random_seed(1)
                (folder / "m.json").write_text(build(init).to_json())
                wtool("inspect", folder / "m.json", "--fix", "-o", folder / "f.json", "--force", "--no-config", "-q")
                is_same = (folder / "m.json").read_text() == (folder / "f.json").read_text()
                reached = {}
                for variant, options in VARIANTS.items():
                    if variant == "--fix" and is_same:
                        reached[variant] = reached["as declared"]
                    else:
                        reached[variant] = quality(folder / "m.json", options, data, epochs, folder)
                rows.append((kind, initialization, verdict(folder / "m.json"), verdict(folder / "f.json"), reached))
                print(*rows[-1], flush=True)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", default=list(KINDS))
    parser.add_argument("--markdown", action="store_true", help="print a table of all networks")
    arguments = parser.parse_args()
    rows = measured(arguments.kinds)
    best = {kind: max(max(reached.values()) for k, *_, reached in rows if k == kind) for kind in arguments.kinds}

    def has_learned(kind, value):
        floor = constant(KINDS[kind][1])
        return value >= floor + (best[kind] - floor) / 2

    if arguments.markdown:
        print("| network | initialization | verdict | " + " | ".join(VARIANTS) + " |")
        print("|---|---|---|" + "---|" * len(VARIANTS))
        for kind, initialization, before, after, reached in rows:
            cells = [f"{value:.2f}{'' if has_learned(kind, value) else ' ✖'}" for value in reached.values()]
            print(f"| {kind} | {initialization} | {before}{'' if before == after else f' → {after}'} | " + " | ".join(cells) + " |")
    counts = collections.Counter((before, has_learned(kind, reached["as declared"])) for kind, _, before, _, reached in rows)
    for severity in ["error", "warning", "note", "clean"]:
        total = counts[severity, True] + counts[severity, False]
        print(f"{severity}: {total} networks, {counts[severity, True]} learned, {counts[severity, False]} did not")
    for variant in VARIANTS:
        learned = sum(has_learned(kind, reached[variant]) for kind, *_, reached in rows)
        print(f"{variant}: {learned} of {len(rows)} learned")
    broken = [row for row in rows if has_learned(row[0], row[4]["as declared"])]
    for variant in list(VARIANTS)[1:]:
        worse = [f"{kind}, {initialization}" for kind, initialization, *_, reached in broken if not has_learned(kind, reached[variant])]
        print(f"learned as declared, not with {variant}: {len(worse)} {worse}")


if __name__ == "__main__":
    main()
