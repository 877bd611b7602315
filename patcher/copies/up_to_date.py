"""Whether a copy is in order already, told by hashes alone.

This is what a second `apply` does in a postinstall hook: it reads the receipt and the files, and neither
rules nor trees, so this module imports nothing that parses.
"""

from patcher.catalogue.load import stamp
from patcher.copies.request import Request
from patcher.disk.receipt import Receipt, digest, read_receipt
from patcher.disk.write import read_inside
from patcher.npm.copies import Copy


def current_receipt(copy: Copy) -> Receipt | None:
    """The receipt of this very release: one of another release went with the files it spoke of."""
    receipt = read_receipt(copy.folder, copy.name)
    return receipt if receipt and receipt.version == copy.version else None


def in_order(copy: Copy, request: Request) -> Receipt | None:
    """The receipt of a copy to which nothing needs to be done, or None."""
    receipt = current_receipt(copy)
    if receipt is None or receipt.state != "done" or receipt.stamp != stamp():
        return None
    satisfied = request.rules <= set(receipt.rules) if request.rules else receipt.complete
    if (
        not satisfied
        or request.style not in (None, receipt.style)
        or (request.certified_only and not receipt.certified)
    ):
        return None
    for entry in receipt.files:
        data = read_inside(copy.folder, entry.path)
        if data is None or digest(data) != entry.after:
            return None
    return receipt
