"""Times wtool beside Keras, PyTorch and the tools of the system, in one run: processes alternate in a random order,
medians count.

    scripts/bench [--runs N] [--large] [--json FILE] [PART ...]

Parts: start, init, bulk, streams, inspect, growth. `--large` adds what takes long or much room: the model of a billion
parameters by Keras itself (up to 14 GB of memory), and growth up to 10^10 weights (40 GB of disk). Streams are compared in
seconds of processor time: wtool's loops that draw 67 million values, and the library's draw of as many, both warm.
WeightWatcher is timed if the Python that runs this, or WTOOL_WEIGHTWATCHER, has it together with PyTorch.
"""
import argparse
import json
import os
import pathlib
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
RELEASE = ROOT / ".build" / "release"
STREAM_BENCH = ROOT / "Benchmarks" / ".build" / "release" / "stream-bench"
WTOOL = os.environ.get("WTOOL_BINARY", str(RELEASE / "wtool"))
STATIC = ROOT / ".build" / "static" / "release" / "wtool"
RESNET = ROOT / "fixtures/architectures/keras3/resnet50.json"
BACKENDS = ["tensorflow", "jax", "torch", "numpy"]

KERAS = """
import sys, keras
keras.utils.set_random_seed(1)
model = keras.models.model_from_json(open(sys.argv[1]).read())
model.save_weights(sys.argv[2])
"""
TORCH = """
import sys, torch
torch.manual_seed(1)
layers = [torch.nn.Linear(16384, 16384) for _ in range(4)]
for layer in layers:
    torch.nn.init.xavier_uniform_(layer.weight)
    torch.nn.init.zeros_(layer.bias)
torch.save(torch.nn.Sequential(*layers).state_dict(), sys.argv[1])
"""
DRAW = """
import sys, time, keras
name, rows, columns, runs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
make = lambda seed: keras.ops.convert_to_numpy(keras.initializers.get({"class_name": name, "config": {"seed": seed}})((rows, columns)))
make(1)
times = []
for seed in range(runs):
    start = time.process_time()
    make(seed)
    times.append(time.process_time() - start)
print(sorted(times)[runs // 2])
"""
MOMENTS = """
import sys, h5py, numpy
def visit(name, dataset):
    if isinstance(dataset, h5py.Dataset):
        values = dataset[()]
        print(name, values.mean(), values.std(), values.min(), values.max())
h5py.File(sys.argv[1]).visititems(visit)
"""
WATCHER = """
import sys, logging, warnings, h5py, torch
warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
import weightwatcher
layers = []
def visit(name, dataset):
    if isinstance(dataset, h5py.Dataset) and name.split("/")[-1].startswith("kernel"):
        values = dataset[()]
        if values.ndim == 4:
            layers.append(torch.nn.Conv2d(values.shape[2], values.shape[3], values.shape[:2]))
            layers[-1].weight.data = torch.from_numpy(values.transpose(3, 2, 0, 1).copy())
        else:
            layers.append(torch.nn.Linear(*values.shape))
            layers[-1].weight.data = torch.from_numpy(values.T.copy())
h5py.File(sys.argv[1]).visititems(visit)
weightwatcher.WeightWatcher(model=torch.nn.Sequential(*layers)).analyze()
"""

results = {}


class Run:
    """Seconds, seconds of processor time and megabytes of a process, run by run; `output` is removed before each."""

    def __init__(self, label, command, output=None, **environment):
        self.label, self.command, self.environment = label, [str(part) for part in command], environment
        self.output = output
        self.runs = []

    def __call__(self):
        if self.output is not None:
            pathlib.Path(self.output).unlink(missing_ok=True)
            os.sync()
        start = time.perf_counter()
        process = subprocess.Popen(
            self.command, env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **self.environment},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit(f"{self.label}: exit status {status}: {' '.join(self.command)}")
        self.runs.append((time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))
        if self.output is not None:
            pathlib.Path(self.output).unlink(missing_ok=True)

    def median(self, figure):
        return statistics.median(run[figure] for run in self.runs)


def compare(title, count, *runs):
    """Every ratio is to the first."""
    for _ in range(count):
        for run in random.sample(runs, len(runs)):
            run()
    print(f"\n{title}\n")
    print(f"| | seconds | processor | memory | x {runs[0].label} |\n|---|---|---|---|---|")
    results[title] = {}
    for run in runs:
        seconds, processor, memory = (run.median(figure) for figure in range(3))
        ratio = seconds / runs[0].median(0)
        print(f"| {run.label} | {seconds:.3f} | {processor:.3f} | {memory:.0f} MB | {ratio:.2f} |", flush=True)
        results[title][run.label] = {"seconds": seconds, "processor": processor, "megabytes": memory, "ratio": ratio}


def dense(units, inputs):
    return json.dumps({"input_shape": [inputs], "layers": [{"class_name": "Dense", "units": size} for size in units]})


def wtool_init(label, arch, output, *options):
    return Run(label, [WTOOL, "init", arch, "-o", output, "--seed", 1, "-q", *options], output)


def bench_start(folder, options):
    (folder / "small.json").write_text(dense([8], 4))
    small = lambda binary: [binary, "init", folder / "small.json", "-o", folder / "s.h5", "--force", "-q"]
    runs = [Run("wtool --version", [WTOOL, "--version"]), Run("wtool init, small", small(WTOOL))]
    if STATIC.exists():
        runs += [Run("static: --version", [STATIC, "--version"]), Run("static: init, small", small(STATIC))]
    compare("Start-up", options.runs * 3, *runs, Run("python -c pass", [sys.executable, "-c", "pass"]))


def bench_init(folder, options):
    output = folder / "k.weights.h5"
    runs = [wtool_init("wtool", RESNET, folder / "r.weights.h5")]
    if STATIC.exists():
        static = folder / "s.weights.h5"
        runs.append(Run("wtool, static", [STATIC, "init", RESNET, "-o", static, "--seed", 1, "-q"], static))
    runs += [Run(f"Keras, {backend}", [sys.executable, "-c", KERAS, RESNET, output], output, KERAS_BACKEND=backend)
             for backend in BACKENDS]
    compare("init of ResNet50, 25.6 M parameters", options.runs, *runs)


def bench_bulk(folder, options):
    arch, output = folder / "g.json", folder / "g.weights.h5"
    arch.write_text(dense([16384] * 4, 16384))
    size = 4 * (16384 + 1) * 16384 * 4
    zeros = folder / "zeros"
    runs = [Run("zeros", ["dd", "if=/dev/zero", f"of={zeros}", "bs=1M", f"count={size >> 20}", "conv=fsync", "status=none"], zeros)]
    runs += [wtool_init(f"wtool, {backend}", arch, output, "--backend", backend) for backend in BACKENDS]
    compare("init of 1.07 G parameters, 4.3 GB", options.runs, *runs)
    if not options.large:
        return
    js, saved = folder / "k.json", folder / "k.weights.h5"
    subprocess.run([sys.executable, "-c", "import sys, keras; print(keras.Sequential([keras.Input((16384,))] + "
                    "[keras.layers.Dense(16384) for _ in range(4)]).to_json(), file=open(sys.argv[1], 'w'))", js],
                   check=True, env={**os.environ, "KERAS_BACKEND": "numpy"})
    runs = [wtool_init(f"wtool, {backend}", js, output, "--backend", backend) for backend in BACKENDS]
    runs += [Run(f"Keras, {backend}", [sys.executable, "-c", KERAS, js, saved], saved, KERAS_BACKEND=backend) for backend in BACKENDS]
    model = folder / "model.pt"
    runs.append(Run("torch.nn.init and save", [sys.executable, "-c", TORCH, model], model))
    compare("The same beside Keras", max(1, options.runs // 2), *runs)


def bench_streams(folder, options):
    rows = columns = 8192
    names = {"uniform": "GlorotUniform", "normal": "RandomNormal", "truncated": "HeNormal"}
    ours, theirs = {}, {}
    for _ in range(options.runs):
        for line in subprocess.run([STREAM_BENCH], check=True, capture_output=True, text=True).stdout.splitlines():
            backend, distribution, _, seconds = line.split()
            ours.setdefault((backend, distribution), []).append(float(seconds))
        for backend, distribution in ours:
            output = subprocess.run(
                [sys.executable, "-c", DRAW, names[distribution], str(rows), str(columns), "3"], check=True, capture_output=True,
                env={**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}).stdout
            theirs.setdefault((backend, distribution), []).append(float(output.split()[-1]) / (4e-9 * rows * columns))
    print("\nStreams, GB of float32 for each second of one processor\n\n| | distribution | wtool | the backend | ratio |\n|---|---|---|---|---|")
    results["Streams"] = {}
    for key in ours:
        own, other = statistics.median(ours[key]), statistics.median(theirs[key])
        print(f"| {key[0]} | {key[1]} | {1 / own:.2f} | {1 / other:.2f} | {other / own:.1f} |", flush=True)
        results["Streams"][" ".join(key)] = {"wtool": 1 / own, "backend": 1 / other, "ratio": other / own}


def bench_inspect(folder, options):
    watcher = os.environ.get("WTOOL_WEIGHTWATCHER", sys.executable)
    has_watcher = subprocess.run([watcher, "-c", "import weightwatcher, torch, h5py"], capture_output=True).returncode == 0
    large = folder / "large.json"
    large.write_text(dense([16384] * 4, 16384))
    for title, arch in [("inspect, 103 MB", RESNET), ("inspect, 4.3 GB", large)]:
        file = folder / "i.h5"
        subprocess.run([WTOOL, "init", arch, "-o", file, "-q", "--seed", "1", "--force"], check=True)
        subprocess.run(["cat", file], check=True, stdout=subprocess.DEVNULL)
        runs = [Run("wtool", [WTOOL, "inspect", file, "-q"])]
        if STATIC.exists():
            runs.append(Run("wtool, static", [STATIC, "inspect", file, "-q"]))
        runs += [Run("cat", ["sh", "-c", f"cat '{file}' > /dev/null"]), Run("md5sum", ["md5sum", file]),
                 Run("h5py, moments", [sys.executable, "-c", MOMENTS, file])]
        if has_watcher and arch == RESNET:
            runs.append(Run("WeightWatcher", [watcher, "-c", WATCHER, file]))
        compare(title, options.runs, *runs)
        file.unlink()


def bench_growth(folder, options):
    """How time and memory grow with weights, threads and layers."""
    models = [("10^6 weights", [1000] * 1, 1000), ("10^7 weights", [3162], 3162), ("10^8 weights", [10000], 10000),
              ("10^9 weights", [16384] * 4, 15000)]
    if options.large:
        models.append(("10^10 weights", [16384] * 37, 16384))
    models += [(f"{layers} layers", [100] * layers, 100) for layers in (10, 100, 1000, 10000)]
    for title, units, inputs in models:
        arch, file = folder / "n.json", folder / "n.h5"
        arch.write_text(dense(units, inputs))
        size = 4 * sum((before + 1) * after for before, after in zip([inputs] + units, units))
        if shutil.disk_usage(folder).free < 1.2 * size:
            print(f"\n{title}: no room for {size >> 20} MB")
            continue
        subprocess.run([WTOOL, "init", arch, "-o", file, "-q", "--seed", "1", "--force"], check=True)
        runs = [Run(f"{command}, {threads} thread{'s' * (threads > 1)}",
                    [WTOOL, *(["init", arch, "-o", file, "-q", "--seed", 1, "--force"] if command == "init" else
                              ["inspect", file, "-q"]), "--threads", threads])
                for command in ("init", "inspect") for threads in (1, 2)]
        compare(f"{title}, {size / 1e6:.1f} MB", options.runs if size < 1 << 30 else 1, *runs)
        file.unlink()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--json", type=pathlib.Path, help="where to write all medians")
    parser.add_argument("parts", nargs="*")
    options = parser.parse_args()
    wanted = options.parts or ["start", "init", "bulk", "streams", "inspect", "growth"]
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        for part in wanted:
            globals()[f"bench_{part}"](pathlib.Path(folder), options)
            if options.json:
                options.json.write_text(json.dumps(results, indent=2))


main()
