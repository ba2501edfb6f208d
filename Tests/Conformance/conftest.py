import os
import pathlib
import subprocess
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import numpy
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

ROOT = pathlib.Path(__file__).resolve().parents[2]
WTOOL = os.environ.get("WTOOL_BINARY", str(ROOT / ".build" / "release" / "wtool"))


def import_keras():
    """The Keras under test: `WTOOL_KERAS` names the package, `KERAS_BACKEND` the backend of Keras 3."""
    if os.environ.get("WTOOL_KERAS") == "tf_keras":
        import tf_keras
        return tf_keras
    import keras
    return keras


def backend(K):
    """The backend of Keras 3; tf-keras has TensorFlow only."""
    return K.config.backend() if K.__name__ == "keras" else "tensorflow"


@pytest.fixture(scope="session")
def K():
    return import_keras()


@pytest.fixture
def wtool():
    """Runs the release binary; fails the test if the exit code is not the expected one."""
    def run(*arguments, code=0, stdin=None):
        if arguments[0] == "convert" and os.environ.get("WTOOL_KERAS") == "tf_keras":
            # What tf-keras is to load stays a model of tf-keras.
            arguments = [*arguments, "--no-upgrade"]
        result = subprocess.run([WTOOL, *map(str, arguments)], input=stdin, capture_output=True, timeout=600)
        assert result.returncode == code, (result.returncode, result.stderr.decode())
        return result
    return run


def values(variable):
    """A variable's values on the CPU, whatever the backend; bfloat16 as float32."""
    value = variable.numpy() if hasattr(variable, "numpy") else numpy.asarray(variable)
    return value.astype("float32") if value.dtype.name == "bfloat16" else value


def rounds_half_otherwise():
    """Whether JAX's float16 draws are rounded otherwise here than on most machines: XLA uses the processor's own half precision."""
    if os.environ.get("KERAS_BACKEND") != "jax":
        return False
    try:
        return "avx512_fp16" in pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        return False


def are_same_draws(ours, theirs):
    """Whether values are equal bit for bit; to within rounding where JAX computes in half precision."""
    if theirs.dtype == numpy.float16 and rounds_half_otherwise():
        return ours.dtype == theirs.dtype and numpy.allclose(ours, theirs, rtol=0, atol=2**-7 * max(abs(theirs).max(), 2**-14))
    return numpy.array_equal(ours, theirs)
