"""Every layer class of the real Keras, with at least five variations of its arguments, through `wtool init`."""
import logging
import warnings

import numpy
import pytest

import layer_cases
from conftest import import_keras, values
from test_roundtrip import SEED, describe, same_values

K = import_keras()
# Which layers there are does not depend on the backend; TensorFlow's, where values can be compared too, will do.
RUN = K.__name__ == "keras" and K.config.backend() == "tensorflow"
NAMES = sorted(set(layer_cases.layer_classes(K)) - layer_cases.NOT_READ_BY_KERAS) if RUN else []


def check(model, wtool, path):
    js = model.to_json()
    (path / "arch.json").write_text(js)
    wtool("init", path / "arch.json", "-o", path / "model.h5", "--seed", SEED, "-q", "--force")
    K.utils.set_random_seed(SEED)
    reference = K.models.model_from_json(js)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        loaded = K.models.load_model(path / "model.h5", compile=False)
        reference_values = [values(w) for w in reference.weights]
        reference.load_weights(path / "model.h5")
    assert not [str(w.message) for w in caught if "__array__" not in str(w.message)]
    assert [describe(K, w) for w in loaded.weights] == [describe(K, w) for w in reference.weights]
    for weight, ours, theirs, again in zip(reference.weights, loaded.weights, reference_values, reference.weights):
        if weight.name in {"real_kernel", "imag_kernel"}:
            # TensorFlow's own sine of a large angle is that far from the true one.
            numpy.testing.assert_allclose(values(ours), theirs, atol=2e-5)
        else:
            same_values(weight.path, values(ours), theirs)
        same_values(weight.path, values(ours), values(again))
    # A layer that is quantized, or was made by LoRA, has its variables in another order than they are created.
    assert model.count_params() == reference.count_params()
    return reference


if RUN:
    @pytest.mark.parametrize("name", NAMES)
    def test_layer(name, wtool, tmp_path, caplog):
        models = layer_cases.cases(K, name)
        assert len(models) >= 5
        with caplog.at_level(logging.WARNING):
            for make in models:
                check(make(), wtool, tmp_path)
        assert not [record.message for record in caplog.records]

    def test_no_class_is_forgotten():
        listed = set(layer_cases.variations(K)) | set(layer_cases.SPECIAL)
        # What is not listed takes no arguments to vary and maps images to images.
        assert len(set(layer_cases.layer_classes(K)) - listed) <= 12
        assert len(NAMES) > 120
