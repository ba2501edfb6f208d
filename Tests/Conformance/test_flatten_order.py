"""Weights between a model with its channels first and the same with channels last: `--flatten-order`."""
import numpy as np
import pytest

from conftest import backend, import_keras, values

K = import_keras()
L = K.layers
FORMATS = ["channels_first", "channels_last"]


def image_model(data_format, flatten):
    """A convolution of 5 x 4 pixels and 3 channels, flattened in one of the ways there are, and what is behind."""
    shape = (3, 5, 4) if data_format == "channels_first" else (5, 4, 3)
    axis = 1 if data_format == "channels_first" else -1
    inputs = K.Input(shape)
    x = L.Conv2D(6, 2, data_format=data_format, name="conv")(inputs)
    x = L.BatchNormalization(axis=axis, name="norm")(x)
    if flatten == "reshape":
        x = L.Reshape((-1,), name="flat")(x)
    else:
        x = L.Flatten(data_format=data_format if flatten == "moved" else "channels_last", name="flat")(x)
    x = L.BatchNormalization(name="flat_norm")(x)
    x = L.Activation("relu", name="relu")(x)
    x = L.Dropout(0.1, name="drop")(x)
    x = L.Dense(5, activation="tanh", name="hidden")(x)
    return K.Model(inputs, L.Dense(2, name="out")(x))


def filled(model):
    generator = np.random.default_rng(3)
    model.set_weights([generator.uniform(0.5, 1.5, w.shape).astype("float32") for w in model.get_weights()])
    return model


@pytest.mark.parametrize("flatten", ["plain", "moved", "reshape"])
@pytest.mark.parametrize("old, new", [FORMATS, FORMATS[::-1]])
def test_rows(old, new, flatten, wtool, tmp_path):
    source, target = filled(image_model(old, flatten)), image_model(new, flatten)
    source.save(tmp_path / "old.h5")
    (tmp_path / "new.json").write_text(target.to_json())
    moves = {
        "init": ["init", tmp_path / "new.json", "-o", tmp_path / "init.weights.h5", "--seed", 1, "--from", tmp_path / "old.h5"],
        "convert": ["convert", tmp_path / "old.h5", tmp_path / "convert.weights.h5", "--model", tmp_path / "new.json"],
    }
    before = {w.path if hasattr(w, "path") else w.name: values(w) for w in source.weights}
    for name, command in moves.items():
        if flatten != "moved":
            # Without the option nothing is copied in the wrong order.
            result = wtool(*command, code=3 if name == "convert" else 0)
            if name == "convert":
                assert b"--flatten-order" in result.stderr
                assert not (tmp_path / "convert.weights.h5").exists()
            else:
                assert b"not alike: flat_norm/gamma (its rows are those of" in result.stdout
                (tmp_path / "init.weights.h5").unlink()
        wtool(*command, "--flatten-order")
        target.set_weights([0 * w for w in target.get_weights()])
        target.load_weights(tmp_path / f"{name}.weights.h5")
        for weight in target.weights:
            path = weight.path if hasattr(weight, "path") else weight.name
            expected = before[path]
            if flatten != "moved" and len(expected) == 72:
                sizes, order = ((6, 4, 3), (1, 2, 0)) if old == "channels_first" else ((4, 3, 6), (2, 0, 1))
                rest = expected.shape[1:]
                axes = (*order, *range(3, 3 + len(rest)))
                expected = expected.reshape(*sizes, *rest).transpose(axes).reshape(72, *rest)
            np.testing.assert_array_equal(values(weight), expected, path)
        if backend(K) != "tensorflow":
            # TensorFlow has no convolutions with channels first on a CPU.
            x = np.random.default_rng(4).normal(size=(2, 3, 5, 4)).astype("float32")
            inputs = {"channels_first": x, "channels_last": x.transpose(0, 2, 3, 1)}
            np.testing.assert_allclose(
                target.predict(inputs[new], verbose=0), source.predict(inputs[old], verbose=0), rtol=1e-5, atol=1e-6)


def test_cube(wtool, tmp_path):
    """Where all axes are of one size, which of them has the channels is told by the layers."""
    def model(data_format):
        return K.Sequential(
            [K.Input((4, 4, 4)), L.Conv2D(3, 2, data_format=data_format, name="conv"), L.Flatten(name="flat"),
             L.Dense(2, name="out")])

    filled(model("channels_first")).save(tmp_path / "old.h5")
    (tmp_path / "new.json").write_text(model("channels_last").to_json())
    result = wtool("init", tmp_path / "new.json", "-o", tmp_path / "new.h5", "--from", tmp_path / "old.h5", "--seed", 1, "--flatten-order")
    assert b"not alike: out/kernel (channels come first in one model and last in the other" in result.stdout


@pytest.mark.skipif(K.__name__ != "keras", reason="operations of Keras 3")
@pytest.mark.parametrize("kind", ["slice", "reshape"])
def test_operations_that_an_h5_names_alone(kind, wtool, tmp_path):
    """Such an .h5 does not describe the way to the kernel; that its channels come first is known."""
    def model(data_format):
        inputs = K.Input((3, 4, 5) if data_format == "channels_first" else (4, 5, 3))
        x = L.Conv2D(4, 1, data_format=data_format, name="conv")(inputs)
        x = L.Flatten(data_format="channels_last")(x)[:, :40] if kind == "slice" else K.ops.reshape(x, (-1, 80))
        return K.Model(inputs, L.Dense(3, name="out")(x))

    for old, new in [FORMATS, FORMATS[::-1]]:
        model(old).save(tmp_path / "old.h5")
        (tmp_path / "new.json").write_text(model(new).to_json())
        (tmp_path / "same.json").write_text(model(old).to_json())
        for order in [[], ["--flatten-order"]]:
            refused = wtool("convert", tmp_path / "old.h5", tmp_path / "o.weights.h5", "--model", tmp_path / "new.json", *order, "--force", code=3)
            assert b"cannot be followed" in refused.stderr
            told = wtool("init", tmp_path / "new.json", "-o", tmp_path / "o.weights.h5", "--from", tmp_path / "old.h5", *order, "--seed", 1, "--force")
            assert b"out/kernel" in told.stderr + told.stdout
        # With the channels in the same place, all of it is right.
        wtool("convert", tmp_path / "old.h5", tmp_path / "o.weights.h5", "--model", tmp_path / "same.json", "--force")
