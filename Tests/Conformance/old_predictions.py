"""What old Keras predicts, beside what Keras 3 predicts after `wtool convert`: prints a line for each model.

    python3.7 Tests/Conformance/old_predictions.py write FOLDER [keras | tf.keras]   # with an old Keras
    python Tests/Conformance/old_predictions.py compare FOLDER                       # with Keras 3

The first makes the models of old_keras.py, gives every weight other values, and writes each with inputs and predictions;
it needs no more than that Keras. The second converts each, loads it in Keras 3 and compares. It exits with 1 if one
predicts otherwise, or cannot be loaded; what wtool refuses is told, with the reason.
"""
import glob
import os
import subprocess
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import warnings

warnings.simplefilter("ignore")
import numpy

import old_keras


def write(folder, name):
    os.makedirs(folder, exist_ok=True)
    if name == "keras":
        import keras
    else:
        import tensorflow
        keras = tensorflow.keras
    for make in old_keras.models(keras):
        title = make.__name__
        try:
            keras.backend.clear_session()
            model = make()
            generator = numpy.random.RandomState(0)
            # Variances stay positive.
            model.set_weights([
                (value + 0.1 * abs(generator.randn(*value.shape))).astype(value.dtype) if value.dtype.kind == "f" else value
                for value in map(numpy.asarray, model.get_weights())])
            given = [inputs(model, tensor, generator) for tensor in model.inputs]
            predicted = model.predict(given if len(given) > 1 else given[0])
            if isinstance(predicted, dict):
                predicted = [predicted[key] for key in sorted(predicted)]
            if not isinstance(predicted, (list, tuple)):
                predicted = [predicted]
            model.save(os.path.join(folder, title + ".h5"))
        except Exception as error:
            print("left out", title, repr(error)[:100], flush=True)
            continue
        arrays = {"in%02d" % index: value for index, value in enumerate(given)}
        arrays.update({"out%02d" % index: value for index, value in enumerate(predicted)})
        numpy.savez(os.path.join(folder, title + ".npz"), **arrays)
        print("written", title, flush=True)


def inputs(model, tensor, generator):
    """Values for an input: indices where an embedding takes them."""
    shape = [size if isinstance(size, int) else getattr(size, "value", None) for size in tensor.shape]
    shape = [2 if axis == 0 and size is None else size or 7 for axis, size in enumerate(shape)]
    name = str(getattr(tensor.dtype, "name", tensor.dtype)).replace("_ref", "")
    if name == "string":
        return numpy.array(["a", "b"], object)[generator.randint(0, 2, shape)]
    layers = getattr(model, "_flatten_layers", lambda: model.layers)()
    sizes = [layer.input_dim for layer in layers if type(layer).__name__ == "Embedding"]
    if "int" in name or (sizes and len(shape) == 2):
        return generator.randint(0, min(sizes or [6]), shape).astype(name)
    return (generator.randn(*shape) * 2).astype(name)


def compare(folder):
    import keras

    failed = 0
    for path in sorted(glob.glob(os.path.join(folder, "*.npz"))):
        old, new = path[:-4] + ".h5", path[:-4] + ".keras"
        title = os.path.basename(path)[:-4]
        done = subprocess.run([old_keras.WTOOL, "convert", old, new, "--force"], capture_output=True, text=True)
        if done.returncode:
            print("refused", title, done.stderr.strip().replace("\n", " | ")[:300], flush=True)
            failed += done.returncode != 3
            continue
        recorded = numpy.load(path, allow_pickle=True)
        given = [recorded[key] for key in sorted(recorded) if key.startswith("in")]
        expected = [recorded[key] for key in sorted(recorded) if key.startswith("out")]
        try:
            ours = predictions(keras, new, given)
            is_half = any(value.dtype.itemsize == 2 for value in expected) or "half" in title or "mixed" in title
            tolerance = 2e-2 if is_half else 1e-4
            problem = next((
                f"{numpy.abs(one - other).max():.3g} apart" if one.shape == other.shape else f"{one.shape} and {other.shape}"
                for one, other in zip(ours, expected, strict=True)
                if one.shape != other.shape or not numpy.allclose(one, other, rtol=tolerance, atol=tolerance)), None)
        except Exception as error:
            problem = repr(error)[:300]
        failed += problem is not None
        notes = [line.partition("note: ")[2] for line in done.stderr.splitlines() if "note: " in line]
        print("same" if problem is None else "WRONG", title, problem or "", "; ".join(notes)[:200], flush=True)
    return failed


def predictions(keras, path, given):
    keras.utils.clear_session()
    model = keras.saving.load_model(path, compile=False)
    if any(value.dtype == object for value in given):
        import tensorflow
        given = [tensorflow.constant(value) if value.dtype == object else value for value in given]
    structure = getattr(model, "_inputs_struct", None)
    if isinstance(structure, dict):
        given = [dict(zip(sorted(structure), given))]
    predicted = model.predict(given if len(given) > 1 else given[0], verbose=0)
    if isinstance(predicted, dict):
        return [numpy.asarray(predicted[key]) for key in sorted(predicted)]
    return [numpy.asarray(one) for one in (predicted if isinstance(predicted, (list, tuple)) else [predicted])]


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "tf.keras")
    else:
        sys.exit(1 if compare(sys.argv[2]) else 0)
