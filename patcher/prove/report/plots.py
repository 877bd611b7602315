"""The plots of the HTML report, as inline SVG: 360 units wide, so that a phone shows them at full size.

Colours come from CSS classes (`phase-0`, `axis`, ...), which the page defines for light and dark.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from patcher.text.display import one_line

WIDTH = 360
LEFT, RIGHT, TOP, BOTTOM = 40, 12, 38, 34
BAR, GAP = 14, 3
STEP_HEIGHT, EDGE_HEIGHT = 30, 26
LONGEST_NAME = 44

Scale = Callable[[float], float]


def text(value: str) -> str:
    """Untrusted `value` made harmless for HTML, on one line."""
    return escape(one_line(value))


def _svg(height: float, title: str, body: list[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{text(title)}">'
        f"<title>{text(title)}</title>{''.join(body)}</svg>"
    )


def bars(title: str, rows: dict[str, list[tuple[str, int, float]]], unit: str = "", digits: int = 0) -> str:
    """Horizontal bars in groups.

    Args:
        title: what is shown, for those who cannot see it.
        rows: name of the group -> its bars: what each is, the number of its colour, its value.
        unit: follows each value.
        digits: after the decimal point.
    """
    largest = max((value for group in rows.values() for *_, value in group), default=0) or 1
    room = WIDTH - 2 * LEFT - 12
    body, y = [], 0.0
    for name, group in rows.items():
        body.append(f'<text class="group" x="0" y="{y + 13}">{text(name)}</text>')
        y += 19
        for label, colour, value in group:
            length = max(1.5, room * value / largest)
            shown = f"{value:,.{digits}f}{unit}"
            body.append(
                f'<rect class="fill phase-{colour}" x="0" y="{y:.1f}" width="{length:.1f}" height="{BAR}">'
                f"<title>{text(name)}, {text(label)}: {shown}</title></rect>"
                f'<text class="value" x="{length + 6:.1f}" y="{y + BAR - 3:.1f}">{shown}</text>'
            )
            y += BAR + GAP
        y += 9
    return _svg(y, title, body)


@dataclass(frozen=True)
class Line:
    """One line of a chart: its name, the number of its colour, and its points (seconds, value)."""

    name: str
    colour: int
    points: list[tuple[float, float]]


def lines(
    title: str, series: list[Line], marks: dict[str, float], *, height: int = 210, from_zero: bool = True
) -> str:
    """Lines over time.

    Args:
        title: what is shown.
        series: the lines; an earlier one lies above a later one.
        marks: what happened -> when, in seconds; drawn as dashed lines.
        height: of the picture.
        from_zero: whether the axis begins at zero; else just below the smallest value.
    """
    last = max((x for line in series for x, _ in line.points), default=1) or 1
    low, high = _range([y for line in series for _, y in line.points], from_zero)
    floor = height - BOTTOM

    def across(seconds: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * seconds / last

    def up(value: float) -> float:
        return floor - (floor - TOP) * (value - low) / (high - low)

    body = _grid((low, (low + high) / 2, high), last, up, across, floor)
    for number, (what, seconds) in enumerate(marks.items()):
        x, side = across(seconds), "end" if seconds > last / 2 else "start"
        shift = -4 if side == "end" else 4
        body.append(
            f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="{4 + 12 * number}" y2="{floor}"/>'
            f'<text class="tick" text-anchor="{side}" x="{x + shift:.1f}" y="{10 + 12 * number}">'
            f"{text(what)}</text>"
        )
    for below, line in reversed(list(enumerate(series))):
        body += _line(line, across, up, 1.8 + 1.8 * below)  # wider, so that a covered line still shows
    return _svg(height, title, body)


def _line(line: Line, across: Scale, up: Scale, width: float) -> list[str]:
    points = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in line.points)
    dots = [
        f'<circle class="fill phase-{line.colour}" cx="{across(x):.1f}" cy="{up(y):.1f}" r="2.6">'
        f"<title>{text(line.name)}: {y:,.4g} after {x:.1f} s</title></circle>"
        for x, y in line.points
    ]
    return [f'<polyline class="stroke phase-{line.colour}" stroke-width="{width}" points="{points}"/>', *dots]


def _grid(ticks: tuple[float, ...], last: float, up: Scale, across: Scale, floor: float) -> list[str]:
    body = []
    for tick in ticks:
        y = up(tick)
        body.append(
            f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="tick" text-anchor="end" x="{LEFT - 5}" y="{y + 3.5:.1f}">{tick:g}</text>'
        )
    step = max(1, _nice(last / 5))
    for number in range(int(last // step) + 1):
        x = across(number * step)
        body.append(
            f'<text class="tick" text-anchor="middle" x="{x:.1f}" y="{floor + 14}">{number * step:g}</text>'
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    body.append(f'<text class="tick" text-anchor="middle" x="{middle:.1f}" y="{floor + 29}">seconds</text>')
    return body


def _range(values: list[float], from_zero: bool) -> tuple[float, float]:
    """The ends of an axis that holds `values`."""
    if from_zero or not values:
        return 0, _nice(max(values, default=1) or 1)
    low, high = math.floor(min(values)), math.ceil(max(values))
    return low, max(high, low + 2)


def _nice(value: float) -> float:
    """The next of 1, 2, 4, 5, 6, 8, 10 times a power of ten."""
    power: float = 10 ** math.floor(math.log10(value))
    return next(factor * power for factor in (1, 2, 4, 5, 6, 8, 10) if factor * power >= value * 0.9999)


def chain(title: str, path: tuple[tuple[str, str], ...], slot: int, end: str) -> str:
    """A retainer chain from the roots down to the request.

    Args:
        title: what is shown.
        path: the class of each object and the edge by which it holds the next.
        slot: the index of the step that is the slot; it is drawn in colour.
        end: the class of the object that is kept.
    """
    body, y = [], 2.0
    for index, (owner, edge) in enumerate(path):
        body.append(_box(owner, y, "box slot" if index == slot else "box"))
        y += STEP_HEIGHT
        style = "edge slot" if index == slot else "edge"
        body.append(
            f'<line class="{style}" x1="20" x2="20" y1="{y}" y2="{y + EDGE_HEIGHT - 6}"/>'
            f'<path class="{style}" d="M16 {y + EDGE_HEIGHT - 8} l4 6 l4 -6"/>'
            f'<text class="{style}" x="32" y="{y + EDGE_HEIGHT / 2 + 4}">{text(_short(edge))}</text>'
        )
        y += EDGE_HEIGHT
    body.append(_box(end, y, "box end"))
    return _svg(y + STEP_HEIGHT + 2, title, body)


def _box(name: str, y: float, style: str) -> str:
    return (
        f'<rect class="{style}" x="1" y="{y}" width="{WIDTH - 2}" height="{STEP_HEIGHT}" rx="5"/>'
        f'<text class="{style}" x="12" y="{y + STEP_HEIGHT / 2 + 4.5}">{text(_short(name))}'
        f"<title>{text(name)}</title></text>"
    )


def _short(name: str) -> str:
    """At most LONGEST_NAME characters; of a long path the end says more."""
    return name if len(name) <= LONGEST_NAME else f"…{name[1 - LONGEST_NAME :]}"
