"""Names on a map that do not touch: the most important first, each where there is room, or not at all.

A greedy choice among a few positions round each anchor (the simple baseline of Christensen, Marks and Shieber 1995);
with the few dozen names of a printed map nothing better is needed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from finder.maps.svg_text import text_width

_SHIFTS: Final = ((0.0, 0.0), (0.0, -0.9), (0.0, 0.9), (-0.25, 0.0), (0.25, 0.0), (-0.25, -0.9), (0.25, 0.9))
"""Positions tried, in text widths and heights from the anchor."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in drawing coordinates."""


@dataclass(frozen=True)
class Name:
    """A name to place: its anchor, size in points, and the room its zone leaves for it."""

    text: str
    x: float
    y: float
    size: float
    room: float
    is_needed: bool = False


@dataclass(frozen=True)
class PlacedName:
    """A name with the middle of its baseline."""

    name: Name
    x: float
    y: float
    box: Box


def place_names(names: Sequence[Name], *, frame: Box, taken: Iterable[Box] = ()) -> list[PlacedName]:
    """Return the names that found a place, in the order given; boxes never overlap and stay inside the frame.

    Parameters
    ----------
    names
        Most important first. One wider than 1.35 times its room is left out unless it ``is_needed``: it would be read
        as the neighbour's.
    frame
        Where names may be.
    taken
        Boxes to keep free, such as markers.
    """
    used = list(taken)
    placed: list[PlacedName] = []
    for name in names:
        wide, high = text_width(name.text, name.size) + 2, name.size * 1.05
        if wide > 1.35 * name.room and not name.is_needed:
            continue
        for across, down in _SHIFTS:
            x, middle = name.x + across * wide, name.y + down * high
            if name.is_needed:
                x = min(max(x, frame[0] + wide / 2), frame[2] - wide / 2)
            box = (x - wide / 2, middle - high / 2, x + wide / 2, middle + high / 2)
            if _is_inside(box, frame) and not any(_overlap(box, other) for other in used):
                used.append(box)
                placed.append(PlacedName(name, x, middle + 0.35 * name.size, box))
                break
    return placed


def _is_inside(box: Box, frame: Box) -> bool:
    return box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
