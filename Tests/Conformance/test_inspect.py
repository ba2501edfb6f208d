"""`wtool inspect` on files that Keras wrote: silent on fresh and trained models, and never on a planted fault."""
import json
import xml.etree.ElementTree

import jsonschema
import numpy
import pytest

import zoo
from conftest import ROOT, import_keras

K = import_keras()
L = K.layers
SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "fixtures/schema/wtool-inspect-2.schema.json").read_text()))


def audit(wtool, path, *options):
    """The report on one file, and the rules that spoke at warning or above, by layer."""
    document = json.loads(wtool("inspect", path, "-f", "json", "--fail-on", "never", *options).stdout)
    SCHEMA.validate(document)
    report = document["files"][0]
    loud = [(f["rule"], f["layer"]) for f in report["findings"] if f["severity"] != "note"]
    return report, loud


@pytest.mark.parametrize("name", zoo.MODELS)
def test_fresh_models_are_healthy(wtool, tmp_path, name):
    model = zoo.build(name, K)
    if model is None:
        return
    (tmp_path / "arch.json").write_text(model.to_json())
    for file in ["m.h5", "m.weights.h5"]:
        path = tmp_path / file
        model.save_weights(path) if ".weights" in file else model.save(path)
        options = ["--model", tmp_path / "arch.json"] if ".weights" in file else []
        report, loud = audit(wtool, path, *options)
        assert report["state"]["value"] in ("fresh", "unknown"), report["state"]
        # A hundred narrow layers without a normalization: what is left is left to chance.
        loud = [item for item in loud if (name, item[0]) != ("many_layers", "PRP001")]
        assert loud == [], (file, [f["message"] for f in report["findings"]])


def mlp(initializer="he_normal", depth=4, width=128):
    K.utils.set_random_seed(1)
    layers = [K.Input((width,))]
    layers += [L.Dense(width, activation="relu", kernel_initializer=initializer, name=f"d{i}") for i in range(depth)]
    return K.Sequential(layers + [L.Dense(10, name="head")])


def change(model, layer, function):
    kernel, *rest = model.get_layer(layer).get_weights()
    model.get_layer(layer).set_weights([function(kernel), *rest])
    return model


def twins(kernel):
    kernel[:, 7] = kernel[:, 3]
    return kernel


def one_nan(kernel):
    kernel[3, 4] = numpy.nan
    return kernel


def shared_initializer():
    return mlp(K.initializers.HeNormal(seed=5))


# Fault, the model, the rule that must speak, the layer; `None` where nothing may.
FAULTS = {
    "clean": (mlp, None, None),
    "glorot under ReLU": (lambda: mlp("glorot_uniform"), None, None),
    "one zero layer": (lambda: change(mlp(), "d1", numpy.zeros_like), "SYM001", "d1"),
    "all constant": (lambda: mlp(K.initializers.Constant(0.01)), "SYM009", "d0"),
    "too large": (lambda: mlp(K.initializers.RandomNormal(0, 2)), "PRP002", "d2"),
    "too small": (lambda: mlp(K.initializers.RandomNormal(0, 0.01)), "PRP001", "d2"),
    "two identical units": (lambda: change(mlp(), "d1", twins), "SYM003", "d1"),
    "all units identical": (lambda: change(mlp(), "d1", lambda w: numpy.tile(w[:, :1], (1, 128))), "SYM003", "d1"),
    "one initializer for all": (shared_initializer, "SYM007", "d1"),
    "one NaN": (lambda: change(mlp(), "d1", one_nan), "NUM001", "d1"),
    "zero last layer": (lambda: change(mlp(), "head", numpy.zeros_like), None, None),
    "std doubled": (lambda: change(mlp(), "d1", lambda w: 2 * w), "DEC001", "d1"),
    "magnitudes": (lambda: change(mlp(), "d1", numpy.abs), "DST002", "d1"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults(wtool, tmp_path, fault):
    make, rule, layer = FAULTS[fault]
    make().save(tmp_path / "m.h5")
    report, loud = audit(wtool, tmp_path / "m.h5")
    if rule is None:
        assert loud == []
    else:
        assert (rule, layer) in loud, report["findings"]
        assert {place for _, place in loud} <= {layer} or fault in ("all constant", "one initializer for all", "too small", "too large")


SHAPES = {"32x4": (32, 4), "3x3x16x16": (3, 3, 16, 16), "128x128": (128, 128), "784x32": (784, 32)}
TABLE = {
    "std ×2": (lambda w: 2 * w, "DEC001"), "std ÷2": (lambda w: w / 2, "DEC001"), "std ×10": (lambda w: 10 * w, "DEC001"),
    "std ×0.01": (lambda w: w / 100, "DEC001"), "zero": (numpy.zeros_like, "SYM001"), "constant": (lambda w: 0 * w + 0.01, "SYM002"),
    "abs": (numpy.abs, "DST002"), "ternary": (lambda w: numpy.sign(w) * (abs(w) > w.std() / 2), "DST003"),
    "infinite": (lambda w: numpy.where(numpy.arange(w.size).reshape(w.shape) == 5, numpy.inf, w), "NUM002"),
    "copies": (lambda w: numpy.concatenate([w[..., :2], w[..., :1], w[..., 3:]], -1), "SYM003"),
    "sign-flipped": (lambda w: numpy.concatenate([w[..., :2], -w[..., :1], w[..., 3:]], -1), "SYM004"),
    "one unit ×3": (lambda w: numpy.concatenate([w[..., :2], 3 * w[..., 2:3], w[..., 3:]], -1), "SCL003"),
}


@pytest.mark.parametrize("fault", TABLE)
def test_detection(wtool, tmp_path, fault):
    function, rule = TABLE[fault]
    for initializer in ["glorot_uniform", "he_normal", "random_normal"]:
        for name, shape in SHAPES.items():
            K.utils.set_random_seed(len(name))
            options = dict(activation="tanh", kernel_initializer=initializer, name="faulty")
            inputs = K.Input((8, 8, 16) if len(shape) == 4 else (shape[0],))
            layer = L.Conv2D(16, 3, **options) if len(shape) == 4 else L.Dense(shape[1], **options)
            model = K.Model(inputs, L.Dense(4, name="head")(layer(inputs)))
            change(model, "faulty", lambda w: function(w).astype("float32"))
            model.save(tmp_path / "m.h5")
            report, _ = audit(wtool, tmp_path / "m.h5")
            rules = {r for f in report["findings"] if f["layer"] == "faulty" for r in [f["rule"], *f["folded"]]}
            assert rule in rules, (initializer, name, report["findings"])


def test_state_of_trained_models(wtool, tmp_path):
    model = mlp()
    x, y = numpy.random.default_rng(1).normal(size=(256, 128)), numpy.arange(256) % 10
    model.compile("sgd", K.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x, y, epochs=1, verbose=0)
    model.save(tmp_path / "m.h5")
    report, loud = audit(wtool, tmp_path / "m.h5")
    assert report["state"]["value"] == "trained"
    assert report["iterations"] == 8
    assert loud == []
    # A layer that no gradient reaches: all its ReLUs are dead.
    model = mlp()
    kernel, bias = model.get_layer("d2").get_weights()
    model.get_layer("d2").set_weights([kernel, bias - 1000])
    model.compile("sgd", K.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x, y, epochs=1, verbose=0)
    model.save(tmp_path / "dead.h5")
    report, loud = audit(wtool, tmp_path / "dead.h5")
    assert ("TRN001", "d0") in loud


def test_reports_are_well_formed(wtool, tmp_path):
    change(mlp(), "d1", twins).save(tmp_path / "m.h5")
    outputs = {f: tmp_path / f"report.{f}" for f in ["json", "jsonl", "sarif", "gitlab", "junit", "html", "markdown"]}
    options = [option for f, path in outputs.items() for option in ["-f", f"{f}:{path}"]]
    wtool("inspect", tmp_path / "m.h5", *options)
    sarif = json.loads(outputs["sarif"].read_text())
    rules = sarif["runs"][0]["tool"]["driver"]["rules"]
    for result in sarif["runs"][0]["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert json.loads(outputs["gitlab"].read_text())[0]["check_name"] == "SYM003"
    suite = xml.etree.ElementTree.parse(outputs["junit"]).getroot()[0]
    assert suite.get("failures") == "1"
    assert int(suite.get("tests")) == len(suite)
    for line in outputs["jsonl"].read_text().splitlines():
        json.loads(line)


def chain(activation, zeros, constants=(), bias="zeros", normalized=False):
    layers = [K.Input((16,))]
    for i in range(3):
        initializer = "zeros" if i in zeros else K.initializers.Constant(0.1) if i in constants else "glorot_uniform"
        layers.append(L.Dense(16, activation=None if normalized else activation, kernel_initializer=initializer, bias_initializer=bias, name=f"d{i}"))
        if normalized:
            layers += [L.BatchNormalization(), L.Activation(activation)]
    return K.Sequential(layers + [L.Dense(3, kernel_initializer="zeros" if 3 in zeros else "glorot_uniform", name="d3")])


def residual(activation, gate=False):
    inputs = K.Input((16,))
    x = L.Dense(16, activation="tanh", name="d0")(inputs)
    branch = L.Dense(16, activation=activation, kernel_initializer="zeros", name="d1")(x)
    branch = L.Dense(16, name="d2")(branch)
    x = (L.Multiply() if gate else L.Add())([x, branch])
    return K.Model(inputs, L.Dense(3, name="d3")(x))


def convolutional(activation, zero):
    layers = [K.Input((16,)), L.Reshape((4, 4, 1))]
    for i in range(3):
        layers.append(L.Conv2D(4, 3, padding="same", activation=activation, kernel_initializer="zeros" if i == zero else "he_normal", name=f"d{i}"))
    return K.Sequential(layers + [L.GlobalAveragePooling2D(), L.Dense(3, name="d3")])


def sequence(cell, zero):
    """Two recurrent layers and two dense ones, of which one has a kernel of zeros."""
    make = lambda i, layer, *arguments, **options: layer(*arguments, kernel_initializer="zeros" if i == zero else "glorot_uniform", name=f"d{i}", **options)
    return K.Sequential([
        K.Input((16,)), L.Reshape((8, 2)), make(0, cell, 6, return_sequences=True), make(1, cell, 6),
        make(2, L.Dense, 8, activation="relu"), make(3, L.Dense, 3)])


NETWORKS = {
    **{f"{a}, zeros {z}": (lambda a=a, z=z: chain(a, z)) for a in ["relu", "tanh", "sigmoid", "elu", "softplus"] for z in [(), (0,), (1,), (3,), (1, 2), (2, 3), (0, 1, 2, 3)]},
    "relu, zeros, biases of ones": lambda: chain("relu", (1,), bias="ones"),
    "relu, constants": lambda: chain("relu", (), constants=(1, 2)),
    **{f"{a} behind a normalization": (lambda a=a: chain(a, (1,), normalized=True)) for a in ["relu", "tanh"]},
    **{f"residual {a}": (lambda a=a: residual(a)) for a in ["relu", "tanh"]},
    **{f"gated {a}": (lambda a=a: residual(a, gate=True)) for a in ["relu", "sigmoid"]},
    **{f"{C.__name__}, zeros {z}": (lambda C=C, z=z: sequence(C, z)) for C in [L.SimpleRNN, L.LSTM, L.GRU] for z in [1, 2, 3]},
    **{f"convolutions {a} {z}": (lambda a=a, z=z: convolutional(a, z)) for a in ["relu", "tanh"] for z in [None, 0, 1]},
}


@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_proved_frozen_never_moves(wtool, tmp_path, name):
    """And, but behind a normalization, whose offset might be anything, what is not proved frozen moves."""
    K.utils.set_random_seed(3)
    model = NETWORKS[name]()
    model.save(tmp_path / "m.h5")
    report, _ = audit(wtool, tmp_path / "m.h5", "--rule", "GRD001")
    kernels = {f"d{i}": model.get_layer(f"d{i}").get_weights()[0] for i in range(4)}
    messages = [f["message"] for f in report["findings"]]
    assert len(messages) <= 1
    blocked = {k for k in kernels if messages and (f"`{k}/" in messages[0] or messages[0].startswith("none of"))}
    model.compile(K.optimizers.SGD(0.1), K.losses.SparseCategoricalCrossentropy(from_logits=True))
    random = numpy.random.default_rng(1)
    model.fit(random.normal(size=(256, 16)), random.integers(0, 3, 256), epochs=4, batch_size=32, verbose=0)
    still = {k for k, before in kernels.items() if numpy.array_equal(before, model.get_layer(k).get_weights()[0])}
    assert blocked == still or ("normalization" in name and blocked < still), (messages, still)


def copies(kernel_axis):
    """Makes five units equal, in what goes in or in what goes out."""
    def function(kernel):
        return numpy.concatenate([kernel[:1]] * 5 + [kernel[5:]]) if kernel_axis == 0 else numpy.concatenate([kernel[:, :1]] * 5 + [kernel[:, 5:]], 1)
    return function


def planted(incoming, outgoing):
    def make():
        model = chain("tanh", ())
        change(model, "d1", copies(1)) if incoming else None
        change(model, "d2", copies(0)) if outgoing else None
        return model
    return make


SYMMETRIES = {
    **{f"constants {c} {a}": (lambda a=a, c=c: chain(a, (), constants=c)) for a in ["relu", "tanh"] for c in [(0,), (1,), (0, 1), (1, 2), (0, 1, 2)]},
    **{f"zeros {z} {a}": (lambda a=a, z=z: chain(a, z)) for a in ["tanh", "sigmoid"] for z in [(1,), (1, 2), (2, 3), (0, 1, 2, 3)]},
    "equal in and out": planted(True, True), "equal in": planted(True, False), "equal out": planted(False, True),
    "convolutions of constants": lambda: K.Sequential([K.Input((16,)), L.Reshape((4, 4, 1))] + [
        L.Conv2D(6, 3, padding="same", activation="tanh", kernel_initializer=K.initializers.Constant(0.1), name=f"d{i}") for i in range(3)
    ] + [L.GlobalAveragePooling2D(), L.Dense(3, name="d3")]),
    **{f"flattened convolutions {a}": (lambda a=a: K.Sequential([K.Input((16,)), L.Reshape((4, 4, 1))] + [
        L.Conv2D(6, 3, padding="same", activation=a, kernel_initializer=K.initializers.Constant(0.1), name=f"d{i}") for i in range(2)
    ] + [L.ZeroPadding2D(), L.MaxPooling2D(), L.Flatten(), L.Dense(5, kernel_initializer=K.initializers.Constant(0.1), name="d2"), L.Dense(3, name="d3")])) for a in ["relu", "tanh"]},
    **{f"normalized {N.__name__} {c}": (lambda N=N, c=c: K.Sequential([K.Input((16,))] + [
        layer for i in range(3) for layer in [
            L.Dense(8, kernel_initializer=K.initializers.Constant(0.1) if i in c else "glorot_uniform", name=f"d{i}"), N(), L.Activation("tanh")]
    ] + [L.Dense(3, name="d3")])) for N in [L.BatchNormalization, L.LayerNormalization] for c in [(1, 2), (0, 1)]},
    **{f"residual constants {c} {N.__name__ if N else ''}": (lambda N=N, c=c: residual_constants(c, N)) for N in [None, L.BatchNormalization] for c in [(0, 1), (0, 1, 2), (1, 2), (0, 2)]},
    **{f"{C.__name__} {i}/{r}": (lambda C=C, i=i, r=r: recurrent(C, i, r)) for C in [L.SimpleRNN, L.LSTM, L.GRU] for i in ["constant", "glorot_uniform"] for r in ["constant", "zeros", "orthogonal"]},
    # Units that start equal, and that something tells apart which no kernel shows.
    "told apart by slopes": lambda: K.Sequential([K.Input((16,))] + [
        layer for i in range(3) for layer in [
            L.Dense(8, kernel_initializer=K.initializers.Constant(0.1), name=f"d{i}"), L.PReLU(alpha_initializer="random_normal")]
    ] + [L.Dense(3, name="d3")]),
    "told apart by dropout": lambda: K.Sequential([K.Input((16,))] + [
        layer for i in range(3) for layer in [
            L.Dense(8, kernel_initializer=K.initializers.Constant(0.1), activation="tanh", name=f"d{i}"), L.Dropout(0.3)]
    ] + [L.Dense(3, kernel_initializer=K.initializers.Constant(0.1), name="d3")]),
    **{f"told apart in {C.__name__} by dropout": (lambda C=C: recurrent(C, "constant", "constant", dropout=0.3)) for C in [L.LSTM, L.GRU]},
    **{f"told apart in {C.__name__} by its state": (lambda C=C: with_state(C)) for C in [L.SimpleRNN, L.GRU]},
    **{f"{C.__name__} with twins": (lambda C=C: recurrent(C, "glorot_uniform", "zeros", twins=True)) for C in [L.SimpleRNN, L.LSTM, L.GRU]},
}


def residual_constants(constants, normalization=None):
    """The sum of a layer and of what the next one makes of it."""
    make = lambda i, **options: L.Dense(8, kernel_initializer=K.initializers.Constant(0.1) if i in constants else "glorot_uniform", name=f"d{i}", **options)
    inputs = K.Input((16,))
    x = make(0, activation="tanh")(inputs)
    x = L.Add()([x, make(1, activation="tanh")(x)])
    x = make(2, activation="tanh")(normalization()(x) if normalization else x)
    return K.Model(inputs, L.Dense(3, name="d3")(x))


def with_state(cell):
    """A layer of constants that starts in a state of different numbers."""
    inputs = K.Input((16,))
    state = L.Dense(6, name="d0", activation="tanh")(inputs)
    constant = K.initializers.Constant(0.1)
    x = cell(6, kernel_initializer=constant, recurrent_initializer="zeros", name="d1")(
        L.Reshape((8, 2))(inputs), initial_state=state)
    x = L.Dense(5, activation="tanh", kernel_initializer=constant, name="d2")(x)
    return K.Model(inputs, L.Dense(3, name="d3")(x))


def recurrent(cell, kernel, recurrent_kernel, twins=False, dropout=0.0):
    """Two recurrent layers and a dense one; the second has the initializers, or three units of the first are equal."""
    named = lambda name: K.initializers.Constant(0.1) if name == "constant" else name
    layers = [
        cell(6, return_sequences=True, kernel_initializer=named(kernel), recurrent_initializer=named(recurrent_kernel), name="d0"),
        cell(6, dropout=dropout, recurrent_dropout=dropout, kernel_initializer=named("glorot_uniform" if twins else kernel), recurrent_initializer=named(recurrent_kernel), name="d1"),
        L.Dense(5, activation="tanh", kernel_initializer=named("glorot_uniform" if twins else kernel), name="d2"), L.Dense(3, name="d3")]
    model = K.Sequential([K.Input((16,)), L.Reshape((8, 2))] + layers)
    if twins:
        for layer, axis in [("d0", 1), ("d1", 0)]:
            weights = model.get_layer(layer).get_weights()
            kernel = weights[0]
            for gate in range(kernel.shape[1] // 6):
                if axis == 1:
                    kernel[:, gate * 6 + 1] = kernel[:, gate * 6 + 2] = kernel[:, gate * 6]
            if axis == 0:
                kernel[1] = kernel[2] = kernel[0]
            model.get_layer(layer).set_weights(weights)
    return model


def unit_columns(layer):
    """What belongs to each unit: a column of each gate, of the kernel, of the recurrent kernel and of the bias."""
    kernel, *others = layer.get_weights()
    units = layer.units if hasattr(layer, "units") else kernel.shape[-1]
    return numpy.concatenate([w.reshape(-1, units) for w in [kernel, *others]]).T


@pytest.mark.parametrize("name", SYMMETRIES)
def test_what_is_proved_equal_stays_equal(wtool, tmp_path, name):
    """And, in these networks, units that are not proved equal are told apart by training."""
    K.utils.set_random_seed(3)
    model = SYMMETRIES[name]()
    model.save(tmp_path / "m.h5")
    report, _ = audit(wtool, tmp_path / "m.h5", "--rule", "SYM009")
    effective = {f["layer"].split("/")[0]: f["evidence"]["effective_units"] for f in report["findings"]}
    model.compile(K.optimizers.SGD(0.1), K.losses.SparseCategoricalCrossentropy(from_logits=True))
    random = numpy.random.default_rng(1)
    model.fit(random.normal(size=(256, 16)), random.integers(0, 3, 256), epochs=4, batch_size=32, verbose=0)
    for layer in ["d0", "d1", "d2"]:
        columns = unit_columns(model.get_layer(layer))
        # Sums are rounded differently in different places of a vector.
        scale = 1e-4 * max(abs(columns).max(), 1e-9)
        distinct = []
        for column in columns:
            if not any(abs(column - other).max() <= scale for other in distinct):
                distinct.append(column)
        # Behind the normalization of equal units next to no gradient tells the others apart.
        if layer in effective or not ("normalized" in name or "BatchNormalization" in name or "told apart" in name):
            assert len(distinct) == effective.get(layer, len(columns)), (layer, effective)


def constant(value):
    return K.initializers.Constant(value)


def modulated():
    """A kernel of zeros behind operations, as a transformer that is told a condition begins."""
    x, condition = K.Input((16,)), K.Input((16,))
    scale = L.Dense(16, kernel_initializer="zeros", name="judged")(L.Activation("silu")(condition))
    return K.Model([x, condition], L.Dense(4)(L.Multiply()([x, scale])))


# What a description and a file of its values are to say alike: the rule of the layer "judged" and its severity.
ALIKE = {
    "average of each channel": (lambda: [K.Input((8, 8, 3)), L.DepthwiseConv2D(3, depthwise_initializer=constant(1 / 9), name="judged"), L.Conv2D(4, 3)], None),
    "two averages of each channel": (
        lambda: [K.Input((8, 8, 3)), L.DepthwiseConv2D(3, depth_multiplier=2, depthwise_initializer=constant(1 / 9), name="judged"), L.Conv2D(4, 3)],
        ("SYM002", "warning")),
    "zeros before tanh": (lambda: [K.Input((8,)), L.Dense(8, "tanh", kernel_initializer="zeros", name="judged"), L.Dense(4)], ("SYM001", "note")),
    "zeros of a recurrent layer": (lambda: [K.Input((5, 8)), L.LSTM(8, kernel_initializer="zeros", name="judged"), L.Dense(4)], ("SYM001", "note")),
    "zeros of a condition": (modulated, ("SYM001", "note")),
    "embeddings of ones": (lambda: [K.Input((6,)), L.Embedding(20, 8, embeddings_initializer="ones", name="judged"), L.LSTM(8), L.Dense(4)], ("SYM002", "note")),
    "embeddings of zeros": (lambda: [K.Input((6,)), L.Embedding(20, 8, embeddings_initializer="zeros", name="judged"), L.LSTM(8), L.Dense(4)], ("SYM001", "note")),
    "frozen embeddings": (
        lambda: [K.Input((6,)), L.Embedding(20, 8, embeddings_initializer="ones", trainable=False, name="judged"), L.LSTM(8), L.Dense(4)],
        ("SYM002", "warning")),
}


@pytest.mark.parametrize("name", ALIKE)
def test_a_description_and_its_file_are_judged_alike(wtool, tmp_path, name):
    make, expected = ALIKE[name]
    made = make()
    model = made if isinstance(made, K.Model) else K.Sequential(made)
    (tmp_path / "arch.json").write_text(model.to_json())
    model.save(tmp_path / "m.h5")
    for file in ["arch.json", "m.h5"]:
        report, _ = audit(wtool, tmp_path / file)
        found = {(f["rule"], f["severity"]) for f in report["findings"] if f["layer"].startswith("judged") and f["rule"].startswith("SYM")}
        assert found == ({expected} if expected else set()), file


def test_a_declared_infinity_is_not_training(wtool, tmp_path):
    K.Sequential([K.Input((8,)), L.Dense(8, bias_initializer=constant(float("inf"))), L.Dense(4)]).save(tmp_path / "m.h5")
    report, loud = audit(wtool, tmp_path / "m.h5")
    assert report["state"]["value"] == "fresh" and "NUM002" in {rule for rule, _ in loud}


def test_what_has_been_adapted_has_not_been_trained(wtool, tmp_path):
    """`adapt()` counts data before any training: a fresh model with a `Normalization` is fresh."""
    normalization = K.layers.Normalization()
    normalization.adapt(numpy.random.default_rng(1).normal(2, 3, size=(100, 5)))
    model = K.Sequential([K.Input((5,)), normalization, K.layers.Dense(16, activation="relu"), K.layers.Dense(1)])
    model.save(tmp_path / "m.h5")
    report = json.loads(wtool("inspect", tmp_path / "m.h5", "-f", "json").stdout)["files"][0]
    assert report["state"]["value"] == "fresh" and not report["findings"]


def trained(model, steps=60, outputs=1):
    """The model after some steps, its inputs and the losses before and after."""
    x = numpy.random.default_rng(1).normal(size=(128, *model.inputs[0].shape[1:])).astype("float32")
    y = numpy.tanh(x.reshape(128, -1)[:, :outputs])
    model.compile("adam", "mse")
    before = model.evaluate(x, y, verbose=0)
    model.fit(x, y, epochs=steps // 4, batch_size=32, verbose=0)
    return x, before, model.evaluate(x, y, verbose=0)


def test_biases_of_branches_that_are_added_stay_equal(wtool, tmp_path):
    """They start at 0 and get one gradient: no seed is shared, and nothing is wrong."""
    inputs = K.Input((8,))
    wide, deep = L.Dense(16, name="wide")(inputs), L.Dense(16, name="deep")(L.Dense(16, activation="relu")(inputs))
    model = K.Model(inputs, L.Dense(1)(L.Activation("relu")(L.Add()([wide, deep]))))
    _, before, after = trained(model)
    assert after < before
    assert numpy.array_equal(*[model.get_layer(name).get_weights()[1] for name in ["wide", "deep"]])
    model.save(tmp_path / "m.h5")
    assert audit(wtool, tmp_path / "m.h5")[1] == []


def test_kernels_that_are_small_on_purpose(wtool, tmp_path):
    small = K.initializers.RandomUniform(-0.003, 0.003, seed=1)
    model = K.Sequential([K.Input((8,)), L.Dense(32, activation="relu"), L.Dense(32, activation="tanh", kernel_initializer=small), L.Dense(1)])
    _, before, after = trained(model, steps=8)
    assert after < before
    model.save(tmp_path / "m.h5")
    assert not [finding for finding in audit(wtool, tmp_path / "m.h5")[1] if finding[0] == "SCL005"]


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_a_trained_model_with_a_kernel_of_zeros(wtool, tmp_path, layer):
    model = K.Sequential([K.Input((8,)), L.Dense(16, activation="relu"), L.Dense(16, activation="relu"), L.Dense(1)])
    x, *_ = trained(model)
    kernel, bias = model.layers[layer].get_weights()
    model.layers[layer].set_weights([0 * kernel, bias])
    assert numpy.ptp(model.predict(x, verbose=0)) < 1e-5
    model.save(tmp_path / "m.h5")
    assert ("SYM001", model.layers[layer].name) in audit(wtool, tmp_path / "m.h5")[1]


@pytest.mark.parametrize("function", ["soft_shrink", "hard_shrink", "tanh_shrink"])
def test_zeros_before_a_function_that_is_flat_there(wtool, tmp_path, function):
    if K.__name__ != "keras":
        pytest.skip("functions of Keras 3")
    model = K.Sequential([K.Input((8,)), L.Dense(16, activation=function, kernel_initializer="zeros", name="flat"), L.Dense(1)])
    model.save(tmp_path / "m.h5")
    assert ("SYM001", "flat") in audit(wtool, tmp_path / "m.h5")[1]
    trained(model, steps=8)
    assert not model.get_layer("flat").get_weights()[0].any()


def test_remedies_name_the_arguments_of_layers(wtool, tmp_path):
    layers = {"depthwise_initializer": L.DepthwiseConv2D(3, depthwise_initializer="zeros"), "embeddings_initializer": L.Embedding(9, 8, embeddings_initializer="zeros")}
    for argument, layer in layers.items():
        image = argument == "depthwise_initializer"
        inputs = K.Input((6, 6, 4) if image else (5,), dtype="float32" if image else "int32")
        K.Model(inputs, L.Dense(2)(L.Flatten()(L.ReLU()(layer(inputs))))).save(tmp_path / "m.h5")
        report, _ = audit(wtool, tmp_path / "m.h5")
        texts = [json.dumps(finding["remedy"]) for finding in report["findings"] if finding["rule"] == "SYM001"]
        assert texts and all(argument in text and "kernel_initializer" not in text for text in texts), texts


def test_a_repair_leaves_what_starts_small_on_purpose(wtool, tmp_path):
    """The head of a policy, and the couplings of a flow, which start at zero."""
    orthogonal = K.initializers.Orthogonal
    inputs = K.Input((8,))
    hidden = L.Dense(32, activation="tanh", kernel_initializer=orthogonal(1.41))(inputs)
    hidden = L.Dense(32, activation="tanh", kernel_initializer=orthogonal(1.41))(hidden)
    policy = K.Model(inputs, L.Dense(4, activation="softmax", kernel_initializer=orthogonal(0.01))(hidden))
    (tmp_path / "m.json").write_text(policy.to_json())
    wtool("inspect", tmp_path / "m.json", "--fix", "-o", tmp_path / "fixed.json", "--fail-on", "never")
    assert json.loads((tmp_path / "fixed.json").read_text()) == json.loads((tmp_path / "m.json").read_text())


def test_dead_units_of_a_layer_are_one_finding_with_what_they_block(wtool, tmp_path):
    negative = K.initializers.RandomUniform(-1, -0.5)
    K.Sequential([K.Input((8,)), L.Dense(16, "relu"), L.Dense(16, "relu", kernel_initializer=negative, name="dead"), L.Dense(4)]).save(tmp_path / "m.h5")
    report, loud = audit(wtool, tmp_path / "m.h5")
    assert [item for item in loud if item[0] in ("DED001", "GRD001")] == [("DED001", "dead")]
    finding = next(f for f in report["findings"] if f["rule"] == "DED001")
    assert finding["severity"] == "error" and finding["folded"] == ["GRD001"]


if K.__name__ == "keras":
    def test_integers_of_a_quantized_kernel_are_no_zeros(wtool, tmp_path):
        """A description does not tell them, and Keras divides by their scales."""
        model = K.Sequential([K.Input((8,)), L.Dense(16, "relu", name="first"), L.Dense(4)])
        model.quantize("int8")
        (tmp_path / "arch.json").write_text(model.to_json())
        model.save(tmp_path / "m.keras")
        for file in ["arch.json", "m.keras"]:
            assert audit(wtool, tmp_path / file)[1] == [], file
        scale = next(weight for weight in model.get_layer("first").weights if "scale" in weight.name)
        scale.assign(numpy.zeros(scale.shape))
        model.save(tmp_path / "zero.keras")
        assert not numpy.isfinite(model.predict(numpy.ones((2, 8)), verbose=0)).all()
        report, loud = audit(wtool, tmp_path / "zero.keras")
        assert loud == [("NRM003", "first")] and report["findings"][0]["severity"] == "error"

    def test_the_second_copy_of_a_kernel_is_not_judged(wtool, tmp_path):
        layer = L.SpectralNormalization(L.Dense(8, kernel_initializer="zeros"))
        K.Sequential([K.Input((8,)), layer, L.Dense(4)]).save(tmp_path / "m.keras")
        report, _ = audit(wtool, tmp_path / "m.keras")
        assert [f["rule"] for f in report["findings"] if f["rule"] == "SYM001"] == ["SYM001"]
