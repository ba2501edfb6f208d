"""What `wtool inspect` says can never learn does not move in real Keras, and what it calls fresh has not been trained."""
import json
import subprocess

import numpy
import pytest

from conftest import WTOOL, backend, import_keras

K = import_keras()
L, ops = K.layers, getattr(K, "ops", None)
pytestmark = pytest.mark.skipif(
    K.__version__ < "3" or backend(K) != "tensorflow", reason="what learns does not depend on the backend")

random = numpy.random.default_rng(0)
INPUTS = random.standard_normal((128, 8)).astype("float32")
TARGETS = random.standard_normal((128, 3)).astype("float32")


def network(*layers):
    def build():
        x = inputs = K.Input((8,))
        for layer in layers:
            x = layer(x) if not isinstance(layer, type) else layer()(x)
        return K.Model(inputs, x)
    return build


def dense(units=16, activation=None, **options):
    return lambda x: L.Dense(units, activation, **options)(x)


def shortcut():
    x = inputs = K.Input((8,))
    y = L.BatchNormalization(gamma_initializer="zeros")(L.Dense(8)(x))
    return K.Model(inputs, L.Dense(3)(L.ReLU()(L.Add()([x, y]))))


def two_outputs():
    x = K.Input((8,))
    y = L.Dense(3)(x)
    return K.Model(x, [y, ops.argmax(y, axis=-1)])


def straight_through(x):
    return x + ops.round(x)


def steps(x, count, name, **options):
    return L.Reshape((count, 16 // count))(L.Dense(16, name=name, **options)(x))


def one_step(layer):
    return lambda x: L.Flatten()(layer([steps(x, 1, "query"), steps(x, 1, "value")]))


def zero_scores(x):
    zeros = {"kernel_initializer": "zeros"}
    return L.Flatten()(L.Attention()([steps(x, 4, "query", **zeros), steps(x, 4, "value"), steps(x, 4, "key", **zeros)]))


NEGATIVE = K.initializers.RandomUniform(-1, -0.1)
# Each with the share of its kernels that must not move.
BLOCKED = {
    "softmax of one unit as an operation": network(dense(), lambda x: ops.softmax(L.Dense(1)(x))),
    "sparsemax over one unit": network(dense(), dense(1, "sparsemax")),
    "log_softmax over one unit": network(dense(), dense(1, "log_softmax")),
    "gamma of zeros before ReLU": network(
        dense(), lambda x: L.BatchNormalization(gamma_initializer="zeros")(x), lambda x: L.ReLU()(x), dense(3)),
    "gamma of zeros before a head of zeros": network(
        dense(), lambda x: L.BatchNormalization(gamma_initializer="zeros")(x), dense(3, kernel_initializer="zeros")),
    "LayerNormalization's gamma of zeros before ReLU": network(
        dense(), lambda x: L.LayerNormalization(gamma_initializer="zeros")(x), lambda x: L.ReLU()(x), dense(3)),
    "negative weights between ReLUs": network(dense(activation="relu"), dense(16, "relu", kernel_initializer=NEGATIVE), dense(3)),
    "ReLU of what is not positive": network(dense(activation="relu"), lambda x: L.Rescaling(-1.0)(x), lambda x: L.ReLU()(x), dense(3)),
    "ReLU of minus a sigmoid": network(dense(activation="sigmoid"), lambda x: -x, lambda x: L.ReLU()(x), dense(3)),
    "ReLU of minus a square": network(dense(), lambda x: -ops.square(x), lambda x: ops.relu(x), dense(3)),
    "a signal less itself": network(dense(), lambda x: L.Subtract()([x, x]), dense(3)),
    "argmax": network(dense(), lambda x: ops.one_hot(ops.argmax(x, axis=-1), 16), dense(3)),
    "round": network(dense(), lambda x: ops.round(x), dense(3)),
    "sign": network(dense(), lambda x: ops.sign(x), dense(3)),
    "clip beyond its input": network(dense(activation="sigmoid"), lambda x: ops.clip(x, 2, 3), dense(3)),
    "attention over one step": network(dense(), lambda x: one_step(L.Attention())(x), dense(3)),
    "additive attention over one step": network(dense(), lambda x: one_step(L.AdditiveAttention())(x), dense(3)),
    "attention of queries and keys of zeros": network(dense(), zero_scores, dense(3)),
    "scaled by 0": network(dense(), lambda x: L.Rescaling(0.0)(x), dense(3)),
}
FREE = {
    "attention over several steps": network(
        dense(), lambda x: L.Flatten()(L.Attention()([steps(x, 4, "query"), steps(x, 4, "value")])), dense(3)),
    "attention with zero keys": network(
        dense(), lambda x: L.Flatten()(L.Attention()([
            steps(x, 4, "query"), steps(x, 4, "value"), steps(x, 4, "key", kernel_initializer="zeros")])), dense(3)),
    "a residual branch that starts at zero": shortcut,
    "argmax as one of two outputs": two_outputs,
    "round beside the signal": network(dense(), straight_through, dense(3)),
    "ReLU of what may be positive": network(dense(activation="relu"), lambda x: L.Rescaling(-1.0, offset=1.0)(x), lambda x: L.ReLU()(x), dense(3)),
    "negative weights before tanh": network(dense(activation="relu"), dense(16, "tanh", kernel_initializer=NEGATIVE), dense(3)),
    "PReLU of what is not positive": network(
        dense(activation="relu"), lambda x: L.Rescaling(-1.0)(x), lambda x: L.PReLU(alpha_initializer="ones")(x), dense(3)),
    "a difference of two": network(dense(), lambda x: L.Subtract()([x, L.Dense(16)(x)]), dense(3)),
    "noise before ReLU": network(
        dense(activation="relu"), lambda x: L.Rescaling(-1.0)(x), lambda x: L.GaussianNoise(1.0)(x), lambda x: L.ReLU()(x), dense(3)),
}


def moved(model):
    """The paths of the kernels that training moves."""
    target = [TARGETS, numpy.zeros(128)] if len(model.outputs) > 1 else TARGETS[:, : model.output_shape[-1]]
    before = {w.path: numpy.array(w) for w in model.trainable_weights if len(w.shape) > 1}
    model.compile(K.optimizers.Adam(0.01), loss=["mse", None] if len(model.outputs) > 1 else "mse")
    model.fit(INPUTS, target, epochs=3, batch_size=32, verbose=0)
    return {w.path for w in model.trainable_weights if w.path in before and not numpy.array_equal(before[w.path], w)}, set(before)


def findings(wtool, path, rule):
    report = json.loads(wtool("inspect", path, "-f", "json", "--fail-on", "never").stdout)["files"][0]
    return [f for f in report["findings"] if rule in {f["rule"], *f["folded"]}], report


@pytest.mark.parametrize("name", BLOCKED)
def test_blocked(wtool, tmp_path, name):
    K.utils.set_random_seed(1)
    model = BLOCKED[name]()
    (tmp_path / "m.json").write_text(model.to_json())
    model.save(tmp_path / "m.keras")
    for path in [tmp_path / "m.json", tmp_path / "m.keras"]:
        found = findings(wtool, path, "GRD001")[0] or findings(wtool, path, "GRD002")[0]
        assert found and found[0]["severity"] == "error", path
    learned, every = moved(model)
    message = found[0]["message"]
    # The last kernel may learn where the message names others.
    stuck = every if "none of the" in message or "softmax" in message else {path for path in every if f"`{path}`" in message}
    assert stuck and not stuck & learned, (message, learned)


@pytest.mark.parametrize("name", FREE)
def test_free(wtool, tmp_path, name):
    K.utils.set_random_seed(1)
    model = FREE[name]()
    (tmp_path / "m.json").write_text(model.to_json())
    model.save(tmp_path / "m.keras")
    for path in [tmp_path / "m.json", tmp_path / "m.keras"]:
        assert not findings(wtool, path, "GRD001")[0], path
    learned, every = moved(model)
    assert learned == every


def blobs(classes=4):
    centers = random.standard_normal((classes, 8)) * 2
    labels = random.integers(0, classes, 512)
    return (centers[labels] + random.standard_normal((512, 8))).astype("float32"), labels


def trained(freeze):
    """A classifier that has learned, saved as if it had not taken a step."""
    K.utils.set_random_seed(2)
    model = K.Sequential([K.Input((8,)), L.Dense(32, "tanh", use_bias=freeze is biases), L.Dense(32, "tanh"), L.Dense(4, "softmax")])
    freeze(model)
    x, y = blobs()
    model.compile(K.optimizers.Adam(0.02), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=15, verbose=0)
    assert model.evaluate(x, y, verbose=0)[1] > 0.8
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def biases(model):
    for layer in model.layers:
        layer.bias.trainable = False


def all_but_the_first(model):
    for layer in model.layers[1:]:
        layer.trainable = False


@pytest.mark.parametrize("freeze", [biases, all_but_the_first])
def test_frozen_constants_do_not_make_weights_fresh(wtool, tmp_path, freeze):
    model = trained(freeze)
    model.save(tmp_path / "m.keras")
    _, report = findings(wtool, tmp_path / "m.keras", "")
    assert report["state"]["value"] != "fresh", report["state"]
    assert not [f for f in report["findings"] if f["severity"] != "note"]


def test_trained_weights_are_never_drawn(wtool, tmp_path):
    model = trained(biases)
    kernel, out = [numpy.array(layer.kernel) for layer in model.layers[1:]]
    kernel[:, 5] = kernel[:, 4]
    out[4] = out[5] = (out[4] + out[5]) / 2
    model.layers[1].kernel.assign(kernel)
    model.layers[2].kernel.assign(out)
    model.save(tmp_path / "m.keras")
    subprocess.run([WTOOL, "inspect", tmp_path / "m.keras", "--fix", "-o", tmp_path / "fixed.keras"], check=False)
    if (tmp_path / "fixed.keras").exists():
        fixed = K.models.load_model(tmp_path / "fixed.keras")
        for ours, theirs in zip(fixed.get_weights(), model.get_weights()):
            numpy.testing.assert_array_equal(ours, theirs)


def test_optimizers_of_models_inside(wtool, tmp_path):
    """A discriminator and a backbone that were compiled keep their own optimizer in the file."""
    critic = K.Sequential([K.Input((8,)), L.Dense(16, "relu"), L.Dense(1)])
    critic.compile("adam", "mse", metrics=["mae"])
    critic.fit(INPUTS, TARGETS[:, :1], epochs=1, verbose=0)
    model = K.Sequential([K.Input((8,)), L.Dense(8), critic])
    model.compile("adam", "mse")
    model.fit(INPUTS, TARGETS[:, :1], epochs=1, verbose=0)
    model.save(tmp_path / "m.keras")
    model.save_weights(tmp_path / "m.weights.h5")
    (tmp_path / "m.json").write_text(model.to_json())
    for arguments in [["m.keras"], ["m.weights.h5", "--model", tmp_path / "m.json"]]:
        found = wtool("inspect", tmp_path / arguments[0], *arguments[1:], "-f", "json", "--fail-on", "never").stdout
        report = json.loads(found)["files"][0]
        assert not [f for f in report["findings"] if f["rule"] == "FIL001"]
        assert report["coverage"]["tensors"] == len(model.weights)
    wtool("convert", tmp_path / "m.keras", tmp_path / "converted.h5")
    for ours, theirs in zip(K.models.load_model(tmp_path / "converted.h5", compile=False).get_weights(), model.get_weights()):
        numpy.testing.assert_array_equal(ours, theirs)


def test_declared_not_finite(wtool, tmp_path):
    for value, rule in [(float("nan"), "NUM001"), (float("inf"), "NUM002")]:
        model = K.Sequential([K.Input((8,)), L.Dense(4, bias_initializer=K.initializers.Constant(value)), L.Dense(2)])
        (tmp_path / "m.json").write_text(model.to_json())
        found, _ = findings(wtool, tmp_path / "m.json", rule)
        assert found and found[0]["severity"] == "error"
        wtool("init", tmp_path / "m.json", "-o", tmp_path / "m.h5", "--strict", code=1)


@pytest.mark.parametrize("first, second, joined, is_blocked", [
    ("zeros", "zeros", "dot", True), ("zeros", "zeros", "product", True), ("uniform", "zeros", "dot", False),
    ("zeros", "zeros", "side by side", False)])
def test_factors_of_zeros(wtool, tmp_path, first, second, joined, is_blocked):
    """Matrix factorization: of two tables of zeros each gets the other as its gradient."""
    K.utils.set_random_seed(1)
    users, items = K.Input((1,), dtype="int32"), K.Input((1,), dtype="int32")
    a = L.Flatten()(L.Embedding(20, 8, embeddings_initializer=first, name="users")(users))
    b = L.Flatten()(L.Embedding(20, 8, embeddings_initializer=second, name="items")(items))
    outputs = {
        "dot": lambda: L.Dot(1)([a, b]), "product": lambda: L.Dense(1)(L.Multiply()([a, b])),
        "side by side": lambda: L.Dense(1)(L.Concatenate()([a, b])),
    }[joined]()
    model = K.Model([users, items], outputs)
    (tmp_path / "m.json").write_text(model.to_json())
    model.save(tmp_path / "m.keras")
    for path in [tmp_path / "m.json", tmp_path / "m.keras"]:
        found, report = findings(wtool, path, "GRD001")
        assert bool(found) == is_blocked, path
        # Zeros are told in both.
        assert {f["layer"] for f in report["findings"] if f["rule"] == "SYM001"} == {
            name for name, kind in [("users", first), ("items", second)] if kind == "zeros"}
    before = [numpy.array(w) for w in model.trainable_weights if len(w.shape) > 1]
    model.compile("adam", "mse")
    pairs = [random.integers(0, 20, (128, 1)) for _ in range(2)]
    model.fit(pairs, random.standard_normal((128, 1)), epochs=2, verbose=0)
    after = [numpy.array(w) for w in model.trainable_weights if len(w.shape) > 1]
    assert all(numpy.array_equal(one, other) for one, other in zip(before, after)) == is_blocked
