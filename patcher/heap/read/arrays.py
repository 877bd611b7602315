"""Sets of integers as arrays: what numpy has for them is slower for long ones, and imports masked arrays first."""

from typing import Any

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


def distinct(numbers: npt.NDArray[Any]) -> Numbers:
    """`numbers` ascending, each once: np.unique, without its hash table, which takes forty times as long."""
    ordered = np.sort(numbers).astype(np.int64, copy=False)
    return ordered[_first_of_each(ordered)]


def numbered(numbers: npt.NDArray[Any]) -> tuple[Numbers, Numbers]:
    """The distinct ones of `numbers`, ascending, and of each of `numbers` its place among them."""
    values = distinct(numbers)
    return values, np.searchsorted(values, numbers)


def counted(ordered: Numbers) -> tuple[Numbers, Numbers]:
    """The distinct ones of `ordered`, ascending numbers, and how often each comes."""
    first = np.flatnonzero(_first_of_each(ordered))
    return ordered[first], np.diff(np.append(first, len(ordered)))


def among(numbers: npt.NDArray[Any], ordered: npt.NDArray[Any]) -> Mask:
    """Which of `numbers` are in `ordered`, ascending: np.isin, whose hash table is as slow for a long one."""
    if not len(ordered):
        return np.zeros(len(numbers), dtype=bool)
    at = np.minimum(np.searchsorted(ordered, numbers), len(ordered) - 1)
    found: Mask = ordered[at] == numbers
    return found


def _first_of_each(ordered: npt.NDArray[Any]) -> Mask:
    """Which of ascending numbers differ from the one before."""
    return np.concatenate((np.ones(len(ordered[:1]), dtype=bool), ordered[1:] != ordered[:-1]))
