"""Models of the real Keras go through `wtool init`, and the real Keras loads the result.

Every variable's name, shape and type must be the model's own, `load_model` and `load_weights` must agree value by
value, the model must predict, and for the same seed every value must be what Keras itself draws on the backend at hand, bit for bit.
"""
import re

import numpy
import pytest

import zoo
from conftest import ROOT, are_same_draws, backend, import_keras, values

SEED = 123
IS_KERAS3 = import_keras().__name__ == "keras"
# What a Keras does not have is no test of it, rather than one that passes.
MODELS = sorted(set(zoo.MODELS) - (zoo.KERAS2_ONLY if IS_KERAS3 else zoo.KERAS3_ONLY))


def check(K, model, wtool, path, predict=True):
    js = model.to_json()
    (path / "arch.json").write_text(js)
    wtool("init", path / "arch.json", "-o", path / "model.h5", "--seed", SEED, "-q", "--backend", backend(K))
    wtool("verify", path / "model.h5", "-q")

    K.utils.set_random_seed(SEED)
    reference = K.models.model_from_json(js)
    loaded = K.models.load_model(path / "model.h5")
    assert [describe(K, w) for w in loaded.weights] == [describe(K, w) for w in reference.weights]
    drawn = [values(w) for w in reference.weights]
    written = [values(w) for w in loaded.weights]

    reference.load_weights(path / "model.h5")
    for weight, value in zip(reference.weights, written):
        numpy.testing.assert_array_equal(values(weight), value, err_msg=name(weight))

    for weight, value, ours in zip(reference.weights, written, drawn):
        same_values(name(weight), value, ours)
    if predict:
        run(K, loaded)
    check_containers(K, model, wtool, path, written)
    return loaded


# The containers beside the whole-model .h5, and how they are asked for.
CONTAINERS = [
    ("weights-only.h5", ["--format", "h5-weights"]), ("model.weights.h5", []), ("model.keras", []),
    ("model.weights.json", ["--max-shard-size"])]


def check_containers(K, model, wtool, path, written):
    """The same values in every container, as the Keras at hand loads them."""
    largest = max(value.nbytes for value in written)
    for file, options in CONTAINERS if IS_KERAS3 else CONTAINERS[:2]:
        if options[-1:] == ["--max-shard-size"]:
            options = [*options, f"{max(1e5, 1.1 * largest) / 1024**3:.12f}"]
        wtool("init", path / "arch.json", "-o", path / file, "--seed", SEED, "-q", "--backend", backend(K), *options)
        loaded = [K.models.load_model(path / file)] if file.endswith(".keras") else []
        other = K.models.model_from_json(model.to_json())
        other.load_weights(path / file)
        for again in loaded + [other]:
            for weight, value in zip(again.weights, written):
                if not name(weight).split("/")[-1].startswith("lora_"):  # which these formats do not hold
                    numpy.testing.assert_array_equal(values(weight), value, err_msg=f"{file}: {name(weight)}")


def name(weight):
    return getattr(weight, "path", weight.name)


def describe(K, weight):
    # A weight without a name of its own is numbered through the whole process.
    path = re.sub(r"(/variable)_\d+$", r"\1", name(weight))
    return path, tuple(weight.shape), K.backend.standardize_dtype(weight.dtype) if hasattr(
        K.backend, "standardize_dtype") else str(weight.dtype)


def same_values(name, value, drawn):
    if are_same_draws(value, drawn):
        return
    # An orthogonal matrix depends on the backend's own QR; anything else must be equal.
    matrix = value.reshape(-1, value.shape[-1]).astype("float64")
    matrix = matrix if matrix.shape[0] >= matrix.shape[1] else matrix.T
    gram = matrix.T @ matrix
    assert numpy.allclose(gram, gram[0, 0] * numpy.eye(len(gram)), atol=1e-5), f"{name}: values differ"
    numpy.testing.assert_allclose(value, drawn, atol=3e-6 * max(1, abs(drawn).max()), err_msg=name)


def run(K, model):
    """Predicts with a batch of two; sizes that are not known are 16."""
    def batch(tensor):
        shape = [2] + [size or 16 for size in tuple(tensor.shape)[1:]]
        return numpy.ones(shape, "int32" if "int" in str(tensor.dtype) else "float32")
    try:
        inputs = model.input
    except AttributeError:  # A Sequential that was loaded has not been called yet.
        inputs = model.inputs
    data = ({key: batch(value) for key, value in inputs.items()} if isinstance(inputs, dict)
            else [batch(value) for value in inputs] if isinstance(inputs, (list, tuple)) else batch(inputs))
    outputs = model.predict(data, verbose=0)
    outputs = list(outputs.values()) if isinstance(outputs, dict) else outputs
    for output in outputs if isinstance(outputs, (list, tuple)) else [outputs]:
        assert numpy.isfinite(numpy.asarray(output, "float32")).all()


# Convolutions over channels-first data and groups do not run on every CPU backend; a graph that only goes through
# Python cannot be predicted 700 layers deep in reasonable time.
NOT_RUN = {"convolutions", "many_layers"}


@pytest.mark.parametrize("model", MODELS)
def test_model(K, wtool, tmp_path, model):
    check(K, zoo.build(model, K), wtool, tmp_path, predict=model not in NOT_RUN)


def application(K, name):
    return getattr(K.applications, name)(weights=None)


# tf-keras cannot read its own ConvNeXtTiny.
# One tells enough of the streams of other backends.
APPLICATIONS = ["ResNet50", "MobileNetV2", "EfficientNetB0", "VGG16"] + (["ConvNeXtTiny"] if IS_KERAS3 else [])
if backend(import_keras()) != "tensorflow":
    APPLICATIONS = ["MobileNetV2", "ConvNeXtTiny"]


@pytest.mark.parametrize("name", APPLICATIONS)
def test_application(K, wtool, tmp_path, name):
    check(K, application(K, name), wtool, tmp_path)


if IS_KERAS3:  # What the short form becomes is a model of Keras 3.
    def test_short_form(K, wtool, tmp_path):
        """The short form becomes a Keras 3 model of its own."""
        arch = (ROOT / "fixtures/architectures/short/mlp.json").read_bytes()
        wtool("init", "-", "-o", tmp_path / "model.h5", "--seed", SEED, "-q", "--backend", backend(K), stdin=arch)
        loaded = K.models.load_model(tmp_path / "model.h5")
        K.utils.set_random_seed(SEED)
        reference = K.Sequential([
            K.Input((784,)), K.layers.Dense(128, activation="relu", kernel_initializer="he_normal"),
            K.layers.Dropout(0.2), K.layers.Dense(10, activation="softmax")])
        assert [tuple(w.shape) for w in loaded.weights] == [tuple(w.shape) for w in reference.weights]
        assert loaded.layers[0].activation.__name__ == "relu" and loaded.layers[1].rate == 0.2
        for ours, theirs in zip(loaded.weights, reference.weights):
            numpy.testing.assert_array_equal(values(ours), values(theirs))
        run(K, loaded)

    @pytest.mark.parametrize("name", ["cnn", "mlp", "tagger"])
    def test_short_forms_load(K, wtool, tmp_path, name):
        wtool("init", ROOT / f"fixtures/architectures/short/{name}.json", "-o", tmp_path / "model.h5", "-q")
        run(K, K.models.load_model(tmp_path / "model.h5"))


@pytest.mark.parametrize("suffix", [".h5", ".keras"] if IS_KERAS3 else [".h5"])
def test_architecture_from_a_saved_model(K, wtool, tmp_path, suffix):
    """A model that Keras saved is as good as its JSON."""
    model = zoo.build("recurrent", K)
    model.save(tmp_path / f"saved{suffix}")
    (tmp_path / "arch.json").write_text(model.to_json())
    wtool("init", tmp_path / f"saved{suffix}", "-o", tmp_path / "a.h5", "--seed", 5, "-q")
    wtool("init", tmp_path / "arch.json", "-o", tmp_path / "b.h5", "--seed", 5, "-q")
    for a, b in zip(K.models.load_model(tmp_path / "a.h5").weights, K.models.load_model(tmp_path / "b.h5").weights):
        numpy.testing.assert_array_equal(values(a), values(b))
