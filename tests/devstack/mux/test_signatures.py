import json
from pathlib import Path

import pytest

from devstack.emulation.signatures import sign

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "mux_signatures.json").read_text())


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["body"] for vector in VECTORS])
def test_signatures_match_the_test_vectors_of_the_mux_sdk(vector):
    header = sign(vector["secret"], vector["body"].encode(), at=vector["t"])

    assert header == f"t={vector['t']},v1={vector['v1']}"
