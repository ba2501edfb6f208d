"""The commands that remedies name run as they are printed, and change the named layers alone."""
import json
import re
import shlex
import subprocess

import numpy as np
import pytest

from conftest import WTOOL, backend, import_keras, values

K = import_keras()
L = K.layers


def copied_column(kernel):
    kernel[:, 1] = kernel[:, 0]


def zeros(kernel):
    kernel[:] = 0


def constant(kernel):
    kernel[:] = 0.3


def scaled(kernel):
    kernel *= 9


def not_a_number(kernel):
    kernel[0, 0] = np.nan


FAULTS = {"twins": copied_column, "zeros": zeros, "constant": constant, "scale": scaled, "nan": not_a_number}
# What is printed does not depend on the backend.
TRIED = list(FAULTS) if backend(K) == "tensorflow" else ["twins"]


def broken(fault, inner, name="b c" if K.__version__ >= "3" else "bc"):
    """A network with one broken layer, below another model or not."""
    K.utils.set_random_seed(8)
    layers = [L.Dense(16, "relu", name="a"), L.Dense(16, "relu", name=name), L.Dense(16, "relu", name="d")]
    if inner:
        layers = [K.Sequential([L.InputLayer((12,)), *layers], name="backbone")]
    model = K.Sequential([L.InputLayer((12,)), *layers, L.Dense(3, name="head")])
    layer = model.layers[0].get_layer(name) if inner else model.get_layer(name)
    kernel = values(layer.kernel).copy()
    FAULTS[fault](kernel)
    layer.kernel.assign(kernel)
    return model


@pytest.mark.parametrize("container", ["m.h5", "m.keras", "m.weights.h5"])
@pytest.mark.parametrize("inner", [False, True])
@pytest.mark.parametrize("fault", TRIED)
def test_redraw(fault, inner, container, wtool, tmp_path):
    if inner and K.__version__ < "3":
        return
    model = broken(fault, inner)
    (tmp_path / "arch.json").write_text(model.to_json())
    file, new = tmp_path / container, tmp_path / f"new.{container.partition('.')[2]}"
    (model.save_weights if "weights" in container else model.save)(file)
    names = ["--model", tmp_path / "arch.json"] if "weights" in container else []

    def findings(file):
        result = subprocess.run([WTOOL, "inspect", file, *names, "-f", "json", "--fail-on", "never"], capture_output=True, text=True)
        return json.loads(result.stdout)["files"][0]["findings"]

    found = findings(file)
    assert found
    commands = [c for f in found for c in re.findall(r"wtool (init .*?)(?:, or |; then |$)", f["remedy"])]
    assert bool(commands) == (fault != "nan"), [f["remedy"] for f in found]
    for command in commands:
        words = [{"FILE": file, "NEW_FILE": new, "ARCH": tmp_path / "arch.json"}.get(w, w) for w in shlex.split(command)]
        run = subprocess.run([WTOOL, *words, "--force", "-q", "--seed", "5"], capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        difference = subprocess.run([WTOOL, "diff", file, new, "--json"], capture_output=True, text=True)
        changed = {e["name"] for e in json.loads(difference.stdout)["differences"]}
        assert len(changed) == 1, changed
        assert findings(new) == []


def test_convert(wtool, tmp_path):
    """What is said of files that cannot be audited as they are."""
    model = broken("twins", False)
    model.save(tmp_path / "m.h5")
    (tmp_path / "arch.json").write_text(model.to_json())
    import h5py
    with h5py.File(tmp_path / "m.h5", "a") as file:
        file.attrs["model_config"] = "no JSON"
    result = subprocess.run([WTOOL, "inspect", tmp_path / "m.h5", "-f", "json"], capture_output=True, text=True)
    remedies = [f["remedy"] for f in json.loads(result.stdout)["files"][0]["findings"] if f["rule"] == "FIL005"]
    commands = [c for r in remedies for c in re.findall(r"`wtool (convert [^`]*)`", r)]
    assert commands
    for command in commands:
        words = [{"FILE": tmp_path / "m.h5", "NEW.weights.h5": tmp_path / "n.weights.h5", "ARCH": tmp_path / "arch.json"}.get(w, w) for w in command.split()]
        run = subprocess.run([WTOOL, *words], capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
