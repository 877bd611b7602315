"""Where every documented rule leaves all requests of the original app, the style `detached` leaves none."""

import shutil

import pytest

from patcher.prove.node import find_node
from patcher.prove.stage import Stage
from tests.detached.next_app import CASES, NODE, built, measured


@pytest.mark.registry
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="needs npm")
def test_without_prepare_and_with_a_module_as_configuration_none_of_forty_stays() -> None:
    case = CASES["13.0.7, next.config.mjs"]
    with Stage() as stage:
        node = find_node(stage, NODE)
        app = built(stage, case, "dd-trace", node)
        found = {
            phase: sum(measured(stage, case, app, node, phase=phase, prepare=False).retained.values())
            for phase in ("documented", "detached")
        }

    assert found == {"documented": 40, "detached": 0}
