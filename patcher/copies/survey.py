"""Planning every copy of a project: the plans, and what stood in the way, each thing with its exit code."""

from dataclasses import dataclass, field

from patcher.copies.chosen_copies import copies_of
from patcher.copies.plan import CopyPlan
from patcher.copies.planner import plan_copy
from patcher.copies.request import Request
from patcher.errors import NextfixError
from patcher.text.paths import shown


@dataclass(slots=True)
class Survey:
    """The plans of a project.

    Attributes:
        plans: of each copy that could be planned, refused ones too.
        problems: what could not be found, read or planned.
        missing: where copies were to be expected and are not; only when there is nothing else.
    """

    plans: list[CopyPlan] = field(default_factory=list)
    problems: list[NextfixError] = field(default_factory=list)
    missing: list[NextfixError] = field(default_factory=list)

    @property
    def refusals(self) -> list[NextfixError]:
        """The problems, and the copies that are refused."""
        return [*self.problems, *(plan.refusal for plan in self.plans if plan.refusal is not None)]


def plan_all(request: Request) -> Survey:
    """Plan every copy under the root; one that cannot be planned is a problem and ends nothing.

    Raises:
        NextfixError: NOTHING when there is no project at the root.
    """
    copies = copies_of(request)
    survey = Survey(problems=list(copies.problems), missing=copies.missing)
    for copy in copies.found:
        try:
            survey.plans.append(plan_copy(copy, request))
        except NextfixError as error:
            survey.problems.append(about_copy(error, shown(copy.folder)))
    return survey


def about_copy(error: NextfixError, place: str) -> NextfixError:
    """`error` with the copy as its path when it names none of its own."""
    if error.path is not None:
        return error
    return NextfixError(error.code, error.reason, path=place, hint=error.hint)
