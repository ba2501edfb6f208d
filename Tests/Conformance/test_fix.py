"""`inspect --fix` and `init --calibrate`: Keras reads what was mended, and signals have the scale that was promised."""
import json

import h5py
import numpy
import pytest

import zoo
from conftest import backend, import_keras, values

K = import_keras()
L = K.layers
IS_KERAS3 = K.__name__ == "keras"
# Descriptions are the same on every backend.
MODELS = sorted(set(zoo.MODELS) - (zoo.KERAS2_ONLY if IS_KERAS3 else zoo.KERAS3_ONLY)) if backend(K) == "tensorflow" else ["mlp"]
FIELDS = ("kernel_initializer", "depthwise_initializer", "pointwise_initializer", "recurrent_initializer", "bias_initializer",
          "unit_forget_bias")


def edited(value, change):
    """A description with every field of an initializer changed."""
    if isinstance(value, list):
        return [edited(item, change) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: change(key, item) if key in FIELDS and item is not None else edited(item, change) for key, item in value.items()}


def small(key, _):
    """Initializers that make signals vanish."""
    if key == "bias_initializer":
        return "zeros"
    if key == "unit_forget_bias":
        return False
    return {"class_name": "RandomNormal", "config": {"mean": 0.0, "stddev": 1e-4, "seed": None}}


def fixed(wtool, path, text):
    (path / "m.json").write_text(text)
    wtool("inspect", path / "m.json", "--no-config", "--fix", "-o", path / "f.json", "--force", "--fail-on", "never")
    wtool("inspect", path / "f.json", "--no-config", "--fix", "-o", path / "g.json", "--force", "--fail-on", "never")
    result = (path / "f.json").read_text()
    assert (path / "g.json").read_text() == result, "a mended description is changed again"
    return result


@pytest.mark.parametrize("name", MODELS)
def test_zoo(name, wtool, tmp_path):
    """Whatever the layers: initializers change, nothing else does, and Keras makes the model."""
    description = json.loads(zoo.MODELS[name](K).to_json())
    bad = edited(description, small)
    text = json.dumps(bad)
    result = json.loads(fixed(wtool, tmp_path, text))
    forget = lambda key, item: None
    assert edited(result, forget) == edited(bad, forget)
    K.models.model_from_json(json.dumps(result))


def stack(activation, **options):
    layers = [L.Dense(64, activation, **options) for _ in range(10)]
    return K.Sequential([K.Input((64,)), *layers, L.Dense(4)])


def preactivations(model, x):
    """The root mean square of what the kernels of a stack return."""
    result = []
    for layer in model.layers:
        y = numpy.asarray(x) @ values(layer.kernel) + values(layer.bias)
        result.append(float(numpy.sqrt((y ** 2).mean())))
        x = values(layer.activation(K.ops.convert_to_tensor(y) if IS_KERAS3 else y))
    return result


NORMAL = numpy.random.default_rng(0).normal(size=(512, 64)).astype("float32")
ACTIVATIONS = ["relu", "elu", "selu", "gelu", "silu" if IS_KERAS3 else "swish", "tanh", "linear"]


@pytest.mark.parametrize("deviation", [1e-3, 1.0])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_scale(activation, deviation, wtool, tmp_path):
    init = lambda: K.initializers.RandomNormal(stddev=deviation)
    model = stack(activation, kernel_initializer=init())
    text = fixed(wtool, tmp_path, model.to_json())
    K.utils.set_random_seed(3)
    mended = preactivations(K.models.model_from_json(text), NORMAL)
    assert min(mended) > 0.1 and max(mended) < 5, mended


@pytest.mark.parametrize("activation", ACTIVATIONS + ["sigmoid"])
def test_calibrated(activation, wtool, tmp_path):
    model = stack(activation, kernel_initializer=K.initializers.RandomUniform(-0.3, 0.3))
    (tmp_path / "m.json").write_text(model.to_json())
    options = ["--seed", 3, "--backend", backend(K)]
    wtool("init", tmp_path / "m.json", "-o", tmp_path / "plain.h5", *options)
    wtool("init", tmp_path / "m.json", "-o", tmp_path / "m.h5", *options, "--calibrate", "--target", 0.7)
    wtool("verify", tmp_path / "m.h5")
    plain, calibrated = K.models.load_model(tmp_path / "plain.h5"), K.models.load_model(tmp_path / "m.h5")
    with h5py.File(tmp_path / "m.h5") as file:
        noted = json.loads(file.attrs["wtool_calibration"])
    assert noted["target"] == 0.7
    for ours, drawn in zip(calibrated.layers, plain.layers):
        factor = numpy.float32(noted["factors"].get(f"{ours.name}/kernel", 1))
        numpy.testing.assert_array_equal(values(ours.kernel), values(drawn.kernel) * factor)
    measured = preactivations(calibrated, NORMAL)
    # One draw is not its expectation, and the errors of many layers add up.
    assert 0.35 < min(measured) and max(measured) < 1.4, measured


def networks():
    """Networks with sums, normalizations, attention and convolutions, with kernels of a scale that suits none."""
    init = lambda: K.initializers.RandomNormal(stddev=0.3)
    image, sequence = K.Input((12, 12, 3)), K.Input((10, 16))
    x = L.Conv2D(16, 3, padding="same", activation="relu", kernel_initializer=init())(image)
    x = L.DepthwiseConv2D(3, activation="relu", depthwise_initializer=init())(x)
    x = L.Conv2DTranspose(16, 3, strides=2, activation="relu", kernel_initializer=init())(x)
    x = L.SeparableConv2D(8, 3, strides=2, depthwise_initializer=init(), pointwise_initializer=init())(x)
    yield K.Model(image, L.Dense(5, kernel_initializer=init())(L.Flatten()(x)))
    x = L.Dense(32, kernel_initializer=init())(sequence)
    for _ in range(3):
        y = L.LayerNormalization()(x)
        x = L.add([x, L.MultiHeadAttention(4, 8, kernel_initializer=init())(y, y)])
        x = L.add([x, L.Dense(32, "relu", kernel_initializer=init())(L.LayerNormalization()(x))])
    yield K.Model(sequence, L.Dense(5, kernel_initializer=init())(L.GlobalAveragePooling1D()(x)))
    x = L.Conv2D(16, 3, padding="same", kernel_initializer=init())(image)
    for _ in range(4):
        y = L.Conv2D(16, 3, padding="same", activation="relu", kernel_initializer=init())(x)
        x = L.add([x, L.Conv2D(16, 3, padding="same", kernel_initializer=init())(y)])
    yield K.Model(image, x)


@pytest.mark.parametrize("index", range(3))
def test_calibrated_networks(index, wtool, tmp_path):
    model = list(networks())[index]
    (tmp_path / "m.json").write_text(model.to_json())
    wtool("init", tmp_path / "m.json", "-o", tmp_path / "m.h5", "--seed", 3, "--backend", backend(K), "--calibrate")
    model = K.models.load_model(tmp_path / "m.h5")
    x = numpy.random.default_rng(0).normal(size=(64, *model.input_shape[1:])).astype("float32")
    linear = [layer for layer in model.layers if layer.weights and getattr(layer, "activation", None) in (None, K.activations.linear)]
    probes = K.Model(model.inputs, [layer.output for layer in linear])
    for layer, output in zip(linear, probes.predict(x, verbose=0)):
        if layer.__class__.__name__ in ("LayerNormalization", "MultiHeadAttention"):
            continue
        scale = float(numpy.sqrt((numpy.asarray(output) ** 2).mean()))
        assert 0.4 < scale < 2.5, (layer.name, scale)


def test_weights(wtool, tmp_path):
    """What is broken is drawn as Keras draws the mended declaration; all else stays, bit for bit."""
    model = K.Sequential([
        K.Input((16,)), L.Dense(32, "relu", name="a"), L.Dense(32, "relu", name="b", kernel_initializer="zeros"),
        L.Dense(32, "tanh", name="c", kernel_initializer=K.initializers.Constant(0.5)), L.Dense(3, name="d")])
    K.utils.set_random_seed(1)
    model = K.models.model_from_json(model.to_json())
    names = ["m.h5"] + (["m.keras"] if IS_KERAS3 else [])
    for name in names:
        model.save(tmp_path / name)
        wtool("inspect", tmp_path / name, "--no-config", "--fix", "-o", tmp_path / f"f{name}", "--seed", 7, "--backend", backend(K))
        mended = K.models.load_model(tmp_path / f"f{name}")
        for before, after in zip(model.weights, mended.weights):
            path = getattr(after, "path", after.name)
            is_broken = ("/" + path).split(":")[0].endswith(("/b/kernel", "/c/kernel"))
            assert numpy.array_equal(values(before), values(after)) != is_broken, path
        K.utils.set_random_seed(7)
        reference = K.models.model_from_json(mended.to_json())
        for layer in "bc":
            numpy.testing.assert_array_equal(values(mended.get_layer(layer).kernel), values(reference.get_layer(layer).kernel))


def test_calibrated_weights(wtool, tmp_path):
    """What is drawn anew in a calibrated file gets its factor, and the file still says all of them."""
    model = stack("relu", kernel_initializer="glorot_uniform")
    (tmp_path / "m.json").write_text(model.to_json())
    wtool("init", tmp_path / "m.json", "-o", tmp_path / "m.h5", "--seed", 3, "--backend", backend(K), "--calibrate")
    name = model.layers[4].name
    with h5py.File(tmp_path / "m.h5", "r+") as file:
        drawn = file[f"model_weights/{name}/{name}/kernel" if IS_KERAS3 else f"model_weights/{name}/{name}/kernel:0"]
        before = drawn[...]
        drawn[...] = 0
    wtool("inspect", tmp_path / "m.h5", "--no-config", code=1)
    wtool("inspect", tmp_path / "m.h5", "--no-config", "--fix", "-o", tmp_path / "f.h5", "--seed", 3, "--backend", backend(K))
    report = json.loads(wtool("inspect", tmp_path / "f.h5", "--no-config", "-f", "json").stdout)
    assert report["files"][0]["findings"] == []
    numpy.testing.assert_array_equal(values(K.models.load_model(tmp_path / "f.h5").get_layer(name).kernel), before)


def test_trained_weights_stay(wtool, tmp_path):
    """A trained network with a dead layer is copied as it is."""
    model = K.Sequential([K.Input((16,)), L.Dense(8, "relu"), L.Dense(8, "relu", kernel_initializer="zeros"), L.Dense(1)])
    model.compile("adam", "mse")
    model.fit(NORMAL[:, :16], NORMAL[:, :1], epochs=1, verbose=0)
    name = "m.keras" if IS_KERAS3 else "m.h5"
    model.save(tmp_path / name)
    wtool("inspect", tmp_path / name, "--no-config", "--fix", "-o", tmp_path / f"f{name}", "--fail-on", "never")
    for before, after in zip(model.weights, K.models.load_model(tmp_path / f"f{name}").weights):
        numpy.testing.assert_array_equal(values(before), values(after))


def test_what_is_declared_below_zero(wtool, tmp_path):
    """Drawn again, it would be the same: another initializer is declared, in the description and in the file."""
    negative = K.initializers.RandomUniform(-1.0, -0.5)
    model = K.Sequential([L.InputLayer((8,)), L.Dense(12, "relu"), L.Dense(12, "relu", kernel_initializer=negative, name="low"), L.Dense(3)])
    text = fixed(wtool, tmp_path, model.to_json())
    assert "RandomUniform" not in text and "HeUniform" in text
    file = tmp_path / ("m.keras" if IS_KERAS3 else "m.h5")
    model.save(file)
    wtool("inspect", file, "--fix", "-o", tmp_path / f"f{file.suffix}", "--seed", "1")
    loaded = K.models.load_model(tmp_path / f"f{file.suffix}", compile=False)
    assert values(loaded.get_layer("low").kernel).max() > 0


def test_nothing_to_fix_in_place(wtool, tmp_path):
    """A file in which nothing is drawn keeps every byte, its optimizer among them."""
    file = tmp_path / ("m.keras" if IS_KERAS3 else "m.h5")
    model = K.Sequential([L.InputLayer((4,)), L.Dense(3)])
    model.compile("adam", "mse")
    model.fit(numpy.ones((8, 4)), numpy.ones((8, 3)), verbose=0)
    model.save(file)
    before = file.read_bytes()
    done = wtool("inspect", file, "--fix", "-o", file, "--force")
    assert file.read_bytes() == before and b"the file stays as it is" in done.stderr
