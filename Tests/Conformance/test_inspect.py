"""`wtool inspect` on files that Keras wrote: silent on fresh and trained models, and never on a planted fault."""
import json
import xml.etree.ElementTree

import numpy
import pytest

import zoo
from conftest import import_keras

K = import_keras()
L = K.layers


def audit(wtool, path, *options, code=None):
    """The report on one file, and the rules that spoke at warning or above, by layer."""
    report = json.loads(wtool("inspect", path, "-f", "json", "--fail-on", "never", *options).stdout)["files"][0]
    loud = [(f["rule"], f["layer"]) for f in report["findings"] if f["severity"] != "note"]
    return report, loud


def found(report):
    return {rule for f in report["findings"] for rule in [f["rule"], *f["folded"]]}


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
    "all constant": (lambda: mlp(K.initializers.Constant(0.01)), "SYM002", "d0"),
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
