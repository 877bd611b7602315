"""The strings of a snapshot: only where each begins is kept; its text is read when it is asked for."""

import json
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from patcher.heap.read.sections import PIECE, Sections

_LONGEST = 64 << 10

_UINT32 = 2**32 - 1

Places = npt.NDArray[np.int64]
Quotes = npt.NDArray[np.uint32 | np.int64]


class Strings:
    """The string table, by index.

    Args:
        sections: the file, read up to and including its edges.
        needles: bytes to look for while the table is passed over (it is read once); `found` says for each the
            indices of the strings that hold it. One with a quote first is what a string begins with.
    """

    def __init__(self, sections: Sections, needles: Iterable[bytes] = ()) -> None:
        self._sections = sections
        self._hits: dict[bytes, list[int]] = {needle: [] for needle in needles}
        self._cache: dict[int, str] = {}
        self._start = sections.strings_start()
        self._quotes = self._scan()

    def __len__(self) -> int:
        return len(self._quotes) // 2

    def __getitem__(self, index: int) -> str:
        """The text of string `index`; '' for an index that the table does not have."""
        known = self._cache.get(index)
        if known is None:
            known = self._cache[index] = self._read(index)
        return known

    def found(self, needle: bytes) -> Places:
        """The indices, ascending, of the strings whose JSON, with its quotes, holds `needle`."""
        # In the quotes' own type: numpy would convert all of them.
        places = np.array(self._hits[needle], dtype=self._quotes.dtype)
        after = np.searchsorted(self._quotes, places, side="right")
        # A needle that spans from one string to the next is inside neither.
        inside = (after % 2 == 1) & (places + len(needle) - 1 <= self._quotes.take(after, mode="clip"))
        return np.array(sorted(set((after[inside] // 2).tolist())), dtype=np.int64)

    def equal(self, text: str) -> Places:
        """The indices of the strings that are `text`, which must have been a needle (`quoted(text)`)."""
        return np.array(
            [index for index in self.found(quoted(text)) if self[int(index)] == text], dtype=np.int64
        )

    def _read(self, index: int) -> str:
        if not 0 <= index < len(self):
            return ""
        start, end = self._quotes[2 * index : 2 * index + 2].tolist()
        raw = self._sections.read(self._start + start, min(end + 1 - start, _LONGEST))
        text = raw.decode("utf-8", "replace")
        try:
            return str(json.loads(text, strict=False))
        except ValueError:
            return text.strip('"')

    def _scan(self) -> Quotes:
        """Places of the opening and of the closing quote of every string, in turn, from the table's start."""
        narrow = np.uint32 if self._sections.size - self._start <= _UINT32 else np.int64
        marks = np.empty(0, dtype=np.int64)
        quotes = [marks.astype(narrow)]
        overlap = max((len(needle) for needle in self._hits), default=1) - 1
        position, tail = 0, b""
        while piece := self._sections.read(self._start + position, PIECE):
            text, begin = tail + piece, position - len(tail)
            new = np.flatnonzero(np.frombuffer(piece, dtype=np.uint8) == ord('"')) + len(tail)
            new = _unescaped(text, new) + begin
            marks = np.concatenate((marks[marks >= begin], new))
            self._search(text, marks - begin, begin, len(tail))
            quotes.append(new.astype(narrow))
            position += len(piece)
            tail = self._tail(text, overlap)
        found = np.concatenate(quotes)
        end = self._sections.read(self._start + int(found[-1]) + 1, 64) if len(found) else b""
        if len(found) % 2 or not end.lstrip().startswith(b"]"):
            raise self._sections.truncated("strings has no end")
        return found

    @staticmethod
    def _tail(text: bytes, overlap: int) -> bytes:
        """The end of `text` that the next piece needs: for needles, and the whole run of backslashes."""
        run = len(text) - len(text.rstrip(b"\\"))
        keep = max(overlap, run)
        return text[-keep:] if keep else b""

    def _search(self, text: bytes, marks: Places, begin: int, seen: int) -> None:
        """Look in `text`, `begin` in the table, for needles that end after the first `seen` bytes."""
        symbols = np.frombuffer(text, dtype=np.uint8)
        following = symbols.take(marks + 1, mode="clip")
        for needle, hits in self._hits.items():
            least, most = seen - len(needle) + 1, len(text) - len(needle)
            if needle.startswith(b'"'):
                some = slice(*np.searchsorted(marks, (least, most + 1)).tolist())
                hits += (
                    _beginning(symbols, marks[some][following[some] == needle[1]], needle) + begin
                ).tolist()
                continue
            at = text.find(needle, max(0, least))
            while at >= 0:
                hits.append(at + begin)
                at = text.find(needle, at + 1)


def _beginning(symbols: npt.NDArray[np.uint8], marks: Places, needle: bytes) -> Places:
    """Those of `marks` where `needle` begins; looking at them is much faster than searching all of the text."""
    for place, symbol in enumerate(needle):
        if not len(marks):
            break
        marks = marks[symbols[marks + place] == symbol]
    return marks


def quoted(text: str) -> bytes:
    """`text` as V8 writes it in a snapshot: JSON in ASCII, the digits of escapes in upper case."""
    plain = json.dumps(text)
    if text.isascii():
        return plain.encode()
    return b'"' + b"".join(_escape(character) for character in text) + b'"'


def _escape(character: str) -> bytes:
    if character.isascii():
        return json.dumps(character)[1:-1].encode()
    units = character.encode("utf-16-be", "surrogatepass")
    return b"".join(b"\\u%04X" % int.from_bytes(units[at : at + 2]) for at in range(0, len(units), 2))


def _unescaped(text: bytes, marks: Places) -> Places:
    """Those of the quotes at `marks` that no backslash escapes: an even number of them stands before."""
    symbols = np.frombuffer(text, dtype=np.uint8)
    keep = np.ones(len(marks), dtype=bool)
    for number in np.flatnonzero((marks > 0) & (symbols[marks - 1] == ord("\\"))):
        at = int(marks[number])
        before = at - len(text[max(0, at - 4096) : at].rstrip(b"\\")) - max(0, at - 4096)
        if before == 4096:
            before = at - len(text[:at].rstrip(b"\\"))
        keep[number] = before % 2 == 0
    return marks[keep]
