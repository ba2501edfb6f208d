"""Models of the layers that Keras's own tests try, and the models that they make, from each format into each.

Part of the plugin of Tests/Peer/peer.py. Behind each call of Keras's `run_layer_test`, a model of that layer gets
random weights, and Keras saves it in each format; so it does with the models that a test has made when it has passed.
wtool converts each file into each format; Keras loads what comes out, and every weight must be there bit for bit.
Formats in which Keras cannot load the model itself are left out.
"""
import functools
import importlib
import inspect
import itertools
import pathlib
import tempfile

import numpy

LARGEST = 1_000_000
FORMS = {"keras": "m.keras", "h5": "m.h5", "weights.h5": "m.weights.h5"}


class NoModel(Exception):
    """What a test does with a layer cannot be done with a model of it, or Keras cannot write the model down."""


def values(variable):
    """A variable's values as bytes that can be compared, whatever the backend and the type."""
    import keras
    value = keras.ops.convert_to_numpy(variable.value)
    return value.astype("float32") if value.dtype.name == "bfloat16" else value


def first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {(str(error).strip().splitlines() or [''])[0]}"[:200]


def inputs(shape, dtype, options: dict):
    """An input for each shape, which has a type of its own or shares one."""
    import keras
    if isinstance(shape, dict):
        types = dtype if isinstance(dtype, dict) else dict.fromkeys(shape, dtype)
        return {key.removesuffix("_shape"): inputs(value, types[key], options) for key, value in shape.items()}
    if all(isinstance(size, int) or size is None for size in shape):
        return keras.Input(batch_shape=tuple(shape), dtype=dtype, **options)
    types = dtype if isinstance(dtype, (list, tuple)) else [dtype] * len(shape)
    return [inputs(value, one, options) for value, one in zip(shape, types)]


def model_of(arguments: dict):
    """The layer that `run_layer_test` was called with, behind inputs of the shapes and types that it got."""
    import keras
    tree, shape, dtype = keras.tree, arguments["input_shape"], arguments["input_dtype"]
    options = {name: arguments[f"input_{name}"] for name in ["sparse", "ragged"]}
    call = arguments["call_kwargs"] or {}
    try:
        if shape is None:
            data = arguments["input_data"]
            shape = tree.map_structure(lambda value: tuple(value.shape), data)
            dtype = dtype or tree.map_structure(lambda value: keras.backend.standardize_dtype(value.dtype), data)
        layer = arguments["layer_cls"](**arguments["init_kwargs"])
        given = inputs(shape, dtype, options)
        output = layer(**given, **call) if isinstance(given, dict) else layer(given, **call)
        return keras.Model(given, output)
    except Exception as error:
        raise NoModel(first_line(error)) from error


def randomize(model, seed: int = 0) -> None:
    generator = numpy.random.default_rng(seed)
    for variable in model.weights:
        if "float" in str(variable.dtype):
            variable.assign(generator.uniform(0.1, 1, variable.shape).astype("float32"))


def load(model, path: pathlib.Path, form: str, custom_objects):
    import keras
    options = {"custom_objects": custom_objects, "safe_mode": False, "compile": False}
    if form != "weights.h5":
        return keras.models.load_model(path, **options)
    if is_of_keras(model):
        with keras.utils.custom_object_scope(custom_objects or {}):
            loaded = keras.models.clone_model(model)
    else:
        loaded = keras.models.load_model(path.with_name(FORMS["keras"]), **options)
        randomize(loaded, 1)
    loaded.load_weights(path)
    return loaded


def difference(model, loaded) -> str | None:
    """How weights differ from those of the model: `None` if they do not."""
    if len(model.weights) != len(loaded.weights):
        return f"{len(loaded.weights)} weights for {len(model.weights)}"
    for one, other in zip(model.weights, loaded.weights):
        if not numpy.array_equal(values(one), values(other), equal_nan=values(one).dtype.kind == "f"):
            return f"{one.path} is not the same"
    return None


def saved(model, folder: pathlib.Path, custom_objects) -> tuple[dict, dict]:
    """The formats that Keras itself can load the model from, and why the others not."""
    files, unable = {}, {}
    for form, name in FORMS.items():
        path = folder / name
        try:
            model.save_weights(path) if form == "weights.h5" else model.save(path)
            found = difference(model, load(model, path, form, custom_objects))
            if found is None:
                files[form] = path
            else:
                unable[form] = found
        except Exception as error:
            unable[form] = first_line(error)
    return files, unable


def reads(model, file: pathlib.Path, document: str, custom_objects) -> bool:
    """Whether Keras loads its own .h5 if the model is described as in the other formats."""
    import h5py
    with h5py.File(file, "r+") as changed:
        before = changed.attrs["model_config"]
        changed.attrs["model_config"] = document
    try:
        load(model, file, "h5", custom_objects)
    except Exception:
        return False
    finally:
        with h5py.File(file, "r+") as changed:
            changed.attrs["model_config"] = before
    return True


def round_trips(peer, model, custom_objects, label: str) -> str:
    """Takes every weight of a model from each format into each; what came out otherwise, a line for each."""
    wrong = []
    try:
        randomize(model)
        document = model.to_json()
    except Exception as error:
        raise NoModel(first_line(error)) from error
    with tempfile.TemporaryDirectory(prefix="wtool-peer-") as name:
        folder = pathlib.Path(name)
        with peer.paused():
            files, unable = saved(model, folder, custom_objects)
        architecture = folder / "model.json"
        architecture.write_text(document)
        peer.note("model", result="models", label=label, forms=list(files), unable=unable)
        for source, target in itertools.product(files, files):
            output = folder / f"{source.replace('.', '-')}.{target}"
            options = ["--model", str(architecture)] if source == "weights.h5" != target else []
            if peer.convert(files[source], output, target, options, f"{source} to {target}") is None:
                continue
            try:
                found = difference(model, load(model, output, target, custom_objects))
            except Exception as error:
                found = first_line(error)
                if source != target == "h5" and not reads(model, files["h5"], document, custom_objects):
                    peer.note("model", result="no .h5 with the JSON of to_json()", label=label)
                    continue
            if found:
                wrong.append(f"{source} to {target}: {found}")
    return "\n".join(wrong)


def of_a_layer(peer, arguments: dict) -> None:
    """What Keras's `run_layer_test` was called with, as a model."""
    label, wrong = arguments["layer_cls"].__name__, ""
    try:
        model = model_of(arguments)
        if model.weights:
            wrong = round_trips(peer, model, arguments["custom_objects"], label)
        else:
            peer.note("model", result="no weights", label=label)
    except NoModel as error:
        peer.note("model", result="no model", label=label, reason=str(error))
    assert not wrong, f"wtool: a model of {label}({arguments['init_kwargs']}): {wrong}"


def is_of_keras(model) -> bool:
    import keras
    return type(model) in [keras.Sequential, keras.src.models.Functional]


def is_small(model) -> bool:
    """Whether a model has inputs, if it is of a class of Keras, and weights, which are not many."""
    try:
        has_inputs = not is_of_keras(model) or bool(model.inputs)
        return model.built and has_inputs and bool(model.weights) and model.count_params() < LARGEST
    except (AttributeError, ValueError):
        return False


def of_a_test(peer, made: list) -> None:
    """The models that a test made."""
    for model in filter(is_small, made):
        try:
            wrong = round_trips(peer, model, None, type(model).__name__)
        except NoModel as error:
            peer.note("model", result="no model", label=type(model).__name__, reason=str(error))
            continue
        assert not wrong, f"wtool: a model of the test: {wrong}\n{model.to_json()}"


def watch_layers(peer, made: list) -> None:
    """Adds the round trips to Keras's `run_layer_test`."""
    cases = importlib.import_module("keras.src.testing.test_case").TestCase
    original = cases.run_layer_test
    signature = inspect.signature(original)

    @functools.wraps(original)
    def run_layer_test(*arguments, **keywords):
        result = original(*arguments, **keywords)
        if peer.mode != "alone":
            bound = signature.bind(*arguments, **keywords)
            bound.apply_defaults()
            count = len(made)
            of_a_layer(peer, bound.arguments)
            del made[count:]
        return result

    cases.run_layer_test = run_layer_test


def watch_models(made: list) -> None:
    """Keeps each model."""
    for name, owner in [("model", "Model"), ("functional", "Functional"), ("sequential", "Sequential")]:
        remember(getattr(importlib.import_module(f"keras.src.models.{name}"), owner), made)


def remember(kind: type, made: list) -> None:
    original = kind.__init__

    @functools.wraps(original)
    def initialize(self, *arguments, **keywords):
        original(self, *arguments, **keywords)
        if not any(model is self for model in made):
            made.append(self)

    # Keras compares the arguments of a class with these.
    initialize.__signature__ = inspect.signature(original)
    kind.__init__ = initialize
