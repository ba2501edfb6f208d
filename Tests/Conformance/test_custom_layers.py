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


if IS_KERAS3:
    register = K.saving.register_keras_serializable("subclassed")

    @register
    class Crossed(K.Model):
        """The attributes are in another order than the layers, whose names are those of each other's places."""

        def __init__(self, **options):
            super().__init__(**options)
            second, first = K.layers.Dense(4, name="dense"), K.layers.Dense(4, name="dense_1")
            self.first, self.second = first, second

        def call(self, x):
            return self.second(self.first(x))

    @register
    class Single(K.Model):
        def __init__(self, **options):
            super().__init__(**options)
            self.only = K.layers.Dense(2)

        def call(self, x):
            return self.only(x)

    @register
    class Owner(K.Model):
        """Has a weight of its own."""

        def __init__(self, **options):
            inputs = K.Input((4,))
            super().__init__(inputs, K.layers.Dense(4)(inputs), **options)
            self.own = self.add_weight(name="own", shape=(4,), initializer="uniform")

        def get_config(self):
            return {}

        @classmethod
        def from_config(cls, config):
            return cls()

    # The directions in which wtool can tell which weight is which; the others are refused.
    TELLING = {
        "Crossed": {("h5", "h5"), ("keras", "keras"), ("keras", "weights.h5"), ("weights.h5", "weights.h5")},
        "Single": {("h5", "h5"), ("keras", "keras"), ("keras", "weights.h5"), ("weights.h5", "weights.h5")},
        "Owner": {("keras", "keras"), ("keras", "weights.h5"), ("weights.h5", "weights.h5")},
    }

    @pytest.mark.parametrize("name", TELLING)
    def test_subclassed(wtool, tmp_path, name):
        """Models whose description does not contain their layers: each weight arrives where it belongs, or nothing is written."""
        model, other = globals()[name](name="one"), globals()[name](name="two")
        for each in model, other:
            each(numpy.ones((1, 4)))
        formats = ["h5", "keras", "weights.h5"]
        for format in formats:
            save(model, tmp_path / f"a.{format}")
        for source in formats:
            for target in formats:
                arguments = ["convert", tmp_path / f"a.{source}", tmp_path / f"{source}.{target}"]
                if (source, target) not in TELLING[name]:
                    assert wtool(*arguments, code=3).stderr.count(b"\n") == 1
                    assert not (tmp_path / f"{source}.{target}").exists()
                    continue
                wtool(*arguments)
                other.load_weights(tmp_path / f"{source}.{target}")
                for ours, theirs in zip(other.weights, model.weights):
                    numpy.testing.assert_array_equal(values(ours), values(theirs))
        wtool("diff", tmp_path / "a.h5", tmp_path / "a.weights.h5", code=3)
        wtool("diff", tmp_path / "a.keras", tmp_path / "a.weights.h5")

    @register
    class Block(K.layers.Layer):
        """Declares the initializer of the layer inside it."""

        def __init__(self, kernel_initializer="he_normal", **options):
            super().__init__(**options)
            self.kernel_initializer = K.initializers.get(kernel_initializer)
            self.inner = K.layers.Dense(4, kernel_initializer=kernel_initializer)

        def build(self, shape):
            self.inner.build(shape)

        def call(self, x):
            return self.inner(x)

        def get_config(self):
            return {**super().get_config(), "kernel_initializer": K.initializers.serialize(self.kernel_initializer)}

    @pytest.mark.parametrize("mode", [None, "int8", "int4"])
    def test_initializer_of_a_block(wtool, tmp_path, mode):
        """What a block declares is drawn for the kernel inside it; a quantized one is zeros, as Keras makes it."""
        model = K.Sequential([K.Input((6,)), Block(name="block"), K.layers.Dense(2)])
        if mode:
            model.layers[0].inner.quantize(mode)
        (tmp_path / "arch.json").write_text(model.to_json())
        model.save(tmp_path / "like.keras")
        notes = wtool("init", tmp_path / "arch.json", "--like", tmp_path / "like.keras", "-o", tmp_path / "out.keras", "--seed", 3).stderr
        model.load_weights(tmp_path / "out.keras")
        kernel = values(model.layers[0].inner._kernel)
        if mode:
            assert kernel.dtype == numpy.int8 and not kernel.any() and b"guessed Zeros for `kernel`" in notes
        else:
            assert kernel.std() > 0.1 and b"guessed HeNormal for `kernel`" in notes
