"""What one experiment is: the releases, the tracer, the traffic; and what each release of next needs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from patcher.errors import ExitCode, NextfixError
from patcher.prove.asks import FURTHER

PAGES = ("/demo", "/demo2", "/direct", "/dynamic")
APP_ROUTER_PAGES = ("/rsc", "/cached", "/handler")
FIRST_NEXT_WITH_APP_ROUTER = (14, 0, 0)  # the first whose custom server runs it in its own process
FURTHER_STATES = ("detached", "deps")
SERVER_RULES = ("next/request-handler-promise", "next/server-promise", "next/base-server-prepare")
LAST_WITHOUT_OPENSSL_3 = 16
FIRST_NEXT_WITH_OWN_HASH = (12, 0, 0)


@dataclass(frozen=True)
class Era:
    """What goes with the releases of next from `first` on, until the next era.

    Args:
        first: the first release of next.
        react: the release of react and react-dom that it is installed with.
        dd_trace: the release of dd-trace of that time.
        oldest_node: the oldest major of Node.js that next's own `engines` field allows, at least 16.
    """

    first: tuple[int, int, int]
    react: str
    dd_trace: str
    oldest_node: int = 16


ERAS = (
    Era((9, 0, 0), "16.14.0", "0.33.1"),
    Era((10, 0, 0), "17.0.2", "0.33.1"),
    Era((12, 0, 0), "17.0.2", "2.16.0"),
    Era((12, 2, 0), "18.2.0", "3.3.0"),
    Era((13, 0, 0), "18.2.0", "3.9.3"),
    Era((13, 1, 0), "18.2.0", "3.13.2"),
    Era((13, 2, 0), "18.2.0", "3.15.0"),
    Era((13, 4, 0), "18.2.0", "4.6.0"),
    Era((13, 5, 0), "18.2.0", "4.17.0"),
    Era((14, 0, 0), "18.3.1", "5.20.0", 18),
    Era((15, 0, 0), "19.1.0", "5.132.0", 18),
    Era((16, 0, 0), "19.2.0", "6.21.0", 20),
)

TRACER_PACKAGES = {
    "als": {},
    "none": {},
    "opentelemetry": {
        "@opentelemetry/api": "1.9.0",
        "@opentelemetry/instrumentation": "0.57.2",
        "@opentelemetry/instrumentation-http": "0.57.2",
        "@opentelemetry/sdk-trace-node": "1.30.1",
    },
    "opentelemetry@2": {
        "@opentelemetry/api": "1.10.0",
        "@opentelemetry/instrumentation": "0.301.1",
        "@opentelemetry/instrumentation-http": "0.301.0",
        "@opentelemetry/sdk-trace-node": "2.12.1",
    },
    "sentry@11": {"@sentry/node": "11.12.0"},
}


@dataclass(frozen=True)
class Traffic:
    """How the requests arrive.

    Args:
        keep_alive: requests share connections; else each has its own, closed after the answer.
        connections: how many are open at once, each with its own sequence of requests.
    """

    keep_alive: bool
    connections: int


TRAFFIC = {
    "keep-alive": Traffic(True, 1),
    "one-shot": Traffic(False, 1),
    "keep-alive-concurrent": Traffic(True, 10),
    "one-shot-concurrent": Traffic(False, 10),
}


@dataclass(frozen=True)
class Spec:
    """One experiment on the app that nextfix makes.

    Args:
        next: the release of next, exact.
        tracer: `dd-trace@VERSION` or a key of TRACER_PACKAGES.
        node: the major or exact release of Node.js; empty for the `node` on the PATH.
        style: the style that `nextfix apply` writes.
        requests: requests to each page.
        prepare: whether the server awaits `app.prepare()` before it listens.
        traffic: a key of TRAFFIC.
        together: all pages on one server over the same connections, instead of a server for each page.
        quick: only the original and all rules are measured.
        cost: what the rewrite costs is measured instead of what it frees.
        app_router: pages and a route handler of the app router are asked for as well.
        everything: as app_router, and what else Next.js serves: server actions, middleware, images, pages that are made
            anew, streams, errors, and clients that leave.
        growth: whether to ask three times as often in the end, and see which keeper keeps more.
        also: further states of the packages to measure, of FURTHER_STATES.
    """

    next: str = "13.0.7"
    tracer: str = ""
    node: str = ""
    style: str = "documented"
    requests: int = 20
    prepare: bool = True
    traffic: str = "keep-alive"
    together: bool = False
    quick: bool = False
    cost: bool = False
    app_router: bool = False
    everything: bool = False
    growth: bool = True
    also: tuple[str, ...] = ()

    @property
    def pages(self) -> tuple[str, ...]:
        """What is asked for."""
        further = APP_ROUTER_PAGES if self.app_router else ()
        return (*PAGES, *further, *(FURTHER if self.everything else ()))

    @property
    def command(self) -> str:
        """The command line that repeats this experiment."""
        words = ["nextfix prove cost" if self.cost else "nextfix prove"]
        words += [f"--next {self.next}", f"--tracer {self.tracer}"]
        words += [f"--node {self.node}"] if self.node else []
        words += [f"--style {self.style}"] if self.style != "documented" else []
        words += [f"--requests {self.requests}"] if self.requests != 20 else []
        words += ["--no-prepare"] if not self.prepare else []
        words += [f"--traffic {self.traffic}"] if self.traffic != "keep-alive" else []
        words += ["--together"] if self.together else []
        words += ["--quick"] if self.quick else []
        words += ["--app-router"] if self.app_router and not self.everything else []
        words += ["--everything"] if self.everything else []
        words += [f"--also {state}" for state in self.also]
        words += ["--no-growth"] if not self.growth else []
        return " ".join(words)


def completed(spec: Spec) -> Spec:
    """`spec` with its tracer named in full; `dd-trace` and nothing mean the one of next's time.

    Raises:
        NextfixError: USAGE for a release of next or of Node.js that is not one, or a tracer, a traffic or a further
            state that does not exist.
    """
    era = era_of(spec.next)
    if spec.traffic not in TRAFFIC:
        raise NextfixError(
            ExitCode.USAGE, f"no traffic {spec.traffic!r}", hint=f"choose from {', '.join(TRAFFIC)}"
        )
    check_further(spec.also)
    check_node(spec.node)
    spec = replace(spec, app_router=spec.app_router or spec.everything)
    if spec.app_router and parsed(spec.next) < FIRST_NEXT_WITH_APP_ROUTER:
        option = "--everything" if spec.everything else "--app-router"
        raise NextfixError(ExitCode.USAGE, f"{option} needs next 14 or later, not {spec.next}")
    if spec.tracer in {"", "dd-trace"}:
        return replace(spec, tracer=f"dd-trace@{era.dd_trace}")
    if spec.tracer in TRACER_PACKAGES or re.fullmatch(r"dd-trace@\d[\w.-]*", spec.tracer):
        return spec
    raise NextfixError(
        ExitCode.USAGE,
        f"no tracer {spec.tracer!r}",
        hint=f"choose from dd-trace@VERSION, {', '.join(TRACER_PACKAGES)}",
    )


def check_further(states: Sequence[str]) -> None:
    """Refuse a further state of the packages that does not exist.

    Raises:
        NextfixError: USAGE for it.
    """
    for state in states:
        if state not in FURTHER_STATES:
            raise NextfixError(
                ExitCode.USAGE, f"no state {state!r}", hint=f"choose from {', '.join(FURTHER_STATES)}"
            )


def check_node(release: str) -> None:
    """Refuse what is not a major or an exact release of Node.js; the empty one is the PATH's.

    Raises:
        NextfixError: USAGE for it.
    """
    if release and re.fullmatch(r"\d+(\.\d+){0,2}", release) is None:
        raise NextfixError(
            ExitCode.USAGE,
            f"{release!r} is not a release of Node.js",
            hint="write its major or all of it: 22 or 22.23.3",
        )


def parsed(version: str) -> tuple[int, int, int]:
    """The three numbers of `X.Y.Z` or `X.Y.Z-canary.N`.

    Raises:
        NextfixError: USAGE when `version` is not exact.
    """
    found = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)(-[\w.]+)?", version)
    if not found:
        raise NextfixError(
            ExitCode.USAGE, f"{version!r} is not an exact release", hint="write it out, such as 13.0.7"
        )
    return int(found[1]), int(found[2]), int(found[3])


def era_of(next_version: str) -> Era:
    """The era that the release `next_version` belongs to.

    Raises:
        NextfixError: USAGE for a release before the first era, or one that is not exact.
    """
    number = parsed(next_version)
    eras = [era for era in ERAS if era.first <= number]
    if not eras:
        raise NextfixError(ExitCode.USAGE, f"next {next_version} is too old", hint="from 9.0.0 on")
    return eras[-1]


def dependencies(spec: Spec) -> dict[str, str]:
    """The packages of the app: name -> exact release."""
    react = era_of(spec.next).react
    packages = {"next": spec.next, "react": react, "react-dom": react}
    if spec.tracer.startswith("dd-trace@"):
        return packages | {"dd-trace": spec.tracer.partition("@")[2]}
    return packages | TRACER_PACKAGES[spec.tracer]


def node_options(next_version: str, node_major: int) -> str:
    """The NODE_OPTIONS that a build of `next_version` needs: webpack 4 and early 5 hash with MD4.

    OpenSSL 3, in Node.js from 17 on, has it only as a legacy algorithm.
    """
    legacy = parsed(next_version) < FIRST_NEXT_WITH_OWN_HASH and node_major > LAST_WITHOUT_OPENSSL_3
    return "--openssl-legacy-provider" if legacy else ""
