"""Every constructor of `keras.applications`: the plan's totals are Keras's, and the file of all but the largest loads."""
import inspect
import json

import pytest

from conftest import backend, import_keras, values
from test_roundtrip import SEED, describe, same_values

K = import_keras()
# Which weights there are does not depend on the backend.
NAMES = sorted(
    name for name in dir(K.applications) if name[0].isupper() and inspect.isfunction(getattr(K.applications, name))
) if backend(K) == "tensorflow" else []
# Above this many parameters only the plan is compared.
LIMIT = 12_000_000


if NAMES:
    @pytest.mark.parametrize("name", NAMES)
    def test_application(name, wtool, tmp_path):
        K.backend.clear_session()
        model = getattr(K.applications, name)(weights=None)
        js = model.to_json()
        (tmp_path / "arch.json").write_text(js)
        plan = json.loads(wtool("plan", tmp_path / "arch.json", "--json").stdout)
        assert plan["totals"]["parameters"] == model.count_params()
        assert plan["totals"]["weights"] == len(model.weights)
        assert [layer["name"] for layer in plan["layers"]] == [layer.name for layer in model.layers]
        if model.count_params() > LIMIT:
            return
        wtool("init", tmp_path / "arch.json", "-o", tmp_path / "model.h5", "--seed", SEED, "-q")
        K.utils.set_random_seed(SEED)
        reference = K.models.model_from_json(js)
        loaded = K.models.load_model(tmp_path / "model.h5", compile=False)
        assert [describe(K, w) for w in loaded.weights] == [describe(K, w) for w in reference.weights]
        for ours, theirs in zip(loaded.weights, reference.weights):
            same_values(theirs.name, values(ours), values(theirs))

    def test_none_is_forgotten():
        assert len(NAMES) >= 30
