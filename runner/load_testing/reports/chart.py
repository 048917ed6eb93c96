"""Lines over time as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final, NamedTuple

from runner.report.style import printable

WIDTH: Final = 900
HEIGHT: Final = 200
LEFT: Final = 60
RIGHT: Final = 70
BOTTOM: Final = 24
TOP: Final = 8
CLASSES: Final = ("a", "b", "c")


class Line(NamedTuple):
    """One line; None where there is nothing to draw."""

    name: str
    values: Sequence[float | None]


def chart(title: str, times: Sequence[float], lines: Sequence[Line]) -> str:
    """A figure. ``times`` are in seconds, one for each value of every line."""
    shown = escape(printable(title))
    known = [value for line in lines for value in line.values if value is not None]
    most = max(known, default=0.0) or 1.0
    last = times[-1] if times and times[-1] > 0 else 1.0
    parts = [
        f'<line class="axis" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>'
        f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_number(most * part)}</text>'
        for part in (0.0, 0.5, 1.0)
        for y in (_y(part),)
    ]
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 6}">0 s</text>')
    parts.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 6}" text-anchor="end">{_number(last)} s</text>')
    for number, line in enumerate(lines):
        kind = CLASSES[number % len(CLASSES)]
        points = [
            (LEFT + at / last * (WIDTH - LEFT - RIGHT), _y(value / most))
            for at, value in zip(times, line.values, strict=True)
            if value is not None
        ]
        parts.extend(_drawn(points, kind))
        name = escape(printable(line.name))
        y = TOP + 12 + 16 * number
        parts.append(f'<text class="{kind}" stroke="none" x="{WIDTH - RIGHT + 8}" y="{y}">{name}</text>')
    picture = "".join(parts)
    return (
        f'<figure><figcaption>{shown}</figcaption><svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
        f' role="img" aria-label="{shown}">{picture}</svg></figure>\n'
    )


def _drawn(points: Sequence[tuple[float, float]], kind: str) -> Iterator[str]:
    if len(points) == 1:
        yield f'<circle class="{kind}" cx="{points[0][0]:.1f}" cy="{points[0][1]:.1f}" r="3"/>'
    elif points:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        yield f'<polyline class="{kind}" points="{path}" fill="none" stroke-width="1.5"/>'


def _y(part: float) -> float:
    return HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - TOP)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2g}"
