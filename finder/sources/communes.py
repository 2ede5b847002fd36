"""The 280 communes of Wallonia and Brussels in 2025: outlines, names, province, German-speaking Community.

Outlines are simplified together, so that neighbours keep exactly the same border
(:func:`shapely.coverage_simplify`, Visvalingam-Whyatt on shared edges: its tolerance is the square root of the area of
the triangles it drops, so the displacement it allows is measured here, not assumed).
"""

from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely

from finder.errors import SourceFileError, first_ids
from finder.sources.catalog import Dataset
from finder.sources.inputs import read_source_csv, read_source_layer
from finder.sources.licences import STATBEL
from finder.sources.writers import field_dictionary, write_shapefile
from finder.tables import COMMUNES, validate
from finder.units import LAMBERT_2008

PATH: Final = "shapefiles/communes/communes.shp"
SIMPLIFY_TOLERANCE_M: Final = 11.0
"""Chosen so that no border moves by more than about 20 m (measured on these outlines by a golden test)."""

GERMAN_COMMUNITY: Final = frozenset(("63001", "63012", "63013", "63023", "63040", "63048", "63061", "63067", "63087"))
PROVINCES: Final = {
    "04000": "Bruxelles-Capitale",
    "20002": "Brabant wallon",
    "50000": "Hainaut",
    "60000": "Liège",
    "80000": "Luxembourg",
    "90000": "Namur",
}
REGIONS: Final = {"03000": "Wallonia", "04000": "Brussels"}
FIELDS: Final = {
    "nis": "nis",
    "name_fr": "name_fr",
    "name_nl": "name_nl",
    "name_de": "name_de",
    "province": "province",
    "region": "region",
    "is_german_community": "german_com",
    "area_km2": "area_km2",
}
_MEANINGS: Final = {
    "nis": "NIS code of the commune, codes of 2025 (text)",
    "name_fr": "French name, without the bracket that Statbel adds to tell homonyms apart",
    "name_nl": "Dutch name",
    "name_de": "German name",
    "province": "province, by its French name; `Bruxelles-Capitale` for the 19 communes of Brussels",
    "region": "`Wallonia` or `Brussels`",
    "is_german_community": "1 for the nine communes of the German-speaking Community, which are outside ONE",
    "area_km2": "official area (Statbel), km²; not the area of the simplified outline",
}


def build_communes(source_dir: Path, out_dir: Path) -> list[Dataset]:
    """Write the communes' shapefile and its field dictionary below ``out_dir``.

    Raises
    ------
    SourceFileError
        If outlines and names do not list the same communes, or the outlines overlap or leave gaps.
    """
    outlines = read_outlines(source_dir)
    simple = outlines.assign(geometry=simplify(outlines.geometry.to_crs(LAMBERT_2008))).set_crs(
        LAMBERT_2008, allow_override=True
    )
    communes = simple.merge(_read_names(source_dir), on="nis", how="outer", validate="one_to_one")
    missing = communes.loc[communes["name_fr"].isna() | communes.geometry.isna(), "nis"].tolist()
    if missing:
        raise SourceFileError(f"Outlines and names of communes disagree on {first_ids(missing)}; correct the source.")
    communes = validate(communes.sort_values("nis", ignore_index=True), COMMUNES)
    path = out_dir / PATH
    write_shapefile(communes.astype({"is_german_community": "int32"}), path, fields=FIELDS)
    note = "280 communes, codes of 2025, EPSG:3812 (metres). Borders moved by at most about 20 m; no gap, no overlap."
    text = field_dictionary("Communes of Wallonia and Brussels", note, FIELDS, _MEANINGS)
    (path.parent / "README.md").write_text(text, encoding="utf-8")
    return [
        Dataset(
            "communes",
            PATH,
            "2025 (outlines of 2011)",
            len(communes),
            *STATBEL,
            "Statbel, statistical sectors (BelgiumMaps.StatBel) and REFNIS 2025",
            f"Bastogne and Bertogne merged (82039); simplified with a tolerance of {SIMPLIFY_TOLERANCE_M:g} m",
        )
    ]


def read_outlines(source_dir: Path) -> gpd.GeoDataFrame:
    """Return the full outlines: ``nis`` (2025) and MultiPolygon ``geometry`` in WGS84, sorted by ``nis``."""
    raw = read_source_layer(source_dir, "admin/communes_fullres_wgs84.gpkg", "nis_2025")
    raw = raw.sort_values("nis_2025", ignore_index=True)
    # Merged before the projection: shared borders have exactly the same vertices only there.
    whole = {nis: shapely.coverage_union_all(group.geometry.to_numpy()) for nis, group in raw.groupby("nis_2025")}
    return gpd.GeoDataFrame({"nis": list(whole)}, geometry=list(whole.values()), crs=raw.crs)


def simplify(outlines: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return ``outlines`` (metres) simplified together; same index.

    Raises
    ------
    SourceFileError
        If the outlines overlap or do not match along a border.
    """
    geometries = outlines.to_numpy()
    if not shapely.coverage_is_valid(geometries):
        raise SourceFileError(
            "The outlines of communes overlap or do not share their borders; correct the source file."
        )
    return gpd.GeoSeries(
        shapely.coverage_simplify(geometries, SIMPLIFY_TOLERANCE_M), index=outlines.index, crs=outlines.crs
    )


def _read_names(source_dir: Path) -> pd.DataFrame:
    columns = ["nis_2018", "nis_2025", "name_fr", "name_nl", "name_de", "prov", "region", "area_km2"]
    frame = read_source_csv(source_dir, "admin/commune_master.csv", columns, numbers=["area_km2"])
    areas = frame.groupby("nis_2025")["area_km2"].sum()
    # Of two merged communes the first keeps its name (Bastogne, 2025).
    frame = frame.sort_values("nis_2018").drop_duplicates("nis_2025").rename(columns={"nis_2025": "nis"})
    names = {
        column: frame[column].str.replace(r"\s*\(.*\)$", "", regex=True) for column in ("name_fr", "name_nl", "name_de")
    }
    frame = frame.assign(
        **names,
        province=frame["prov"].map(PROVINCES),
        region=frame["region"].map(REGIONS),
        is_german_community=frame["nis"].isin(GERMAN_COMMUNITY),
        area_km2=frame["nis"].map(areas).round(3),
    )
    return frame[list(FIELDS)]
