"""Whether the answers of an earlier link step still hold: a mark of all in a project that they were made from."""

import os
from hashlib import blake2b
from time import time_ns

from patcher.scan.cache import SETTLED_NS, stamp
from patcher.scan.linked import Linked

_CONFIGURATION = ("package.json", "tsconfig", "jsconfig")


def mark_of(linked: Linked) -> str:
    """A digest of the paths and stamps of one's own files, and of the package.json and tsconfig files above them; empty
    when one of them was written a moment ago, so that a further change might not show."""
    digest = blake2b(digest_size=16)
    digest.update(repr((os.getcwd(), sorted(linked.named))).encode())
    newest = time_ns() - SETTLED_NS
    files = sorted(map(os.path.abspath, linked.own))
    for path in (*files, *_configurations(files)):
        held = stamp(path)
        if held and held[1] >= newest:
            return ""
        digest.update(f"{path}\0{held}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _configurations(files: list[str]) -> list[str]:
    folders: set[str] = set()
    for path in files:
        folder = os.path.dirname(path)
        while folder not in folders:
            folders.add(folder)
            folder = os.path.dirname(folder)
    found = []
    for folder in sorted(folders):
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        found += [
            f"{folder}/{name}"
            for name in sorted(names)
            if name.startswith(_CONFIGURATION) and name.endswith(".json")
        ]
    return found
