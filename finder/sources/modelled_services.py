"""One draw of the modelled network in the form of the table of services: for planners, never for families."""

from typing import Final

import pandas as pd

from finder.capacity import consultations_model as model
from finder.tables import KINDS, SERVICE_TYPES, SERVICES, validate

BASE_DATE: Final = "2022-12-31"
METHOD_NOTE: Final = "docs/modelled_network.md"
LICENCE: Final = ("CC BY 4.0", "Finder, from totals of ONE, IWEPS and IBSA; Statbel; © IGN/NGI Belgium; GHSL")


def service_records(facilities: pd.DataFrame, consultations: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    """Return one draw as services of provenance ``modelled``.

    Consultations of an official list are left out: nothing of them is modelled, and the services hold them. Creches of
    an official list are in: their places are modelled, and their name says so.

    Parameters
    ----------
    facilities
        ``site_id``, ``tenure``, ``kind``, ``capacity_places``.
    consultations
        ``site_id``, ``type``.
    sites
        ``site_id``, ``nis``, ``name``, ``lon``, ``lat``, ``basis``.
    """
    day_care = facilities[["site_id", "kind", "tenure", "capacity_places"]]
    advice = consultations.loc[consultations["type"] != model.OFFICIAL, ["site_id", "type"]]
    sessions = advice["type"].map(lambda kind: f"about {model.SESSIONS_PER_MONTH[kind]:g} a month (assumed)")
    rows = pd.concat([day_care, advice.assign(kind="child_consultation", sessions=sessions)], ignore_index=True)
    rows = rows.merge(sites[["site_id", "nis", "name", "lon", "lat", "basis"]], on="site_id", validate="many_to_one")
    words = {"creche": "creche", "childminder": "childminder", "child_consultation": "consultation"}
    rows = rows.sort_values(["kind", "site_id", "tenure", "capacity_places"], kind="stable", ignore_index=True)
    number = (rows.groupby(["kind", "site_id"]).cumcount() + 1).astype(str)
    is_day_care = rows["kind"] != "child_consultation"
    is_listed = rows["basis"] == "official"
    is_judged = is_day_care & (rows["tenure"] != "kind_en_gezin")
    place = rows["site_id"].str.removeprefix("site-")
    beginning = ("Modelled " + rows["kind"].map(words)).mask(is_listed, "Modelled places")
    frame = rows.assign(
        service_id="modelled-" + rows["kind"].map(words) + "-" + place + "-" + number,
        stage=rows["kind"].map(dict(KINDS)),
        name=beginning + ", " + rows["name"],
        locality=rows["name"].mask(is_listed),
        position_precision=pd.Series("locality", index=rows.index).mask(is_listed, "number"),
        position_source=pd.Series("modelled site", index=rows.index).mask(is_listed, "official list"),
        capacity_places=rows["capacity_places"].astype("Int64"),
        subsidised=(rows["tenure"] == "subsidised").astype("boolean").where(is_judged),
        tariff=pd.Series("free", index=rows.index, dtype="object").mask(is_day_care),
        note=rows["tenure"].where(is_day_care, rows["type"]),
        status="unconfirmed",
        provenance="modelled",
        source=METHOD_NOTE,
        as_of=BASE_DATE,
        licence=LICENCE[0],
    )
    frame = frame.reindex(columns=list(SERVICES.columns)).sort_values("service_id", ignore_index=True)
    texts = [name for name, column in SERVICES.columns.items() if column.dtype == "str"]
    typed: pd.DataFrame = validate(frame.astype(dict.fromkeys(texts, "object") | SERVICE_TYPES), SERVICES)
    return typed
