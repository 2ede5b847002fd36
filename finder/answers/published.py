"""Our figures beside published ones, each with the reason why they may differ."""

import datetime
from dataclasses import dataclass
from typing import Final

import numpy as np

from finder.answers.access import AccessQuestion, measure_access
from finder.answers.atlas import Atlas
from finder.answers.supply import supply_on
from finder.geo.access import weighted_share
from finder.geo.projection import to_lambert
from finder.geo.straight_line import nearest_km

DAY_2016: Final = datetime.date(2016, 12, 31)
DAY_2020: Final = datetime.date(2020, 2, 1)
NO_FLANDERS: Final = "Flemish and foreign maternities are not in our data; their area is not printed"
CELLS: Final = "our people stand at demand points of 1 km cells, theirs at addresses"


@dataclass(frozen=True)
class Comparison:
    """One published figure and ours.

    Attributes
    ----------
    measure
        What is measured.
    published, ours
        Values in ``unit``; a published list of names is compared as text.
    unit
        ``"count"``, ``"share"`` or ``"names"``.
    source
        Who published it.
    why
        Why the two may differ.
    """

    measure: str
    published: float | str
    ours: float | str
    unit: str
    source: str
    why: str


def compare_with_published(atlas: Atlas) -> list[Comparison]:
    """Return every published access figure we know beside ours."""
    return [*_maternity_counts(atlas), *_maternity_shares(atlas), *_emergency_distances(atlas)]


def _maternity_counts(atlas: Atlas) -> list[Comparison]:
    maternities = supply_on(atlas, "maternity", DAY_2016)
    region = maternities.located["nis"].map(atlas.communes["region"])
    source = "KCE report 323 (2016)"
    return [
        Comparison(f"maternities open in 2016, {name}", count, float((region == name).sum()), "count", source, "")
        for name, count in (("Wallonia", 34), ("Brussels", 11))
    ]


def _maternity_shares(atlas: Atlas) -> list[Comparison]:
    answer = measure_access(atlas, AccessQuestion("maternity", "car", DAY_2016, people="women_20_44"))
    minutes = answer.minutes()
    why = f"{NO_FLANDERS}; our minutes are without traffic jams, women are those of 2020"
    return [
        Comparison(
            f"women 20-44 within {limit} min by car of a maternity, network of 2016",
            share,
            weighted_share(answer.people, minutes <= limit),
            "share",
            "Sirius Insight (women 20-45)",
            why,
        )
        for limit, share in ((30, 0.98), (17, 0.80))
    ]


def _emergency_distances(atlas: Atlas) -> list[Comparison]:
    hospitals = supply_on(atlas, "hospital", DAY_2020).located
    points = atlas.demand(2020)
    km = nearest_km(
        np.column_stack(to_lambert(points["lon"], points["lat"])),
        np.column_stack(to_lambert(hospitals["lon"], hospitals["lat"])),
    )
    people = points["population"].to_numpy()
    region = points["nis"].map(atlas.communes["region"]).to_numpy()
    province = points["nis"].map(atlas.communes["province"]).to_numpy()
    shares = [
        ("Brussels", region == "Brussels", 1.00),
        ("Wallonia", region == "Wallonia", 0.51),
        ("province of Luxembourg", province == "Luxembourg", 0.22),
    ]
    source = "Statbel 2020"
    rows = [
        Comparison(
            f"people within 5 km (straight line) of a hospital with emergency department, {name}",
            published,
            weighted_share(people[inside], km[inside] <= 5),
            "share",
            source,
            CELLS,
        )
        for name, inside, published in shares
    ]
    nearest_of_commune = points.assign(km=km).groupby("nis")["km"].min()
    beyond = nearest_of_commune.index[nearest_of_commune > 20]
    names = sorted(atlas.communes.loc[beyond, "name_fr"])
    published_names = "Bièvre, Daverdisse, Gedinne, Meix-devant-Virton, Rouvroy, Vresse-sur-Semois"
    why = f"{CELLS}; Bièvre lies on the line and Daverdisse's northern edge within it"
    return [
        *rows,
        Comparison("communes wholly beyond 20 km", published_names, ", ".join(names), "names", source, why),
    ]
