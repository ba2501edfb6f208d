"""Times wtool beside Keras and beside the tools of the system, as whole processes: the runs alternate, medians count.

    scripts/bench [--runs N] [--large] [PART ...]

Parts: start, init, streams, bulk, inspect. `--large` also lets Keras make the model of a billion parameters, which takes
up to 14 GB of memory. Streams are compared in seconds of processor time: wtool's of a whole process that draws and writes
a kernel of 67 million values, the libraries' of the draw alone, in a process that is warm.
"""
import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
WTOOL = os.environ.get("WTOOL_BINARY", str(ROOT / ".build" / "release" / "wtool"))
BACKENDS = ["tensorflow", "jax", "torch", "numpy"]

KERAS = """
import sys, keras
keras.utils.set_random_seed(1)
model = keras.models.model_from_json(open(sys.argv[1]).read())
model.save_weights(sys.argv[2])
"""
DRAW = """
import sys, time, keras
name, rows, columns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
make = lambda seed: keras.ops.convert_to_numpy(keras.initializers.get({"class_name": name, "config": {"seed": seed}})((rows, columns)))
make(1)
times = []
for seed in range(3):
    start = time.process_time()
    make(seed)
    times.append(time.process_time() - start)
print(sorted(times)[1])
"""
MOMENTS = """
import sys, h5py, numpy
def visit(name, dataset):
    if isinstance(dataset, h5py.Dataset):
        values = dataset[()]
        print(name, values.mean(), values.std(), values.min(), values.max())
h5py.File(sys.argv[1]).visititems(visit)
"""


class Run:
    """Seconds, seconds of processor time and megabytes of a process, run by run."""

    def __init__(self, label, command, **environment):
        self.label, self.command, self.environment = label, [str(part) for part in command], environment
        self.runs = []

    def __call__(self):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        process = subprocess.Popen(
            self.command, env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **self.environment},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit(f"{self.label}: exit status {status}: {' '.join(self.command)}")
        self.runs.append((time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))

    def median(self, figure):
        return statistics.median(run[figure] for run in self.runs)


def compare(title, count, *runs):
    """Alternates the runs; every ratio is to the first."""
    for _ in range(count):
        for run in runs:
            run()
    print(f"\n{title}\n")
    print(f"| | seconds | processor | memory | × {runs[0].label} |\n|---|---|---|---|---|")
    for run in runs:
        seconds, processor, memory = (run.median(figure) for figure in range(3))
        print(f"| {run.label} | {seconds:.3f} | {processor:.3f} | {memory:.0f} MB | {seconds / runs[0].median(0):.2f} |", flush=True)


def dense(units, inputs, initializer="glorot_uniform"):
    return json.dumps({"input_shape": [inputs], "layers": [
        {"class_name": "Dense", "units": size, "kernel_initializer": initializer} for size in units]})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("parts", nargs="*")
    options = parser.parse_args()
    wanted = options.parts or ["start", "init", "streams", "bulk", "inspect"]
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        for part in wanted:
            globals()[f"bench_{part}"](pathlib.Path(folder), options)


def bench_start(folder, options):
    (folder / "small.json").write_text(dense([8], 4))
    compare("Start-up", options.runs * 3, Run("wtool --version", [WTOOL, "--version"]),
            Run("wtool init, small", [WTOOL, "init", folder / "small.json", "-o", folder / "s.h5", "--force", "-q"]),
            Run("python -c pass", [sys.executable, "-c", "pass"]))


def bench_init(folder, options):
    arch = ROOT / "fixtures/architectures/keras3/resnet50.json"
    runs = [Run("wtool", [WTOOL, "init", arch, "-o", folder / "r.weights.h5", "--seed", 1, "--force", "-q"])]
    runs += [Run(f"Keras, {backend}", [sys.executable, "-c", KERAS, arch, folder / "k.weights.h5"], KERAS_BACKEND=backend)
             for backend in BACKENDS]
    compare("ResNet50, 25.6 M parameters", options.runs, *runs)


def bench_streams(folder, options):
    rows, columns = 8192, 8192
    print("\nStreams, GB of float32 for each second of one processor\n\n| | distribution | wtool | the backend | ratio |\n|---|---|---|---|---|")
    for backend in BACKENDS:
        for name in ["GlorotUniform", "RandomNormal", "HeNormal"]:
            (folder / "d.json").write_text(dense([columns], rows, name))
            ours = Run("wtool", [WTOOL, "init", folder / "d.json", "-o", folder / "d.h5", "--force", "-q", "--seed", 1, "--backend", backend, "--threads", 1])
            theirs = []
            for _ in range(options.runs):
                ours()
                theirs.append(float(subprocess.run(
                    [sys.executable, "-c", DRAW, name, str(rows), str(columns)], check=True, capture_output=True,
                    env={**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}).stdout.split()[-1]))
            size = 4 * rows * columns / 1e9
            print(f"| {backend} | {name} | {size / ours.median(1):.2f} | {size / statistics.median(theirs):.2f} "
                  f"| {statistics.median(theirs) / ours.median(1):.1f} |", flush=True)


def bench_bulk(folder, options):
    arch = folder / "g.json"
    arch.write_text(dense([16384] * 4, 16384))
    size = 4 * (16384 + 1) * 16384 * 4
    runs = [Run(f"wtool, {backend}", [WTOOL, "init", arch, "-o", folder / "g.weights.h5", "--seed", 1, "--force", "-q", "--backend", backend])
            for backend in BACKENDS]
    runs.insert(0, Run("zeros", ["dd", "if=/dev/zero", f"of={folder / 'zeros'}", "bs=1M", f"count={size >> 20}", "conv=fsync", "status=none"]))
    if options.large:
        js = folder / "k.json"
        subprocess.run([sys.executable, "-c", "import sys, keras; print(keras.Sequential([keras.Input((16384,))] + "
                        "[keras.layers.Dense(16384) for _ in range(4)]).to_json(), file=open(sys.argv[1], 'w'))", js],
                       check=True, env={**os.environ, "KERAS_BACKEND": "numpy"})
        runs += [Run(f"Keras, {backend}", [sys.executable, "-c", KERAS, js, folder / "k.weights.h5"], KERAS_BACKEND=backend) for backend in BACKENDS[:3]]
    compare("1.07 G parameters, 4.3 GB", options.runs, *runs)


def bench_inspect(folder, options):
    file = folder / "i.h5"
    subprocess.run([WTOOL, "init", ROOT / "fixtures/architectures/keras3/resnet50.json", "-o", file, "-q", "--seed", "1"], check=True)
    compare("inspect, 103 MB", options.runs, Run("wtool", [WTOOL, "inspect", file, "-q"]), Run("cat", ["sh", "-c", f"cat '{file}' > /dev/null"]),
            Run("md5sum", ["md5sum", file]), Run("h5py, moments", [sys.executable, "-c", MOMENTS, file]))


main()
