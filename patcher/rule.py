"""What a rule is: data that says which code of which releases keeps a request, and what to write instead."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from patcher.framework import Framework
from patcher.model import Severity
from patcher.retention.kinds import Growth, Kept

STYLES = ("documented", "single-flight")
# Written by no template: what the slots of a rule keep is made in the root (see patcher.detached).
DETACHED = "detached"


@dataclass(frozen=True, slots=True)
class Package:
    """The npm package of a folder of rules; `rules/NAME/__init__.py` holds one as PACKAGE.

    Attributes:
        name: the name on npm, which is also the folder's: `next`, `@smithy/node-http-handler`.
        prereleases: a regular expression for the prereleases that a complete ledger holds beside the stable
            releases, the newest of each minor line; empty for none.
        prereleases_since: the release from which on it holds them.
        ledger_line: which releases share a file of the ledger, those of one `major` or of one `minor` line.
        rebuild: how an app gets a rewrite of a file that its build copies; shown after `apply`, by `check` and
            by `explain` for rules with `rebuild=True`.
        rebuild_because: why that is needed, for `explain`.
        unserved: a regular expression for the paths inside the package whose code runs in no request.
        development: a regular expression for the paths inside the package that only a development server runs;
            `export` leaves these files as they are.
        serves: whether the package is the server, so that `init` puts a check before its build and start.
        instrumented: the release from which on the server runs the `register` of the app's `instrumentation`
            file before its first request; empty when it has no such file.
        framework: what in a project is this package's, where it is a framework.
    """

    name: str
    prereleases: str = ""
    prereleases_since: str = "0.0.0"
    ledger_line: Literal["major", "minor"] = "major"
    rebuild: str = ""
    rebuild_because: str = ""
    unserved: str = ""
    development: str = ""
    serves: bool = False
    instrumented: str = ""
    framework: Framework | None = None


@dataclass(frozen=True, slots=True)
class HeldSlot:
    """How a slot that a rule rewrites looks in a heap.

    Attributes:
        owner: the class that owns it, or the file whose variable it is: `(sandbox/context.js)`; empty for any.
        paths: the property paths from the owner to the kept thing; empty for any.
        properties: properties that identify the owner where bundlers rename its class.
    """

    owner: str = ""
    paths: tuple[str, ...] = ()
    properties: frozenset[str] = frozenset()

    def matches(self, owner: str, path: str, properties: Callable[[], Collection[str]]) -> bool:
        """Whether it is the slot `path` of such an owner; `properties` is called only if they matter."""
        if (self.paths and path not in self.paths) or (self.owner and owner != self.owner):
            return False
        return not self.properties or self.properties <= set(properties())


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One semantic patch of a rule.

    Attributes:
        find: the code that keeps the request, JavaScript with metavariables (see rules/README.md).
        write: what stands there instead: one template for all styles, or one a style.
        inside: the head of the function, method or class to look in; empty for the whole file.
        slot: the slot that this code fills, in the pattern's own words (`this.$SLOT`); empty for a rewrite that
            only keeps the callers of others working.
        keeps: the kind of thing that the slot keeps (see patcher.retention.kinds).
        healthy: the same place as releases without the defect write it.
        versions: releases of the package that have this place; within those of the rule.
        harmless: releases that have the same code where nothing outlives the request; `certify` takes any
            other match outside of `versions` for a release that the rule misses.
        times: how often the place occurs in a file that has it.
    """

    find: str
    write: Mapping[str, str] | str
    inside: str = ""
    slot: str = ""
    keeps: Kept = "promise"
    healthy: tuple[str, ...] = ()
    versions: str = "*"
    harmless: str = ""
    times: int = 1

    def template(self, style: str) -> str:
        """What this rewrite writes in `style`."""
        return self.write if isinstance(self.write, str) else self.write[style]


@dataclass(frozen=True, slots=True)
class Rule:
    """One known defect of one package.

    Attributes:
        id: `package/name`, as findings and `--rule` name it.
        title: the defect in half a line.
        why: what is kept, by whom and for how long.
        package: the npm package.
        versions: the npm range of releases that have it (prereleases count as releases before their own).
        files: the files that Node runs, relative to the package; those a release lacks are passed over.
        rewrites: what to find and what to write.
        harness: the file beside the rule that drives the code before and after (`harness/server.cjs`).
        held: how the slots look in a heap, so that `nextfix heap` names the rule.
        after_apply: what to do after `apply`, by style; `*` for every style.
        detached_frees: what style `detached` frees in addition to the others, by the name of a file beside package.json
            that a project has it by.
        dead: further copies of the code that no server runs: reported, never rewritten.
        fixed_upstream: the first release without the defect, when there is one.
        severity: how much it matters, by range of releases; the first range that holds the release counts.
        part: the part of its framework that an application needs so that a server runs the code, by its name in
            patcher.catalogue.frameworks; empty for one that every application has.
        rebuild: whether an app's build copies the code, so that a rewrite takes effect at the next build.
        program: a program of about ten lines that shows the defect, for `explain --upstream`.
        references: where the defect is described.
    """

    id: str
    title: str
    why: str
    package: str
    versions: str
    files: tuple[str, ...]
    rewrites: tuple[Rewrite, ...]
    harness: str = ""
    held: tuple[HeldSlot, ...] = ()
    after_apply: Mapping[str, str] = field(default_factory=dict)
    detached_frees: Mapping[str, str] = field(default_factory=dict)
    dead: tuple[str, ...] = ()
    fixed_upstream: str = ""
    severity: tuple[tuple[str, Severity], ...] = field(default=(("*", Severity.ERROR),))
    part: str = ""
    rebuild: bool = False
    program: str = ""
    references: tuple[str, ...] = ()

    def covers(self, version: str) -> bool:
        """Whether the release `version` of the package has the defect."""
        from patcher.semver import in_range  # a second apply reads styles from here and no ranges

        return in_range(version, self.versions)

    def severity_in(self, version: str) -> Severity:
        """How much the rule matters in the release `version`."""
        from patcher.semver import in_range

        found = (severity for versions, severity in self.severity if in_range(version, versions))
        return next(found, Severity.NOTE)

    def advice(self, style: str) -> str:
        """What to do after `apply` wrote the rule in `style`, or the empty string."""
        return self.after_apply.get(style, self.after_apply.get("*", ""))


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of slot that keeps a request, as data that `check` reports by and `explain` prints.

    Args:
        id: what findings are called by, e.g. `kept-promise-field`.
        severity: how much a finding of it matters unless the place says otherwise.
        keeps: the kind of thing that the slot keeps (see patcher.retention.kinds).
        growth: how many requests are kept in time.
        title: one line; `{slot}` and `{function}` stand for those of the finding.
        why: what keeps the request, and for how long.
        fix: what to write instead, in words.
        retains: JavaScript that keeps the request. It defines `handle(load)`, called once inside a request.
        frees: the same made healthy.
        rewrites: the shapes that `check --fix` rewrites; none for a family that people have to fix.
        ends_with_owner: whether what is kept goes with the object that has the slot, so that only an object that
            lasts as long as the process counts.
        each_call: whether each call of its function keeps something more: a job that calls it keeps no request.
        outlasts_use: whether its slot is made to last more often than not, whoever makes the object that has it.
        seldom_in_packages: whether its findings in packages that nobody had looked at kept a request in too few cases
            to be printed unasked, or were too few to tell: there they are shown to those who ask for all.
        asks_in_packages: what is in doubt about each finding of it in a package, where fewer than four of five are
            right: what a package waits for, opens and starts, its user mostly decides.
        asks_in_applications: the same of each finding in one's own source, where fewer than four of five were right in
            applications that nobody had looked at; the severity of such a family is a note.
        made_in_root: whether the analysis asks of its stores if what they keep is made in the root, so that a plan of
            style detached which sees to that needs no second look at the whole file.
    """

    id: str
    severity: Severity
    title: str
    why: str
    fix: str
    retains: str
    frees: str
    keeps: Kept
    growth: Growth
    rewrites: tuple[Rewrite, ...] = ()
    ends_with_owner: bool = False
    each_call: bool = False
    outlasts_use: bool = False
    seldom_in_packages: bool = False
    asks_in_packages: str = ""
    asks_in_applications: str = ""
    made_in_root: bool = False

    def message(self, slot: str, function: str) -> str:
        """What a finding of this family says, for its slot and the function that stores into it."""
        return self.title.format(slot=slot, function=function or "<anonymous>")

    def advice(self, *, own: bool) -> str:
        """Why it matters and what to do; `own` says that the finding is in one's own source, which can be rewritten."""
        safe = " `nextfix check --fix --dry-run` shows the rewrite where a safe one exists."
        return f"{self.why}\n{self.fix}{safe if own and self.rewrites else ''}"
