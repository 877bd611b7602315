"""A made-up result of one experiment, of the shape that a real one has."""

from patcher.prove.result import Cost, ExperimentResult, MeasuredSlot, Measurement, Round, Sample

PATH = (
    ("(GC roots)", "-> (Global handles)"),
    ("system / Context", "app"),
    ("NextCustomServer<with an unusually long name that a box cannot hold>", "server"),
    ("NextServer", "reqHandlerPromise"),
    ("Promise", "<symbol ddResourceStore>"),
    ("Object", "req"),
)
HANDLER = MeasuredSlot(
    "NextServer.reqHandlerPromise", "Promise", 20, 1_234_567, PATH, 3, "next/request-handler-promise"
)
DELAY = MeasuredSlot("LoadableSubscription._delay", "Timeout", 20, None, PATH, 3, None)


def samples(kept: int, sent: int = 20) -> tuple[Sample, ...]:
    """Requests that come, stay while the connection is open, and fall to `kept`."""
    loading = [
        Sample(0.2 * step, "load", 20_000_000 + step * 90_000, {"/p": sent * step // 4}) for step in range(5)
    ]
    idle = [Sample(1.0 + step, "open", 20_500_000, {"/p": max(sent, kept)}) for step in range(5)]
    return (
        *loading,
        *idle,
        Sample(6.5, "closed", 20_300_000, {"/p": kept}),
        Sample(8, "closed", 20_200_000, {"/p": kept}),
    )


def measurement(phase: str, page: str, kept: int, *slots: MeasuredSlot) -> Measurement:
    """One server of the example."""
    return Measurement(phase, {page: 20}, {page: kept}, 20_000_000 + kept * 30_000, slots, samples(kept))


def rounds(*per_second: float) -> tuple[Round, ...]:
    """Rounds at these rates, on one processor."""
    return tuple(Round(rate, 1000 / rate) for rate in per_second)


def example() -> ExperimentResult:
    """All kept before, `/dynamic` with the server rules, none with all."""
    pages = ("/demo", "/demo2", "/direct", "/dynamic")
    return ExperimentResult(
        command="nextfix prove --next 13.0.7 --tracer dd-trace@3.9.3",
        subject={
            "next": "13.0.7",
            "tracer": "dd-trace@3.9.3",
            "node": "20.20.2",
            "packages": {"next": "13.0.7", "react": "18.2.0"},
            "style": "documented",
            "prepare": True,
            "traffic": "keep-alive",
            "together": False,
            "requests": 20,
        },
        phases={"original": None, "server rules": ["next/request-handler-promise"], "all rules": []},
        measurements=(
            *(measurement("original", page, 20, HANDLER) for page in pages),
            *(measurement("server rules", page, 20 if page == "/dynamic" else 0,
                          *([DELAY] if page == "/dynamic" else [])) for page in pages),
            *(measurement("all rules", page, 0) for page in pages),
        ),
        cost=(
            Cost("original", 20, False, (1, 1), rounds(600.0, 640.0, 610.0)),
            Cost("documented", 20, False, (18, 20), rounds(606.0, 608.0, 671.0)),
            Cost("single-flight", 20, False, (1, 1), rounds(600.0, 655.0, 610.0)),
        ),
        seconds=71.5,
    )  # fmt: skip
