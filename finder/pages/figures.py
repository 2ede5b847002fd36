"""The figures of the planner's page: which column, which colours, which words."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import pandas as pd

from finder.geo.access import LIMITS_MIN
from finder.maps.palettes import CHANGE_MINUTES, MINUTES, SHARES, Scale
from finder.words.messages import Messages
from finder.words.wording import change_text, count_text, minutes_text, share_text


@dataclass(frozen=True)
class Figure:
    """One figure of the access table.

    Attributes
    ----------
    column
        Its column.
    scale
        Its colours.
    """

    column: str
    scale: Scale

    def text(self, value: float, t: Messages) -> str:
        """Return a value in words."""
        if self.scale is SHARES:
            return share_text(value, t.language)
        return change_text(value, t.language) if self.scale is CHANGE_MINUTES else minutes_text(value, t.language)

    def class_labels(self, t: Messages) -> list[str]:
        """Return the words of the classes of the legend."""
        if self.scale is CHANGE_MINUTES:
            return [t(f"change_class.{i}") for i in range(len(self.scale.colours))]
        if self.scale is SHARES:
            limits = [str(round(limit * 100)) for limit in self.scale.limits]
            unit = "%"
        else:
            limits, unit = [f"{limit:g}" for limit in self.scale.limits], "min"
        between = [f"{low}–{high} {unit}" for low, high in pairwise(limits)]
        return [f"≤ {limits[0]} {unit}", *between, f"> {limits[-1]} {unit}"]


FIGURES: Final[Mapping[str, Figure]] = {
    "median": Figure("median_min", MINUTES),
    "mean": Figure("mean_min", MINUTES),
    "p90": Figure("p90_min", MINUTES),
    **{f"within_{limit}": Figure(f"share_{limit}", SHARES) for limit in LIMITS_MIN},
}
CHANGE: Final = Figure("change_min", CHANGE_MINUTES)


def tooltips(table: pd.DataFrame, names: Mapping[str, str], figure: Figure, t: Messages) -> dict[str, str]:
    """Return name, figure and people of each commune, for hovering."""
    return {
        str(nis): f"{names[str(nis)]}\n{figure.text(row[figure.column], t)} · "
        + t("coverage.people_short", count=count_text(row["people"], t.language))
        for nis, row in table.iterrows()
    }


def sheet_rows(row: "pd.Series[float]", t: Messages) -> list[tuple[str, str]]:
    """Return the sheet of one zone: what each figure is called, and the figure in words."""
    rows = [(t("figure." + name), figure.text(row[figure.column], t)) for name, figure in FIGURES.items()]
    if CHANGE.column in row.index:
        rows.append((t("figure.change"), CHANGE.text(row[CHANGE.column], t)))
    counts = {
        "sheet.people": count_text(row["people"], t.language),
        "sheet.unreachable": count_text(row["unreachable_people"], t.language),
        "sheet.far": count_text(row["far_snapped_count"], t.language),
        "sheet.synthetic": share_text(row["synthetic_share"], t.language),
        "sheet.border": share_text(row["border_share"], t.language),
    }
    return rows + [(t(key), text) for key, text in counts.items()]
