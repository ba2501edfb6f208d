"""Descriptions that do not say the shape of the model's input: `--input-shape` gives it, or the weights of a file tell.

Keras prints such a description for a Sequential that was built when it was first called, and old versions for most others.
Keras draws the same weights for the shape, and loads what wtool writes.
"""
import itertools
import json

import numpy
import pytest

from conftest import backend, import_keras, values

K = import_keras()
L = K.layers
CONTAINERS = ["h5", "keras", "weights.h5"]
MODELS = {
    "perceptron": ((20,), True, lambda: [L.Dense(7, "relu"), L.BatchNormalization(), L.Dense(3)]),
    "images": ((10, 10, 3), False, lambda: [L.Conv2D(4, 3), L.BatchNormalization(), L.MaxPooling2D(), L.Flatten(), L.Dense(3)]),
    "depthwise": ((8, 8, 6), True, lambda: [L.DepthwiseConv2D(3, depth_multiplier=2), L.Conv2D(4, 1, groups=2), L.GlobalMaxPooling2D(), L.Dense(2)]),
    "recurrent": ((9, 4), True, lambda: [L.Bidirectional(L.LSTM(5, return_sequences=True)), L.GRU(6), L.Dense(2)]),
    "time": ((9, 6), True, lambda: [L.TimeDistributed(L.Dense(4)), L.Conv1D(6, 3), L.LayerNormalization(), L.GlobalMaxPooling1D(), L.Dense(1)]),
    # The weights do not tell the shape of the input.
    "late_flatten": ((5, 6), False, lambda: [L.Dense(4), L.Flatten(), L.Dense(3)]),
    "middle_axis": ((6, 4), False, lambda: [L.BatchNormalization(axis=1), L.Dense(3)]),
    "frames": ((3, 8, 8, 2), False, lambda: [L.ConvLSTM2D(2, 3), L.GlobalMaxPooling2D(), L.Dense(2)]),
    "flat": ((4, 5), False, lambda: [L.Flatten(), L.Dense(3)]),
    "dropped": ((8,), False, lambda: [L.Dropout(0.5), L.Dense(3)]),
}


def unbuilt(name):
    K.backend.clear_session()
    model = K.Sequential(MODELS[name][2](), name=name)
    document = model.to_json()
    # Keras draws in the order in which it builds.
    K.utils.set_random_seed(11)
    model = K.models.model_from_json(document)
    model.build((None,) + MODELS[name][0])
    return document, model


def load(path, document, shape):
    if ".weights." not in path.name and path.suffix != ".h5":
        return K.models.load_model(path)
    model = K.models.model_from_json(document)
    model.build((None,) + shape)
    model.load_weights(path)
    return model


def assert_equal(model, expected, document):
    weights = [w for w in model.weights if "seed" not in w.name]
    others = [w for w in expected.weights if "seed" not in w.name]
    assert len(weights) == len(others) > 0
    for ours, theirs in zip(weights, others):
        assert tuple(ours.shape) == tuple(theirs.shape)
        if "recurrent" in theirs.name:  # The last bits of a QR factorization depend on the machine.
            numpy.testing.assert_allclose(values(ours), values(theirs), atol=3e-6)
        else:
            numpy.testing.assert_array_equal(values(ours), values(theirs), err_msg=theirs.name)


@pytest.mark.parametrize("name, out", itertools.product(MODELS, CONTAINERS))
def test_given(wtool, tmp_path, name, out):
    document, model = unbuilt(name)
    (tmp_path / "arch.json").write_text(document)
    shape = MODELS[name][0]
    arguments = ["init", tmp_path / "arch.json", "-o", tmp_path / f"out.{out}", "--seed", 11, "--backend", backend(K)]
    refused = wtool(*arguments, code=3)
    assert b"--input-shape" in refused.stderr and refused.stderr.count(b"\n") == 1
    wtool(*arguments, "--input-shape", ",".join(map(str, shape)))
    assert_equal(load(tmp_path / f"out.{out}", document, shape), model, document)


@pytest.mark.parametrize("name, like, out", itertools.product(MODELS, CONTAINERS, CONTAINERS))
def test_told_by_weights(wtool, tmp_path, name, like, out):
    shape, is_told, _ = MODELS[name]
    document, model = unbuilt(name)
    (tmp_path / "arch.json").write_text(document)
    path = tmp_path / f"like.{like}"
    model.save_weights(path) if "weights" in like else model.save(path)
    arguments = ["init", tmp_path / "arch.json", "--like", path, "-o", tmp_path / f"out.{out}", "--seed", 11, "--backend", backend(K)]
    if out == "keras" and not is_told:
        assert b"--input-shape" in wtool(*arguments, code=3).stderr
        return
    wtool(*arguments)
    assert_equal(load(tmp_path / f"out.{out}", document, shape), model, document)
    assert b"no findings" in wtool("inspect", path, "--model", tmp_path / "arch.json").stdout


@pytest.mark.parametrize("name", MODELS)
def test_stored_without(wtool, tmp_path, name):
    """A whole model whose description lost its shape, as Keras 2.2 wrote them, reaches the other containers."""
    h5py = pytest.importorskip("h5py")
    shape, is_told, _ = MODELS[name]
    document, model = unbuilt(name)
    model.save(tmp_path / "old.h5")
    with h5py.File(tmp_path / "old.h5", "r+") as file:
        config = json.loads(file.attrs["model_config"])
        config["config"] = json.loads(document)["config"]
        config.pop("build_config", None)
        file.attrs["model_config"] = json.dumps(config)
    for out in ("keras", "weights.h5"):
        if out == "keras" and not is_told:
            assert b"--input-shape" in wtool("convert", tmp_path / "old.h5", tmp_path / f"out.{out}", code=3).stderr
            wtool("convert", tmp_path / "old.h5", tmp_path / f"out.{out}", "--input-shape", ",".join(map(str, shape)))
        else:
            wtool("convert", tmp_path / "old.h5", tmp_path / f"out.{out}")
        assert_equal(load(tmp_path / f"out.{out}", document, shape), model, document)
