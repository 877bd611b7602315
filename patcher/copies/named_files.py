"""Which files of a copy nextfix may ever have written: a receipt that names another is not one of ours."""

from pathlib import PurePosixPath

from patcher.catalogue.ledger import certified_files
from patcher.catalogue.load import rules_of
from patcher.disk.receipt import Receipt, receipt_path
from patcher.errors import ExitCode, NextfixError
from patcher.npm.copies import Copy

_SCRIPTS = frozenset({".js", ".cjs", ".mjs"})


def refuse_unnamed_files(copy: Copy, receipt: Receipt) -> None:
    """Check that `receipt` names only files that a rule of the package or its ledger names.

    The detached style goes by what `check` finds and not by rules, so there it is any script of the package.

    Raises:
        NextfixError: FILES when it names another file.
    """
    named = {path for rule in rules_of(copy.name) for path in rule.files}
    named.update(certified_files(copy.name, receipt.version) or ())
    for entry in receipt.files:
        script = receipt.style == "detached" and PurePosixPath(entry.path).suffix in _SCRIPTS
        if entry.path not in named and not script:
            raise NextfixError(
                ExitCode.FILES,
                f"a damaged receipt: it names {entry.path}, which no rule does",
                path=receipt_path(copy.folder, copy.name),
                hint="remove it and reinstall the package",
            )
