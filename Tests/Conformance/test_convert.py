"""Files that Keras saved go through `wtool convert` into each container, and Keras loads them: bit for bit the same."""
import json

import numpy
import pytest

import zoo
from conftest import import_keras, values

K = import_keras()
IS_KERAS3 = K.__name__ == "keras"
MODELS = ["mlp", "convolutions", "normalizations", "recurrent", "bidirectional", "attention", "nested", "shared", "frozen", "dtypes"]
KERAS3_MODELS = ["bfloat16", "more_normalizations"]
if IS_KERAS3 and K.config.backend() != "tensorflow":
    # What a file holds does not depend on the backend, but for the types of integers and what it says of itself.
    MODELS, KERAS3_MODELS = ["recurrent", "dtypes"], ["bfloat16", "more_normalizations"]
UNLOADABLE = ["attention", "normalizations"]
SAVED = ["saved.h5", "saved.weights.h5"] + (["saved.keras", "saved.weights.json"] if IS_KERAS3 else [])
TARGETS = [("a.h5", []), ("b.h5", ["--format", "h5-weights"]), ("c.weights.h5", [])] + (
    [("d.keras", []), ("e.weights.json", [])] if IS_KERAS3 else [])


def save(model, path):
    if path.name.endswith(".weights.json"):
        model.save_weights(path, max_shard_size=1e-5)
    elif ".weights." in path.name:
        model.save_weights(path)
    else:
        model.save(path)


def hashes(wtool, path):
    listing = json.loads(wtool("ls", path, "--json").stdout)
    # A set: a kernel under spectral normalization stands twice in a tree of objects.
    return {tensor["sha256"] for tensor in listing["tensors"]}


@pytest.mark.parametrize("name", MODELS + (KERAS3_MODELS if IS_KERAS3 else []))
def test_convert(wtool, tmp_path, name):
    model = zoo.build(name, K)
    (tmp_path / "arch.json").write_text(model.to_json())
    expected = [values(w) for w in model.weights]
    for saved in SAVED:
        save(model, tmp_path / saved)
        # A whole model brings its architecture along.
        model_option = ["--model", tmp_path / "arch.json"] if "weights" in saved else []
        before = hashes(wtool, tmp_path / saved)
        for target, options in TARGETS:
            wtool("convert", tmp_path / saved, tmp_path / target, "--force", "-q", *model_option, *options)
            assert hashes(wtool, tmp_path / target) == before, (saved, target)
            wtool("diff", tmp_path / saved, tmp_path / target, *model_option)
            again = K.models.model_from_json(model.to_json())
            again.load_weights(tmp_path / target)
            loaded = [again]
            # The configuration that Keras writes into an .h5 is not always one that Keras can build again.
            if target in {"a.h5", "d.keras"} and not (saved == "saved.h5" and name in UNLOADABLE):
                loaded.append(K.models.load_model(tmp_path / target))
            for other in loaded:
                for weight, value in zip(other.weights, expected):
                    numpy.testing.assert_array_equal(values(weight), value, err_msg=f"{saved} {target} {weight.name}")


def lora_models():
    L = K.layers
    yield "dense", [K.Input((8,)), L.Dense(5), L.Dense(3, use_bias=False)]
    yield "einsum", [K.Input((6, 8)), L.EinsumDense("abc,cd->abd", output_shape=(None, 7), bias_axes="d")]
    yield "embedding", [K.Input((6,)), L.Embedding(20, 4)]
    yield "convolution", [K.Input((16, 3)), L.Conv1D(4, 3)]


if IS_KERAS3:
    @pytest.mark.parametrize("quantization", [None, "int8"])
    @pytest.mark.parametrize("name, layers", lora_models())
    def test_lora(wtool, tmp_path, name, layers, quantization):
        """Formats of Keras 3 have trained matrices of LoRA in their kernels; an .h5 has them beside."""
        if quantization and name == "convolution":
            pytest.skip("Keras does not quantize convolutions")
        model = K.models.clone_model(K.Sequential(layers))
        for layer in model.layers:
            layer.enable_lora(40 if name == "dense" else 2)
        if quantization:
            model.quantize(quantization)
        generator = numpy.random.default_rng(1)
        for weight in model.weights:
            if weight.dtype == "float32":
                weight.assign(generator.normal(size=weight.shape))
        model.save(tmp_path / "saved.keras")
        model.save_weights(tmp_path / "saved.weights.h5")
        (tmp_path / "arch.json").write_text(model.to_json())
        expected = [values(w) for w in K.models.load_model(tmp_path / "saved.keras").weights]
        wtool("convert", tmp_path / "saved.keras", tmp_path / "a.h5")
        wtool("convert", tmp_path / "saved.weights.h5", tmp_path / "b.h5", "--model", tmp_path / "arch.json")
        wtool("convert", tmp_path / "a.h5", tmp_path / "c.keras")
        for path in ["a.h5", "b.h5", "c.keras"]:
            for weight, value in zip(K.models.load_model(tmp_path / path).weights, expected):
                numpy.testing.assert_array_equal(values(weight), value, err_msg=f"{path} {weight.path}")


def test_optimizer_is_left_out(wtool, tmp_path):
    model = zoo.build("mlp", K)
    model.compile("adam", "mse")
    model.fit(numpy.ones((4, 20)), numpy.ones((4, 3)), verbose=0)
    saved = tmp_path / ("trained.keras" if IS_KERAS3 else "trained.h5")
    model.save(saved)
    result = wtool("convert", saved, tmp_path / "out.h5")
    assert b"tensors of an optimizer" in result.stderr
    again = K.models.model_from_json(model.to_json())
    again.load_weights(tmp_path / "out.h5")
    for weight, other in zip(model.weights, again.weights):
        numpy.testing.assert_array_equal(values(weight), values(other))


if IS_KERAS3:
    def test_replaced_shards(wtool, tmp_path):
        """Shards that replace others have other names, and Keras finds them; it opens the plain first one in any case."""
        sets = [zoo.build(name, K) for name in ["mlp", "mlp", "nested", "mlp"]]
        for number, model in enumerate(sets):
            (tmp_path / "arch.json").write_text(model.to_json())
            model.save(tmp_path / "saved.h5")
            wtool("convert", tmp_path / "saved.h5", tmp_path / "m.weights.json", "-q", "--max-shard-size", "0.00001", "--force")
            names = json.loads((tmp_path / "m.weights.json").read_text())["weight_map"].values()
            assert all(("-1." in name) == (number % 2 == 1) for name in names if isinstance(name, str)), number
            again = K.models.model_from_json(model.to_json())
            again.load_weights(tmp_path / "m.weights.json")
            for weight, other in zip(model.weights, again.weights):
                numpy.testing.assert_array_equal(values(weight), values(other))


if IS_KERAS3 and K.config.backend() == "tensorflow":
    @pytest.mark.parametrize("name", ["mlp", "convolutions", "recurrent", "attention", "nested"])
    def test_keras_2_file_for_keras_3(wtool, tmp_path, name):
        """The pain that users report: an .h5 of Keras 2 that Keras 3 refuses, mended by the architecture."""
        import tf_keras
        old, new = zoo.build(name, tf_keras), zoo.build(name, K)
        old.save(tmp_path / "old.h5")
        (tmp_path / "new.json").write_text(new.to_json())
        wtool("convert", tmp_path / "old.h5", tmp_path / "new.keras", "--model", tmp_path / "new.json", "-q")
        loaded = K.models.load_model(tmp_path / "new.keras")
        new.load_weights(tmp_path / "new.keras")
        for weight, ours, theirs in zip(new.weights, loaded.weights, old.weights):
            numpy.testing.assert_array_equal(values(ours), theirs.numpy(), err_msg=weight.path)


@pytest.mark.parametrize("block", [None, 3, 128])
def test_int4_in_groups_and_without(K, tmp_path, wtool, block):
    if K.__name__ != "keras":
        pytest.skip("Keras 3")
    L = K.layers
    models = [
        [K.Input((8,)), L.Dense(5)], [K.Input((8,)), L.Dense(5, use_bias=False)],
        [K.Input((4, 8)), L.EinsumDense("btd,dnh->btnh", output_shape=(None, 2, 3), bias_axes="nh")],
        [K.Input((4, 8)), L.EinsumDense("btd,dnh->btnh", output_shape=(None, 2, 3))],
        [K.Input((4,)), L.Embedding(7, 9)],
        [K.Input((4,)), L.ReversibleEmbedding(7, 9)], [K.Input((4,)), L.ReversibleEmbedding(7, 9, tie_weights=False)],
    ]
    for layers in models:
        model = K.Sequential(layers)
        model.quantize("int4", config=K.quantizers.Int4QuantizationConfig(block_size=block))
        file, output, fresh = tmp_path / "m.keras", tmp_path / "o.keras", tmp_path / "i.keras"
        model.save(file)
        wtool("convert", file, output, "--force")
        expected, actual = K.models.load_model(file), K.models.load_model(output)
        for one, other in zip(expected.weights, actual.weights, strict=True):
            assert one.path == other.path and numpy.array_equal(values(one), values(other)), one.path
        wtool("init", file, "-o", fresh, "--seed", 1, "--force")
        assert len(K.models.load_model(fresh).weights) == len(expected.weights)
