"""class NextServer of real releases: concurrent first calls, a first failure, order, binding."""

import pytest

from tests.certify.rewriting import HANDLER_RULE, SERVER, SERVER_RULE, SERVERS, behaviour

pytestmark = [pytest.mark.registry, pytest.mark.parametrize("version", SERVERS)]
METHODS = ("getServer", "getServerRequestHandler")


def memoized(version: str) -> tuple[str, ...]:
    """The methods that the rules rewrite in a release."""
    return behaviour(version, SERVER, "documented").changed


def test_twenty_first_calls_of_the_original_build_one_server(version: str) -> None:
    facts = behaviour(version, SERVER, "documented").original["concurrent"]
    assert [facts[method]["creations"] for method in METHODS] == [1, 1]


def test_twenty_first_calls_of_the_documented_rewrite_build_twenty_servers(version: str) -> None:
    facts = behaviour(version, SERVER, "documented").rewritten["concurrent"]
    assert facts["getServer"] == {"creations": 20, "loads": 20, "distinct": 20, "failures": 0}
    if "getServerRequestHandler" in memoized(version):
        assert facts["getServerRequestHandler"]["distinct"] == 20
    else:  # the handler's own slot, healthy from 13.4.10 on, lets one call through
        assert facts["getServerRequestHandler"]["creations"] == 1


def test_twenty_first_calls_of_the_single_flight_rewrite_build_one_server(version: str) -> None:
    facts = behaviour(version, SERVER, "single-flight").rewritten["concurrent"]
    for method in METHODS:
        assert facts[method] == {"creations": 1, "loads": 1, "distinct": 1, "failures": 0}


def test_a_first_failure_of_the_original_is_kept_for_ever(version: str) -> None:
    facts = behaviour(version, SERVER, "documented").original
    assert facts["configFails"]["getServer"] == {"failures": 20, "next": "first", "loads": 1, "creations": 0}
    assert facts["creationFails"]["getServer"]["next"] == "first"


def test_after_a_first_failure_the_documented_rewrite_fails_one_caller_and_goes_on(version: str) -> None:
    facts = behaviour(version, SERVER, "documented").rewritten
    for scenario in ("configFails", "creationFails"):
        assert facts[scenario]["getServer"]["failures"] == 1
        assert facts[scenario]["getServer"]["next"] == "resolved"


def test_after_a_first_failure_the_single_flight_rewrite_fails_all_callers_and_tries_again(
    version: str,
) -> None:
    facts = behaviour(version, SERVER, "single-flight").rewritten
    for method in memoized(version):
        assert facts["configFails"][method] == {
            "failures": 20,
            "next": "resolved",
            "loads": 2,
            "creations": 1,
        }
        assert facts["creationFails"][method]["failures"] == 20
        assert facts["creationFails"][method]["next"] == "resolved"


@pytest.mark.parametrize("style", ["documented", "single-flight"])
def test_sequential_calls_give_one_server_and_one_handler_bound_to_it(version: str, style: str) -> None:
    facts = behaviour(version, SERVER, style).rewritten["sequential"]
    assert facts["creations"] == 1
    assert facts["sameServer"]
    assert facts["sameHandler"]
    assert facts["bound"]
    assert facts["arguments"] == ["request", "response"]
    assert facts["field"]
    assert facts["prefixes"] == ["/prefix"]


@pytest.mark.parametrize("only", [HANDLER_RULE, SERVER_RULE])
@pytest.mark.parametrize("style", ["documented", "single-flight"])
def test_each_of_the_two_rules_is_good_without_the_other(version: str, style: str, only: str) -> None:
    if only == HANDLER_RULE and "getServerRequestHandler" not in memoized(version):
        only = SERVER_RULE  # next healed the handler in 13.4.10; the other rule stands alone there
    assert behaviour(version, SERVER, style, (only,)).failures == ()
