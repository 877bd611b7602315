"""`--scope` and `--package` of the commands that rewrite installed packages."""

from collections.abc import Sequence

from patcher.copies.request import Request


def scoped(request: Request, scopes: Sequence[str] | None, packages: Sequence[str] | None) -> Request:
    """`request` for what `--scope` and `--package` ask for; only then are dependencies looked at.

    Raises:
        NextfixError: USAGE for words that do not fit.
    """
    if not scopes and not packages:
        return request
    from patcher.check.dependency_findings import with_dependencies

    return with_dependencies(request, scopes, packages or ())
