"""How often `wtool inspect` warns of weights that Keras has just initialized: none of them is at fault.

    python Tests/Conformance/false_alarms.py [--seeds N] [--applications N]

Models of every initializer in many shapes, and those of keras.applications, each with N seeds, are saved by Keras and
audited; every warning and error is printed. The predicted vanishing of VGG16 and VGG19 is a true finding. Not part of
the test run: it takes a quarter of an hour.
"""
import argparse
import collections
import json
import pathlib
import tempfile

from conftest import WTOOL, import_keras
import subprocess

INITIALIZERS = [
    "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal", "random_normal",
    "random_uniform", "truncated_normal", "orthogonal", "variance_scaling",
]
DENSE = [(1, 1), (1, 64), (2, 3), (3, 64), (4, 64), (8, 8), (16, 16), (32, 4), (64, 64), (128, 1), (128, 128), (784, 32), (512, 256), (33, 1000)]
CONVOLUTIONS = [(3, 1, 8), (3, 16, 16), (1, 32, 64), (5, 3, 6), (7, 3, 64), (3, 64, 64)]


def zoo(K, initializer):
    L = K.layers
    inputs, outputs = [], []
    for features, units in DENSE:
        inputs.append(K.Input((features,)))
        outputs.append(L.Dense(units, kernel_initializer=initializer)(inputs[-1]))
    for size, channels, filters in CONVOLUTIONS:
        inputs.append(K.Input((8, 8, channels)))
        options = {"kernel_initializer": initializer, "padding": "same"}
        outputs.append(L.Conv2D(filters, size, **options)(inputs[-1]))
        outputs.append(L.Conv2DTranspose(filters, size, **options)(inputs[-1]))
        outputs.append(L.SeparableConv2D(filters, size, depthwise_initializer=initializer, pointwise_initializer=initializer, padding="same")(inputs[-1]))
    sequence = K.Input((6, 24))
    inputs.append(sequence)
    for layer in [L.LSTM, L.GRU, L.SimpleRNN]:
        outputs.append(layer(16, kernel_initializer=initializer)(sequence))
    outputs.append(L.Bidirectional(L.LSTM(8, kernel_initializer=initializer))(sequence))
    outputs.append(L.MultiHeadAttention(4, 8, kernel_initializer=initializer)(sequence, sequence))
    outputs.append(L.EinsumDense("abc,cde->abde", (None, 4, 16), kernel_initializer=initializer)(sequence))
    return K.Model(inputs, outputs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--applications", type=int, default=2)
    options = parser.parse_args()
    K = import_keras()
    total, alarms, rules = 0, 0, collections.Counter()

    def audit(model, title, file):
        nonlocal total, alarms
        model.save(file)
        result = subprocess.run([WTOOL, "inspect", file, "-f", "json", "--fail-on", "never"], capture_output=True)
        report = json.loads(result.stdout)["files"][0]
        total += report["coverage"]["tensors"]
        assert report["state"]["value"] == "fresh", (title, report["state"])
        for finding in report["findings"]:
            if finding["severity"] != "note":
                alarms += 1
                rules[finding["rule"]] += 1
                print(title, finding["rule"], finding["severity"], finding["tensor"] or finding["layer"], finding["message"], flush=True)

    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory) / "m.h5"
        for seed in range(options.seeds):
            for initializer in INITIALIZERS:
                K.utils.set_random_seed(1000 * seed + INITIALIZERS.index(initializer))
                audit(zoo(K, initializer), f"{initializer} seed {seed}", file)
                K.backend.clear_session()
        applications = sorted(n for n in dir(K.applications) if n[0].isupper() and callable(getattr(K.applications, n)))
        for name in applications:
            for seed in range(options.applications):
                K.utils.set_random_seed(seed)
                audit(getattr(K.applications, name)(weights=None), f"{name} seed {seed}", file)
                K.backend.clear_session()
    print(f"{alarms} warnings and errors on {total} fresh tensors: {dict(rules)}")


if __name__ == "__main__":
    main()
