"""How charts look: the colours of the theme, numbers as the language writes them, labels that stay legible.

Altair takes a second to import, so whoever draws a chart imports the chart's module only then.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import altair as alt
import numpy as np
import numpy.typing as npt

Align = Literal["left", "center", "right"]

LABEL_PX: Final = 13
"""Size of a direct label; two labels keep a little more than this between their lines."""

_BESIDE_PX: Final = 44
_TITLE_LINE_PX: Final = 17
_FONT: Final = '"Source Sans", "Source Sans 3", "Source Sans Pro", sans-serif'


@dataclass(frozen=True)
class Colours:
    """Colours of one theme; all texts have a contrast of at least 4.5 on the ground (tested).

    Attributes
    ----------
    text, soft, grid, ground
        Words, axes, lines behind, the page.
    main
        The zone chosen, as it is outlined on the map.
    second
        What it is compared with, and forecasts.
    quiet
        Everything else.
    """

    text: str
    soft: str
    grid: str
    ground: str
    main: str
    second: str
    quiet: str


COLOURS: Final = {
    "light": Colours("#23302f", "#5f6662", "#e8e3d9", "#fdfcf9", "#c2255c", "#1c6f7c", "#bdbab0"),
    "dark": Colours("#e9e6df", "#a8b0ae", "#303b3e", "#151b1d", "#ff6f9f", "#5cc0cb", "#56636a"),
}


@dataclass(frozen=True)
class Look:
    """Theme and signs of numbers, the same for every chart of a page.

    Attributes
    ----------
    theme
        Light or dark.
    decimal, thousands
        Signs of the language, such as a comma and a narrow space.
    """

    theme: Literal["light", "dark"]
    decimal: str = ","
    thousands: str = "\u202f"

    @property
    def colours(self) -> Colours:
        """Colours of the theme."""
        return COLOURS[self.theme]

    def number_axis(self, *, unit: str = "", grid: bool = True, tick_count: int = 5) -> alt.Axis:
        """Return an axis whose numbers are written with the signs of the language and a unit."""
        # Before and after the decimal point apart: where the thousands have a point, it must not become a decimal one.
        whole, part = (f"split(format(datum.value, ','), '.')[{i}]" for i in (0, 1))
        number = (
            f"join(split({whole}, ','), {json.dumps(self.thousands)})"
            f" + (isValid({part}) ? {json.dumps(self.decimal)} + {part} : '')"
        )
        return alt.Axis(
            title=None, grid=grid, tickCount=tick_count, ticks=False, domain=not grid,
            labelExpr=f"{number} + {json.dumps(unit)}", labelPadding=6,
        )  # fmt: skip

    def label(
        self,
        place: alt.Chart,
        *,
        text: str,
        colour: str,
        align: Align,
        dx: float = 0,
        dy: float = 0,
        is_strong: bool = False,
    ) -> list[alt.Chart]:
        """Return the texts of a column and a halo of the ground below, so that no line cuts them.

        Parameters
        ----------
        place
            Chart that says where.
        text
            Column of the words.
        colour
            Of the words.
        align
            Which end of the words stands there.
        dx, dy
            Pixels to the right and down.
        is_strong
            Whether the words are bold.
        """
        words = place.encode(text=alt.Text(f"{text}:N"))
        weight: Literal[400, 600] = 600 if is_strong else 400
        ground = self.colours.ground
        halo = words.mark_text(
            align=align, dx=dx, dy=dy, fontSize=LABEL_PX, fontWeight=weight,
            color=ground, stroke=ground, strokeWidth=4, strokeJoin="round",
        )  # fmt: skip
        front = words.mark_text(align=align, dx=dx, dy=dy, fontSize=LABEL_PX, fontWeight=weight, color=colour)
        return [halo, front]

    def finish(self, layers: Sequence[alt.Chart], *, plot_px: float, title: str, description: str) -> alt.LayerChart:
        """Return the chart with its height, title, colours and words for screen readers.

        It is as wide as its place. Labels that stand out of the plot make the plot narrower, they are never cut.

        Parameters
        ----------
        layers
            Drawn in this order.
        plot_px
            Height of the plot alone.
        title
            Lines separated by a line break; the words of the vertical axis, which would cost width beside it.
        description
            What the chart shows.
        """
        colours = self.colours
        lines = title.split("\n")
        heading = alt.TitleParams(
            text=lines, anchor="start", frame="bounds", fontSize=LABEL_PX, fontWeight="normal",
            color=colours.soft, offset=10,
        )  # fmt: skip
        axes = alt.AxisConfig(
            labelColor=colours.soft, titleColor=colours.soft, gridColor=colours.grid, domainColor=colours.quiet,
            tickColor=colours.quiet, labelFontSize=12, titleFontSize=12, titleFontWeight="normal",
        )  # fmt: skip
        # All at once: each further call would copy all layers, a tenth of a second each.
        return alt.LayerChart(
            layer=list(layers),
            width="container",
            height=plot_px + _BESIDE_PX + _TITLE_LINE_PX * len(lines),
            autosize=alt.AutoSizeParams(type="fit", contains="padding"),
            # Streamlit writes into the padding, so it cannot be one number.
            padding={"left": 5, "right": 5, "top": 5, "bottom": 5},
            title=heading,
            description=description,
            background="transparent",
            config=alt.Config(font=_FONT, view=alt.ViewConfig(stroke=None), axis=axes),
        )


def spread(values: npt.ArrayLike, *, gap: float) -> npt.NDArray[np.float64]:
    """Return positions near ``values`` in the same order, at least ``gap`` apart: labels do not cover each other.

    Values that are too near form a block, which is centred on their mean.

    Parameters
    ----------
    values
        Where the labels want to stand, shape (n,).
    gap
        Least distance, same unit.
    """
    wanted = np.asarray(values, dtype=np.float64)
    order = np.argsort(wanted, kind="stable")
    blocks: list[list[float]] = []  # sum of where the first label of the block wants to be, number of labels
    for value in wanted[order]:
        blocks.append([value, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] + blocks[-2][1] * gap > blocks[-1][0] / blocks[-1][1]:
            total, count = blocks.pop()
            blocks[-1][0] += total - count * blocks[-1][1] * gap
            blocks[-1][1] += count
    placed = [total / count + i * gap for total, count in blocks for i in range(int(count))]
    result = np.empty_like(wanted)
    result[order] = placed
    return result
