"""A pytest plugin: what Keras saves goes through `wtool convert` before a test of Keras loads it.

Tests/Peer/run.py starts pytest with it, on the tests that are installed with Keras. After each outermost save to a
path, the file is converted into its own container and replaced by the result; a file that wtool refuses stays as it is.
The models that a test makes then go from each container into each: Tests/Peer/round_trips.py tells more. In the
environment:

    WTOOL_BINARY        the wtool that converts; .build/release/wtool by default
    WTOOL_PEER_RECORD   the file that a line of JSON is added to for each file and each test
    WTOOL_PEER_MODE     wtool: the converted files stand for the saved ones; complete: and they get back what wtool says
                        it left out, such as the state of an optimizer; alone: nothing is converted
    WTOOL_PEER_ONLY     a file with the names of the tests to run, one a line; all of them by default
    WTOOL_PEER_OPTIONS  more options for `wtool convert` of what Keras saves
    WTOOL_PEER_MODELS   how many of the models that a test makes go from each container into each; 4 by default
"""
import contextlib
import functools
import importlib
import inspect
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import types
import zipfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

ROOT = pathlib.Path(__file__).resolve().parents[2]
WTOOL = os.environ.get("WTOOL_BINARY", str(ROOT / ".build" / "release" / "wtool"))
MOST = int(os.environ.get("WTOOL_PEER_MODELS", "4"))
OPTIONS = os.environ.get("WTOOL_PEER_OPTIONS", "").split()
MODE = os.environ.get("WTOOL_PEER_MODE", "wtool")
# With pytest-xdist, the process that gathers the results records them.
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
BACKENDS_WITHOUT_TRAINING = ["numpy", "openvino"]
OPTIONAL = ["grain"]
MARKERS = ["requires_trainable_backend: needs gradients", "multi_device: needs several devices", "skip: left out"]


class Peer:
    """Converts what is saved, and records what became of it."""

    def __init__(self, mode: str, record: str | None):
        self.mode, self.record, self.depth, self.test = mode, record, 0, ""

    def note(self, event: str, **fields) -> None:
        if self.record:
            with open(self.record, "a") as file:
                file.write(json.dumps({"event": event, "test": self.test} | fields) + "\n")

    @contextlib.contextmanager
    def saving(self):
        """Says whether a save is the outermost one."""
        self.depth += 1
        try:
            yield self.depth == 1
        finally:
            self.depth -= 1

    @contextlib.contextmanager
    def paused(self):
        """Nothing is converted in here."""
        mode, self.mode = self.mode, "alone"
        try:
            yield
        finally:
            self.mode = mode

    def saved(self, path, form: str, shard_size=None, upgrade: bool = True) -> None:
        """Puts what wtool makes of a saved file in its place."""
        if self.mode == "alone":
            return
        if not isinstance(path, (str, os.PathLike)) or "://" in str(path):
            self.note("file", form=form, result="left alone", reason=f"saved to {kind_of_target(path)}")
            return
        path = pathlib.Path(path)
        if not path.exists():
            self.note("file", form=form, result="left alone", reason="nothing is at the path")
            return
        with tempfile.TemporaryDirectory(prefix="wtool-peer-") as folder:
            output = pathlib.Path(folder) / ("folder.keras" if form == "folder" else path.name)
            options = OPTIONS if upgrade else [*OPTIONS, "--no-upgrade"]
            if shard_size is not None:
                options = [*options, "--max-shard-size", str(shard_size)]
            report = self.convert(path, output, form, options)
            if report is None:
                return
            if self.mode == "complete":
                complete(path, output, form, report["left_out"])
            replace(path, output, form)

    def convert(self, path, output, form: str, options: list[str], way: str = "") -> dict | None:
        """The report of a conversion; `None` where wtool refuses."""
        format = "keras" if form == "folder" else form
        command = [WTOOL, "convert", str(path), str(output), "--format", format, "--json", *options]
        try:
            result = subprocess.run(command, capture_output=True, text=True, timeout=300)
            code, errors = result.returncode, result.stderr.strip()
        except subprocess.TimeoutExpired:
            code, errors = -1, "no answer in 300 s"
        if code:
            reason = next((line for line in errors.splitlines() if ": note: " not in line), errors)
            reason = reason.replace(f"{path}: ", "").replace(f"{output}: ", "").strip()
            self.note("file", form=way or form, result="refused" if code == 3 else "broken", code=code, reason=reason,
                      errors=errors)
            return None
        report = json.loads(result.stdout)
        left_out = {name: value for name, value in report["left_out"].items() if value}
        self.note("file", form=way or form, result="converted", left_out=left_out)
        return report


def kind_of_target(path) -> str:
    if isinstance(path, (str, os.PathLike)):
        return "a remote path"
    return "an open h5py.File" if type(path).__module__.startswith("h5py") else "an object like a file"


def complete(path: pathlib.Path, output: pathlib.Path, form: str, left_out: dict) -> None:
    """Puts back what wtool says it left out: an optimizer and its likes, as they are in the original."""
    if not any(left_out.values()) or form == "weights.json":
        return
    if form in ["keras", "folder"]:
        with tempfile.TemporaryDirectory(prefix="wtool-peer-") as folder:
            weights = pathlib.Path(folder)
            original = path / "model.weights.h5" if form == "folder" else extracted(path, weights / "original")
            changed = extracted(output, weights / "changed")
            put_back(original, changed)
            with zipfile.ZipFile(output) as archive:
                members = {name: archive.read(name) for name in archive.namelist()}
            members["model.weights.h5"] = changed.read_bytes()
            with zipfile.ZipFile(output, "w") as archive:
                for name, contents in members.items():
                    archive.writestr(name, contents)
        return
    put_back(path, output)


def extracted(archive: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    with zipfile.ZipFile(archive) as file:
        return pathlib.Path(file.extract("model.weights.h5", folder))


def put_back(original: pathlib.Path, changed: pathlib.Path) -> None:
    """Copies the groups and attributes at the top of a file that another one lacks."""
    import h5py
    with h5py.File(original, "r") as source, h5py.File(changed, "r+") as target:
        for name in source:
            if name not in target:
                source.copy(name, target)
        for name, value in source.attrs.items():
            if name not in target.attrs:
                target.attrs[name] = value


def replace(path: pathlib.Path, output: pathlib.Path, form: str) -> None:
    """Puts what was converted in the place of what was saved."""
    if form == "folder":
        shutil.rmtree(path)
        with zipfile.ZipFile(output) as archive:
            archive.extractall(path)
        return
    if form == "weights.json":
        names = json.loads(path.read_text())["weight_map"].values()
        for name in {name for value in names for name in (value if isinstance(value, list) else [value])}:
            path.with_name(name).unlink(missing_ok=True)
        for file in output.parent.iterdir():
            shutil.copyfile(file, path.with_name(file.name))
        return
    shutil.copyfile(output, path)


def is_hdf5(path) -> bool:
    import h5py
    return isinstance(path, (str, os.PathLike)) and os.path.isfile(path) and h5py.is_hdf5(path)


def index_of_shards(path) -> str:
    """Keras calls the index of shards `.weights.json`, whatever it was asked for."""
    return str(pathlib.Path(path).with_suffix(".json"))


def watch(peer: Peer, owner, name: str, judge) -> None:
    """Has `judge` see the arguments of each outermost call that succeeded."""
    original = getattr(owner, name)
    signature = inspect.signature(original)

    @functools.wraps(original)
    def save(*arguments, **keywords):
        bound = signature.bind(*arguments, **keywords)
        bound.apply_defaults()
        with peer.saving() as is_outermost:
            result = original(*arguments, **keywords)
        if is_outermost:
            judge(bound.arguments)
        return result

    setattr(owner, name, save)


def watch_keras(peer: Peer) -> None:
    saving = importlib.import_module("keras.src.saving.saving_lib")
    legacy = importlib.import_module("keras.src.legacy.saving.legacy_h5_format")
    editor = importlib.import_module("keras.src.saving.file_editor")

    def model(arguments):
        path = arguments["filepath"]
        if arguments["weights_format"] != "h5":
            peer.note("file", form="npz", result="left alone", reason="its weights are an .npz")
            return
        peer.saved(path, "keras" if arguments["zipped"] or isinstance(path, io.IOBase) else "folder")

    def weights(arguments):
        path, size = arguments["filepath"], arguments["max_shard_size"]
        if size is None:
            peer.saved(path, "weights.h5")
        else:
            peer.saved(index_of_shards(path), "weights.json", size)

    watch(peer, saving, "save_model", model)
    watch(peer, saving, "_save_model_to_fileobj", lambda arguments: peer.saved(arguments["fileobj"], "keras"))
    watch(peer, saving, "save_weights_only", weights)
    watch(peer, legacy, "save_model_to_hdf5", lambda arguments: peer.saved(arguments["filepath"], "h5"))
    watch(peer, editor.KerasFileEditor, "save", lambda arguments: peer.saved(arguments["filepath"], "weights.h5"))


def watch_tf_keras(peer: Peer) -> None:
    """The same for tf-keras, which tests of Keras 3 save with too."""
    saving = importlib.import_module("tf_keras.src.saving.saving_lib")
    legacy = importlib.import_module("tf_keras.src.saving.legacy.hdf5_format")
    weights = importlib.import_module("tf_keras.src.saving.legacy.save")

    def legacy_weights(arguments):
        if is_hdf5(arguments["filepath"]):
            peer.saved(arguments["filepath"], "h5-weights", upgrade=False)

    def to(form: str):
        return lambda arguments: peer.saved(arguments["filepath"], form, upgrade=False)

    watch(peer, saving, "save_model", to("keras"))
    watch(peer, saving, "save_weights_only", to("weights.h5"))
    watch(peer, legacy, "save_model_to_hdf5", to("h5"))
    watch(peer, weights, "save_weights", legacy_weights)


MADE = []
PEER = Peer(MODE, os.environ.get("WTOOL_PEER_RECORD"))


def skip_if_backend(name: str, reason: str):
    """What tests of Keras import from a file that is not installed with them."""
    return pytest.mark.skipif(importlib.import_module("keras").config.backend() == name, reason=reason)


class Missing(types.ModuleType):
    """Stands for a package that is not installed: what needs it is skipped, the rest of the file runs."""

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        raise pytest.skip.Exception(f"{self.__name__} is not installed", allow_module_level=True)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session):
    """Modules that only tests import are there while tests are collected: Keras must not find them."""
    helpers = types.ModuleType("conftest")
    helpers.skip_if_backend = skip_if_backend
    stand_ins = {name: Missing(name) for name in OPTIONAL if not importlib.util.find_spec(name)} | {"conftest": helpers}
    sys.modules.update(stand_ins)
    try:
        return (yield)
    finally:
        for name in stand_ins:
            sys.modules.pop(name, None)


def pytest_configure(config):
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    if importlib.util.find_spec("torch"):
        # PyTorch after TensorFlow does not load everywhere.
        importlib.import_module("torch")
    importlib.import_module("keras")
    watch_keras(PEER)
    if importlib.util.find_spec("tf_keras"):
        watch_tf_keras(PEER)
    round_trips = importlib.import_module("round_trips")
    round_trips.watch_layers(PEER, MADE)
    round_trips.watch_models(MADE)


def pytest_collection_modifyitems(config, items):
    import keras
    only = os.environ.get("WTOOL_PEER_ONLY")
    if only:
        names = set(pathlib.Path(only).read_text().splitlines())
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in names])
        items[:] = [item for item in items if item.nodeid in names]
    if keras.config.backend() in BACKENDS_WITHOUT_TRAINING:
        for item in items:
            if "requires_trainable_backend" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="the backend cannot train"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logstart(nodeid, location):
    PEER.test = nodeid
    if not IS_WORKER:
        PEER.note("start")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """The models that a test made go through wtool when it has passed."""
    MADE.clear()
    result = yield
    made, MADE[:] = list(MADE), []
    if PEER.mode != "alone" and MOST:
        importlib.import_module("round_trips").of_a_test(PEER, made[-MOST:])
    return result


def pytest_runtest_logreport(report):
    """Each part of a test: its set-up and its end only where they fail."""
    if not IS_WORKER and (report.when == "call" or not report.passed):
        text = "" if report.passed or report.skipped else report.longreprtext[-6000:]
        PEER.note("outcome", test=report.nodeid, outcome=report.outcome, when=report.when, text=text)


def pytest_collectreport(report):
    if report.failed and not IS_WORKER:
        PEER.note("unreadable", file=report.nodeid, text=report.longreprtext[-2000:])
