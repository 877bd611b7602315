"""Finding out by hashes alone that nothing needs to be done to a copy.

This is what a second `apply` does in a postinstall hook: it reads the receipt, the ledger and the files, and neither
rules nor trees, so this module imports nothing that parses.
"""

from dataclasses import replace

from patcher.catalogue.ledger import LedgerFile, certified_files
from patcher.catalogue.load import stamp
from patcher.copies.request import Request
from patcher.disk.receipt import Receipt, ReceiptEntry, digest, read_receipt
from patcher.disk.write import read_inside
from patcher.npm.copies import Copy


def current_receipt(copy: Copy) -> Receipt | None:
    """Read the receipt of what is installed now.

    After an upgrade the receipt of the old release is about files that are gone. Where a file is still as it was
    written, the receipt counts for it whatever package.json says: its original bytes are the only ones there are.
    """
    receipt = read_receipt(copy.folder, copy.name)
    if receipt is None or receipt.version == copy.version:
        return receipt
    kept = tuple(entry for entry in receipt.files if entry.after != entry.before and _is_written(copy, entry))
    return replace(receipt, version=copy.version, stamp="", files=kept) if kept else None


def up_to_date_receipt(copy: Copy, request: Request) -> Receipt | None:
    """Return the receipt of a copy to which nothing needs to be done, or None."""
    receipt = current_receipt(copy)
    if receipt is None or receipt.state != "done" or receipt.stamp != stamp():
        return None
    if not _satisfies(receipt, request) or not all(_is_written(copy, entry) for entry in receipt.files):
        return None
    if not _are_left_alone(copy, frozenset(receipt.left), request):
        return None
    return receipt if _is_proven(copy, receipt) else None


def _satisfies(receipt: Receipt, request: Request) -> bool:
    """Whether the receipt is of a run that did at least what `request` asks for."""
    asked = {rule for rule in request.rules if rule.startswith(f"{receipt.name}/")}
    return (
        (asked <= set(receipt.rules) if request.rules else receipt.complete)
        and request.style in (None, receipt.style)
        and (receipt.certified or not request.certified_only)
    )


def _is_written(copy: Copy, entry: ReceiptEntry) -> bool:
    data = read_inside(copy.folder, entry.path)
    return data is not None and digest(data) == entry.after


def _is_proven(copy: Copy, receipt: Receipt) -> bool:
    """Whether more than the receipt's word says that the files are rewritten: the ledger, where it has the release."""
    published = certified_files(copy.name, copy.version)
    if published is None or not receipt.certified:
        return not receipt.certified and any(entry.after != entry.before for entry in receipt.files)
    return all(_is_as_certified(copy, path, file, receipt) for path, file in published.items())


def _is_as_certified(copy: Copy, path: str, file: LedgerFile, receipt: Receipt) -> bool:
    """Whether one file is as the ledger says that the rules of the receipt leave it."""
    rules = file.rules(receipt.style)
    if not rules:
        return True
    applied = rules & set(receipt.rules)
    data = read_inside(copy.folder, path)
    if data is None:
        return False
    if not applied:
        return not receipt.complete or _are_notes(copy, rules - set(receipt.left))
    from patcher.text.layout import canonical

    return digest(canonical(data)) == file.expected(receipt.style, applied)


def _are_left_alone(copy: Copy, rules: frozenset[str], request: Request) -> bool:
    """Whether `apply` still leaves these rules alone for the Node that the project declares; loads rules if any is."""
    if not rules or request.rules:
        return True
    if request.everything:
        return False
    from patcher.catalogue.load import rules_of
    from patcher.copies.left_alone import rules_without_effect

    asked = (rule for rule in rules_of(copy.name) if rule.id in rules)
    return rules <= rules_without_effect(asked, request.root).keys()


def _are_notes(copy: Copy, rules: frozenset[str]) -> bool:
    """Whether `apply` leaves these rules out unless it is asked for them; loads rules if there are any."""
    if not rules:
        return True
    from patcher.catalogue.load import rules_of
    from patcher.model import Severity

    asked = (rule for rule in rules_of(copy.name) if rule.id in rules)
    return all(rule.severity_in(copy.version) is Severity.NOTE for rule in asked)
