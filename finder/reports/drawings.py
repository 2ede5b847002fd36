"""The maps and charts of the documents, drawn from sheets."""

import geopandas as gpd
import pandas as pd

from finder.answers.commune_sheet import CommuneSheet
from finder.answers.province_sheet import ProvinceSheet
from finder.maps.documents.model import Figure
from finder.maps.legend import class_labels
from finder.maps.palettes import COVERAGE_PCT, MINUTES, Scale
from finder.maps.svg_charts import TrendLine, trend_svg
from finder.maps.svg_legend import MapLegend
from finder.maps.svg_map import choropleth_svg
from finder.reports.commune_tables import name_column
from finder.reports.commune_words import commune_text
from finder.reports.figures_text import counter
from finder.words.messages import Messages
from finder.words.wording import NO_BREAK, count_text


def map_scale(t: Messages, *, is_modelled: bool) -> tuple[str, Scale, MapLegend]:
    """Return the column a map shows, its classes, and the words of its legend."""
    if is_modelled:
        column, scale, unit, title = "coverage_pct", COVERAGE_PCT, "", t("commune.map.coverage")
    else:
        column, scale, unit, title = "maternity_min", MINUTES, NO_BREAK + "min", t("commune.map.maternity")
    labels = class_labels(scale, counter(t), unit=unit)
    return column, scale, MapLegend(title, tuple(labels), t("commune.map.empty"), t("commune.map.uncertain"))


def commune_map(sheet: CommuneSheet, t: Messages) -> Figure:
    """Return the commune among its neighbours."""
    column, scale, legend = map_scale(t, is_modelled=sheet.modelled is not None)
    near, names = sheet.around, sheet.around[name_column(t)].to_dict()
    focus = [str(nis) for nis in near.index[near["is_neighbour"]]]
    others = sorted(names[nis] for nis in focus if nis != sheet.nis)
    drawing = choropleth_svg(
        near, near[column], scale=scale, legend=legend, names=names, focus=focus, highlighted=sheet.nis,
        uncertain=_uncertain(near) if sheet.modelled else (), width=235, height=122,
    )  # fmt: skip
    beside = ", ".join(others) or t("commune.map.none")
    return Figure(drawing, "", t("commune.map.alt", name=commune_text(sheet, t), neighbours=beside))


def province_map(sheet: ProvinceSheet, t: Messages) -> Figure:
    """Return all communes of the province."""
    column, scale, legend = map_scale(t, is_modelled=sheet.modelled is not None)
    inside = [str(nis) for nis in sheet.communes.index]
    zones = sheet.zones[sheet.zones.index.isin(inside)]
    drawing = choropleth_svg(
        zones, sheet.communes[column], scale=scale, legend=legend, names=zones[name_column(t)].to_dict(),
        focus=inside, uncertain=_uncertain(sheet.communes), width=500, height=360,
    )  # fmt: skip
    return Figure(drawing, "", t("report.province.map_alt"))


def _uncertain(frame: pd.DataFrame | gpd.GeoDataFrame) -> list[str]:
    if "is_uncertain" not in frame:
        return []
    return [str(nis) for nis in frame.index[frame["is_uncertain"].to_numpy(dtype=bool)]]


def children_trend(sheet: CommuneSheet, t: Messages) -> Figure:
    """Return the children aged 0 to 2.5 over the years, those of today with their interval."""
    counted = sheet.children[sheet.children["basis"] == "observed"]["children_0_2_5"]
    later = sheet.children[sheet.children["basis"] != "observed"]["children_0_2_5"]
    now = sheet.nowcast
    last = {int(str(year)): (value, value, value) for year, value in counted.tail(1).items()}
    estimated = last | {int(str(year)): (value, value, value) for year, value in later.items()}
    estimated[int(now["year"])] = (now["children_0_2_5"], now["children_0_2_5_p10"], now["children_0_2_5_p90"])
    years = tuple(int(str(year)) for year in counted.index)
    # Years that were not counted are a gap in the line, not a straight line between two others.
    full = tuple(range(years[0], years[-1] + 1))
    values = tuple(float(counted.get(year, float("nan"))) for year in full)
    central, low, high = (tuple(float(row[i]) for row in estimated.values()) for i in range(3))
    lines = [
        TrendLine(t("commune.chart.estimated"), tuple(estimated), central, low, high, is_strong=True),
        TrendLine(t("commune.chart.counted"), full, values, is_strong=False),
    ]
    words = {
        "first": count_text(counted.iloc[0], t.language),
        "start": years[0],
        "last": count_text(now["children_0_2_5"], t.language),
        "end": int(now["year"]),
    }
    text = t("commune.chart.children", **words)
    return Figure(
        trend_svg(lines, value_text=counter(t), width=235, height=60), t("commune.chart.children_title"), text
    )
