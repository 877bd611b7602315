"""Whether what a slot keeps carries a request where the project runs. It never hides a finding."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from patcher.model import Applies
from patcher.npm.runtime import Context, Runtime, runtime_of
from patcher.npm.tracers import Tracer, find_tracers
from patcher.rule import Kept

_CARRIES: dict[Kept, dict[Context, bool | None]] = {
    "promise": {Context.FRAME_TIMERS: False, Context.FRAME: False, Context.UNMEASURED: False},
    "timer": {Context.FRAME_TIMERS: True, Context.FRAME: False, Context.UNMEASURED: None},
}
_WHEN: dict[Kept, str] = {
    "promise": "Node before 24 or --no-async-context-frame",
    "timer": "Node before 24.20 or --no-async-context-frame",
}
_Verdict = Literal["yes", "no", "some", "unknown"]


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a project runs: its Node and its tracers."""

    runtime: Runtime
    tracers: tuple[Tracer, ...]


def situation_of(project: Path, *, running: bool = True) -> Situation:
    """Read the situation of the project at `project`; `running` permits to ask `node --version`."""
    return Situation(runtime_of(project, running=running), find_tracers(project))


def applies(kept: Kept, situation: Situation) -> Applies:
    """Whether a kept promise, timer or request matters in `situation`, with the reason in a sentence."""
    if kept == "request":
        return Applies("yes", "It keeps the request itself, on every Node.")
    runtime, tracers = situation.runtime, situation.tracers
    own = next((tracer for tracer in tracers if tracer.own_storage), None)
    if own:
        return Applies(
            "yes", f"It matters here on every Node: {own} ties its store to every promise and timer itself."
        )
    verdict = _verdict(kept, runtime)
    sentence = _SENTENCES[verdict].format(kept=kept, runtime=runtime, when=_WHEN[kept])
    if verdict == "no":
        return Applies(verdict, sentence)
    if tracers:
        return Applies(verdict, f"{sentence} {', '.join(map(str, tracers))} keeps a store for each request.")
    return Applies(
        "unknown",
        f"{sentence} No tracer was found: it matters once something keeps a store in AsyncLocalStorage.",
    )


_SENTENCES: dict[str, str] = {
    "yes": "On {runtime} a {kept} carries the store of its request.",
    "no": "It does not matter on {runtime}, where a {kept} carries no store; it would on {when}.",
    "some": "On some releases of {runtime} a {kept} carries the store of its request: {when}.",
    "unknown": "On {runtime} it is not known whether a {kept} carries the store of its request; it does on {when}.",
}


def _verdict(kept: Kept, runtime: Runtime) -> _Verdict:
    carries = {_CARRIES[kept].get(context, True) for context in runtime.contexts}
    if not carries or carries == {None}:
        return "unknown"
    if carries == {True}:
        return "yes"
    return "no" if carries == {False} else "some"
