"""Small printed charts with direct labels: bars, a trend over the years, one commune among all."""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from finder.errors import DocumentError
from finder.maps.svg_elements import (
    ACCENT,
    HAIRLINE,
    MUTED,
    PAPER,
    Drawing,
    drawing,
    label,
    number,
    shape,
    uncertain_pattern,
)
from finder.maps.svg_text import text_width, wrap_text

_QUIET: Final = "#a9b3af"
_SIZE: Final = 8.0
_BAR: Final = 9.0
_DOT: Final = 1.7


@dataclass(frozen=True)
class Bar:
    """One bar: ``value_text`` is drawn at its end; ``is_strong`` is the one the reader came for."""

    name: str
    value: float
    value_text: str
    is_strong: bool = False
    is_uncertain: bool = False


@dataclass(frozen=True)
class TrendLine:
    """A figure over the years.

    Attributes
    ----------
    name
        Drawn at the end of the line.
    years
        Ascending.
    values
        One per year; nan leaves a gap.
    low, high
        Ends of the interval, one per year, or empty; nan where there is none.
    is_strong
        The line the reader came for; its first and last value are written.
    """

    name: str
    years: tuple[int, ...]
    values: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    is_strong: bool = True


def bars_svg(bars: Sequence[Bar], *, width: float = 245.0) -> Drawing:
    """Return horizontal bars from zero, names on the left and values at their ends; a missing value has no bar.

    Raises
    ------
    DocumentError
        If there is no bar, or a value is negative.
    """
    if not bars or any(bar.value < 0 for bar in bars):
        raise DocumentError("Bars need at least one value, none below zero: use a table for losses and gains.")
    name_width = min(0.45 * width, max(text_width(bar.name, _SIZE) for bar in bars) + 9)
    room = width - name_width - max(text_width(bar.value_text, _SIZE) for bar in bars) - 8
    largest = max((bar.value for bar in bars if math.isfinite(bar.value)), default=0.0) or 1.0
    parts: list[str] = []
    y = 2.0
    for bar in bars:
        lines = wrap_text(bar.name, size=_SIZE, width=name_width)
        height = max(_BAR, len(lines) * 9.0)
        weight = 600 if bar.is_strong else 400
        for i, line in enumerate(lines):
            parts.append(label(0, y + 7 + i * 9, line, size=_SIZE, weight=weight))
        length = room * bar.value / largest if math.isfinite(bar.value) else 0.0
        if length > 0:
            frame = {"x": name_width, "y": y, "width": length, "height": _BAR}
            parts.append(shape("rect", **frame, rx=1, fill=ACCENT if bar.is_strong else _QUIET, css="fv-data"))
            if bar.is_uncertain:
                parts += uncertain_pattern(shapely.box(name_width, y, name_width + length, y + _BAR))
        parts.append(label(name_width + length + 4, y + 7.4, bar.value_text, size=_SIZE, weight=weight))
        y += height + 5
    return drawing(parts, width=width, height=y)


def trend_svg(
    lines: Sequence[TrendLine],
    *,
    value_text: Callable[[float], str],
    width: float = 245.0,
    height: float = 105.0,
) -> Drawing:
    """Return lines over the years on an axis that starts at zero, each named at its end.

    Parameters
    ----------
    lines
        At least one with a value.
    value_text
        Turns a value into words, with its unit.
    width, height
        In points.

    Raises
    ------
    DocumentError
        If no line has a value, or a line has not one value (or interval end) per year.
    """
    for line in lines:
        if any(len(part) not in (0, len(line.years)) for part in (line.low, line.high)) or len(line.values) != len(
            line.years
        ):
            raise DocumentError(f"Line {line.name!r} has {len(line.years)} years: give one value for each.")
    known = [v for line in lines for v in (*line.values, *line.high) if math.isfinite(v)]
    if not known:
        raise DocumentError("No line has a value to draw: leave the chart out.")
    axis = _Axis.of(lines, largest=max(known), width=width, height=height)
    parts = axis.parts()
    for line in sorted(lines, key=lambda line: line.is_strong):
        parts += _trend(line, axis, value_text=value_text)
    return drawing([*parts, *_line_names(lines, axis)], width=width, height=height)


def strip_svg(
    values: npt.ArrayLike,
    *,
    marked: float,
    marked_text: str,
    middle_text: str,
    low_text: str,
    high_text: str,
    width: float = 245.0,
) -> Drawing:
    """Return every commune as a dot along one axis, one of them marked, with the median.

    Parameters
    ----------
    values
        Figures of all communes; missing ones are not drawn.
    marked
        Value to mark; nan draws the strip without a mark.
    marked_text, middle_text, low_text, high_text
        Words for the mark, the median and both ends.
    width
        In points.

    Raises
    ------
    DocumentError
        If no value is known.
    """
    known = np.sort(np.asarray(values, dtype=np.float64))
    known = known[np.isfinite(known)]
    if not len(known):
        raise DocumentError("No commune has a value to draw: leave the strip out.")
    low, high = float(known[0]), float(known[-1])
    inner = width - 12
    place = 6 + inner * ((known - low) / (high - low) if high > low else np.full(len(known), 0.5))
    columns, level = np.unique(np.floor(place / (2 * _DOT)), return_inverse=True)
    stack = np.bincount(level, minlength=len(columns))
    step = min(2 * _DOT, 34.0 / max(int(stack.max()), 1))
    base = 22 + 34.0
    order = np.concatenate([np.arange(count) for count in stack])
    parts = [
        shape("circle", cx=float(x), cy=float(base - _DOT - rank * step), r=_DOT * 0.85, fill=_QUIET, css="fv-data")
        for x, rank in zip((columns[level] + 0.5) * 2 * _DOT, order, strict=True)
    ]
    parts.append(_rule(f"M0 {number(base)}H{number(width)}", colour=HAIRLINE, wide=0.7))
    median = 6 + inner * ((float(np.median(known)) - low) / (high - low) if high > low else 0.5)
    parts.append(_rule(f"M{number(median)} {number(base)}v4", colour=MUTED, wide=0.9))
    below, bottom = _below(base + 12, width=width, middle=median, texts=(low_text, middle_text, high_text))
    parts += below
    if math.isfinite(marked):
        x = 6 + inner * (min(max((marked - low) / (high - low), 0.0), 1.0) if high > low else 0.5)
        parts.append(_rule(f"M{number(x)} 12V{number(base)}", colour=ACCENT, wide=1.4))
        parts.append(
            shape("circle", cx=x, cy=base - 3, r=3.4, fill=ACCENT, stroke=PAPER, stroke_width=1, css="fv-mark")
        )
        half = text_width(marked_text, 8.5) / 2
        at = min(max(x, half), width - half)
        parts.append(label(at, 8.5, marked_text, size=8.5, anchor="middle", weight=600, fill=ACCENT, css="fv-accent"))
    return drawing(parts, width=width, height=bottom)


@dataclass(frozen=True)
class _Axis:
    """Years across, values up from zero, with room on the right for the names of the lines."""

    first: int
    last: int
    largest: float
    width: float
    height: float
    name_width: float

    @classmethod
    def of(cls, lines: Sequence[TrendLine], *, largest: float, width: float, height: float) -> "_Axis":
        years = [year for line in lines for year in line.years]
        names = [text_width(part, _SIZE) for line in lines for part in wrap_text(line.name, size=_SIZE, width=70)]
        return cls(min(years), max(years), largest or 1.0, width, height, max(names) + 8)

    def x(self, year: int) -> float:
        span = max(self.last - self.first, 1)
        return 3 + (self.width - self.name_width - 6) * (year - self.first) / span

    def y(self, value: float) -> float:
        return self.height - 14 - (self.height - 32) * value / self.largest

    def parts(self) -> list[str]:
        floor, right = self.y(0.0), self.x(self.last)
        parts = [_rule(f"M0 {number(floor)}H{number(right + 3)}", colour=HAIRLINE, wide=0.7)]
        anchors = {self.first: "start", self.last: "end"}
        for year in sorted({self.first, (self.first + self.last) // 2, self.last}):
            anchor = anchors.get(year, "middle")
            x = {"start": 0.0, "end": right + 3}.get(anchor, self.x(year))
            parts.append(label(x, floor + 11, str(year), size=7.5, anchor=anchor, fill=MUTED, css="fv-muted"))
        return parts


def _trend(line: TrendLine, axis: _Axis, *, value_text: Callable[[float], str]) -> list[str]:
    colour, wide, css = (ACCENT, 1.9, "fv-accent-line") if line.is_strong else (MUTED, 1.1, "fv-quiet-line")
    known = [(year, v) for year, v in zip(line.years, line.values, strict=True) if math.isfinite(v)]
    parts = _interval(line, axis)
    runs = itertools.groupby(zip(line.years, line.values, strict=True), key=lambda point: math.isfinite(point[1]))
    data = ""
    for is_known, run in runs:
        if is_known:
            data += "M" + "L".join(f"{number(axis.x(year))} {number(axis.y(v))}" for year, v in run)
    if not known:
        return parts
    attributes = {"stroke_linejoin": "round", "stroke_linecap": "round", "css": css}
    parts.append(shape("path", d=data, fill="none", stroke=colour, stroke_width=wide, **attributes))
    if line.is_strong:
        ends = {known[0][0]: (known[0][1], "start"), known[-1][0]: (known[-1][1], "end")}
        for year, (value, anchor) in ends.items():
            x, y = axis.x(year), axis.y(value)
            text = value_text(value)
            beside = [axis.y(v) for other, v in known if abs(axis.x(other) - x) <= text_width(text, 8.5)]
            parts.append(shape("circle", cx=x, cy=y, r=2.4, fill=ACCENT, css="fv-mark"))
            parts.append(
                label(
                    x - 2.4 if anchor == "start" else x + 2.4,
                    min(beside) - 6,
                    text,
                    size=8.5,
                    anchor=anchor,
                    weight=600,
                )
            )
    return parts


def _interval(line: TrendLine, axis: _Axis) -> list[str]:
    ends = zip(line.years, line.low, line.high, strict=False)
    known = [(year, a, b) for year, a, b in ends if math.isfinite(a) and math.isfinite(b)]
    if len(known) < 2:
        return []
    upper = [f"{number(axis.x(year))} {number(axis.y(b))}" for year, _, b in known]
    lower = [f"{number(axis.x(year))} {number(axis.y(a))}" for year, a, _ in reversed(known)]
    return [shape("path", d="M" + "L".join(upper + lower) + "Z", fill=ACCENT, fill_opacity=0.16, css="fv-mark")]


def _line_names(lines: Sequence[TrendLine], axis: _Axis) -> list[str]:
    """Names at the ends of the lines, moved down where two would touch."""
    ends = []
    for line in lines:
        known = [(year, v) for year, v in zip(line.years, line.values, strict=True) if math.isfinite(v)]
        if known:
            ends.append((axis.y(known[-1][1]), line))
    parts: list[str] = []
    free = 0.0
    for y, line in sorted(ends, key=lambda end: end[0]):
        at = max(y + 2.7, free)
        weight, css = (600, "fv-accent") if line.is_strong else (400, "fv-muted")
        for text in wrap_text(line.name, size=_SIZE, width=70):
            fill = ACCENT if line.is_strong else MUTED
            parts.append(label(axis.x(axis.last) + 7, at, text, size=_SIZE, weight=weight, fill=fill, css=css))
            at += 9
        free = at + 1
    return parts


def _below(y: float, *, width: float, middle: float, texts: tuple[str, str, str]) -> tuple[list[str], float]:
    """Words at both ends and at the median, and where they end; the median's go one line lower if they would touch."""
    low, text, high = texts
    half = text_width(text, 7.5) / 2
    at = min(max(middle, half), width - half)
    touches = at - half < text_width(low, 7.5) + 6 or at + half > width - text_width(high, 7.5) - 6
    lower = y + 9.5 if touches else y
    parts = [
        label(0, y, low, size=7.5, fill=MUTED, css="fv-muted"),
        label(width, y, high, size=7.5, anchor="end", fill=MUTED, css="fv-muted"),
        label(at, lower, text, size=7.5, anchor="middle", fill=MUTED, css="fv-muted"),
    ]
    return parts, lower + 3


def _rule(data: str, *, colour: str, wide: float) -> str:
    css = "fv-accent-line" if colour == ACCENT else "fv-line"
    return shape("path", d=data, fill="none", stroke=colour, stroke_width=wide, css=css)
