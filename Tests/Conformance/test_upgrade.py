"""Models of Keras 1 and 2 that `wtool convert` puts into Keras 3: they predict there what they predicted in their own Keras."""
import json
import os
import re
import shutil

import h5py
import numpy
import pytest
from conftest import ROOT, backend, import_keras

# What Keras 3 has no equal of, and why: everything else has to predict the same.
MISSING = r"Keras 3 has no (LocallyConnected|Highway|MaxoutDense|SReLU|ParametricSoftplus|RandomHeight|RandomWidth)"
SAME = r'its padding is "same", for which Theano pads in another way|its kernel has an even size'
REFUSED = {
    "keras1.2.2": {
        "activations": MISSING, "activations_2d": MISSING, "conv_1d": SAME, "conv_2d": SAME, "conv_2d_th": SAME,
        "convlstm": SAME, "convlstm_th": SAME, "deconvolution": SAME, "deconvolution_th": SAME, "dense": MISSING,
        "frozen": MISSING, "full_borders": r'`border_mode` is "full"', "initializers_conv": MISSING, "local": MISSING,
        "local_2d": MISSING, "local_2d_th": MISSING, "merge_modes": r"a branch of Merge has 2 inputs",
        "merge_nested": r"a branch of Merge has 2 inputs", "nested_twice": r'`mode` is "cos"',
        "normalization": r"`mode` is [12]", "normalization_th": r"`mode` is 2", "pooling": SAME, "pooling_th": SAME,
    },
    "keras2.0.6": {"convlstm": SAME, "local": MISSING, "local_2d": MISSING, "transposed": SAME},
    "keras2.2.4": {"convlstm": SAME, "local": MISSING, "local_2d": MISSING, "transposed": SAME},
    "keras2.3.1": {"convlstm": SAME, "local": MISSING, "local_2d": MISSING, "transposed": SAME},
}
RECORDED = {version: numpy.load(ROOT / "fixtures" / "predictions" / f"{version}.npz") for version in REFUSED}
CASES = [(version, case) for version, arrays in RECORDED.items() for case in sorted({key.split("/")[0] for key in arrays})]


def arrays(recorded, case, kind):
    return [recorded[key] for key in sorted(recorded) if key.startswith(f"{case}/{kind}")]


def results(model, given):
    """The model's predictions, as a list."""
    structure = model._inputs_struct if hasattr(model, "_inputs_struct") else None
    if isinstance(structure, dict):
        given = [dict(zip(sorted(structure), given))]
    predicted = model.predict(given if len(given) > 1 else given[0], verbose=0)
    if isinstance(predicted, dict):
        return [predicted[key] for key in sorted(predicted)]
    return list(predicted) if isinstance(predicted, (list, tuple)) else [predicted]


def assert_same(ours, theirs, tolerance=1e-5):
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs):
        one, other = numpy.asarray(one), numpy.asarray(other)
        assert one.shape == other.shape
        numpy.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


def skip_what_the_backend_lacks(K, error):
    if re.search(r"channels_first|NCHW|NHWC|data_format|not supported|NotImplementedError|not implemented", f"{type(error)} {error}"):
        pytest.skip(f"Keras cannot run it on {backend(K)}: {str(error)[:80]}")
    raise error


@pytest.mark.skipif(os.environ.get("WTOOL_KERAS") == "tf_keras", reason="is about Keras 3")
@pytest.mark.parametrize("version, case", CASES, ids=lambda text: text)
def test_recorded_predictions(K, wtool, tmp_path, version, case):
    old, new = tmp_path / "old.h5", tmp_path / "new.keras"
    wtool("init", ROOT / "fixtures" / "architectures" / version / f"{case}.json", "-o", old, "--seed", "5")
    options = []
    if version.startswith("keras1"):
        options = ["--source-backend", "theano"]
    else:
        with h5py.File(old, "r+") as file:
            file.attrs["backend"] = "theano"
    if case in REFUSED[version]:
        message = wtool("convert", old, new, *options, code=3).stderr.decode()
        assert re.search(REFUSED[version][case], message), message
        assert not new.exists()
        return
    wtool("convert", old, new, *options)
    model = K.saving.load_model(new, compile=False)
    try:
        ours = results(model, arrays(RECORDED[version], case, "in"))
    except Exception as error:
        skip_what_the_backend_lacks(K, error)
    assert_same(ours, arrays(RECORDED[version], case, "out"))


# The models of tf.keras, which tf-keras runs beside Keras 3. What is refused, by the reason.
OPERATION = r"wtool knows no operation of Keras 3 that does what tf\."
OTHER_SHAPE = r"`build_config` is out of date|must have a known size|the inputs' shapes do not fit|was not found in the file"
REFUSED_LIVE = {
    r"(local|local_2d|random_sizes)$": MISSING,
    r"(autoencoder|joins|operators|rearrangements|slices|transformer|masked|pictures|products)$": OPERATION,
    r"(attention_axes|cross_attention|einsum_dense|text|normalizations)$": OTHER_SHAPE,
    r"(preprocessing|images)$": r"RandomCrop of Keras 3 does not crop",
}
LIVE = [path for name in ["keras2", "keras2.3.1", "tf1.15", "tf2.4", "tf2.15"]
        for path in sorted((ROOT / "fixtures" / "architectures" / name).glob("*.json"))]


def live_inputs(model):
    generator = numpy.random.RandomState(0)
    indices = [layer.input_dim for layer in model._flatten_layers() if layer.__class__.__name__ == "Embedding"]
    for tensor in model.inputs:
        shape = [2 if axis == 0 and size is None else size or 7 for axis, size in enumerate(tensor.shape)]
        dtype = tensor.dtype.as_numpy_dtype
        if dtype is object:
            import tensorflow
            yield tensorflow.constant(numpy.array(["a", "b"], object)[generator.randint(0, 2, shape)])
        elif indices and len(shape) == 2:
            yield generator.randint(0, min(indices), shape).astype(dtype)
        else:
            yield (generator.randn(*shape) * 2).astype(dtype)


@pytest.mark.skipif(os.environ.get("WTOOL_KERAS") == "tf_keras" or os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow",
                    reason="is about Keras 3 on TensorFlow, with which tf-keras runs")
@pytest.mark.parametrize("path", LIVE, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_predictions_of_tf_keras(K, wtool, tmp_path, path):
    tf_keras = pytest.importorskip("tf_keras")
    old, new = tmp_path / "old.h5", tmp_path / "new.keras"
    wtool("init", path, "-o", old, "--seed", "5")
    refusal = next((reason for name, reason in REFUSED_LIVE.items() if re.match(name, path.stem)), None)
    if refusal:
        import subprocess
        from conftest import WTOOL
        done = subprocess.run([WTOOL, "convert", old, new], capture_output=True, text=True)
        if done.returncode:
            assert done.returncode == 3 and re.search(refusal, done.stderr), done.stderr
            assert not new.exists()
            return
    else:
        wtool("convert", old, new)
    try:
        model = tf_keras.models.load_model(old, compile=False)
        given = list(live_inputs(model))
        theirs = results(model, given)
    except Exception as error:
        pytest.skip(f"tf-keras {tf_keras.__version__} cannot run it: {str(error)[:80]}")
    is_half = "half" in path.stem or "mixed" in path.stem
    assert_same(results(K.saving.load_model(new, compile=False), given), theirs, 2e-2 if is_half else 1e-5)


def masked_models(K):
    """What joins sequences with masks, and what Keras 3 is to make of it: the same predictions, or a refusal."""
    L = K.layers
    indices = K.Input((6,))

    def embedded(width, masks=True):
        return L.Embedding(9, width, mask_zero=masks)(indices)

    def recurrent(x):
        return K.Model(indices, L.LSTM(3)(x))

    both = embedded(4)
    yield "one mask", True, recurrent(L.Concatenate()([L.Dense(3)(both), L.LSTM(4, return_sequences=True)(both)]))
    yield "two embeddings of one input", True, recurrent(L.Concatenate()([embedded(4), embedded(3)]))
    yield "along time", True, recurrent(L.Concatenate(axis=1)([embedded(4), embedded(4)]))
    yield "no mask beside it", False, recurrent(L.Concatenate()([embedded(4), embedded(3, False)]))
    yield "lost on the way", False, recurrent(L.Concatenate()([both, L.Conv1D(3, 3, padding="same")(both)]))
    yield "behind the masks", True, K.Model(indices, L.Concatenate()([L.LSTM(3)(both), L.GRU(2)(embedded(4, False))]))
    yield "added", False, recurrent(L.Add()([embedded(4), embedded(4, False)]))
    number = K.Input((5,))
    buckets = L.Discretization(bin_boundaries=[-0.5, 0.0, 0.5])(number)
    yield "buckets", True, K.Model(number, buckets)
    yield "buckets of an embedding", True, K.Model(number, L.Embedding(4, 3)(buckets))


@pytest.mark.skipif(os.environ.get("WTOOL_KERAS") == "tf_keras" or os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow",
                    reason="is about Keras 3 on TensorFlow, with which tf-keras runs")
def test_masks_and_buckets(K, wtool, tmp_path):
    tf_keras = pytest.importorskip("tf_keras")
    generator = numpy.random.RandomState(1)
    for name, is_same, model in masked_models(tf_keras):
        old, new = tmp_path / "old.h5", tmp_path / "new.keras"
        model.save(old)
        if not is_same:
            message = wtool("convert", old, new, "--force", code=3).stderr.decode()
            assert "it joins sequences" in message, (name, message)
            continue
        wtool("convert", old, new, "--force")
        given = generator.randn(4, 5).astype("float32") if "buckets" in name else generator.randint(0, 3, (4, 6)).astype("float32")
        expected = results(model, [given])
        K.utils.clear_session()
        assert_same(results(K.saving.load_model(new, compile=False), [given]), expected)


def vocabularies(K):
    """Layers with vocabularies, what they are given, and the formats in which tf-keras saves them."""
    L, words = K.layers, numpy.array([["a", "c", "?"], ["b", "b", "a"]])

    def model(layer, tokens):
        inputs = K.Input(tokens.shape[1:], dtype="int64" if tokens.dtype.kind == "i" else "string")
        return K.Model(inputs, L.Dense(2)(layer(inputs))), tokens

    for mode in ["multi_hot", "count", "tf_idf"]:
        text = L.TextVectorization(output_mode=mode)
        text.adapt(["a b", "c a"])
        yield f"text as {mode}", True, [".keras"], *model(text, numpy.array([["a c"], ["b zz"]]))
        given = {"idf_weights": [0.5, 0.6, 0.7]} if mode == "tf_idf" else {}
        yield f"words as {mode}", True, [".keras", ".h5"], *model(L.StringLookup(vocabulary=["a", "b", "c"], output_mode=mode, **given), words)
        numbers = L.IntegerLookup(vocabulary=[1, 2, 3], output_mode=mode, **given)
        yield f"numbers as {mode}", True, [".keras", ".h5"], *model(numbers, numpy.array([[1, 3, 9], [2, 2, 1]]))
    learned = L.StringLookup(output_mode="tf_idf", max_tokens=6)
    learned.adapt([["a", "b"], ["a", "c"]])
    yield "learned", True, [".keras"], *model(learned, words)
    padded = L.StringLookup(output_mode="tf_idf", max_tokens=6, pad_to_max_tokens=True)
    padded.adapt([["a", "b"], ["a", "c"]])
    yield "learned and padded", False, [".keras"], *model(padded, words)


@pytest.mark.skipif(os.environ.get("WTOOL_KERAS") == "tf_keras" or os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow",
                    reason="is about Keras 3 on TensorFlow, with which tf-keras runs")
def test_vocabularies_of_tf_keras(K, wtool, tmp_path):
    tf_keras = pytest.importorskip("tf_keras")
    for name, is_same, formats, model, tokens in vocabularies(tf_keras):
        given = K.ops.convert_to_tensor(tokens)
        for suffix in formats:
            old, new = tmp_path / f"old{suffix}", tmp_path / "new.keras"
            model.save(old)
            if not is_same:
                # Keras 3 does not load its own such archive either.
                assert b"padded to `max_tokens`" in wtool("convert", old, new, "--force", code=3).stderr, name
                continue
            wtool("convert", old, new, "--force")
            assert_same([K.saving.load_model(new, compile=False)(given)], [model(given)])


@pytest.mark.skipif(os.environ.get("WTOOL_KERAS") == "tf_keras" or os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow",
                    reason="is about Keras 3 on TensorFlow, with which tf-keras runs")
def test_steps_of_another_type(K, wtool, tmp_path):
    """A wrapper of tf-keras casts to the type of its layer; that of Keras 3 does not."""
    tf_keras = pytest.importorskip("tf_keras")
    L, given = tf_keras.layers, numpy.random.RandomState(1).randn(2, 8, 6, 4).astype("float32")
    inputs = tf_keras.Input((8, 6, 4))
    for layer, dtype, is_same in [
        (L.Conv1D(3, 2), "float64", True), (L.Dense(3), "float64", True), (L.Conv1D(3, 2, dtype="float16"), "float32", True),
        (L.Conv1D(3, 2), "float16", False), (L.Bidirectional(L.LSTM(2)), "float64", True),
    ]:
        model = tf_keras.Model(inputs, L.TimeDistributed(layer, dtype=dtype)(inputs))
        model.save(tmp_path / "old.h5")
        done = wtool("convert", tmp_path / "old.h5", tmp_path / "new.keras", "--force", code=0 if is_same else 3)
        assert (b"its type is" if is_same else b"it rounds its input") in done.stderr
        if is_same:
            loaded = K.saving.load_model(tmp_path / "new.keras", compile=False)
            assert_same(results(loaded, [given]), results(model, [given]), 2e-3 if layer.dtype == "float16" else 1e-5)
