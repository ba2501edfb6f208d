"""How often `wtool inspect` finds faults that are planted into fresh kernels, by fault and shape.

    python Tests/Conformance/detection.py [--copies N]

Each cell is the share of N kernels, of each of three families of initializers, in which the rule speaks that the fault is
for, whatever its severity. Not part of the test run, which asks for the certain ones only.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile

import numpy

from conftest import WTOOL, import_keras

random = numpy.random.default_rng(0)
SHAPES = {"8×8": (8, 8), "3×3×1×8": (3, 3, 1, 8), "32×4": (32, 4), "128×1": (128, 1), "3×3×16×16": (3, 3, 16, 16), "128×128": (128, 128), "784×32": (784, 32)}
FAMILIES = ["glorot_uniform", "he_normal", "random_normal"]


def columns(function):
    """Changes the kernel as a matrix of units; `None` where there is one unit only."""
    def change(kernel):
        if kernel.shape[-1] < 2:
            return None
        matrix = kernel.reshape(-1, kernel.shape[-1]).copy()
        return function(matrix).reshape(kernel.shape)
    return change


def twins(matrix):
    matrix[:, 1] = matrix[:, 0]
    return matrix


def noisy_twins(matrix):
    matrix[:, 1] = matrix[:, 0] * (1 + 0.01 * random.standard_normal(len(matrix)))
    return matrix


def loud(matrix):
    matrix[:, 0] *= 3
    return matrix


def low_rank(rank):
    def function(matrix):
        product = random.standard_normal((matrix.shape[0], rank)) @ random.standard_normal((rank, matrix.shape[1]))
        return (product * matrix.std() / product.std()).astype("float32")
    return columns(function)


def one(value):
    def function(kernel):
        kernel = kernel.copy()
        kernel.flat[kernel.size // 2] = value
        return kernel
    return function


def rounded(kernel):
    step = abs(kernel).max() / 127
    return (numpy.round(kernel / step) * step).astype("float32")


FAULTS = {
    **{f"std ×{factor:.4g}": ((lambda kernel, factor=factor: kernel * factor), {"DEC001"}) for factor in [2, 1 / 2, 10, 0.01, 1.5, 1 / 1.5, 2 ** 0.5, 1.25]},
    "zeros": (numpy.zeros_like, {"SYM001"}),
    "constant": (lambda kernel: numpy.full_like(kernel, 0.05), {"SYM002", "SYM009"}),
    "NaN": (one(numpy.nan), {"NUM001"}),
    "infinity": (one(numpy.inf), {"NUM002"}),
    "abs(w)": (abs, {"DST002", "DEC004"}),
    "ternary": (lambda kernel: (numpy.sign(kernel) * (abs(kernel) > kernel.std() / 2) * kernel.std()).astype("float32"), {"DST003"}),
    "mean +0.5σ": (lambda kernel: kernel + kernel.std() / 2, {"DEC004"}),
    "two equal units": (columns(twins), {"SYM003"}),
    "all units equal": (columns(lambda matrix: numpy.tile(matrix[:, :1], (1, matrix.shape[1]))), {"SYM003", "SYM009"}),
    "equal but for 1 %": (columns(noisy_twins), {"SYM004"}),
    "one unit ×3": (columns(loud), {"SCL003"}),
    "rank 1": (low_rank(1), {"SYM004", "SYM005"}),
    "rank 2": (low_rank(2), {"SYM005"}),
    "another family": (lambda kernel: (random.standard_normal(kernel.shape) * kernel.std()).astype("float32"), {"DST001", "DEC002"}),
    "rounded to int8": (rounded, {"DST003"}),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--copies", type=int, default=100)
    copies = parser.parse_args().copies
    K = import_keras()
    L = K.layers
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "m.h5"
        for shape, sizes in SHAPES.items():
            for family in FAMILIES:
                K.utils.clear_session()
                K.utils.set_random_seed(5)
                inputs = K.Input(sizes[:1] if len(sizes) == 2 else (8, 8, sizes[2]))
                make = (lambda: L.Dense(sizes[-1], kernel_initializer=family)) if len(sizes) == 2 else (lambda: L.Conv2D(sizes[-1], 3, kernel_initializer=family))
                layers = [make() for _ in range(copies)]
                model = K.Model(inputs, [layer(inputs) for layer in layers])
                fresh = [layer.get_weights() for layer in layers]
                for fault, (change, rules) in FAULTS.items():
                    # What is normal already is no other family.
                    if fault == "another family" and family == "random_normal":
                        continue
                    changed = [change(kernel) for kernel, _ in fresh]
                    if changed[0] is None:
                        continue
                    for layer, kernel, (_, bias) in zip(layers, changed, fresh):
                        layer.set_weights([kernel, bias])
                    model.save(path)
                    result = subprocess.run([WTOOL, "inspect", path, "-f", "json", "--fail-on", "never", "--assume", "fresh"], capture_output=True)
                    findings = json.loads(result.stdout)["files"][0]["findings"]
                    hit = {place["layer"] for f in findings if rules & {f["rule"], *f["folded"]} for place in [f, *f["also"]]}
                    found.setdefault((fault, shape), []).append(100 * len(hit) / copies)
    print("| fault | " + " | ".join(SHAPES) + " |\n|" + "---|" * (len(SHAPES) + 1))
    for fault in FAULTS:
        cells = [found.get((fault, shape)) for shape in SHAPES]
        print(f"| {fault} | " + " | ".join("–" if cell is None else f"{numpy.mean(cell):.0f}" for cell in cells) + " |")


if __name__ == "__main__":
    main()
