"""Models with layers of unknown classes: `--like` an existing file of any container, and the real Keras loads the result."""
import numpy
import pytest

import custom_layers
from conftest import import_keras, values

K = import_keras()
IS_KERAS3 = K.__name__ == "keras"
MODELS = ["functional", "sequential"] if IS_KERAS3 else []
# A list of weights tells their order, a tree of objects how they are held: each can be written from its own kind.
CASES = [("like.h5", "out.h5"), ("like.weights.h5", "out.weights.h5"), ("like.keras", "out.keras"),
         ("like.weights.json", "out.weights.h5"), ("like.keras", "out.weights.json")]


def save(model, path):
    if path.name.endswith(".weights.json"):
        model.save_weights(path, max_shard_size=300 / 1024**3)
    elif ".weights." in path.name:
        model.save_weights(path)
    else:
        model.save(path)


if MODELS:
    @pytest.mark.parametrize("like, out", CASES)
    @pytest.mark.parametrize("name", MODELS)
    def test_custom_layers(wtool, tmp_path, name, like, out):
        model = getattr(custom_layers, name)(K)
        (tmp_path / "arch.json").write_text(model.to_json())
        save(model, tmp_path / like)
        wtool("init", tmp_path / "arch.json", "--like", tmp_path / like, "-o", tmp_path / out, "--seed", 3, "-q")
        fresh = [values(w).copy() for w in model.weights]
        if out in {"out.h5", "out.keras"}:
            loaded = K.models.load_model(tmp_path / out)
            model.load_weights(tmp_path / out)
            for ours, again in zip(loaded.weights, model.weights):
                numpy.testing.assert_array_equal(values(ours), values(again))
        else:
            model.load_weights(tmp_path / out)
        for weight, before in zip(model.weights, fresh):
            # What starts constant starts the same; what is drawn is drawn anew.
            if before.std() == 0:
                numpy.testing.assert_array_equal(values(weight), before, err_msg=weight.path)
            else:
                assert values(weight).std() > 0 and not numpy.array_equal(values(weight), before), weight.path
