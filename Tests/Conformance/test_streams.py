"""Tensors of random shapes, initializers, seeds and types, drawn by wtool and by the Keras backend at hand: every bit is
the same. And the large tensors among the recorded ones, which a debug build of the Swift tests would take minutes for.
"""
import hashlib
import json
import random

import h5py
import numpy
import pytest

from conftest import ROOT, are_same_draws, import_keras, values
from test_roundtrip import describe, name, same_values

K = import_keras()
IS_KERAS3 = K.__name__ == "keras"
BACKEND = K.config.backend() if IS_KERAS3 else "tensorflow"
MODELS = 4
LAYERS = 30


def initializer(chance, limit):
    """A random initializer of random parameters; seeds are small, large and at the edges."""
    I = K.initializers
    seed = chance.choice([
        0, 1, 2**31 - 3, 2**31 - 2, 2**31 - 1, 2**31, 2**32 - 1, chance.randrange(2**32), chance.randrange(1000), None])
    if BACKEND in ("tensorflow", "torch") and IS_KERAS3 and chance.random() < 0.2:
        seed = chance.choice([-1, -(2**40), 2**32, 2**63 - 1, chance.randrange(-(2**62), 2**62)])
    mean, deviation = chance.choice([0.0, 0.1, -3.3]), chance.choice([1e-5, 0.02, 0.05, 1.0, 7.7])
    low, width = chance.choice([-1.3, -0.05, 0.0, 3.0]), chance.choice([1e-3, 0.1, 4.0])
    scaling = I.VarianceScaling(
        chance.choice([0.1, 1.0, 2.0, 3.7]), chance.choice(["fan_in", "fan_out", "fan_avg"]),
        chance.choice(["truncated_normal", "untruncated_normal", "uniform"]), seed=seed)
    return chance.choice([
        scaling, I.RandomNormal(mean, deviation, seed=seed), I.TruncatedNormal(mean, deviation, seed=seed),
        I.RandomUniform(low, low + width, seed=seed), I.GlorotUniform(seed=seed), I.GlorotNormal(seed=seed),
        I.HeNormal(seed=seed), I.HeUniform(seed=seed), I.LecunNormal(seed=seed), I.LecunUniform(seed=seed)])


def branch(chance, dtype):
    """A layer of its own input."""
    L = K.layers

    def size(limit):
        return chance.choice([1, 2, 3, chance.randint(1, limit), chance.randint(1, limit)])

    options = {"kernel_initializer": initializer(chance, 0), "bias_initializer": initializer(chance, 0), "dtype": dtype}
    kind = chance.randrange(6)
    if kind == 0:
        return K.Input((size(700),)), L.Dense(size(700), **options)
    if kind == 1:
        return K.Input((9, size(40))), L.Conv1D(size(60), chance.randint(1, 9), **options)
    if kind == 2:
        return K.Input((7, 7, size(40))), L.Conv2D(size(60), (chance.randint(1, 7), chance.randint(1, 7)), **options)
    if kind == 3:
        return K.Input((5, 5, 5, size(12))), L.Conv3D(size(12), chance.randint(1, 5), **options)
    if kind == 4:
        return K.Input((5, 5, size(20))), L.Conv2DTranspose(size(20), chance.randint(1, 5), **options)
    if IS_KERAS3:
        return K.Input((4, size(30))), L.EinsumDense(
            "abc,cde->abde", (None, size(30), size(30)), bias_axes="de", **options)
    return K.Input((6,)), L.Dense(size(50), **options)


def model(seed):
    chance = random.Random(seed)
    dtypes = ["float32", "float32", "float64", "float16"] + (["bfloat16"] if IS_KERAS3 else [])
    inputs, outputs = [], []
    for _ in range(LAYERS):
        # Keras 3's NumPy backend runs a layer to know its output, and has no convolutions of half precision.
        source, layer = branch(chance, chance.choice(dtypes))
        inputs.append(source)
        outputs.append(layer(source))
    return K.Model(inputs, outputs)


@pytest.mark.parametrize("number", range(MODELS))
def test_random_tensors(number, wtool, tmp_path):
    js = model(number).to_json()
    (tmp_path / "arch.json").write_text(js)
    wtool("init", tmp_path / "arch.json", "-o", tmp_path / "model.h5", "--seed", 1000 + number, "-q", "--backend", BACKEND)
    K.utils.set_random_seed(1000 + number)
    drawn = K.models.model_from_json(js).weights
    loaded = K.models.load_model(tmp_path / "model.h5").weights
    assert len(drawn) == 2 * LAYERS
    assert [describe(K, w) for w in loaded] == [describe(K, w) for w in drawn]
    for ours, theirs in zip(loaded, drawn):
        if not are_same_draws(values(ours), values(theirs)):
            numpy.testing.assert_array_equal(values(ours), values(theirs), err_msg=name(theirs))
    wtool("verify", tmp_path / "model.h5", "-q")


if IS_KERAS3:
    @pytest.mark.parametrize("seed", [0, 1, 2**31 - 1, 2**32 - 1])
    def test_model_seeds(seed, wtool, tmp_path):
        L = K.layers
        js = K.Sequential([K.Input((9,)), L.Dense(7), L.Dropout(0.5), L.Dense(5, kernel_initializer="he_normal")]).to_json()
        (tmp_path / "arch.json").write_text(js)
        wtool("init", tmp_path / "arch.json", "-o", tmp_path / "m.h5", "--seed", seed, "-q", "--backend", BACKEND)
        K.utils.set_random_seed(seed)
        drawn = K.models.model_from_json(js).weights
        for ours, theirs in zip(K.models.load_model(tmp_path / "m.h5").weights, drawn):
            same_values(name(theirs), values(ours), values(theirs))

    @pytest.mark.parametrize("seed", [-1, 2**32])
    def test_impossible_model_seeds(seed, wtool, tmp_path):
        with pytest.raises(ValueError, match="between 0 and 2\\*\\*32 - 1"):
            K.utils.set_random_seed(seed)
        result = wtool("init", ROOT / "fixtures/architectures/short/mlp.json", "-o", tmp_path / "m.h5", "--seed", seed, code=2)
        assert b"between 0 and 2**32 - 1" in result.stderr

    @pytest.mark.parametrize("seed", [-1, 2**32])
    def test_seeds_that_not_every_backend_takes(seed, wtool, tmp_path):
        layer = K.layers.Dense(3, kernel_initializer=K.initializers.HeNormal(seed=5))
        js = K.Sequential([K.Input((2,)), layer]).to_json().replace('"seed": 5', f'"seed": {seed}')
        (tmp_path / "arch.json").write_text(js)
        arguments = ["init", tmp_path / "arch.json", "-o", tmp_path / "m.h5", "--seed", 1, "-q", "--backend", BACKEND]
        if BACKEND in ("tensorflow", "torch"):
            wtool(*arguments)
            same_values("", values(K.models.load_model(tmp_path / "m.h5").weights[0]),
                        values(K.models.model_from_json(js).weights[0]))
        else:
            with pytest.raises(OverflowError):
                K.models.model_from_json(js)
            assert b"`seed` must be from 0 to 4294967295" in wtool(*arguments, code=3).stderr

    def test_large_recorded_tensors(wtool, tmp_path):
        recorded = json.loads((ROOT / "fixtures" / "streams" / f"{BACKEND}.json").read_text())
        cases = [case for case in recorded["cases"] if case["shapes"].startswith("1000x333")
                 and not case["case"].startswith("Orthogonal")]
        assert len(cases) == 39
        layers, expected = [], {}
        for number, case in enumerate(cases):
            initializer, dtype, seed = case["case"].split("|")
            cls, config = recorded["initializers"][initializer]
            for shape, digest in zip(case["shapes"].split(), case["digests"].split()):
                rows, columns = map(int, shape.split("x"))
                layer = f"d{number}_{shape}"
                expected[layer] = digest
                layers.append({"class_name": "Embedding", "config": {
                    "name": layer, "input_dim": rows, "output_dim": columns, "dtype": dtype,
                    "embeddings_initializer": {"class_name": cls, "config": {**config, "seed": int(seed)}}}})
        inputs = [{"class_name": "InputLayer", "name": "i", "inbound_nodes": [],
                   "config": {"batch_shape": [None, 2], "dtype": "int32", "name": "i"}}]
        nodes = [{"class_name": layer["class_name"], "config": layer["config"], "name": layer["config"]["name"],
                  "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config": {
                      "shape": [None, 2], "dtype": "int32", "keras_history": ["i", 0, 0]}}], "kwargs": {}}]}
                 for layer in layers]
        document = {"class_name": "Functional", "keras_version": "3.15.1", "config": {
            "name": "m", "layers": inputs + nodes, "input_layers": [["i", 0, 0]],
            "output_layers": [[node["name"], 0, 0] for node in nodes]}}
        (tmp_path / "arch.json").write_text(json.dumps(document))
        wtool("init", tmp_path / "arch.json", "-o", tmp_path / "m.h5", "--seed", 1, "-q", "--backend", BACKEND)
        with h5py.File(tmp_path / "m.h5") as file:
            for layer, digest in expected.items():
                [dataset] = [file["model_weights"][layer][path.decode() if isinstance(path, bytes) else path]
                             for path in file["model_weights"][layer].attrs["weight_names"]]
                assert hashlib.sha256(dataset[()].tobytes()).hexdigest()[:16] == digest, layer


def test_changed_values_are_counted(wtool, tmp_path):
    """A file in which a few values were changed afterwards is not taken for one that was drawn with another seed."""
    model = K.Sequential([K.Input((20,)), K.layers.Dense(30, name="first"), K.layers.Dense(4, name="second")])
    (tmp_path / "arch.json").write_text(model.to_json())
    wtool("init", tmp_path / "arch.json", "-o", tmp_path / "model.h5", "--seed", 5, "-q")
    with h5py.File(tmp_path / "model.h5", "r+") as file:
        kernels = [item for item in find_datasets(file) if "first" in item.name and item.shape == (20, 30)]
        kernels[0][3, 4] += 0.01
    result = wtool("verify", tmp_path / "model.h5", code=1)
    assert b"different: 1 value by at most 0.0" in result.stdout and b"1 of 4 weights" in result.stdout


@pytest.mark.skipif(not IS_KERAS3, reason="tf.keras draws a seed when a weight is made")
def test_another_order_is_told(wtool, tmp_path):
    """A script that makes the layer of a branch first draws the same seeds for other weights."""
    L = K.layers
    K.utils.set_random_seed(5)
    inputs = K.Input((8, 8, 3))
    branch = L.Conv2D(4, 1, name="branch")(inputs)
    output = L.Conv2D(4, 3, padding="same", name="second")(L.Conv2D(4, 3, padding="same", name="first")(inputs))
    model = K.Model(inputs, L.Dense(3, name="last")(L.Flatten()(L.Add()([output, branch]))))
    model.save(tmp_path / "model.keras")
    report = wtool("verify", tmp_path / "model.keras", "--seed", 5, "--backend", BACKEND, code=1).stdout.decode()
    assert "2 weights carry this seed's draws for others" in report, report
    assert "what the seed of branch/kernel draws" in report
    verdicts = json.loads(wtool("verify", tmp_path / "model.keras", "--seed", 5, "--backend", BACKEND, "--json", code=1).stdout)
    assert {w["verdict"] for w in verdicts["weights"]} == {"identical", "other-seed"}


def find_datasets(group):
    for item in group.values():
        yield from find_datasets(item) if hasattr(item, "values") else [item]
