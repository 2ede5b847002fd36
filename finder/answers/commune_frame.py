"""The sheet of a commune as one long table, to take away."""

import numpy as np
import pandas as pd

from finder.answers.commune_sheet import CommuneSheet

COLUMNS = ["nis", "name", "topic", "figure", "value", "p10", "p90", "year", "basis"]
SUPPLY_YEAR = 2022


def sheet_frame(sheet: CommuneSheet) -> pd.DataFrame:
    """Return every number of a sheet, one per row.

    Returns
    -------
    DataFrame
        RangeIndex; :data:`COLUMNS`. ``basis`` is ``observed``, ``estimated``, ``modelled``, ``measured`` (travel times)
        or ``published``; ``p10`` and ``p90`` are nan where there is no interval.
    """
    rows = [
        *(_row("children", name, row[name], year, str(row["basis"])) for year, row in sheet.children.iterrows()
          for name in ("children_0_2_5", "children_0_5")),
        *(_row("children", name, sheet.nowcast[name], sheet.nowcast["year"], "estimated",
               p10=sheet.nowcast[f"{name}_p10"], p90=sheet.nowcast[f"{name}_p90"])
          for name in ("children_0_2_5", "children_0_5")),
        *(_row("people", str(name), row["value"], row["year"], "observed") for name, row in sheet.figures.iterrows()),
        *(_row("access", f"{kind}_{name}_car", row[name], sheet.day.year, "measured")
          for kind, row in sheet.minutes.iterrows()
          for name in ("median_min", "mean_min", "p90_min", "share_30", "border_share", "synthetic_share")),
        *(_row("published", f"{row['indicator']} {row['operator']}", row["value"], row["year"], "published")
          for _, row in sheet.published.iterrows()),
    ]  # fmt: skip
    part = sheet.modelled
    if part is not None:
        tables = {"places": part.places, "measures": part.measures}
        rows += [
            _row(topic, str(name), row["value"], SUPPLY_YEAR, "modelled", p10=row["p10"], p90=row["p90"])
            for topic, table in tables.items()
            for name, row in table.iterrows()
        ]
        count = part.consultations
        rows.append(
            _row("consultations", "count", count["value"], SUPPLY_YEAR, "modelled", p10=count["p10"], p90=count["p90"])
        )
        rows += [
            _row("definitions", f"{key}_share_of_draws", line["share"], SUPPLY_YEAR, "modelled")
            for key, line in part.definitions.iterrows()
        ]
        rows.append(_row("rank", "coverage_rank_in_province", part.rank.place, SUPPLY_YEAR, "modelled",
                         p10=part.rank.best, p90=part.rank.worst))  # fmt: skip
    frame = pd.DataFrame(rows)
    frame.insert(0, "nis", sheet.nis)
    frame.insert(1, "name", sheet.names["fr"])
    return frame[COLUMNS]


def _row(
    topic: str, figure: str, value: float, year: object, basis: str, *, p10: float = np.nan, p90: float = np.nan
) -> dict[str, object]:
    return {
        "topic": topic,
        "figure": figure,
        "value": float(value),
        "p10": float(p10),
        "p90": float(p90),
        "year": int(float(str(year))),
        "basis": basis,
    }
