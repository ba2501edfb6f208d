"""Checkpoints by Keras: what `wtool inspect --series` measures and finds, and what another dtype loses."""
import json
import subprocess

import numpy as np
import pytest

import series
from conftest import WTOOL, backend, values
from test_inspect import SCHEMA

K = series.K
L = K.layers
IS_SAMPLED = backend(K) == "tensorflow" and K.__version__ >= "3"
HEALTHY = ["cnn", "recommender", "policy", "frozen_backbone"]


def inspect(files, *options, code=0):
    result = subprocess.run([WTOOL, "inspect", *files, "-f", "json", "--fail-on", "never", *options], capture_output=True, text=True)
    assert result.returncode == code, result.stderr
    document = json.loads(result.stdout)
    SCHEMA.validate(document)
    return document["files"]


if IS_SAMPLED:
    @pytest.mark.parametrize("name", HEALTHY)
    def test_healthy(name, tmp_path):
        make = next(make for make in series.HEALTHY if make.__name__ == name)
        series.followed(lambda folder: make(), tmp_path)
        report = series.audit(tmp_path)
        assert [f["message"] for f in report["findings"] if f["severity"] != "note"] == []
        assert report["series"]["order"] == "iterations"

    @pytest.mark.parametrize("make", series.FAILED, ids=lambda make: make.__name__)
    def test_failed(make, tmp_path):
        series.followed(make, tmp_path)
        assert series.FAILED[make] in series.rules(series.audit(tmp_path))


def trainings(tmp_path, containers):
    """A small training whose kernels are known at each checkpoint."""
    K.utils.set_random_seed(4)
    model = K.Sequential([L.InputLayer((6, 6, 2)), L.Conv2D(4, 3), L.Flatten(), L.Dense(9, activation="tanh"), L.Dense(2)])
    x, y = np.random.normal(size=(64, 6, 6, 2)).astype("float32"), np.random.normal(size=(64, 2)).astype("float32")
    model.compile("adam", "mse")
    files, kernels = [], []
    for number, container in enumerate(containers):
        model.fit(x, y, verbose=0)
        files.append(str(tmp_path / f"epoch{number + 8}{container}"))
        (model.save_weights if "weights" in container else model.save)(files[-1])
        kernels.append([values(layer.kernel) for layer in model.layers if layer.weights])
    return model, files, kernels


@pytest.mark.parametrize("containers", [[".h5"] * 4, [".keras"] * 4, [".weights.h5"] * 3, [".keras", ".h5", ".weights.h5", ".keras"]])
def test_numbers(containers, wtool, tmp_path):
    """NumPy computes the same, whatever the order of the arguments."""
    if K.__version__ < "3" and ".weights.h5" in containers and ".keras" in containers:
        return
    if backend(K) == "numpy":
        return
    _, files, kernels = trainings(tmp_path, containers)
    report = inspect(reversed(files), "--series")[0]
    assert [c["path"] for c in report["series"]["checkpoints"]] == files
    tensors = [t for t in report["series"]["tensors"] if t["role"] == "kernel"]
    assert len(tensors) == 3
    for index, tensor in enumerate(tensors):
        history = [k[index].astype("float64") for k in kernels]
        changes = [b - a for a, b in zip(history, history[1:])]
        singular = [np.linalg.svd(k.reshape(-1, k.shape[-1]), compute_uv=False) for k in history]
        near = dict(rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(tensor["norm"], [np.linalg.norm(k) for k in history], **near)
        np.testing.assert_allclose(tensor["change_norm"], [np.linalg.norm(c) for c in changes], **near)
        np.testing.assert_allclose(tensor["change_ratio"], [np.linalg.norm(c) / np.linalg.norm(k) for c, k in zip(changes, history)], **near)
        cosines = [np.vdot(a, b) / np.linalg.norm(a) / np.linalg.norm(b) for a, b in zip(changes, changes[1:])]
        assert tensor["change_cosine"][0] is None
        np.testing.assert_allclose(tensor["change_cosine"][1:], cosines, atol=1e-4)
        np.testing.assert_allclose(tensor["largest_singular_value"], [s[0] for s in singular], **near)
        np.testing.assert_allclose(tensor["stable_rank"], [(s ** 2).sum() / s[0] ** 2 for s in singular], **near)


def test_half_precision_steps(wtool, tmp_path):
    """Where one optimizer is inside another, the inner one's steps count."""
    if K.__version__ < "3" or backend(K) in ["numpy", "torch"]:
        return
    K.mixed_precision.set_global_policy("mixed_float16")
    try:
        model = K.Sequential([K.Input((4,)), L.Dense(3)])
        model.compile("adam", "mse")
        model.fit(np.ones((8, 4)), np.ones((8, 3)), batch_size=2, verbose=0)
        steps = int(model.optimizer.inner_optimizer.iterations)
        for name in ["m.keras", "m.h5", "m.weights.h5"]:
            (model.save_weights if "weights" in name else model.save)(tmp_path / name)
            assert inspect([tmp_path / name])[0]["iterations"] == steps > 0, name
    finally:
        K.mixed_precision.set_global_policy("float32")


def test_spectra(wtool, tmp_path):
    """Eigenvalues by NumPy; what is made of them is compared with WeightWatcher's own numbers in the Swift tests."""
    K.utils.set_random_seed(5)
    model = K.Sequential([L.InputLayer((8, 8, 3)), L.Conv2D(10, (3, 2)), L.Flatten(), L.Dense(40), L.Dense(17)])
    model.save(tmp_path / "m.h5")
    tensors = {t["path"]: t for t in inspect([tmp_path / "m.h5"], "--metrics", "spectral")[0]["tensors"] if "spectrum" in t}
    kernels = [values(layer.kernel).astype("float64") for layer in model.layers if layer.weights]
    assert len(tensors) == len(kernels)
    for tensor, kernel in zip(tensors.values(), kernels):
        matrices = kernel.reshape(-1, *kernel.shape[-2:])
        found = np.concatenate([np.linalg.svd(m, compute_uv=False) ** 2 for m in matrices]) * (0.5 if kernel.ndim > 2 else 1)
        spectrum = tensor["spectrum"]
        shares = np.sqrt(found) / np.sqrt(found).sum()
        np.testing.assert_allclose(
            [spectrum["norm"], spectrum["spectral_norm"], spectrum["stable_rank"], spectrum["effective_rank"]],
            [found.sum(), found.max(), found.sum() / found.max(), np.exp(-(shares * np.log(shares)).sum())], rtol=1e-9)
        assert spectrum["num_evals"] == len(found)


@pytest.mark.parametrize("dtype", ["int8", "float16", "bfloat16"])
def test_rounding(dtype, wtool, tmp_path):
    """What Keras's own conversion makes of the kernels."""
    if K.__version__ < "3" or backend(K) == "numpy":
        return
    K.utils.set_random_seed(6)
    inputs = K.Input((5,), dtype="int32")
    x = L.Embedding(30, 16)(inputs)
    x = L.MultiHeadAttention(2, 6)(x, x)
    model = K.Model(inputs, L.Dense(7)(L.Dense(24, "relu")(x)))
    model.save(tmp_path / "m.keras")
    report = inspect([tmp_path / "m.keras"], "--target-dtype", dtype)[0]
    errors = {t["name"]: t["rounding"]["error"] for t in report["tensors"] if "rounding" in t}
    assert len(errors) == 7
    layers = [layer for layer in model._flatten_layers() if isinstance(layer, (L.Dense, L.EinsumDense, L.Embedding))]
    kernels = [layer.embeddings if isinstance(layer, L.Embedding) else layer.kernel for layer in layers]
    before = [values(k).astype("float64") for k in kernels]
    if dtype == "int8":
        model.quantize("int8")
        after = []
        for layer in layers:
            if isinstance(layer, L.Embedding):
                after.append(values(layer._embeddings) / values(layer.embeddings_scale)[:, None])
            else:
                kernel, scale = values(layer._kernel).astype("float64"), values(layer.kernel_scale).astype("float64")
                after.append(kernel / (scale if scale.ndim == kernel.ndim else np.expand_dims(scale, 0)))
    else:
        after = [K.ops.convert_to_numpy(K.ops.cast(K.ops.cast(k, dtype), "float32")) for k in kernels]
    expected = sorted(np.linalg.norm(a - b) / np.linalg.norm(b) for a, b in zip(after, before))
    np.testing.assert_allclose(sorted(errors.values()), expected, rtol=1e-4)


def test_few_open_files(wtool, tmp_path):
    """A process that may open few files says so, and never waits for what cannot come."""
    import resource
    import shutil
    _, files, _ = trainings(tmp_path, [".h5"]) if backend(K) != "numpy" else (None, [], None)
    copies = [shutil.copy(file, tmp_path / f"e{number}.h5") for file in files for number in range(60)]
    if not copies:
        return

    def limited(soft, hard):
        return subprocess.run(
            [WTOOL, "inspect", *copies, "--series", "-f", "json"], capture_output=True, text=True, timeout=120,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)))

    refused = limited(64, 64)
    assert refused.returncode == 3
    failures = [f["failure"] for f in json.loads(refused.stdout)["files"] if f["failure"]]
    assert failures and all("Too many open files" in f for f in failures)
    followed = limited(64, 4096)
    assert [f["failure"] for f in json.loads(followed.stdout)["files"]] == [None]


@pytest.mark.parametrize("broken", [0, 1, 3])
def test_damaged(broken, wtool, tmp_path):
    """A file whose values cannot be read is named, and the others are followed."""
    if backend(K) == "numpy":
        return
    import h5py
    _, files, _ = trainings(tmp_path, [".h5"] * 4)
    names = []
    with h5py.File(files[broken], "a") as file:
        file["model_weights"].visititems(lambda name, item: names.append(name) if name.endswith(("kernel", "kernel:0")) else None)
        values = file["model_weights"][names[1]][()]
        del file["model_weights"][names[1]]
        stored = file["model_weights"].create_dataset(names[1], data=values, chunks=values.shape, compression="gzip", fletcher32=True)
        place = stored.id.get_chunk_info(0).byte_offset
    with open(files[broken], "r+b") as file:
        file.seek(place + 9)
        byte = file.read(1)[0]
        file.seek(place + 9)
        file.write(bytes([byte ^ 0x55]))
    reports = inspect(files, "--series", code=3)
    assert len(reports) == 2 and reports[1]["path"] == files[broken] and names[1] in reports[1]["failure"]
    assert [c["path"] for c in reports[0]["series"]["checkpoints"]] == [f for f in files if f != files[broken]]
