"""The sections of a heap snapshot's JSON, found by bytes and read in pieces, never as one JSON value.

V8 writes `{"snapshot":{...},"nodes":[...],"edges":[...], ... ,"strings":[...]}` (src/profiler/heap-snapshot-
generator.cc, HeapSnapshotJSONSerializer): a small object first, then flat arrays of integers, strings last.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, TypeVar

import numpy as np
import numpy.typing as npt

from patcher.disk.outside import open_outside
from patcher.errors import ExitCode, NextfixError
from patcher.heap.read.ahead import ahead

PIECE = 1 << 20
_HEADER = 1 << 20
_LARGEST = 2**63 - 1
_LOCATIONS = re.compile(rb',\s*"locations"\s*:')
_START = re.compile(rb'\s*\{\s*"snapshot"\s*:\s*')
_HINT_TRUNCATED = "take the snapshot again, and wait until it is written"
_HINT_FOREIGN = (
    "expected a file as written by v8.writeHeapSnapshot(), --heapsnapshot-signal or Chrome DevTools"
)

Integers = npt.NDArray[np.uint64]
Taken = TypeVar("Taken")


class _Piece:
    """The text of some integers of an array, each with a comma after it; `before` it were as many.

    What stands after the last comma is not part of it.
    """

    def __init__(self, text: bytes, before: int) -> None:
        self.text = text
        self.before = before
        self.count = int(np.count_nonzero(np.frombuffer(text, dtype=np.uint8) == ord(",")))


class Sections:
    """A snapshot file, read forwards: first `header`, then `integers` of "nodes" and of "edges".

    Raises:
        NextfixError: DEFECT from every method when the file is truncated or is not a heap snapshot, FILES when
            it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stack = ExitStack()
        # A regular file only: a pipe or a device would never end.
        opened = open_outside(path, code=ExitCode.FILES, hint=_HINT_FOREIGN)
        self.file: IO[bytes] = self._stack.enter_context(opened)
        self.size = os.fstat(self.file.fileno()).st_size
        self._position = 0
        self._between = (0, 0)  # what lies between the edges and the strings

    def close(self) -> None:
        """Close the file; strings can no longer be read."""
        self._stack.close()

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

    def integers(self, name: str, take: Callable[[int, Integers], Taken]) -> Iterator[Taken]:
        """What `take` makes of the integers of the array `name`, which must come next: of pieces, in order.

        Pieces are parsed and taken on other threads, a few ahead of the one that is asked for. `take` is given
        how many integers came before the piece, and those of the piece.
        """
        self._enter(name)

        def parse(piece: _Piece) -> Taken:
            return take(piece.before, self._parse(name, piece))

        yield from ahead(parse, self._pieces(name))

    def _pieces(self, name: str) -> Iterator[_Piece]:
        """An array's text up to its bracket. The end of a piece that has no comma is read again with the next."""
        before = 0
        while text := self.read(self._position, PIECE):
            end = text.find(b"]")
            if end >= 0:
                self._position += end + 1
                if before or text[:end].strip():
                    yield _Piece(text[:end] + b",", before)
                return
            piece = _Piece(text, before)
            if not piece.count:
                break
            self._position += text.rfind(b",") + 1
            before += piece.count
            yield piece
        if len(text) == PIECE:
            raise self.foreign(f"{name} is not a list of integers")
        raise self.truncated(f"{name} has no end")

    def strings_start(self) -> int:
        """The offset just after the bracket that opens `strings`; what lies between is skipped."""
        begin = self._position
        while True:
            piece = self.read(self._position, PIECE)
            at = piece.find(b'"strings"')
            if at >= 0:
                self._position += at
                self._between = (begin, self._position)
                self._enter("strings", separator=rb"")
                return self._position
            if len(piece) < PIECE:
                raise self.truncated("it has no strings")
            self._position += PIECE - len(b'"strings"')

    def locations(self) -> Integers:
        """The integers of "locations", which say where functions and classes stand in their scripts; empty without.

        Only after `strings_start`.
        """
        begin, end = self._between
        while begin < end:
            piece = self.read(begin, min(PIECE, end - begin))
            found = _LOCATIONS.search(piece)
            if found:
                self._position = begin + found.start()
                parts = list(self.integers("locations", lambda _, values: values))
                return np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint64)
            begin += max(1, len(piece) - 64)
        return np.zeros(0, dtype=np.uint64)

    def _enter(self, name: str, separator: bytes = rb"\s*,\s*") -> None:
        key = re.compile(separator + rb'"%s"\s*:\s*\[' % name.encode())
        found = key.match(self.read(self._position, 4096))
        if not found:
            raise self.foreign(f"{name} does not follow where V8 writes it")
        self._position += found.end()

    def _parse(self, name: str, piece: _Piece) -> Integers:
        """numpy's own text parser: several times faster than json, no Python object a number, no lock held."""
        text, end = piece.text, piece.text.rfind(b",")
        try:
            # Not signed: that is a quarter faster.
            values = np.fromstring(text, dtype=np.uint64, sep=",")[: piece.count]
            # It ends at what it cannot read, and up to numpy 2.2 only warns of it.
            whole = len(values) == piece.count and values[-1] == int(text[text.rfind(b",", 0, end) + 1 : end])
        except (ValueError, DeprecationWarning):
            whole = False
        # It may read a sign, and takes what is too large for the largest.
        if not whole or b"-" in text or values.max() >= _LARGEST:
            raise self.foreign(f"{name} is not a list of integers")
        return values
