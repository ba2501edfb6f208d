"""A sample of the networks of `trained.py`: no alarm for the healthy ones, and none of the failed ones goes unnoticed."""
import numpy as np
import pytest

import trained
from conftest import backend, values

K = trained.K
IS_SAMPLED = backend(K) == "tensorflow" and K.__version__ >= "3"
HEALTHY = ["mlp", "without_biases", "cnn", "autoencoder", "recommender", "siamese", "ranknet", "pruned", "lstm", "policy", "large_targets"]
FAILED = {
    "bias_-3.0": "PRP004", "bias_-50.0": "PRP004", "biased_cnn": "PRP004", "bias_-10.0_trained": "PRP004", "exploded": "PRP002",
    "vanished": "PRP001", "one_softmax": "GRD002", "two_softmaxes": "GRD004", "rectified_probability": "GRD005",
}


def audited(make, tmp_path):
    K.backend.clear_session()
    K.utils.set_random_seed(3)
    model = make()
    model.save(tmp_path / "m.keras")
    model.save_weights(tmp_path / "m.weights.h5")
    return [trained.audit(tmp_path / name) for name in ["m.keras", "m.weights.h5"]]


if IS_SAMPLED:
    @pytest.mark.parametrize("name", HEALTHY)
    def test_healthy(name, tmp_path):
        make = next(make for make in trained.HEALTHY if make.__name__ == name)
        (state, findings), (alone, others) = audited(make, tmp_path)
        assert [f["message"] for f in findings + others if f["severity"] != "note"] == []
        assert state == "trained"
        # A wrong state is worse than none.
        assert alone in ["trained", "unknown"]

    @pytest.mark.parametrize("name", FAILED)
    def test_failed(name, tmp_path):
        make = next(make for make in trained.FAILED if make.__name__ == name)
        (_, findings), _ = audited(make, tmp_path)
        assert FAILED[name] in [f["rule"] for f in findings if f["severity"] != "note"]


@pytest.mark.parametrize("losses, kernels", [
    ({"a": "mse", "b": None}, True), (["mse", None], True), ({"a": "mse", "b": "mae"}, False), ("mse", False)])
def test_outputs_without_loss(losses, kernels, wtool, tmp_path):
    """A branch that no loss teaches, in every file that says how its model was compiled."""
    L = K.layers
    inputs = K.Input((8,))
    x = L.Dense(8, "relu")(inputs)
    model = K.Model(inputs, [L.Dense(2, name="a")(x), L.Dense(3, name="b")(L.Dense(4, name="inner")(x))])
    model.compile("adam", losses)
    for name in ["m.h5"] + (["m.keras"] if K.__version__ >= "3" else []):
        model.save(tmp_path / name)
        _, findings = trained.audit(tmp_path / name)
        found = [f["message"] for f in findings if f["rule"] == "GRD007"]
        assert bool(found) == kernels, name
        assert not found or "`inner/kernel`, `b/kernel`" in found[0]


@pytest.mark.parametrize("constraint, is_cut", [("MaxNorm(0)", True), ("MaxNorm(2)", False), ("MinMaxNorm(0, 0)", True), ("NonNeg()", False),
    ("MinMaxNorm(0, 0, rate=0.5)", False)])
def test_constraints(constraint, is_cut, wtool, tmp_path):
    """A constraint that leaves nothing: Keras itself sets the kernel to zero at the first step."""
    L = K.layers
    constraint = eval(f"K.constraints.{constraint}")
    model = K.Sequential([K.Input((8,)), L.Dense(4, kernel_constraint=constraint), L.Dense(1)])
    (tmp_path / "m.json").write_text(model.to_json())
    _, findings = trained.audit(tmp_path / "m.json")
    assert ("GRD006" in [f["rule"] for f in findings]) == is_cut
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 8)), np.ones((4, 1)), verbose=0)
    assert (not np.any(values(model.layers[0].kernel))) == is_cut


@pytest.mark.parametrize("layers, rule", [
    (lambda L: [L.Dense(4), L.Dense(1), L.LayerNormalization()], "GRD003"),
    (lambda L: [L.Dense(4), L.Dense(1), L.BatchNormalization(), L.Dense(2)], None),
    (lambda L: [L.Dense(4), L.GroupNormalization(4), L.Dense(2)], "GRD003"),
    (lambda L: [L.Dense(4), L.GroupNormalization(2), L.Dense(2)], None),
    (lambda L: [L.Dense(3), L.Softmax()], None),
    (lambda L: [L.Dense(1), L.Softmax()], "GRD002"),
    (lambda L: [L.Dense(2), L.Activation("sigmoid")], None),
])
def test_declared(layers, rule, wtool, tmp_path):
    """Nets that cannot learn by construction, told by their description alone."""
    L = K.layers
    if not hasattr(L, "GroupNormalization"):
        return
    model = K.Sequential([L.InputLayer((6,)), *layers(L)])
    (tmp_path / "m.json").write_text(model.to_json())
    _, findings = trained.audit(tmp_path / "m.json")
    assert [f["rule"] for f in findings if f["rule"].startswith("GRD")] == ([rule] if rule else [])


@K.saving.register_keras_serializable("bits")
class FixedPointQuantizer(K.layers.Layer):
    """Bit widths of each weight, which are learned, as HGQ has them."""

    def __init__(self, shape=(), **options):
        super().__init__(**options)
        self.sizes = tuple(shape)
        self.bits = self.add_weight(shape=self.sizes, initializer=K.initializers.Constant(8.0), name="b")
        self.whole = self.add_weight(shape=self.sizes, initializer=K.initializers.Constant(2.0), name="i")

    def call(self, x):
        step = 2.0 ** (self.whole - self.bits)
        return x + (K.ops.round(x / step) * step - x) + 0 * self.bits

    def get_config(self):
        return super().get_config() | {"shape": self.sizes}


@K.saving.register_keras_serializable("bits")
class QuantizedDense(K.layers.Dense):
    def build(self, shape):
        super().build(shape)
        self.kernel_quantizer = FixedPointQuantizer(self.kernel.shape)

    def call(self, x):
        return self.activation(K.ops.matmul(x, self.kernel_quantizer(self.kernel)) + self.bias)


@pytest.mark.skipif(not IS_SAMPLED, reason="what is said of weights does not depend on the backend")
@pytest.mark.parametrize("kind", ["of one's own", "of HGQ"])
def test_bit_widths_are_no_units(tmp_path, kind):
    if kind == "of HGQ":
        layer = pytest.importorskip("hgq.layers").QDense
    else:
        layer = QuantizedDense
    K.utils.set_random_seed(1)
    model = K.Sequential([K.Input((20,)), layer(32, activation="relu", name="a"), layer(16, activation="relu", name="b"), layer(4, name="c")])
    x, y = trained.blobs()
    loss = K.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss)
    for steps in [0, 10]:
        if steps:
            model.fit(x, y, epochs=steps, verbose=0)
        model.save(tmp_path / "m.keras")
        model.save(tmp_path / "m.h5")
        model.save_weights(tmp_path / "m.weights.h5")
        for name in ["m.keras", "m.h5", "m.weights.h5"]:
            state, findings = trained.audit(tmp_path / name)
            assert [f["message"] for f in findings] == [], (name, steps)
            assert state in {"unknown", "trained" if steps else "fresh"}, (name, steps)


@pytest.mark.skipif(not IS_SAMPLED, reason="what is said of weights does not depend on the backend")
@pytest.mark.parametrize("units, activation, loss, severity", [
    (3, None, "categorical_crossentropy", "warning"), (3, None, "sparse_categorical_crossentropy", "warning"),
    (1, None, "binary_crossentropy", "warning"), (1, "sigmoid", "categorical_crossentropy", "error"),
    (1, None, "CategoricalCrossentropy(from_logits=True)", "error"), (3, "softmax", "SparseCategoricalCrossentropy(from_logits=True)", "warning"),
    (2, "sigmoid", "BinaryCrossentropy(from_logits=True)", "warning"), (3, "softmax", "categorical_crossentropy", None),
    (3, None, "CategoricalCrossentropy(from_logits=True)", None), (1, "sigmoid", "binary_crossentropy", None), (1, None, "mse", None)])
@pytest.mark.parametrize("kind", ["Sequential", "Functional", "two outputs"])
def test_losses_of_other_outputs(tmp_path, units, activation, loss, severity, kind):
    L = K.layers
    loss = eval(f"K.losses.{loss}") if "(" in loss else loss
    if kind == "Sequential":
        model = K.Sequential([K.Input((8,)), L.Dense(8, "relu"), L.Dense(units, activation, name="head")])
    else:
        inputs = K.Input((8,))
        x = L.Dense(8, "relu")(inputs)
        outputs = [L.Dense(units, activation, name="head")(x)] + ([L.Dense(2, name="other")(x)] if kind == "two outputs" else [])
        model = K.Model(inputs, outputs)
    model.compile("adam", [loss, "mse"] if kind == "two outputs" else loss)
    for name in ["m.keras", "m.h5"]:
        model.save(tmp_path / name)
        _, findings = trained.audit(tmp_path / name)
        assert [(f["layer"], f["severity"]) for f in findings if f["rule"] == "GRD009"] == ([("head", severity)] if severity else []), name
    if severity == "error":
        before = values(model.get_layer("head").kernel).copy()
        targets = [np.ones((32, 1)), np.ones((32, 2))] if kind == "two outputs" else np.ones((32, 1))
        model.fit(np.random.default_rng(0).normal(size=(32, 8)), targets, verbose=0)
        assert np.array_equal(before, values(model.get_layer("head").kernel))


@pytest.mark.skipif(not IS_SAMPLED, reason="what is said of weights does not depend on the backend")
def test_categories_are_the_last_axis(tmp_path):
    """A depthwise convolution has one unit for each channel, and as many categories as channels."""
    L = K.layers
    model = K.Sequential([K.Input((6, 6, 3)), L.DepthwiseConv2D(3, padding="same", activation="sigmoid")])
    model.compile("adam", "categorical_crossentropy")
    model.save(tmp_path / "m.keras")
    assert "GRD009" not in [f["rule"] for f in trained.audit(tmp_path / "m.keras")[1]]


@pytest.mark.skipif(not IS_SAMPLED, reason="what is said of weights does not depend on the backend")
def test_one_dead_branch(tmp_path):
    """Its kernels learn through the other branch, so that nothing is blocked, and it still returns the same for ever."""
    L = K.layers
    inputs = K.Input((8,))
    x = L.Dense(16, "sigmoid")(inputs)
    dead = L.ReLU(name="dead")(L.Rescaling(-1.0, offset=-50.0)(x))
    model = K.Model(inputs, [L.Dense(2)(x), L.Dense(3)(L.Concatenate()([dead, x]))])
    model.save(tmp_path / "m.keras")
    assert [(f["rule"], f["layer"]) for f in trained.audit(tmp_path / "m.keras")[1] if f["severity"] != "note"] == [("PRP004", "dead")]


def classifier_with(*layers):
    return trained.classifier(*layers, classes=4, epochs=8)


@pytest.mark.skipif(not IS_SAMPLED, reason="what is said of weights does not depend on the backend")
@pytest.mark.parametrize("factor, rule", [(1, None), (30, "DEC001"), (0.2, "DEC001")])
def test_a_new_head_on_a_trained_backbone(tmp_path, factor, rule):
    """Each layer is judged by itself: the head is fresh, and the rest is trained."""
    L = K.layers
    old = classifier_with(L.Dense(24, "relu"), L.Dense(24, "relu"))
    head = L.Dense(16, "relu", name="new")
    model = K.Sequential([K.Input((20,)), *old.layers[:-1], head, L.Dense(3, "softmax")])
    head.kernel.assign(head.kernel * factor)
    model.save(tmp_path / "m.keras")
    state, findings = trained.audit(tmp_path / "m.keras")
    assert state == "trained"
    assert [(f["rule"], f["layer"]) for f in findings if f["severity"] != "note"] == ([(rule, "new")] if rule else [])


@pytest.mark.skipif(not IS_SAMPLED, reason="what is said of weights does not depend on the backend")
@pytest.mark.parametrize("keeps_steps", [True, False])
def test_a_bias_that_cancels_is_no_new_head(tmp_path, keeps_steps):
    """In e(a) - e(b) the last bias never moves, while its kernel does."""
    L = K.layers
    random = np.random.default_rng(0)
    encoder = K.Sequential([K.Input((8,)), L.Dense(16, "relu"), L.Dense(16, name="last")], name="encoder")
    a, b = K.Input((8,)), K.Input((8,))
    model = K.Model([a, b], L.Subtract()([encoder(a), encoder(b)]))
    model.compile(K.optimizers.Adam(0.02), "mse")
    model.fit([random.normal(size=(256, 8)), random.normal(size=(256, 8))], random.normal(size=(256, 16)), epochs=15, verbose=0)
    assert not np.any(values(encoder.layers[-1].bias))
    if not keeps_steps:
        model = K.models.clone_model(model, clone_function=lambda layer: layer)
    model.save(tmp_path / "m.keras")
    state, findings = trained.audit(tmp_path / "m.keras")
    assert state == "trained" and findings == []


@pytest.mark.skipif(not IS_SAMPLED, reason="what is said of weights does not depend on the backend")
def test_displaced_means(tmp_path):
    L = K.layers
    model = classifier_with(L.Dense(24), L.BatchNormalization(name="norm"), L.ReLU())
    norm = model.get_layer("norm")
    for shift, is_found in [(0, False), (50, False), (1e4, True), (-6e4, True)]:
        mean = values(norm.moving_mean).copy()
        norm.moving_mean.assign(mean + shift)
        model.save(tmp_path / "m.keras")
        norm.moving_mean.assign(mean)
        assert ("NRM006" in [f["rule"] for f in trained.audit(tmp_path / "m.keras")[1]]) == is_found, shift


@pytest.mark.skipif(not IS_SAMPLED, reason="what is said of weights does not depend on the backend")
def test_frozen_vectors_from_elsewhere(tmp_path):
    """Pretrained vectors in a frozen table, as Keras's own guide has it, are no error."""
    L = K.layers
    table = L.Embedding(200, 50, trainable=False)
    model = K.Sequential([K.Input((10,)), table, L.GlobalAveragePooling1D(), L.Dense(8, "relu"), L.Dense(1, "sigmoid")])
    table.embeddings.assign(np.random.default_rng(0).normal(0, 0.4, (200, 50)))
    model.save(tmp_path / "m.keras")
    assert [f["severity"] for f in trained.audit(tmp_path / "m.keras")[1]] == ["note"]


@pytest.mark.skipif(not IS_SAMPLED, reason="what is said of weights does not depend on the backend")
def test_slopes_that_are_learned(tmp_path):
    """Behind PReLU what is below zero is not dead."""
    L = K.layers
    negative = K.initializers.RandomUniform(-1, -0.5)
    model = K.Sequential([K.Input((8,)), L.Dense(12, "relu"), L.Dense(12, kernel_initializer=negative), L.PReLU(), L.Dense(3)])
    model.save(tmp_path / "m.keras")
    assert "DED001" not in [f["rule"] for f in trained.audit(tmp_path / "m.keras")[1]]
