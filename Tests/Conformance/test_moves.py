"""Weights that move between models of the same layers: nested, shared, frozen in parts, renamed, with equal inner names.

Random models are saved by Keras in each of its formats, with random layers frozen. wtool moves the weights by `convert`,
with and without the architecture, by `--from` into the architecture with nothing frozen, and compares files; Keras loads
what came out, and each weight is compared by its path in the model. A refusal is right where nothing tells; a weight at
another place never is. WTOOL_MOVES says how many models are tried: of 1,000, none was wrong.
"""
import collections
import importlib.util
import itertools
import json
import os
import random
import subprocess
import zipfile

import numpy
import pytest

from conftest import ROOT, WTOOL, import_keras, values

FIXTURES = ROOT / "fixtures" / "weights" / "moves"

COUNT = int(os.environ.get("WTOOL_MOVES", "12"))


class Models:
    """Makes random models of one seed. All tensors have 4 channels, so that most weights could be another's."""

    def __init__(self, K, seed):
        self.K, self.random = K, random.Random(seed)

    def name(self, stem):
        """A name of its own, one that several layers have, or none."""
        kind = self.random.random()
        return f"{stem}_{self.random.choice('abcdefgh')}{self.random.randrange(1000)}" if kind < 0.5 else stem if kind < 0.7 else None

    def layer(self, depth, sequence):
        L = self.K.layers
        kinds = ["dense", "norm", "dense"]
        if depth:
            kinds += ["model", "model"]
        if sequence:
            kinds += ["lstm", "gru", "bidirectional", "time", "conv", "attention"]
        kind = self.random.choice(kinds)
        if kind == "model":
            return self.model(depth - 1, sequence)
        name = self.name(kind)
        if kind == "dense":
            return L.Dense(4, name=name)
        if kind == "norm":
            return L.BatchNormalization(name=name)
        if kind == "lstm":
            return L.LSTM(4, return_sequences=True, name=name)
        if kind == "gru":
            return L.GRU(4, return_sequences=True, name=name)
        if kind == "bidirectional":
            return L.Bidirectional(L.LSTM(2, return_sequences=True), name=name)
        if kind == "time":
            return L.TimeDistributed(L.Dense(4), name=name)
        if kind == "attention":
            return L.Attention(use_scale=True, name=name)
        return L.Conv1D(4, 3, padding="same", name=name)

    def model(self, depth, sequence):
        K = self.K
        shape = (5, 4) if sequence else (4,)
        inputs = K.Input(shape)
        output, used, names = inputs, [], set()
        for _ in range(self.random.randint(2, 4)):
            if used and self.random.random() < 0.15:
                layer = self.random.choice(used)
            else:
                layer = self.layer(depth, sequence)
                if layer.name in names:
                    continue
                names.add(layer.name)
                used.append(layer)
            output = layer([output, output]) if isinstance(layer, K.layers.Attention) else layer(output)
        name = self.name("part")
        return K.Model(inputs, output, name=name) if name else K.Model(inputs, output)

    def freeze(self, layer, share):
        for part in leaves(layer):
            if self.random.random() < share:
                part.trainable = False
        for part in layer.layers:
            if hasattr(part, "layers") and self.random.random() < share / 2:
                part.trainable = False

    def randomize(self, model):
        generator = numpy.random.default_rng(self.random.randrange(1 << 30))
        for variable in model.weights:
            variable.assign(generator.normal(size=variable.shape).astype("float32"))


def leaves(layer):
    return [part for inner in layer.layers for part in (leaves(inner) if hasattr(inner, "layers") else [inner])]


def by_place(model):
    """Every weight by its place: positions of layers from the outside to the inside, then in the layer."""
    result = {}

    def walk(layer, place):
        if hasattr(layer, "layers") and not hasattr(layer, "forward_layer"):
            for index, inner in enumerate(layer.layers):
                walk(inner, (*place, index))
            return
        own = layer.trainable
        layer.trainable = True
        for index, variable in enumerate(layer.weights):
            result[(*place, index)] = values(variable)
        layer.trainable = own

    walk(model, ())
    return result


def unfrozen(K, model):
    """The JSON of the same model with nothing frozen."""
    document = json.loads(model.to_json())

    def thaw(value):
        if isinstance(value, dict):
            if value.get("trainable") is False:
                value["trainable"] = True
            for inner in value.values():
                thaw(inner)
        elif isinstance(value, list):
            for inner in value:
                thaw(inner)

    thaw(document)
    return json.dumps(document)


def run(*arguments):
    result = subprocess.run([WTOOL, *map(str, arguments)], capture_output=True, timeout=120, text=True)
    return result.returncode, result.stderr.strip()


def moved(K, tmp_path, seed, refusals):
    """Moves a model's weights in all ways; yields what is at the wrong place."""
    K.utils.clear_session() if seed % 3 else None
    models = Models(K, seed)
    model = models.model(2, models.random.random() < 0.6)
    models.randomize(model)
    models.freeze(model, models.random.choice([0, 0.3, 0.6]))
    expected = by_place(model)
    arch, thawed = tmp_path / "arch.json", tmp_path / "thawed.json"
    arch.write_text(model.to_json())
    thawed.write_text(unfrozen(K, model))
    files = {}
    for name in ["m.h5", "m.keras", "m.weights.h5"]:
        try:
            (model.save_weights if name == "m.weights.h5" else model.save)(tmp_path / name)
        except ValueError as error:
            # Two layers of one name in a list are too many for Keras.
            assert name == "m.h5" and "name already exists" in str(error)
            continue
        files[name] = tmp_path / name

    def check(way, file, document):
        loaded = K.models.model_from_json(document.read_text())
        loaded.load_weights(file)
        actual = by_place(loaded)
        wrong = [place for place in expected if not numpy.array_equal(expected[place], actual[place])]
        if wrong:
            yield f"seed {seed}: {way}: {len(wrong)} of {len(expected)} weights are wrong: {wrong[:3]}"

    ways = []
    for (source, file), target in itertools.product(files.items(), ["keras", "weights.h5", "h5"]):
        output = tmp_path / f"{source.replace('.', '-')}-out.{target}"
        if source != "m.weights.h5":
            ways.append((f"convert {source} to {target}", ["convert", file, output], output, arch))
        for document in [arch, thawed]:
            output = tmp_path / f"{source.replace('.', '-')}-{document.stem}.{target}"
            ways.append((f"convert {source} to {target} --model {document.name}", ["convert", file, output, "--model", document], output, document))
            output = tmp_path / f"{source.replace('.', '-')}-{document.stem}-from.{target}"
            ways.append((f"init {document.name} to {target} --from {source}", ["init", document, "-o", output, "--from", file, "--seed", 1], output, document))
    for way, arguments, output, document in ways:
        code, errors = run(*arguments)
        if code:
            refusals[(arguments[0], errors.split(": ", 2)[-1][:100])] += 1
            if code != 3:
                yield f"seed {seed}: {way}: exit {code}: {errors}"
            continue
        yield from check(way, output, document)
    for one, other in itertools.permutations(files.values(), 2):
        code, errors = run("diff", one, other, *(["--model", arch] if "m.weights.h5" in (one.name, other.name) else []))
        if code == 3:
            refusals[("diff", errors.split(": ", 2)[-1][:100])] += 1
        elif code:
            yield f"seed {seed}: diff {one.name} {other.name}: exit {code}: {errors}"


@pytest.mark.parametrize("part", range(4))
def test_moves(K, tmp_path, part):
    if K.__name__ != "keras":
        pytest.skip("the formats of Keras 3")
    refusals, wrong = collections.Counter(), []
    for seed in range(part, COUNT, 4):
        folder = tmp_path / str(seed)
        folder.mkdir()
        wrong += moved(K, folder, seed, refusals)
    for reason, count in refusals.most_common():
        print(count, *reason)
    assert not wrong, "\n".join(wrong[:20])


def own_classes(K):
    """Registers the classes of the fixtures, as their script makes them."""
    if K.__name__ != "keras":
        pytest.skip("the formats of Keras 3")
    specification = importlib.util.spec_from_file_location("moves", ROOT / "fixtures" / "generate" / "moves.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)


def test_classes_of_their_own_keep_names_order_and_files(K, tmp_path, wtool):
    own_classes(K)
    if K.config.backend() == "torch":
        pytest.skip("PyTorch has no integer that is trained")
    # Nothing in an archive tells in which order an .h5 lists the weights of such classes.
    wtool("convert", FIXTURES / "own_names.keras", tmp_path / "o.h5", code=3)
    output = "o.keras"
    wtool("convert", FIXTURES / "own_names.keras", tmp_path / output)
    expected = K.models.load_model(FIXTURES / "own_names.keras")
    actual = K.models.load_model(tmp_path / output)
    for one, other in zip(expected.weights, actual.weights, strict=True):
        assert one.path == other.path
        assert numpy.array_equal(values(one), values(other)), one.path


def test_a_vocabulary_travels(K, tmp_path, wtool):
    if K.__name__ != "keras" or K.config.backend() != "tensorflow":
        pytest.skip("strings are TensorFlow's")
    wtool("convert", FIXTURES / "vocabulary.keras", tmp_path / "o.keras")
    vocabulary = K.models.load_model(tmp_path / "o.keras").get_layer("words").get_vocabulary()
    assert vocabulary == ["[UNK]", "one", "two", "three"]


def test_another_vocabulary_is_named(K, tmp_path, wtool):
    """Rows that one vocabulary's tokens have learned are those of other tokens in another's model."""
    if K.__name__ != "keras" or K.config.backend() != "tensorflow":
        pytest.skip("strings are TensorFlow's")

    def save(name, words):
        K.utils.clear_session()
        inputs = K.Input((3,), dtype="string")
        tokens = K.layers.StringLookup(vocabulary=words, name="words")(inputs)
        K.Model(inputs, K.layers.Embedding(4, 2, name="rows")(tokens)).save(tmp_path / name)

    save("one.keras", ["one", "two", "three"])
    save("same.keras", ["one", "two", "three"])
    save("other.keras", ["three", "one", "two"])
    quiet = wtool("init", tmp_path / "one.keras", "--from", tmp_path / "same.keras", "-o", tmp_path / "a.keras", "--seed", "1")
    assert b"is another one" not in quiet.stderr
    told = wtool("init", tmp_path / "one.keras", "--from", tmp_path / "other.keras", "-o", tmp_path / "b.keras", "--seed", "1")
    assert b'the vocabulary of "words" is another one than in ' in told.stderr
    for file, words in [("a.keras", "one"), ("b.keras", "one")]:
        assert K.models.load_model(tmp_path / file).get_layer("words").get_vocabulary()[1] == words


def fill(model):
    """Gives every weight values of its own, none of them negative, as variances are not."""
    for index, variable in enumerate(model.weights):
        variable.assign(numpy.abs(numpy.random.default_rng(index).normal(size=variable.shape)))


def check_conversion(K, wtool, folder, model, source, target, *options):
    """Keras predicts the same with the converted file as with the model."""
    x = numpy.random.default_rng(9).normal(size=(2, *model.inputs[0].shape[1:])).astype("float32")
    wtool("convert", folder / source, folder / target, *options)
    loaded = K.models.load_model(folder / target)
    assert numpy.allclose(loaded.predict(x, verbose=0), model.predict(x, verbose=0), atol=1e-6)


FROZEN = {
    "attention": lambda K, **options: K.layers.MultiHeadAttention(2, 2, **options),
    "halves of cells": lambda K, **options: K.layers.Bidirectional(
        K.layers.RNN([K.layers.SimpleRNNCell(4), K.layers.SimpleRNNCell(4)], return_sequences=True), merge_mode="sum", **options
    ),
    "steps": lambda K, **options: K.layers.TimeDistributed(K.layers.Dense(4), **options),
    "recurrent": lambda K, **options: K.layers.RNN(K.layers.LSTMCell(4), return_sequences=True, **options),
    "model": lambda K, **options: K.Sequential([K.Input((6, 4)), K.layers.Dense(4)], **options),
    "attention in a model": lambda K, **options: attention_model(K, **options),
}


def attention_model(K, name, trainable=True):
    inputs = K.Input((6, 4))
    model = K.Model(inputs, K.layers.MultiHeadAttention(2, 2)(inputs, inputs), name=name)
    model.trainable = trainable
    return model


@pytest.mark.parametrize("when", ["made", "later"])
@pytest.mark.parametrize("kind", FROZEN)
def test_a_list_is_in_the_order_that_keras_loads(K, tmp_path, wtool, kind, when):
    """A legacy file lists what is trained of a model first: by each variable, by layers or by models, as the Keras goes."""
    if when == "made" and K.__name__ == "tf_keras" and kind == "model":
        pytest.skip("a Sequential of tf-keras takes no such argument")

    def layer(name, **options):
        made = FROZEN[kind](K, name=name, **options)
        return (lambda x: made(x, x)) if kind == "attention" else made, made

    inner = K.Input((6, 4))
    first, frozen = layer("first", trainable=False) if when == "made" else layer("first")
    part = K.Model(inner, layer("second")[0](first(inner)), name="part")
    if when == "later":
        frozen.trainable = False
    outer = K.Input((6, 4))
    model = K.Model(outer, K.layers.Dense(4, name="head")(part(outer)))
    fill(model)
    model.save(tmp_path / "m.keras")
    model.save(tmp_path / "m.h5")
    (tmp_path / "m.json").write_text(model.to_json())
    x = numpy.random.default_rng(9).normal(size=(2, 6, 4)).astype("float32")
    expected = model.predict(x, verbose=0)
    wtool("convert", tmp_path / "m.keras", tmp_path / "a.h5")
    wtool("convert", tmp_path / "m.h5", tmp_path / "b.h5")
    wtool("convert", tmp_path / "m.h5", tmp_path / "c.h5", "--model", tmp_path / "m.json")
    wtool("init", tmp_path / "m.json", "--from", tmp_path / "m.keras", "-o", tmp_path / "d.h5", "--seed", "1")
    for file in ["a.h5", "b.h5", "c.h5", "d.h5"]:
        loaded = K.models.load_model(tmp_path / file)
        assert numpy.allclose(loaded.predict(x, verbose=0), expected, atol=1e-5), file


def test_weights_of_a_class_of_ones_own_in_a_list(K, tmp_path, wtool):
    """Whether they are trained decides where a model lists them; an archive does not tell it, an .h5 does."""
    @(K.saving if K.__name__ == "keras" else K.utils).register_keras_serializable("moves")
    class Shifted(K.layers.Layer):
        def build(self, shape):
            self.scale = self.add_weight(shape=(shape[-1],), name="g")
            self.shift = self.add_weight(shape=(shape[-1],), name="h", trainable=False)

        def call(self, inputs):
            return inputs * self.scale + self.shift

    inner = K.Input((4,))
    part = K.Model(inner, K.layers.LayerNormalization(name="norm")(Shifted(name="own")(inner)), name="part")
    outer = K.Input((4,))
    model = K.Model(outer, K.layers.Dense(2, name="head")(part(outer)))
    fill(model)
    model.save(tmp_path / "m.h5")
    model.save(tmp_path / "m.keras")
    (tmp_path / "m.json").write_text(model.to_json())
    x = numpy.random.default_rng(9).normal(size=(2, 4)).astype("float32")
    expected = model.predict(x, verbose=0)
    wtool("convert", tmp_path / "m.h5", tmp_path / "a.h5")
    wtool("convert", tmp_path / "m.h5", tmp_path / "b.h5", "--model", tmp_path / "m.json")
    for file in ["a.h5", "b.h5"]:
        assert numpy.allclose(K.models.load_model(tmp_path / file).predict(x, verbose=0), expected, atol=1e-6), file
    refused = wtool("convert", tmp_path / "m.keras", tmp_path / "c.h5", code=3)
    assert K.__name__ == "tf_keras" or b'whether the weights of "own"' in refused.stderr


@pytest.mark.parametrize("axes", ["softmax", "rms", "attention", "unit", "layer"])
def test_what_an_h5_says_without_modules(K, tmp_path, wtool, axes):
    """Keras 3 leaves modules out of an .h5, and reads words and lists otherwise without them; the archive is right."""
    if K.__name__ != "keras":
        pytest.skip("the descriptions of Keras 3")
    L = K.layers
    layer = {
        "softmax": lambda x: L.Softmax(axis=[1, 2])(x),
        "rms": lambda x: L.RMSNormalization(axis=[1, 2])(x),
        "attention": lambda x: L.Attention(use_scale=True)([x, x]),
        "unit": lambda x: L.UnitNormalization(axis=[1, 2])(x),
        "layer": lambda x: L.LayerNormalization(axis=[1, 2])(x),
    }[axes]
    inputs = K.Input((6, 4))
    model = K.Model(inputs, layer(inputs))
    model.save(tmp_path / "m.h5")
    check_conversion(K, wtool, tmp_path, model, "m.h5", "m.keras")


def test_a_model_that_ends_in_an_operation_in_a_wrapper(K, tmp_path, wtool):
    if K.__name__ != "keras":
        pytest.skip("operations of Keras 3")
    inner = K.Input((4,))
    step = K.Model(inner, K.ops.tanh(K.layers.Dense(4)(inner)) * 0.5)
    inputs = K.Input((6, 4))
    steps = K.layers.TimeDistributed(step)(inputs)
    model = K.Model(inputs, K.layers.Dense(3)(K.layers.Add()([inputs, steps])))
    model.save(tmp_path / "m.keras")
    check_conversion(K, wtool, tmp_path, model, "m.keras", "o.keras")


def test_operations_that_an_h5_names_alone(K, tmp_path, wtool):
    """1 - x is a Subtract with numbers, and no layer; an archive needs to know it."""
    if K.__name__ != "keras":
        pytest.skip("operations of Keras 3")
    inputs = K.Input((8,))
    gate = K.layers.Dense(8, activation="sigmoid")(inputs)
    model = K.Model(inputs, K.layers.Dense(2)(gate * K.layers.Dense(8)(inputs) + (1 - gate) * inputs))
    model.save(tmp_path / "m.h5")
    model.save(tmp_path / "m.keras")
    refused = wtool("convert", tmp_path / "m.h5", tmp_path / "o.keras", code=3)
    assert b"pass --model" in refused.stderr
    check_conversion(K, wtool, tmp_path, model, "m.h5", "o.keras", "--model", tmp_path / "m.keras")


def test_shards_of_a_model_without_weights(K, tmp_path, wtool):
    if K.__name__ != "keras":
        pytest.skip("the formats of Keras 3")
    inputs = K.Input((4,))
    K.Model(inputs, K.layers.ReLU()(inputs)).save_weights(tmp_path / "m.weights.json", max_shard_size=0.001)
    wtool("convert", tmp_path / "m.weights.json", tmp_path / "o.weights.h5")


@pytest.mark.parametrize("kind", ["dense", "cell"])
def test_a_layer_by_itself_and_in_a_wrapper(K, tmp_path, wtool, kind):
    """Keras 3 numbers what an archive has twice, and makes one layer of it; an .h5 has it twice."""
    if K.__name__ != "keras":
        pytest.skip("the formats of Keras 3")
    inputs = K.Input((3, 4))
    if kind == "dense":
        layer = K.layers.Dense(4, name="d")
        outputs = K.layers.TimeDistributed(layer, name="wrapped")(layer(inputs))
    else:
        layer = K.layers.BatchNormalization(name="d")
        outputs = K.layers.TimeDistributed(layer, name="wrapped")(K.layers.Dense(4)(layer(inputs)))
    model = K.Model(inputs, outputs)
    fill(model)
    model.save(tmp_path / "m.keras")
    (tmp_path / "m.json").write_text(model.to_json())
    x = numpy.random.default_rng(9).normal(size=(2, 3, 4)).astype("float32")
    expected = model.predict(x, verbose=0)
    wtool("convert", tmp_path / "m.keras", tmp_path / "o.keras")
    wtool("convert", tmp_path / "m.keras", tmp_path / "o.h5")
    wtool("convert", tmp_path / "o.h5", tmp_path / "back.keras")
    wtool("init", tmp_path / "m.keras", "--from", tmp_path / "m.keras", "-o", tmp_path / "copied.keras")
    # Without the numbers, the description has two layers: each gets the weights.
    wtool("init", tmp_path / "m.json", "--from", tmp_path / "m.keras", "-o", tmp_path / "two.keras")
    for file in ["o.keras", "o.h5", "back.keras", "copied.keras", "two.keras"]:
        loaded = K.models.load_model(tmp_path / file)
        assert numpy.allclose(loaded.predict(x, verbose=0), expected, atol=1e-6), file
    model.load_weights(tmp_path / "m.keras")
    wtool("convert", tmp_path / "m.keras", tmp_path / "o.weights.h5")
    model.load_weights(tmp_path / "o.weights.h5")
    assert numpy.array_equal(model.predict(x, verbose=0), expected)


@pytest.mark.parametrize("kind", ["adapted", "declared", "padded", "integers", "text"])
def test_frequencies_travel(K, tmp_path, wtool, kind):
    """`output_mode="tf_idf"` weighs tokens by what `adapt()` has counted, which is stored beside the variables."""
    if K.__name__ != "keras" or K.config.backend() != "tensorflow":
        pytest.skip("strings are TensorFlow's")
    words = [["a", "b"], ["a", "c"]]
    tokens = numpy.array([["a"], ["c"], ["?"]])
    if kind == "adapted":
        layer = K.layers.StringLookup(output_mode="tf_idf")
        layer.adapt(words)
    elif kind == "declared":
        layer = K.layers.StringLookup(output_mode="tf_idf", vocabulary=["a", "b", "c"], idf_weights=[0.5, 0.25, 1], num_oov_indices=2)
    elif kind == "padded":
        layer = K.layers.StringLookup(
            output_mode="tf_idf", vocabulary=["[UNK]", "a", "b"], idf_weights=[0.1, 0.5, 0.25], max_tokens=6, pad_to_max_tokens=True
        )
    elif kind == "integers":
        layer = K.layers.IntegerLookup(output_mode="tf_idf", vocabulary=[1, 2], idf_weights=[0.5, 0.25])
        tokens = numpy.array([[1], [2], [7]])
    else:
        layer = K.layers.TextVectorization(output_mode="tf_idf")
        layer.adapt(["a b c", "a b", "a d"])
        tokens = numpy.array([["a b"], ["d d"], ["?"]])
    inputs = K.Input((1,), dtype="int64" if kind == "integers" else "string")
    model = K.Model(inputs, K.layers.Dense(3, name="head")(layer(inputs)))
    model.save(tmp_path / "m.keras")
    model.save_weights(tmp_path / "m.weights.h5")
    x = K.ops.convert_to_tensor(tokens)
    expected = model(x)

    def check(file):
        assert numpy.array_equal(K.models.load_model(tmp_path / file)(x), expected), file

    wtool("convert", tmp_path / "m.keras", tmp_path / "same.keras")
    check("same.keras")
    wtool("convert", tmp_path / "m.keras", tmp_path / "o.weights.h5")
    model.load_weights(tmp_path / "o.weights.h5")
    assert numpy.array_equal(model(x), expected)
    wtool("init", tmp_path / "m.keras", "--from", tmp_path / "m.keras", "-o", tmp_path / "copied.keras")
    check("copied.keras")
    known = kind in ("declared", "padded", "integers")
    assert b"idf_weights" in wtool("convert", tmp_path / "m.keras", tmp_path / "o.h5").stderr
    # An .h5 has none: a configuration may tell them, and otherwise nothing does.
    back = wtool("convert", tmp_path / "o.h5", tmp_path / "back.keras", code=0 if known else 3)
    drawn = wtool("init", tmp_path / "m.keras", "-o", tmp_path / "drawn.keras", "--seed", "1", code=0 if known else 3)
    if known:
        check("back.keras")
        ours, theirs = (K.models.load_model(tmp_path / name).layers[1] for name in ["drawn.keras", "m.keras"])
        assert numpy.array_equal(ours.idf_weights, theirs.idf_weights)
    else:
        assert b"is learned by adapt()" in back.stderr and b"is learned by adapt()" in drawn.stderr


def test_parts_of_a_layer_in_several_shards(K, tmp_path, wtool):
    if K.__name__ != "keras":
        pytest.skip("the formats of Keras 3")
    model = K.models.model_from_json((FIXTURES / "both.json").read_text())
    model.load_weights(FIXTURES / "straddling.weights.json")
    expected = [values(weight) for weight in model.weights]
    for output in ["o.weights.h5", "o.keras", "o.h5"]:
        wtool("convert", FIXTURES / "straddling.weights.json", tmp_path / output, "--model", FIXTURES / "both.json")
        model.load_weights(tmp_path / output)
        assert all(numpy.array_equal(one, values(weight)) for one, weight in zip(expected, model.weights, strict=True))


def test_attention_of_tf_keras_becomes_that_of_keras(K, tmp_path, wtool):
    """tf-keras keeps the layers of an attention in private attributes, and its archives call them so."""
    if K.__name__ != "tf_keras":
        pytest.skip("the archives of tf-keras")
    import keras

    def model(K):
        inputs = K.Input((6, 5))
        attention = K.layers.MultiHeadAttention(2, 3, name="attention")(inputs, inputs)
        return K.Model(inputs, K.layers.Dense(2, name="head")(attention), name="m")

    old, new = model(K), model(keras)
    for index, variable in enumerate(old.weights):
        variable.assign(numpy.random.default_rng(index).normal(size=variable.shape))
    old.save(tmp_path / "old.keras")
    (tmp_path / "new.json").write_text(new.to_json())
    wtool("convert", tmp_path / "old.keras", tmp_path / "new.keras", "--model", tmp_path / "new.json")
    x = numpy.random.default_rng(9).normal(size=(2, 6, 5)).astype("float32")
    loaded = keras.models.load_model(tmp_path / "new.keras")
    assert numpy.allclose(old.predict(x, verbose=0), loaded.predict(x, verbose=0), atol=1e-6)


def dense(K, name=None):
    return K.layers.Dense(4, name=name)


def drawn(model):
    """Gives every weight values of its own."""
    for index, variable in enumerate(model.weights):
        variable.assign(numpy.random.default_rng(index).normal(size=variable.shape).astype(variable.dtype if isinstance(variable.dtype, str) else "float32"))
    return model


def summary(wtool, *arguments):
    return json.loads(wtool("init", *arguments, "--seed", 1, "--force", "--json").stdout)


@pytest.mark.parametrize("name", ["out", None])
@pytest.mark.parametrize("form", ["keras", "h5", "weights.h5"])
def test_a_part_is_not_mistaken_for_the_whole(K, tmp_path, wtool, name, form):
    """The layer of the part and the one beside the part have one name, or are both the only ones of their class."""
    if K.__name__ != "keras":
        pytest.skip("Keras 3")
    inputs = K.Input((4,))
    encoder = K.Model(inputs, dense(K, name)(inputs), name="encoder")
    outer = K.Input((4,))
    whole = K.Model(outer, dense(K, name)(encoder(outer)), name="whole")
    for source, target in [(encoder, whole), (whole, encoder)]:
        drawn(source)
        expected = values(encoder.layers[-1].kernel)
        file = tmp_path / f"{source.name}.{form}"
        (source.save_weights if form == "weights.h5" else source.save)(file)
        (tmp_path / "target.json").write_text(target.to_json())
        if form == "weights.h5" and source is encoder:
            continue  # Such a file does not say what its model is called.
        wtool("init", tmp_path / "target.json", "-o", tmp_path / "o.keras", "--from", file, "--seed", 1, "--force")
        loaded = K.models.load_model(tmp_path / "o.keras")
        inner = loaded.get_layer("encoder") if target is whole else loaded
        assert numpy.array_equal(values(inner.layers[-1].kernel), expected)


def test_layers_that_keras_numbered_otherwise_are_not_guessed(K, tmp_path, wtool):
    if K.__name__ != "keras":
        pytest.skip("Keras 3")
    K.utils.clear_session()
    drawn(K.Sequential([K.Input((4,)), *[dense(K) for _ in range(3)]])).save(tmp_path / "a.keras")
    K.utils.clear_session()
    dense(K)
    (tmp_path / "b.json").write_text(K.Sequential([K.Input((4,)), *[dense(K) for _ in range(4)]]).to_json())
    report = wtool("init", tmp_path / "b.json", "-o", tmp_path / "o.keras", "--from", tmp_path / "a.keras", "--seed", 1, code=3)
    assert b"--rename OLD=NEW" in report.stderr
    renames = [["--rename", f"{old}={new}"] for old, new in [("dense", "dense_1"), ("dense_1", "dense_2"), ("dense_2", "dense_3")]]
    report = summary(wtool, tmp_path / "b.json", "-o", tmp_path / "o.keras", "--from", tmp_path / "a.keras", *sum(renames, []))
    assert report["drawn"] == ["dense_4/kernel", "dense_4/bias"]
    wtool("init", tmp_path / "b.json", "-o", tmp_path / "o.keras", "--from", tmp_path / "a.keras", "--seed", 1, "--force",
          "--rename", "dense=dense_1", "--rename", "dense_1=dense_1", code=2)


def test_layers_without_names_go_by_place(K, tmp_path, wtool):
    """tf-keras stores no names in its trees, and numbers layers there in the order of the model."""
    if K.__name__ != "tf_keras":
        pytest.skip("the trees of tf-keras")
    second, first = dense(K), dense(K)
    inputs = K.Input((4,))
    model = drawn(K.Model(inputs, second(first(inputs))))
    model.save_weights(tmp_path / "m.weights.h5")
    (tmp_path / "m.json").write_text(model.to_json())
    wtool("init", tmp_path / "m.json", "-o", tmp_path / "o.h5", "--from", tmp_path / "m.weights.h5", "--seed", 1)
    loaded = K.models.model_from_json(model.to_json())
    loaded.load_weights(tmp_path / "o.h5")
    assert all(numpy.array_equal(values(one), values(other)) for one, other in zip(model.weights, loaded.weights, strict=True))


def test_trained_lora_is_not_left_behind(K, tmp_path, wtool):
    if K.__name__ != "keras":
        pytest.skip("Keras 3")
    model = K.Sequential([K.Input((4,)), dense(K, "d"), dense(K, "h")])
    (tmp_path / "plain.json").write_text(model.to_json())
    model.layers[0].enable_lora(2)
    drawn(model).save(tmp_path / "a.h5")
    (tmp_path / "a.json").write_text(model.to_json())
    for arch, output in [("a.json", "o.keras"), ("a.json", "o.weights.h5"), ("plain.json", "o.h5")]:
        result = wtool("init", tmp_path / arch, "-o", tmp_path / output, "--from", tmp_path / "a.h5", "--seed", 1, code=3)
        assert b"LoRA" in result.stderr
    wtool("init", tmp_path / "a.json", "-o", tmp_path / "o.h5", "--from", tmp_path / "a.h5", "--seed", 1)
    # Nothing is lost of a layer that is drawn.
    wtool("init", tmp_path / "plain.json", "-o", tmp_path / "o.keras", "--from", tmp_path / "a.h5", "--only", "d", "--seed", 1)
    # A .keras has no such matrices, so they are drawn.
    model.save(tmp_path / "a.keras")
    report = summary(wtool, tmp_path / "a.keras", "-o", tmp_path / "o.keras", "--only", "h")
    assert {"h/kernel", "h/bias"} <= set(report["drawn"]) and "d/kernel" in report["copied"]


def test_cells_of_several_classes(K, tmp_path, wtool):
    if K.__name__ != "keras":
        pytest.skip("Keras 3")
    cells = [K.layers.LSTMCell(4), K.layers.LSTMCell(4), K.layers.GRUCell(4)]
    model = drawn(K.Sequential([K.Input((5, 4)), K.layers.RNN(cells)]))
    model.save_weights(tmp_path / "m.weights.h5")
    (tmp_path / "m.json").write_text(model.to_json())
    wtool("init", tmp_path / "m.json", "-o", tmp_path / "o.keras", "--from", tmp_path / "m.weights.h5", "--seed", 1)
    loaded = K.models.load_model(tmp_path / "o.keras")
    assert all(numpy.array_equal(values(one), values(other)) for one, other in zip(model.weights, loaded.weights, strict=True))


def test_what_the_model_has_not_is_not_lost(K, tmp_path, wtool):
    if K.__name__ != "keras":
        pytest.skip("Keras 3")
    three = drawn(K.Sequential([K.Input((4,)), dense(K, "a"), dense(K, "b"), dense(K, "c")]))
    two = drawn(K.Sequential([K.Input((4,)), dense(K, "a"), dense(K, "b")]))
    turned = K.Sequential([K.Input((4,)), dense(K, "b"), dense(K, "a")])
    (tmp_path / "two.json").write_text(two.to_json())
    (tmp_path / "turned.json").write_text(turned.to_json())
    two.save(tmp_path / "two.h5")
    two.save_weights(tmp_path / "two.weights.h5")
    for name in ["three.weights.h5", "three.keras"]:
        (three.save_weights if "weights" in name else three.save)(tmp_path / name)
        wtool("convert", tmp_path / name, tmp_path / "o.h5", "--model", tmp_path / "two.json", code=3)
    wtool("diff", tmp_path / "three.weights.h5", tmp_path / "two.h5", code=3)
    wtool("convert", tmp_path / "two.weights.h5", tmp_path / "o.h5", "--model", tmp_path / "turned.json", code=3)


def test_layers_of_other_classes_are_not_copied(K, tmp_path, wtool):
    if K.__name__ != "keras":
        pytest.skip("Keras 3")
    drawn(K.Sequential([K.Input((8, 4)), K.layers.Conv1D(4, 3, name="c"), dense(K, "d")])).save_weights(tmp_path / "f.weights.h5")
    (tmp_path / "g.json").write_text(K.Sequential([K.Input((8, 4)), K.layers.Conv1DTranspose(4, 3, name="c"), dense(K, "d")]).to_json())
    report = summary(wtool, tmp_path / "g.json", "-o", tmp_path / "o.keras", "--from", tmp_path / "f.weights.h5")
    assert report["drawn"] == ["c/kernel", "c/bias"] and [entry["weight"] for entry in report["not_alike"]] == report["drawn"]


def test_archives_for_tf_keras(K, tmp_path, wtool):
    if K.__name__ != "tf_keras":
        pytest.skip("tf-keras")
    inputs = K.Input((4,))
    model = drawn(K.Model(inputs, dense(K)(inputs)))
    model.save(tmp_path / "b.h5")
    wtool("convert", tmp_path / "b.h5", tmp_path / "o.keras")
    loaded = K.models.load_model(tmp_path / "o.keras")
    assert all(numpy.array_equal(values(one), values(other)) for one, other in zip(model.weights, loaded.weights, strict=True))


def test_weights_of_a_frozen_part_without_configuration(K, tmp_path, wtool):
    """tf-keras writes lists of weights without a configuration; Keras 3 reads them."""
    if K.__name__ != "tf_keras":
        pytest.skip("the lists of tf-keras")
    L = K.layers

    def model(frozen):
        inputs = K.Input((4,))
        x = inputs
        layers = [dense(K), L.BatchNormalization(), dense(K)]
        for layer in layers:
            x = layer(x)
        part = K.Model(inputs, x)
        layers[0].trainable = not frozen
        outer = K.Input((4,))
        return K.Model(outer, dense(K)(part(outer)))

    saved = drawn(model(True))
    saved.save_weights(tmp_path / "w.h5")
    expected = by_place(saved)
    for loaded in [model(True), model(False)]:
        (tmp_path / "m.json").write_text(loaded.to_json())
        report = summary(wtool, tmp_path / "m.json", "-o", tmp_path / "o.h5", "--from", tmp_path / "w.h5")
        assert report["drawn"] == [], report
        loaded.load_weights(tmp_path / "o.h5")
        actual = by_place(loaded)
        assert all(numpy.array_equal(expected[place], actual[place]) for place in expected)


def test_the_metrics_of_tf_keras_are_named(K, tmp_path, wtool):
    if K.__name__ != "tf_keras":
        pytest.skip("Keras 3 does not store them")
    model = K.Sequential([K.Input((4,)), dense(K)])
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(numpy.ones((8, 4)), numpy.ones((8, 4)), verbose=0)
    model.save(tmp_path / "m.keras")
    result = wtool("convert", tmp_path / "m.keras", tmp_path / "o.keras")
    assert b"of an optimizer" in result.stderr and b"no weights of the model: /metrics/" in result.stderr
    loaded = K.models.load_model(tmp_path / "o.keras")
    assert all(numpy.array_equal(values(one), values(other)) for one, other in zip(model.weights, loaded.weights, strict=True))


def test_trained_lora_is_merged_as_keras_does(K, tmp_path, wtool):
    if K.__name__ == "tf_keras":
        pytest.skip("tf-keras has no LoRA")
    L = K.layers
    inputs = K.Input((6,), dtype="int32")
    hidden = L.Embedding(9, 8, lora_rank=2)(inputs)
    hidden = L.EinsumDense("abc,cd->abd", (6, 5), lora_rank=3, lora_alpha=7)(hidden)
    hidden = L.Conv1D(4, 3, lora_rank=2, lora_alpha=1)(hidden)
    model = K.Model(inputs, L.Dense(3, lora_rank=2, lora_alpha=5)(L.Flatten()(hidden)))
    generator = numpy.random.default_rng(1)
    model.set_weights([generator.standard_normal(weight.shape).astype("float32") for weight in model.get_weights()])
    model.save(tmp_path / "m.h5")
    model.save(tmp_path / "keras.keras")
    result = wtool("convert", tmp_path / "m.h5", tmp_path / "o.keras")
    assert b"matrices of LoRA are added to the kernels" in result.stderr
    x = generator.integers(0, 9, (4, 6)).astype("int32")
    ours, theirs = (K.models.load_model(tmp_path / name) for name in ["o.keras", "keras.keras"])
    numpy.testing.assert_allclose(ours.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-4, atol=1e-4)
    for one, other in zip(ours.weights, theirs.weights, strict=True):
        if "lora" not in one.path:
            numpy.testing.assert_allclose(values(one), values(other), rtol=1e-5, atol=1e-5)


def test_unzipped_archives(K, tmp_path, wtool):
    if K.__name__ == "tf_keras":
        pytest.skip("tf-keras has none")
    inputs = K.Input((4,))
    model = drawn(K.Model(inputs, dense(K)(inputs)))
    model.save(tmp_path / "folder", zipped=False)
    wtool("inspect", tmp_path / "folder")
    wtool("convert", tmp_path / "folder", tmp_path / "o.keras")
    loaded = K.models.load_model(tmp_path / "o.keras")
    assert all(numpy.array_equal(values(one), values(other)) for one, other in zip(model.weights, loaded.weights, strict=True))


def test_integers_of_jax(K, tmp_path, wtool):
    if K.__name__ == "tf_keras":
        pytest.skip("tf-keras runs on TensorFlow")
    inputs = K.Input((4,))
    K.Model(inputs, K.layers.Normalization()(inputs)).save(tmp_path / "m.keras")
    wtool("verify", tmp_path / "m.keras", "--seed", "1", "--backend", K.config.backend())


def partly_frozen(K):
    """Layers of several parts, of which one is frozen: files that list weights have the others first."""
    L = K.layers

    def attention():
        x = K.Input((6, 4))
        layer = L.MultiHeadAttention(4, 4, name="mha")
        return x, layer(x, x), [layer._query_dense]

    def halves(recurrent):
        x = K.Input((6, 4))
        layer = L.Bidirectional(getattr(L, recurrent)(4))
        return x, layer(x), [layer.forward_layer]

    def cells():
        x = K.Input((6, 4))
        layer = L.RNN([L.LSTMCell(4), L.LSTMCell(4)])
        return x, layer(x), [layer.cell.cells[0]]

    def wrapped():
        x = K.Input((3, 6, 4))
        inner = L.Bidirectional(L.GRU(4))
        return x, L.TimeDistributed(inner)(x), [inner.forward_layer]

    def nested():
        x, y = K.Input((6, 4)), K.Input((6, 4))
        first, second = (L.Bidirectional(L.LSTM(4, return_sequences=True)) for _ in range(2))
        inner = K.Model(x, second(first(x)))
        return y, L.Dense(2)(inner(y)), [first.forward_layer, second.backward_layer]

    return {"attention": attention, "lstm": lambda: halves("LSTM"), "gru": lambda: halves("GRU"), "cells": cells,
            "wrapped": wrapped, "nested": nested}


@pytest.mark.parametrize("name", partly_frozen(import_keras()))
def test_parts_of_a_layer_that_are_frozen(K, tmp_path, wtool, name):
    """Whatever was frozen, each part gets its own weights: by their names in the file."""
    K.utils.set_random_seed(3)
    inputs, outputs, frozen = partly_frozen(K)[name]()
    model = K.Model(inputs, outputs)
    generator = numpy.random.default_rng(1)
    model.set_weights([generator.normal(size=value.shape).astype("float32") for value in model.get_weights()])
    (tmp_path / "free.json").write_text(model.to_json())
    for layer in frozen:
        layer.trainable = False
    model.save(tmp_path / "frozen.h5")
    model.save(tmp_path / "frozen.keras")
    (tmp_path / "arch.json").write_text(model.to_json())
    # The path of a weight tells which it is; tf-keras reads its own archives right, and its own .h5 wrong.
    data = generator.normal(size=(2, *inputs.shape[1:])).astype("float32")
    expected = numpy.asarray(model.predict(data, verbose=0))
    for arch in ["arch.json", "free.json"]:
        for target in ["a.keras", "b.weights.h5"]:
            wtool("convert", tmp_path / "frozen.h5", tmp_path / target, "--model", tmp_path / arch, "--force")
            wtool("diff", tmp_path / "frozen.keras", tmp_path / target, "--model", tmp_path / arch)
        wtool("init", tmp_path / arch, "-o", tmp_path / "c.keras", "--from", tmp_path / "frozen.h5", "--seed", "1", "--force")
        for target in ["a.keras", "c.keras"]:
            again = K.models.load_model(tmp_path / target)
            numpy.testing.assert_allclose(numpy.asarray(again.predict(data, verbose=0)), expected, atol=1e-5)
    wtool("diff", tmp_path / "frozen.keras", tmp_path / "frozen.h5")


def test_cells_in_shards(K, tmp_path, wtool):
    if K.__name__ != "keras":
        pytest.skip("the formats of Keras 3")
    x = K.Input((6, 4))
    model = K.Model(x, K.layers.RNN([K.layers.GRUCell(4), K.layers.LSTMCell(4)], name="r")(x))
    model.save_weights(tmp_path / "m.weights.json", max_shard_size=5e-7)
    (tmp_path / "arch.json").write_text(model.to_json())
    wtool("init", tmp_path / "arch.json", "-o", tmp_path / "o.keras", "--from", tmp_path / "m.weights.json", "--seed", "1")
    for one, other in zip(K.models.load_model(tmp_path / "o.keras").weights, model.weights, strict=True):
        assert numpy.array_equal(values(one), values(other)), one.path


def test_a_model_called_for_an_output_and_for_more(K, tmp_path, wtool):
    """Its first call is an output, and only its second goes on."""
    x, y = K.Input((4,)), K.Input((4,))
    inner = K.Sequential([K.Input((4,)), K.layers.Dense(4)])
    for inputs in [[x], [x, y]]:
        model = K.Model(inputs, [inner(x), K.layers.Dense(4)(inner(inputs[-1]))])
        model.save(tmp_path / "m.h5")
        model.save(tmp_path / "m.keras")
        (tmp_path / "arch.json").write_text(model.to_json())
        wtool("plan", tmp_path / "arch.json")
        wtool("diff", tmp_path / "m.h5", tmp_path / "m.keras")
        wtool("convert", tmp_path / "m.h5", tmp_path / "o.keras", "--force")
        again = K.models.load_model(tmp_path / "o.keras")
        for one, other in zip(again.weights, model.weights, strict=True):
            assert numpy.array_equal(values(one), values(other)), one.name


def test_a_class_with_several_layers_equals_itself(K, tmp_path, wtool):
    """Its weights stand in one list, and the last parts of their names are the same."""
    if K.__name__ != "keras":
        pytest.skip("tf-keras gives both the same names, and cannot save them")

    class Pair(K.layers.Layer):
        def build(self, shape):
            self.a, self.b = K.layers.Dense(2), K.layers.Dense(3)
            self.a.build(shape)
            self.b.build(shape)

        def call(self, x):
            return self.b(x)

    x = K.Input((4,))
    K.Model(x, Pair(name="two")(x)).save(tmp_path / "x.h5")
    wtool("diff", tmp_path / "x.h5", tmp_path / "x.h5")
    wtool("convert", tmp_path / "x.h5", tmp_path / "o.h5")
    wtool("diff", tmp_path / "x.h5", tmp_path / "o.h5")


def test_whole_numbers_are_those_of_the_backend(K, tmp_path, wtool):
    if K.__name__ != "keras":
        pytest.skip("the backends of Keras 3")
    model = K.Sequential([K.Input((3,)), K.layers.Normalization()])
    (tmp_path / "arch.json").write_text(model.to_json())
    plan = json.loads(wtool("plan", tmp_path / "arch.json", "--json", "--backend", K.config.backend()).stdout)
    planned = {weight["name"]: weight["dtype"] for layer in plan["layers"] for weight in layer["weights"]}
    assert planned == {weight.name: weight.dtype for weight in model.weights}


def test_what_is_set_where(K, tmp_path, wtool):
    """Layers in models go by their paths, and are left out with what they are in; a container has no field of a layer."""
    L = K.layers

    def block(name):
        return K.Sequential([K.Input((4,)), L.Dense(4, name="p"), L.Dense(4, name="q")], name=name)

    x = K.Input((4,))
    model = K.Model(x, L.Dense(4, name="a")(block("dec")(block("enc")(x))))
    (tmp_path / "arch.json").write_text(model.to_json())

    def zeros(*options, code=0):
        wtool("init", tmp_path / "arch.json", "-o", tmp_path / "o.h5", "--seed", "1", "--force", *options, code=code)
        again = K.models.load_model(tmp_path / "o.h5")
        layers = {"a": again.get_layer("a")} | {
            f"{name}/{inner}": again.get_layer(name).get_layer(inner) for name in ["enc", "dec"] for inner in "pq"}
        return {name for name, layer in layers.items() if not values(layer.kernel).any()}

    field = ".kernel_initializer=zeros"
    assert zeros("--set", "p" + field) == {"enc/p", "dec/p"}
    assert zeros("--set", "enc/p" + field) == {"enc/p"}
    assert zeros("--set", "class:Dense,!enc" + field) == {"a", "dec/p", "dec/q"}
    assert zeros("--set", "class:Dense,!enc/p" + field) == {"a", "enc/q", "dec/p", "dec/q"}
    assert zeros("--set", "class:Dense,!enc/*" + field) == {"a", "dec/p", "dec/q"}
    wtool("init", tmp_path / "arch.json", "-o", tmp_path / "o.h5", "--set", "enc" + field, "--force", code=2)


def test_a_vocabulary_that_nothing_tells(K, tmp_path, wtool):
    """Keras loads such an archive and cannot run it: it is told."""
    if K.__name__ != "keras" or K.config.backend() != "tensorflow":
        pytest.skip("strings are TensorFlow's")
    words = K.layers.StringLookup(name="words")
    words.adapt(["one", "two"])
    inputs = K.Input((3,), dtype="string")
    model = K.Model(inputs, K.layers.Embedding(5, 2, name="rows")(words(inputs)))
    model.save(tmp_path / "m.keras")
    model.save_weights(tmp_path / "m.weights.h5")
    (tmp_path / "m.json").write_text(model.to_json())
    told = b'"words" has no vocabulary'
    assert told in wtool("convert", tmp_path / "m.weights.h5", tmp_path / "a.keras", "--model", tmp_path / "m.json").stderr
    assert told in wtool("init", tmp_path / "m.json", "-o", tmp_path / "b.keras", "--seed", "1").stderr
    report = wtool("convert", tmp_path / "m.weights.h5", tmp_path / "j.keras", "--model", tmp_path / "m.json", "--json").stdout
    assert json.loads(report)["without_vocabulary"] == ["words"]
    assert told not in wtool("convert", tmp_path / "m.keras", tmp_path / "c.keras").stderr
    assert told not in wtool("init", tmp_path / "m.json", "--from", tmp_path / "m.keras", "-o", tmp_path / "d.keras").stderr
    assert told not in wtool("convert", tmp_path / "m.weights.h5", tmp_path / "e.weights.h5", "--force", "--model", tmp_path / "m.json").stderr


def test_one_of_two_vocabularies(K, tmp_path, wtool):
    if K.__name__ != "keras" or K.config.backend() != "tensorflow":
        pytest.skip("strings are TensorFlow's")
    inputs = K.Input((3,), dtype="string")
    lookups = [K.layers.StringLookup(name=name) for name in ["first", "second"]]
    lookups[0].adapt(["one", "two"])
    lookups[1].adapt(["three", "four"])
    model = K.Model(inputs, [K.layers.Embedding(5, 2)(lookup(inputs)) for lookup in lookups])
    model.save(tmp_path / "m.keras")
    names = [name for name in zipfile.ZipFile(tmp_path / "m.keras").namelist() if name.endswith("vocabulary.txt")]
    with zipfile.ZipFile(tmp_path / "m.keras") as whole, zipfile.ZipFile(tmp_path / "one.keras", "w") as part:
        for item in whole.infolist():
            if item.filename != names[1]:
                part.writestr(item, whole.read(item.filename))
    told = wtool("convert", tmp_path / "one.keras", tmp_path / "o.keras").stderr
    assert told.count(b"has no vocabulary") == 1


def test_a_function_of_ones_own_that_changes_the_shape(K, tmp_path, wtool):
    """A Lambda does not run; what is behind it says what it was built for."""
    if K.__name__ != "keras":
        pytest.skip("the build_config of Keras 3")
    L = K.layers
    largest = L.Lambda(lambda x: K.ops.max(K.ops.reshape(x, (-1, 8, 4)), axis=-1))
    model = K.Sequential([K.Input((6,)), L.Dense(32), largest, L.Dense(3)])
    (tmp_path / "m.json").write_text(model.to_json())
    model.save(tmp_path / "m.keras")
    wtool("init", tmp_path / "m.json", "-o", tmp_path / "o.weights.h5", "--seed", "1")
    model.load_weights(tmp_path / "o.weights.h5")
    wtool("inspect", tmp_path / "m.keras", "--strict")


def test_both_directions_of_a_cell_of_ones_own(K, tmp_path, wtool):
    if K.__name__ != "keras":
        pytest.skip("the formats of Keras 3")

    @K.saving.register_keras_serializable("moves")
    class Cell(K.layers.Layer):
        def __init__(self, units=3, **options):
            super().__init__(**options)
            self.units = self.state_size = units
            self.dense = K.layers.Dense(units)

        def build(self, shape):
            self.dense.build((shape[0], shape[1] + self.units))
            self.built = True

        def call(self, inputs, states):
            output = K.ops.tanh(self.dense(K.ops.concatenate([inputs, states[0]], axis=-1)))
            return output, [output]

        def get_config(self):
            return super().get_config() | {"units": self.units}

    inputs = K.Input((5, 2))
    model = K.Model(inputs, K.layers.Bidirectional(K.layers.RNN(Cell()))(inputs))
    fill(model)
    model.save(tmp_path / "m.keras")
    check_conversion(K, wtool, tmp_path, model, "m.keras", "o.keras")


def test_policies_by_paths_are_refused(K, tmp_path, wtool):
    if K.__name__ != "keras":
        pytest.skip("the policies of Keras 3")
    policies = K.dtype_policies.DTypePolicyMap(default_policy="float32")
    policies["b"] = K.dtype_policies.QuantizedDTypePolicy("int8", "float32")
    model = K.Sequential([K.Input((4,)), K.layers.Dense(3, name="a"), K.layers.Dense(2, name="b", dtype=policies)])
    (tmp_path / "m.json").write_text(model.to_json())
    refused = wtool("init", tmp_path / "m.json", "-o", tmp_path / "o.h5", "--seed", "1", code=3)
    assert b"`dtype` must be" in refused.stderr
