"""What the facts must be: everything as the original, except what a rewrite is there to change.

Two things change. Nothing is kept any more, and a failure that the original keeps for ever may be tried
again. `documented` moreover lets every concurrent first caller build its own server; `single-flight` does not.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Facts = Mapping[str, Any]

CONCURRENT = 20  # first calls at once, in every harness
_SERVER, _HANDLER = "getServer", "getServerRequestHandler"
_NOTHING = {"promises": 0, "timers": 0, "store": False, "held": True}

# The facts after a first failure with 20 callers, where concurrent callers share one attempt.
_SHARED_FAILURE: dict[str, dict[str, Any]] = {
    "base_server": {"failures": CONCURRENT, "next": "resolved", "preparations": 2},
    "sandbox": {"failures": CONCURRENT, "next": "resolved", "creations": 2},
    "disk_lru": {"failures": CONCURRENT, "next": "resolved", "reads": 2},
}


def failures_of(
    harness: str, style: str, changed: tuple[str, ...], original: Facts, rewritten: Facts
) -> tuple[str, ...]:
    """A sentence for each fact of the rewritten file that is not as it must be.

    Args:
        harness: the harness that gave the facts.
        style: the style of the rewrite.
        changed: the functions whose code differs between the two files.
        original: the facts of the original file.
        rewritten: those of the rewritten one.
    """
    if not changed:
        return ("the rewrite changes nothing that the behaviour test drives",)
    expected = _expected(harness, style, changed, original)
    return tuple(_differences("", expected, rewritten))


def _expected(harness: str, style: str, changed: tuple[str, ...], original: Facts) -> dict[str, Any]:
    expected = dict(original)
    expected["kept"] = {
        name: _NOTHING if name in changed or "source" in changed else kept
        for name, kept in original["kept"].items()
    }
    if harness in _SHARED_FAILURE:
        expected["fails"] = _SHARED_FAILURE[harness]
    elif harness == "server":
        expected.update(_server(style, changed, original))
    return expected


def _server(style: str, changed: tuple[str, ...], original: Facts) -> dict[str, Any]:
    """Facts of class NextServer that depend on which of its two methods are rewritten, and how."""
    concurrent, config, creation = (
        dict(original[key]) for key in ("concurrent", "configFails", "creationFails")
    )
    for method in changed:
        if style == "single-flight":
            concurrent[method] = {"creations": 1, "loads": 1, "distinct": 1, "failures": 0}
        else:
            builds = CONCURRENT if _SERVER in changed else 1
            concurrent[method] = {
                "creations": builds,
                "loads": builds,
                "distinct": CONCURRENT,
                "failures": 0,
            }
        if _SERVER not in changed:
            continue  # the promise of getServer stays rejected, as in the original
        if style == "single-flight":
            config[method] = {"failures": CONCURRENT, "next": "resolved", "loads": 2, "creations": 1}
            creation[method] = {"failures": CONCURRENT, "next": "resolved", "loads": 2, "creations": 2}
        else:
            config[method] = {"failures": 1, "next": "resolved", "creations": CONCURRENT - 1}
            creation[method] = {"failures": 1, "next": "resolved", "creations": CONCURRENT}
    return {"concurrent": concurrent, "configFails": config, "creationFails": creation}


def _differences(path: str, expected: Any, found: Any) -> Iterator[str]:
    """Where `found` lacks or contradicts something of `expected`; what it has besides does not matter."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key, value in expected.items():
            yield from _differences(f"{path}.{key}" if path else key, value, found.get(key))
    elif expected != found:
        yield f"{path} is {_short(found)}, expected {_short(expected)}"


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 200 else f"{text[:200]}..."
