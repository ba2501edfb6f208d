"""How a model was compiled goes with it: `convert --keep-training`, from tf-keras and Keras 3 to Keras 3, and the real Keras
compiles what it says: the same optimizer, loss and metrics, so that training goes on as it would have.
"""
import json
import os
import subprocess
import sys

import h5py
import numpy
import pytest

from conftest import WTOOL, import_keras

K = import_keras()
IS_KERAS3 = K.__name__ == "keras"
O, S = K.optimizers, K.optimizers.schedules

OPTIMIZERS = {
    "sgd": lambda: O.SGD(0.05, momentum=0.9, nesterov=True),
    "rmsprop": lambda: O.RMSprop(0.01, rho=0.8, momentum=0.1, centered=True),
    "adam": lambda: O.Adam(0.02, beta_1=0.8, amsgrad=True, clipnorm=1.0),
    "adamw": lambda: O.AdamW(0.01, weight_decay=0.02),
    "adadelta": lambda: O.Adadelta(0.5),
    "adagrad": lambda: O.Adagrad(0.1),
    "adamax": lambda: O.Adamax(0.01),
    "nadam": lambda: O.Nadam(0.01),
    "ftrl": lambda: O.Ftrl(0.05, l1_regularization_strength=0.01),
    "schedule": lambda: O.SGD(S.ExponentialDecay(0.1, 3, 0.5, staircase=True)),
    "cosine": lambda: O.SGD(S.CosineDecay(0.1, 10)),
}
if IS_KERAS3:
    OPTIMIZERS |= {
        "lamb": lambda: O.Lamb(0.01), "muon": lambda: O.Muon(0.01),
        "accumulated": lambda: O.Adam(0.02, gradient_accumulation_steps=2, loss_scale_factor=8.0),
    }
# Keras 3 itself forgets the argument of its Huber loss.
DELTA = () if IS_KERAS3 else (0.3,)
COMPILED = {
    "strings": lambda: {"loss": "mse", "metrics": ["mae", "mape"]},
    "objects": lambda: {"loss": K.losses.Huber(*DELTA), "metrics": [K.metrics.RootMeanSquaredError(name="deep")]},
    "classes": lambda: {
        "loss": K.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
        "metrics": ["accuracy", K.metrics.AUC(num_thresholds=20, name="area"), K.metrics.TopKCategoricalAccuracy(2)]},
    "weighted": lambda: {"loss": K.losses.LogCosh(), "weighted_metrics": [K.metrics.Precision(thresholds=0.4)]},
}

if IS_KERAS3:
    COMPILED |= {
        "dice": lambda: {"loss": K.losses.Dice(), "metrics": [K.metrics.PearsonCorrelation(name="r")]},
        "tversky": lambda: {"loss": K.losses.Tversky(0.3, 0.7), "metrics": ["mae"]},
    }
# What Keras itself does not load from its .h5.
ARCHIVES_ALONE = {"dice"}

# Loads files with Keras 3, evaluates each, trains it for some steps, and prints what came out.
LOADER = """
import json, sys, numpy, keras
data = numpy.load(sys.argv[1])
x, y = data["x"], data["y"]
results = []
for path in sys.argv[2:]:
    model = keras.models.load_model(path)
    evaluated = model.evaluate(x, y, verbose=0, return_dict=True)
    for _ in range(4):
        model.train_on_batch(x, y)
    results.append([type(model.optimizer).__name__, evaluated, model.predict(x, verbose=0).tolist()])
print("\\n" + json.dumps(results))
"""


def results(paths, data):
    environment = os.environ | {"KERAS_BACKEND": "tensorflow"}
    done = subprocess.run([sys.executable, "-c", LOADER, data, *paths], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def model():
    K.backend.clear_session()
    K.utils.set_random_seed(3)
    return K.Sequential([K.layers.Input((6,)), K.layers.Dense(8, "tanh", name="hidden"), K.layers.Dense(3, name="out")])


def convert(*arguments):
    return subprocess.run([WTOOL, "convert", *arguments], capture_output=True, text=True)


@pytest.mark.skipif(IS_KERAS3 and K.config.backend() != "tensorflow", reason="what is loaded is loaded on TensorFlow")
@pytest.mark.parametrize("saved, written", [("h5", "keras"), ("keras", "h5"), ("keras", "keras"), ("h5", "h5")])
def test_keeps(tmp_path, saved, written):
    x = numpy.random.default_rng(1).normal(size=(20, 6)).astype("float32")
    y = numpy.eye(3, dtype="float32")[numpy.arange(20) % 3]
    numpy.savez(tmp_path / "data.npz", x=x, y=y)
    expected, old, new = [], [], []
    # What is read and what is written are the same as where the two differ.
    names = [*OPTIMIZERS, *COMPILED] if saved != written else ["adam", "schedule", "objects", "weighted"]
    # Keras itself does not find Lamb in an .h5.
    names = [name for name in names if name != "lamb" or written == "keras"]
    if IS_KERAS3 and saved == written:
        names += ["accumulated", "tversky"]
    names = [name for name in names if name not in ARCHIVES_ALONE or (saved, written) == ("keras", "keras")]
    for name in names:
        m = model()
        m.compile(OPTIMIZERS.get(name, OPTIMIZERS["sgd"])(), **COMPILED.get(name, COMPILED["strings"])())
        old.append(tmp_path / f"{name}.{saved}")
        new.append(tmp_path / f"{name}-new.{written}")
        m.save(old[-1])
        evaluated = m.evaluate(x, y, verbose=0, return_dict=True)
        for _ in range(4):
            m.train_on_batch(x, y)
        expected.append([type(m.optimizer).__name__, evaluated, m.predict(x, verbose=0)])
        done = convert(old[-1], new[-1], "--keep-training", "--upgrade")
        assert done.returncode == 0, done.stderr
        assert "left out: how" not in done.stderr
    for name, theirs, ours in zip(names, expected, results(new, tmp_path / "data.npz")):
        assert ours[0] == theirs[0], name
        values = [sorted(result[1].values()) for result in (ours, theirs)]
        numpy.testing.assert_allclose(*values, rtol=1e-4, atol=1e-5, err_msg=name)
        if IS_KERAS3 or name != "nadam":  # Nadam of tf-keras takes other steps.
            numpy.testing.assert_allclose(ours[2], theirs[2], rtol=2e-3, atol=2e-4, err_msg=name)


@pytest.mark.skipif(IS_KERAS3, reason="words of Keras 1 and 2")
def test_old_words(tmp_path):
    """What Keras 1 and Keras 2 called otherwise."""
    m = model()
    m.compile("sgd", "mse")
    m.save(tmp_path / "old.h5")
    old = {
        "optimizer_config": {"class_name": "SGD", "config": {"lr": 0.1, "momentum": 0.5, "decay": 0.01, "nesterov": False, "clipnorm": 2.0}},
        "loss": "kullback_leibler_divergence", "metrics": ["acc", "mse"], "sample_weight_mode": None, "loss_weights": None}
    with h5py.File(tmp_path / "old.h5", "r+") as file:
        file.attrs["training_config"] = json.dumps(old)
        file.attrs["keras_version"] = "2.2.4"
    done = convert(tmp_path / "old.h5", tmp_path / "new.keras", "--keep-training")
    assert done.returncode == 0, done.stderr
    assert "schedule" in done.stderr
    code = ("import sys, json, keras\nm = keras.models.load_model(sys.argv[1])\nc = m.optimizer.get_config()\n"
            "print(json.dumps([float(m.optimizer._learning_rate(100)), c['momentum'], c['global_clipnorm'], m.loss]))")
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "new.keras"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rate, momentum, norm, loss = json.loads(done.stdout.strip().splitlines()[-1])
    assert (round(rate, 6), momentum, norm, loss) == (0.05, 0.5, 2.0, "kl_divergence")


@pytest.mark.skipif(IS_KERAS3, reason="words of Keras 1 and 2")
@pytest.mark.parametrize("change, words", [
    ({"optimizer_config": {"class_name": "TFOptimizer", "config": {}}}, "an optimizer of TensorFlow"),
    ({"optimizer_config": {"class_name": "Padam", "config": {}}}, "no optimizer Padam"),
    ({"loss": "cosine_proximity"}, "the mean of what is a sum"),
])
def test_refused(tmp_path, change, words):
    m = model()
    m.compile("sgd", "mse")
    m.save(tmp_path / "old.h5")
    with h5py.File(tmp_path / "old.h5", "r+") as file:
        file.attrs["training_config"] = json.dumps(json.loads(file.attrs["training_config"]) | change)
    done = convert(tmp_path / "old.h5", tmp_path / "new.keras", "--keep-training")
    assert done.returncode == 3 and words in done.stderr and not (tmp_path / "new.keras").exists()
    done = convert(tmp_path / "old.h5", tmp_path / "new.keras")
    assert done.returncode == 0 and "left out: how the model was compiled" in done.stderr


# Of models with two outputs, a and b: Keras 3 wants a place for each.
TWO = {
    "named": {"loss": "mse", "metrics": {"b": "mae"}},
    "some": {"loss": "mse", "metrics": [None, "mae"]},
    "weighted": {"loss": "mse", "weighted_metrics": {"b": ["mae"]}},
    "all": {"loss": "mse", "metrics": ["mae", "mse"]},
    "losses": {"loss": {"a": "mse", "b": "mae"}, "loss_weights": [1.0, 0.5], "metrics": {"a": ["mae", "mse"]}},
    "one_loss": {"loss": {"a": "mse"}},
    "classes": {"loss": "MeanSquaredError", "metrics": ["RootMeanSquaredError"]},
}
ONE = {
    "metric": {"loss": "mse", "metrics": "mae"},
    "crossentropy": {"loss": "binary_crossentropy", "metrics": ["ce"]},
}


@pytest.mark.skipif(IS_KERAS3, reason="words of Keras 2")
@pytest.mark.parametrize("saved", ["h5", "keras"])
def test_outputs(tmp_path, saved):
    x = numpy.random.default_rng(1).normal(size=(8, 6)).astype("float32")
    y = numpy.random.default_rng(2).uniform(size=(8, 1)).astype("float32")
    paths, expected = [], []
    for name, compiled in [*TWO.items(), *ONE.items()]:
        K.backend.clear_session()
        K.utils.set_random_seed(1)
        inputs = K.Input((6,))
        outputs = [K.layers.Dense(1, "sigmoid", name=each)(inputs) for each in ("a", "b")[:2 if name in TWO else 1]]
        m = K.Model(inputs, outputs)
        m.compile("adam", **compiled)
        targets = {"a": y} if name == "one_loss" else [y, y] if name in TWO else y
        expected.append(m.evaluate(x, targets, verbose=0))
        m.save(tmp_path / f"{name}.{saved}")
        done = convert(tmp_path / f"{name}.{saved}", tmp_path / f"{name}-new.keras", "--keep-training")
        assert done.returncode == 0 and "not of Keras 3" not in done.stderr, done.stderr
        paths.append(tmp_path / f"{name}-new.keras")
    numpy.savez(tmp_path / "data.npz", x=x, y=y)
    code = """
import json, sys, numpy, keras
data, results = numpy.load(sys.argv[1]), []
for path in sys.argv[2:]:
    model = keras.models.load_model(path)
    targets = [data["y"]] * 2 if len(model.outputs) == 2 else data["y"]
    results.append(model.evaluate(data["x"], targets, verbose=0))
print("\\n" + json.dumps(results))
"""
    environment = os.environ | {"KERAS_BACKEND": "tensorflow"}
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "data.npz", *paths], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    for name, theirs, ours in zip([*TWO, *ONE], expected, json.loads(done.stdout.strip().splitlines()[-1])):
        numpy.testing.assert_allclose(sorted(set(numpy.ravel(ours).round(5))), sorted(set(numpy.ravel(theirs).round(5))), atol=2e-5, err_msg=name)


@pytest.mark.skipif(not IS_KERAS3 or K.config.backend() != "tensorflow", reason="an archive of Keras 3, loaded on TensorFlow")
def test_an_archive_that_names_no_optimizer(tmp_path):
    """Keras leaves it out of what it saves after an .h5, and loads that with the optimizer that compile takes by itself."""
    x, y = numpy.ones((4, 6), "float32"), numpy.ones((4, 3), "float32")
    m = model()
    m.compile("adam", "mse", metrics=["mae"])
    m.save(tmp_path / "first.h5")
    m.save(tmp_path / "second.keras")
    done = convert(tmp_path / "second.keras", tmp_path / "o.h5", "--keep-training")
    assert done.returncode == 0 and "names no optimizer: it is RMSprop" in done.stderr, done.stderr
    ours, theirs = K.models.load_model(tmp_path / "o.h5"), K.models.load_model(tmp_path / "second.keras")
    assert type(ours.optimizer) is type(theirs.optimizer) is K.optimizers.RMSprop
    numpy.testing.assert_allclose(ours.evaluate(x, y, verbose=0), theirs.evaluate(x, y, verbose=0), rtol=1e-6)


@pytest.mark.skipif(not IS_KERAS3 or K.config.backend() != "tensorflow", reason="the archives of Keras 3")
def test_names_of_metrics_stay(tmp_path):
    """History and callbacks go by them; only an .h5 needs the long ones."""
    m = model()
    m.compile("sgd", "mse", metrics=["acc", "AUC", "mse"])
    m.save(tmp_path / "m.keras")
    assert convert(tmp_path / "m.keras", tmp_path / "n.keras", "--keep-training").returncode == 0
    x, y = numpy.ones((4, 6)), numpy.ones((4, 3))
    keys = [set(K.models.load_model(tmp_path / name).evaluate(x, y, verbose=0, return_dict=True)) for name in ["m.keras", "n.keras"]]
    assert keys[0] == keys[1] and "acc" in keys[0]
