"""What other readers do with the attack files.

    python Fuzzing/others.py h5py ATTACKS > h5py.tsv              a Python with h5py
    KERAS_BACKEND=numpy python Fuzzing/others.py keras ATTACKS > keras.tsv
    python Fuzzing/others.py modelscan ATTACKS > modelscan.tsv    a Python with modelscan and TensorFlow
    python Fuzzing/others.py page h5py.tsv keras.tsv modelscan.tsv > docs/attacks.md

Each file is read in a process of its own, with 20 seconds and 2 GB. h5py lists a file by following every link, and reads all
values; of an archive, those of its weights. Keras loads weights into the model that they are of, and whole models in safe
mode. What was read is compared with the sound model, and searched for bytes of other files.
"""
from __future__ import annotations

import io
import json
import os
import pathlib
import resource
import shutil
import signal
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable

SECONDS, MEMORY = 20, 2 << 30
MARKS = [b"OUTSIDE!", b"root:x:0:0"]
GROUPS = {
    "chunks": "Chunk indexes that lie", "references": "References to other files, and links that lead nowhere", "damage": "One changed byte",
    "bombs": "Small files that ask for much", "filters": "Filters", "archives": "Archives", "shards": "Indexes of shards",
}
READS, OTHER, SKIPS = "reads all", "reads other values", "silently skips a tensor"


def guarded(work: Callable[[], str], folder: pathlib.Path) -> str:
    """What a reader does in a process of its own, within limits."""
    receiver, sender = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(receiver)
        os.chdir(folder)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        try:
            answer = work()
        except BaseException as error:
            answer = f"raises {type(error).__name__}\n{error}"
        os.write(sender, answer.encode())
        os._exit(0)
    os.close(sender)
    started, limit = time.monotonic(), None
    while not os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT):
        resident = int(pathlib.Path(f"/proc/{process}/statm").read_text().split()[1]) * resource.getpagesize()
        if time.monotonic() - started > SECONDS:
            limit = f"hangs > {SECONDS} s"
        elif resident > MEMORY:
            limit = "takes > 2 GB"
        if limit:
            os.kill(process, signal.SIGKILL)
            break
        time.sleep(0.01)
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    with os.fdopen(receiver, "rb") as file:
        answer = file.read().decode()
    if limit:
        return limit
    refusals = {"ExternalLink": "an external link", "external Dataset": "external storage", "virtual Dataset": "a virtual dataset", "SoftLink": "a soft link"}
    for words, name in refusals.items():
        if words in answer:
            return f"refuses {name}"
    answer = answer.split("\n")[0]
    if status < 0:
        return f"crash ({signal.Signals(-status).name})"
    return answer or f"ends with {status}"


def compared(found: dict[str, bytes], sound: dict[str, bytes], failed: list[str]) -> str:
    """What was read, in words."""
    environment = pathlib.Path("/proc/self/environ").read_bytes()[:24]
    if any(mark in content for content in found.values() for mark in [*MARKS, environment]):
        return "**reads another file's bytes**"
    if failed:
        return f"raises {failed[0]}"
    if any(path not in found for path in sound):
        return SKIPS if len(found) < len(sound) else "lists a tensor under another name"
    return READS if all(found[path] == content for path, content in sound.items()) else OTHER


def contents(source: object) -> tuple[dict[str, bytes], list[str]]:
    """The values of all datasets that h5py finds, and the errors."""
    import h5py

    found: dict[str, bytes] = {}
    failed: list[str] = []
    seen: set[object] = set()

    def visit(group: h5py.Group, path: str) -> None:
        for name in group:
            try:
                item = group[name]
                if isinstance(item, h5py.Dataset):
                    found[f"{path}/{name}"] = item[()].tobytes()
                elif isinstance(item, h5py.Group):
                    place = h5py.h5o.get_info(item.id)
                    if (place.fileno, place.addr) not in seen:
                        seen.add((place.fileno, place.addr))
                        visit(item, f"{path}/{name}")
            except Exception as error:
                failed.append(type(error).__name__)

    def attributes(name: str, item: object) -> None:
        for key in item.attrs:  # type: ignore[attr-defined]
            item.attrs[key]  # type: ignore[attr-defined]

    with h5py.File(source, "r") as file:
        visit(file, "")
        attributes("/", file)
        file.visititems(attributes)
    return found, failed


def sound_contents(attacks: pathlib.Path, name: str) -> dict[str, bytes]:
    """The values of the sound model, or nothing where other files are read."""
    path = attacks / "sound" / name
    return contents(path)[0] if path.exists() else {}


def with_h5py(path: pathlib.Path, attacks: pathlib.Path) -> str:
    """Lists and reads everything."""
    if path.suffix == ".json":
        return "n/a"
    if path.suffix == ".keras":
        sound = sound_contents(attacks, "model.weights.h5")
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if not name.endswith(".h5"):
                    archive.read(name)
            found, failed = contents(io.BytesIO(archive.read("model.weights.h5")))
        return compared(found, sound, failed)
    sound = sound_contents(attacks, "model.weights.h5" if path.name.endswith(".weights.h5") else "model.h5")
    found, failed = contents(path)
    return compared(found, sound, failed)


def with_keras(path: pathlib.Path, attacks: pathlib.Path) -> str:
    """Loads weights, or a whole model in safe mode."""
    import keras

    def weights(model: keras.Model) -> dict[str, bytes]:
        return {weight.path.split("/", 1)[-1] if weight.path.count("/") > 1 else weight.path: keras.ops.convert_to_numpy(weight).tobytes() for weight in model.weights}

    if not (attacks / "sound").exists() and path.name.endswith((".weights.h5", ".weights.json")):
        return "no model to load into"

    def fresh() -> keras.Model:
        return keras.models.model_from_json(json.dumps(json.loads(zipfile.ZipFile(attacks / "sound" / "model.keras").read("config.json"))))

    sound = {}
    if (attacks / "sound").exists():
        sound_model = fresh()
        sound_model.load_weights(attacks / "sound" / "model.weights.h5")
        sound = weights(sound_model)
    if path.name.endswith((".weights.h5", ".weights.json")):
        model = fresh()
        model.load_weights(str(path))
    else:
        model = keras.saving.load_model(str(path), safe_mode=True)
    return compared(weights(model), sound, []).replace("reads all", "loads all").replace("reads other values", "loads other values")


def with_modelscan(path: pathlib.Path, attacks: pathlib.Path) -> str:
    """Scans for code that runs while a model is loaded."""
    from modelscan.modelscan import ModelScan

    results = ModelScan().scan(str(path))
    if any(error["category"] == "DEPENDENCY" for error in results["errors"]):
        return "lacks a dependency"
    if results["issues"]:
        return f"{len(results['issues'])} findings"
    if results["errors"]:
        return "reports an error"
    return "no finding" if results["summary"]["scanned"]["total_scanned"] else "skips the file"


def report(reader: str, attacks: pathlib.Path) -> None:
    """Prints what a reader does with each file."""
    functions = {"h5py": with_h5py, "keras": with_keras, "modelscan": with_modelscan}
    if reader == "keras":
        import keras

        print(f"Keras {keras.__version__}, safe mode", flush=True)
    elif reader == "h5py":
        import h5py

        print(f"h5py {h5py.__version__}, HDF5 {h5py.version.hdf5_version}", flush=True)
    else:
        import importlib.metadata

        import modelscan.modelscan  # noqa: F401
        import tensorflow  # noqa: F401

        print(f"modelscan {importlib.metadata.version('modelscan')}", flush=True)
    os.environ["SECRET"] = MARKS[0].decode()
    with tempfile.TemporaryDirectory() as name:
        copy = pathlib.Path(name) / "attacks"
        shutil.copytree(attacks, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        for folder in ["references", "shards"]:
            if (copy / folder).is_dir():
                os.mkfifo(copy / folder / "fifo")
        if (copy / "expected.tsv").exists():
            files = list(dict.fromkeys(line.split("\t")[0] for line in (copy / "expected.tsv").read_text().splitlines()[1:]))
        else:
            files = sorted(str(path.relative_to(copy)) for path in copy.rglob("*") if path.suffix in (".h5", ".keras"))
        for file in files:
            if not file.startswith("documents/"):
                path = copy / file
                print(f"{file}\t{guarded(lambda: functions[reader](path, copy), path.parent)}", flush=True)


HEAD = """# Attacks, and what readers do with them

`fixtures/attacks` contains files with one fault each; its
[README](../fixtures/attacks/README.md) tells what is wrong with each of them. This table
shows what readers of Keras files do with them.

- h5py follows every link and reads all values; of an archive, those of its weights.
- Keras loads weights into the model that they are of, and whole models with `safe_mode=True`.
- modelscan looks for code that runs while a model is loaded. It does not promise to look at anything else.
- safetensors reads none of these formats. Its own has no links, filters or references.
- wtool runs every command that can read the file. "refused by name" is exit code 3 from all of them, with one line that
  names the file and the object.

Each file is read in a process of its own, with {seconds} seconds and 2 GB. "reads all" and "loads all" mean that the values are those
of the sound model; "reads other values" and "loads other values" that they are not, without an error.

The files under `fixtures/attacks/documents` are architectures in wtool's short form, which no other reader knows.
`Fuzzing/others.py` runs the other readers, and `Fuzzing/attack_table.py --fill docs/attacks.md` fills in wtool's column.
"""


def page(tables: list[pathlib.Path]) -> None:
    """Prints the page."""
    columns = []
    for table in tables:
        head, *lines = table.read_text().splitlines()
        columns.append((head, dict(line.split("\t") for line in lines)))
    print(HEAD.format(seconds=SECONDS).rstrip())
    for group, title in GROUPS.items():
        print(f"\n## {title}\n")
        print("| file | " + " | ".join(head for head, _ in columns) + " | wtool |")
        print("|---|" + "---|" * (len(columns) + 1))
        for file in columns[0][1]:
            if file.split("/")[0] == group:
                print(f"| `{file}` | " + " | ".join(cells.get(file, "not run") for _, cells in columns) + " | TODO-wtool |")


if __name__ == "__main__":
    if sys.argv[1] == "page":
        page([pathlib.Path(name) for name in sys.argv[2:]])
    else:
        report(sys.argv[1], pathlib.Path(sys.argv[2]).resolve())
