"""Writes the mappings of a source map."""

from collections.abc import Iterable

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def _number(value: int) -> str:
    rest, text = (-value << 1) | 1 if value < 0 else value << 1, ""
    while True:
        rest, digit = rest >> 5, rest & 31
        text += _DIGITS[digit | (32 if rest else 0)]
        if not rest:
            return text


def encoded(segments: Iterable[tuple[int, int, int, int, int]]) -> str:
    """`mappings` of segments in order: line and column of the bundle, source, its line and its column, all from 0."""
    text, at = "", 0
    column, rest = 0, (0, 0, 0)
    for line, place, *original in segments:
        if line > at:
            text, at, column = text + ";" * (line - at), line, 0
        elif text and not text.endswith(";"):
            text += ","
        numbers = (place - column, *(new - old for new, old in zip(original, rest, strict=True)))
        text += "".join(map(_number, numbers))
        column, rest = place, (original[0], original[1], original[2])
    return text
