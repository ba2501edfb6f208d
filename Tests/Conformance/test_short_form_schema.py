"""The published schema accepts the examples and refuses what the reader refuses."""
import copy
import json

import jsonschema
import pytest

from conftest import ROOT

SCHEMA = json.loads((ROOT / "fixtures/schema/short-form.schema.json").read_text())
EXAMPLES = sorted((ROOT / "fixtures/architectures/short").glob("*.json"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples(path, wtool):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(json.loads(path.read_text()), SCHEMA)
    wtool("plan", path)


WRONG = [
    lambda d: d.update(layers=3), lambda d: d.pop("layers"), lambda d: d.update(input_shap=[3]),
    lambda d: d["layers"][0].update(units=-1), lambda d: d["layers"][0].update(class_name="Dens"),
    lambda d: d["layers"][0].update(kernel_initializer=3), lambda d: d["layers"][1].update(rate=2),
    lambda d: d["layers"][0].pop("class_name"), lambda d: d.update(input_shape="784"),
]


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_what_is_refused(number, wtool):
    document = copy.deepcopy(json.loads(EXAMPLES[-2].read_text()))
    assert EXAMPLES[-2].stem == "mlp"
    WRONG[number](document)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)
    wtool("plan", "-", stdin=json.dumps(document).encode(), code=3)
