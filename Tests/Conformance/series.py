"""Checkpoints of trainings, healthy ones and failed ones: what `wtool inspect --series` says of them.

    python Tests/Conformance/series.py [--keep FOLDER] [NAME …]

The networks of `trained.py` are saved after each epoch; of these, every warning and error about the series is a false alarm. Of
the failed ones, what is named beside each is to be found. Not part of the test run but for a sample: it takes ten minutes.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile

import numpy as np

import trained
from conftest import WTOOL
from trained import CLASSES, K, L, blobs, random


def followed(make, folder):
    """The network, saved into the folder before its training and after each epoch of the last call of `fit`."""
    def fit(model, x, y, loss, optimizer="adam", epochs=12, batch=32, **options):
        for file in folder.glob("epoch*"):
            file.unlink()
        model.compile(optimizer=optimizer, loss=loss)
        model.optimizer.build(model.trainable_variables)
        model.save(folder / "epoch0.keras")
        save = K.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: model.save(folder / f"epoch{epoch + 1}.keras"))
        model.fit(x, y, epochs=epochs, batch_size=batch, verbose=0, callbacks=[save], **options)
        return model

    original, trained.fit = trained.fit, fit
    K.backend.clear_session()
    K.utils.set_random_seed(3)
    try:
        return make(folder)
    finally:
        trained.fit = original


def audit(folder, *options):
    """The report of a folder's checkpoints."""
    files = sorted(folder.glob("epoch*"))
    result = subprocess.run(
        [WTOOL, "inspect", *files, "--series", "-f", "json", "--fail-on", "never", *options], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)["files"][0]


def rules(report):
    """The rules that found something, those among them whose findings follow from others."""
    return {rule for f in report["findings"] for rule in [f["rule"], *f["folded"]]}


# ---- Trainings that go wrong


def stopped(folder):
    """A layer whose units die in the third epoch: nothing before them moves any more."""
    x, y = blobs()
    model = K.Sequential([K.Input((20,)), L.Dense(16, "relu", name="first"), L.Dense(16, "relu", name="second"), L.Dense(4, name="head")])
    loss = K.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss)
    for epoch in range(8):
        if epoch == 3:
            model.get_layer("second").bias.assign(np.full(16, -1e4))
        model.fit(x, y, verbose=0)
        model.save(folder / f"epoch{epoch}.keras")
    return model


def unused(folder):
    """A trainable layer that the loss does not depend on."""
    class Cut(L.Layer):
        def call(self, inputs):
            return K.ops.stop_gradient(inputs)

    x, y = blobs()
    inputs = K.Input((20,))
    lost = Cut()(L.Dense(8, "relu", name="lost")(inputs))
    outputs = L.Dense(4, "softmax", name="head")(L.Concatenate()([lost, L.Dense(8, "relu")(inputs)]))
    return trained.fit(K.Model(inputs, outputs), x, y, CLASSES, epochs=5)


def exploding(folder):
    """A rate of learning beyond stability: each step is larger than the one before."""
    x = random.normal(size=(256, 8)).astype("float32")
    return trained.fit(
        K.Sequential([K.Input((8,)), L.Dense(1, name="first", use_bias=False)]), x, x[:, :1], "mse", epochs=10, batch=256,
        optimizer=K.optimizers.SGD(1.5))


def not_finite(folder):
    """Targets too large for the rate of learning."""
    x = random.normal(size=(256, 8)).astype("float32")
    return trained.fit(
        K.Sequential([K.Input((8,)), L.Dense(16, name="first"), L.Dense(1)]), x, 30 * x[:, :1], "mse", epochs=6, optimizer=K.optimizers.SGD(0.2))


def oscillating(folder):
    """Full-batch descent at the edge of stability: the weights go back and forth."""
    x = random.normal(size=(64, 4)).astype("float32") * np.array([1, 1, 1, 8], "float32")
    y = x @ np.ones((4, 1), "float32")
    return trained.fit(
        K.Sequential([K.Input((4,)), L.Dense(1, use_bias=False, name="first")]), x, y, "mse", epochs=12, batch=64,
        optimizer=K.optimizers.SGD(float(0.999 / np.linalg.eigvalsh(x.T @ x / 64)[-1])))


def collapsing(folder):
    """Weight decay that leaves a kernel one direction."""
    x = random.normal(size=(512, 32)).astype("float32")
    return trained.fit(
        K.Sequential([K.Input((32,)), L.Dense(32, kernel_regularizer=K.regularizers.L2(0.05), name="first"), L.Dense(1)]), x, 2 * x[:, :1],
        "mse", epochs=30, optimizer=K.optimizers.SGD(0.1))


def drifting(folder):
    """Inputs that grow from epoch to epoch, whose statistics a normalization follows."""
    x, y = blobs()
    model = K.Sequential([K.Input((20,)), L.Dense(16, "relu"), L.BatchNormalization(momentum=0.5), L.Dense(4, "softmax")])
    model.compile("adam", CLASSES)
    for epoch in range(6):
        model.fit(x * 3.0 ** epoch, y, verbose=0)
        model.save(folder / f"epoch{epoch}.keras")
    return model


FAILED = {stopped: "SER002", unused: "SER001", exploding: "SER004", not_finite: "SER003", oscillating: "SER005", collapsing: "SER006", drifting: "SER007"}
HEALTHY = [make for make in trained.HEALTHY if not make.__name__.startswith(("gan", "wgan"))]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    alarms = misses = count = 0
    makes = [(make.__name__, lambda folder, make=make: make(), None) for make in HEALTHY] + [(make.__name__, make, rule) for make, rule in FAILED.items()]
    for name, make, rule in makes:
        if options.names and name not in options.names:
            continue
        with tempfile.TemporaryDirectory() as directory:
            folder = (options.keep or pathlib.Path(directory)) / name
            folder.mkdir(parents=True, exist_ok=True)
            followed(make, folder)
            if len(list(folder.glob("epoch*"))) < 2:
                continue
            count += 1
            report = audit(folder)
            if rule is None:
                alarms += any(f["severity"] != "note" for f in report["findings"])
            elif rule not in rules(report):
                misses += 1
                print(f"{name}: {rule} is missed")
            for f in report["findings"]:
                print(f"{name}: {f['severity']} {f['rule']} {f['tensor'] or f['layer']}: {f['message']}", flush=True)
    print(f"{count} trainings: {alarms} healthy ones with alarms, {misses} faults missed")


if __name__ == "__main__":
    main()
