"""The words of the program as frozen records: findings, skipped files, verdicts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from patcher.errors import ExitCode

if TYPE_CHECKING:
    from patcher.retention.kinds import Kept


class Severity(StrEnum):
    """How much a finding matters; `check` fails on errors and warnings by default."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the most severe, so that findings sort by it."""
        return list(Severity).index(self)


class Verdict(StrEnum):
    """What is true of a copy, or of one file of it, under the rules."""

    AFFECTED = "affected"
    APPLIED = "applied"
    FIXED_UPSTREAM = "fixed-upstream"
    NOT_AFFECTED = "not-affected"
    DEAD_COPY = "dead-copy"
    MODIFIED = "modified"
    UNKNOWN_RELEASE = "unknown-release"


@dataclass(frozen=True, slots=True)
class PackageId:
    """A package and its release, as in its package.json."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Applies:
    """Whether a finding matters where the project runs, and the reason in a sentence.

    `some` is said when it does on a part of the Node releases that the project admits, `unknown` when the
    project says of no Node, or no tracer was found that would keep a store for each request.
    """

    verdict: Literal["yes", "no", "some", "unknown"]
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One site: a slot that keeps a promise or a timer handle past its request.

    `path` is relative to the working directory with forward slashes; `line` and `column` are 1-based and
    point at the store into the slot. `detail` is a longer explanation (why it keeps the request, on which
    Node it matters, what to do), for text and SARIF. `unfixed` is why `check --fix` left it as it is.
    `fix` says whether nextfix can rewrite it: `apply` for what a rule found, `apply --scope deps` for what the analysis
    found in a package, `check --fix` for one's own source.
    `growth` says how much is kept: "one for the process", "one a key" or "one a request". `doubt` is what could
    not be decided, in a sentence; empty when the finding is sure. `times` counts the places that hold the same code,
    this one among them: files, or `lines` of its function, which are empty when it is the only one. `keeps` is the
    kind of thing that the slot keeps, None where that is not known.
    """

    rule: str
    severity: Severity
    path: str
    line: int
    column: int
    end_line: int
    function: str
    slot: str
    message: str
    fix: Literal["available", "none"]
    package: PackageId | None = None
    detail: str = ""
    end_column: int = 0
    applies: Applies | None = None
    unfixed: str = ""
    keeps: "Kept | None" = None
    growth: str = ""
    doubt: str = ""
    times: int = 1
    lines: tuple[int, ...] = ()

    @property
    def fixed_by(self) -> str:
        """The command that rewrites a finding of the analysis in a package; empty for any other, and for none."""
        package = self.package
        if package is None or self.fix == "none" or self.rule.startswith(f"{package.name}/"):
            return ""
        return f"nextfix apply --scope deps --package {package.name}"

    @property
    def order(self) -> tuple[str, int, int, str]:
        """The order in which findings are reported: by file, then by place."""
        return (self.path, self.line, self.column, self.rule)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that was not looked at, and why: it is never reported as clean.

    `code` is the exit code of a run in which nothing worse happened.
    """

    path: str
    reason: str
    code: ExitCode = ExitCode.DEFECT

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"

    @property
    def record(self) -> dict[str, str]:
        """The path and the reason, as JSON reports have them."""
        return {"path": self.path, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class RuleState:
    """What one rule says of one file of a copy."""

    rule: str
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FileState:
    """One file of a copy that some rule names: its path inside the copy, and the verdict of each rule."""

    path: str
    verdict: Verdict
    rules: tuple[RuleState, ...]


@dataclass(frozen=True, slots=True)
class CopyState:
    """One installed package directory as the rules see it; `path` is relative to the working directory."""

    name: str
    version: str
    path: str
    layout: str
    verdict: Verdict
    files: tuple[FileState, ...]
    certified: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What is said of a rule wherever its findings are shown.

    `title` is one line, `why` says what the code keeps alive, `help` what to do about it; `references`
    are URLs.
    """

    id: str
    title: str
    why: str
    help: str
    severity: Severity
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What `check` found: findings in order, the copies looked at, and what was skipped.

    `scanned` counts the files read, `ignored` the findings that an inline comment silenced, `accepted`
    those that the baseline knows; `stale` has a line for each entry of the baseline that is not found
    any more. `excluded` counts files that were named and that the configuration leaves out, `unserved` files of
    dependencies that were not read because no server runs them, `fixed` the findings that this
    run has rewritten. `advice` says what to do beside the findings, such as upgrading Node; `affected` answers "am I
    affected here?" for the installed copies, as `status` does.
    """

    findings: tuple[Finding, ...]
    copies: tuple[CopyState, ...]
    skipped: tuple[Skipped, ...]
    scanned: int = 0
    ignored: int = 0
    accepted: int = 0
    excluded: int = 0
    unserved: int = 0
    stale: tuple[str, ...] = ()
    fixed: int = 0
    advice: tuple[str, ...] = ()
    affected: str = ""
