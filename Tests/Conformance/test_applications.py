"""Every constructor of `keras.applications`: the plan's totals are Keras's, and the file of all but the largest loads."""
import inspect
import json

import pytest

from conftest import backend, import_keras, values
from test_roundtrip import SEED, describe, same_values

K = import_keras()
# Which weights there are does not depend on the backend.
ALL = sorted(
    name for name in dir(K.applications) if name[0].isupper() and inspect.isfunction(getattr(K.applications, name))
) if backend(K) == "tensorflow" else []
# The members of a family have the same layers; making them all takes tf-keras ten minutes and seven gigabytes.
NAMES = ALL if K.__version__ >= "3" else ALL[::3]
# Above this many parameters only the plan is compared.
LIMIT = 12_000_000


def flattened(layers):
    return [inner for layer in layers for inner in [layer, *flattened(layer["layers"])]]


if NAMES:
    @pytest.mark.parametrize("name", NAMES)
    def test_application(name, wtool, tmp_path):
        K.backend.clear_session()
        K.utils.set_random_seed(SEED)
        model = getattr(K.applications, name)(weights=None)
        js = model.to_json()
        (tmp_path / "arch.json").write_text(js)
        plan = json.loads(wtool("plan", tmp_path / "arch.json", "--json").stdout)
        assert plan["totals"]["parameters"] == model.count_params()
        assert plan["totals"]["weights"] == len(model.weights)
        assert [layer["name"] for layer in plan["layers"]] == [layer.name for layer in model.layers]
        ordered = ["--seed", SEED, "--order-from", "keras.applications"]
        seeds = {
            (layer["name"], weight["name"]): weight["seed"]
            for layer in flattened(json.loads(wtool("plan", tmp_path / "arch.json", "--json", *ordered).stdout)["layers"])
            for weight in layer["weights"]
        }
        for layer in model._flatten_layers(include_self=False):
            for kind in ["kernel", "depthwise", "pointwise"]:
                seed = getattr(getattr(layer, f"{kind}_initializer", None), "seed", None)
                planned = seeds.get((layer.name, kind if kind == "kernel" else f"{kind}_kernel"))
                # tf-keras gives a seed when it creates a variable.
                if K.__version__ >= "3" and isinstance(seed, int) and planned is not None:
                    assert planned == seed, (layer.name, kind)
        if model.count_params() > LIMIT:
            return
        wtool("init", tmp_path / "arch.json", "-o", tmp_path / "script.weights.h5", *ordered, "-q")
        made = [values(w) for w in model.weights]
        model.load_weights(tmp_path / "script.weights.h5")
        for weight, theirs in zip(model.weights, made):
            same_values(weight.name, values(weight), theirs)
        wtool("init", tmp_path / "arch.json", "-o", tmp_path / "model.h5", "--seed", SEED, "-q")
        K.utils.set_random_seed(SEED)
        reference = K.models.model_from_json(js)
        loaded = K.models.load_model(tmp_path / "model.h5", compile=False)
        assert [describe(K, w) for w in loaded.weights] == [describe(K, w) for w in reference.weights]
        for ours, theirs in zip(loaded.weights, reference.weights):
            same_values(theirs.name, values(ours), values(theirs))

    def test_none_is_forgotten():
        assert len(ALL) >= 30
        assert len(NAMES) >= 20
