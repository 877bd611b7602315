"""The sections of a heap snapshot's JSON, found by bytes and read in pieces, never as one JSON value.

V8 writes `{"snapshot":{...},"nodes":[...],"edges":[...], ... ,"strings":[...]}` (src/profiler/heap-snapshot-
generator.cc, HeapSnapshotJSONSerializer): a small object first, then flat arrays of integers, strings last.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from patcher.errors import ExitCode, NextfixError
from patcher.heap.ahead import ahead

PIECE = 1 << 20
_HEADER = 1 << 20
_LARGEST = 2**63 - 1
_START = re.compile(rb'\s*\{\s*"snapshot"\s*:\s*')
_HINT_TRUNCATED = "take the snapshot again, and wait until it is written"
_HINT_FOREIGN = (
    "expected a file as written by v8.writeHeapSnapshot(), --heapsnapshot-signal or Chrome DevTools"
)

Integers = npt.NDArray[np.int64]


class Sections:
    """A snapshot file, read forwards: first `header`, then `integers("nodes")`, `integers("edges")`.

    Raises:
        NextfixError: DEFECT from every method when the file is truncated or is no heap snapshot, FILES when
        it
            cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: BinaryIO = open(path, "rb")  # noqa: SIM115 (closed by close)
        self.size = os.fstat(self.file.fileno()).st_size
        self._position = 0

    def close(self) -> None:
        """Close the file; strings can no longer be read."""
        self.file.close()

    def foreign(self, reason: str) -> NextfixError:
        """The error that says that the file is not a heap snapshot, and why."""
        return NextfixError(
            ExitCode.DEFECT, f"not a V8 heap snapshot: {reason}", path=self.path, hint=_HINT_FOREIGN
        )

    def truncated(self, reason: str) -> NextfixError:
        """The error that says that the file ends too early."""
        return NextfixError(
            ExitCode.DEFECT, f"truncated heap snapshot: {reason}", path=self.path, hint=_HINT_TRUNCATED
        )

    def read(self, start: int, length: int) -> bytes:
        """`length` bytes from `start`, fewer at the end of the file."""
        self.file.seek(start)
        return self.file.read(length)

    def header(self) -> dict[str, Any]:
        """The value of `snapshot`: its `meta`, `node_count` and `edge_count`."""
        head = self.read(0, _HEADER)
        start = _START.match(head)
        if not start:
            raise self.foreign("it is empty" if not head.strip() else 'it does not begin with {"snapshot":')
        if not self.read(max(0, self.size - 64), 64).rstrip().endswith(b"}"):
            raise self.truncated("the closing brace is missing")
        text = head[start.end() :].decode("ascii", "replace")
        try:
            value, end = json.JSONDecoder().raw_decode(text)
        except (ValueError, RecursionError) as error:
            raise self.foreign("its header is not JSON") from error
        if not isinstance(value, dict):
            raise self.foreign("its header is not an object")
        self._position = start.end() + end
        return value

    def integers(self, name: str) -> Iterator[Integers]:
        """The integers of the array `name`, which must come next, in pieces; none of them is negative.

        Pieces are parsed on other threads, a few ahead of the one that is asked for.
        """
        self._enter(name)
        yield from ahead(lambda text: self._parse(name, text), self._texts(name))

    def _texts(self, name: str) -> Iterator[bytes]:
        """The text of an array up to its bracket, cut between numbers: after a row where V8 ends its line."""
        rest = b""
        while piece := self.read(self._position, PIECE):
            end = piece.find(b"]")
            self._position += len(piece) if end < 0 else end + 1
            if end >= 0:
                last = rest + piece[:end]
                if last.strip():
                    yield last
                return
            text = rest + piece
            cut = text.rfind(b"\n,") + 1 or text.rfind(b",")
            if cut < 0:
                raise self.foreign(f"{name} is not a list of integers")
            rest = text[cut + 1 :]
            yield text[:cut]
        raise self.truncated(f"{name} has no end")

    def strings_start(self) -> int:
        """The offset just after the bracket that opens `strings`; what lies between is skipped."""
        while True:
            piece = self.read(self._position, PIECE)
            at = piece.find(b'"strings"')
            if at >= 0:
                self._position += at
                self._enter("strings", separator=rb"")
                return self._position
            if len(piece) < PIECE:
                raise self.truncated("it has no strings")
            self._position += PIECE - len(b'"strings"')

    def _enter(self, name: str, separator: bytes = rb"\s*,\s*") -> None:
        key = re.compile(separator + rb'"%s"\s*:\s*\[' % name.encode())
        found = key.match(self.read(self._position, 4096))
        if not found:
            raise self.foreign(f"{name} does not follow where V8 writes it")
        self._position += found.end()

    def _parse(self, name: str, text: bytes) -> Integers:
        """numpy's own text parser: several times faster than json, no Python object a number, no lock held."""
        commas = np.count_nonzero(np.frombuffer(text, dtype=np.uint8) == ord(","))
        try:
            values = np.fromstring(text, dtype=np.int64, sep=",")
        except (ValueError, DeprecationWarning):
            values = np.empty(0, dtype=np.int64)
        # It ends at what it cannot read, reads a sign, and takes what is too large for the largest.
        if len(values) != commas + 1 or b"-" in text or values.max() == _LARGEST:
            raise self.foreign(f"{name} is not a list of integers")
        return values
