"""Day-care places per commune on 31 December 2022, modelled from published totals: tables, audit and validation.

The list of places per commune is not public; see ``docs/modelled_places.md``. The model is in ``finder.capacity``.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from finder.capacity import brussels_places as brussels
from finder.capacity.places_evidence import BASE_YEAR, RegionTrends, audit_observations, commune_evidence
from finder.capacity.places_model import Design, fit_rates
from finder.capacity.places_spread import (
    PLACE_COLUMNS,
    PublishedTotals,
    expected_places,
    spread_places,
)
from finder.capacity.places_validation import leave_one_out, observed_targets
from finder.errors import DatasetNotFoundError, first_ids
from finder.sources.catalog import Dataset
from finder.sources.demography import count_ages
from finder.sources.licences import FACTS
from finder.sources.writers import write_csv, write_parquet

PLACES_PATH: Final = "tables/modelled_places_by_commune.csv"
DRAWS_PATH: Final = "tables/modelled_places_draws.parquet"
AUDIT_PATH: Final = "tables/observation_audit.csv"
VALIDATION_PATH: Final = "tables/modelled_places_validation.csv"

PROVINCES: Final = {"20002": "Brabant wallon", "50000": "Hainaut"}
DRAW_COUNT: Final = 60
SEED: Final = 20221231
VALIDATION_SEED: Final = 20230101

CHILDCARE_KINDS: Final = ("creche", "childminder", "drop_in_care")


@dataclass(frozen=True)
class Inputs:
    """The tables that the model reads.

    Parameters
    ----------
    communes, figures, observations, published, services
        As the store loads them.
    population
        People by commune, year and age, estimated years too: as ``load_population_series`` returns them.
    """

    communes: gpd.GeoDataFrame
    figures: pd.DataFrame
    population: pd.DataFrame
    observations: pd.DataFrame
    published: pd.DataFrame
    services: pd.DataFrame


@dataclass(frozen=True)
class Prepared:
    """What the model runs on.

    Parameters
    ----------
    communes
        The 271 communes of ONE, index ``nis``, as ``spread_places`` takes them.
    design
        As ``fit_rates`` takes it.
    evidence
        Published values per commune, as ``fit_rates`` takes them.
    audit
        The judgement on every published value.
    totals
        What the places sum to.
    """

    communes: pd.DataFrame
    design: Design
    evidence: pd.DataFrame
    audit: pd.DataFrame
    totals: PublishedTotals


def build_modelled_places(out_dir: Path, inputs: Inputs) -> list[Dataset]:
    """Write the modelled places, their draws, the audit and the validation below ``out_dir``."""
    prepared = prepare(inputs)
    draws = draw_places(prepared)
    table = summarise(draws, prepared)
    validation = validate_places(prepared, inputs.observations)
    write_csv(table, out_dir / PLACES_PATH)
    write_parquet(draws, out_dir / DRAWS_PATH)
    write_csv(prepared.audit, out_dir / AUDIT_PATH)
    write_csv(validation.round(3).reset_index(), out_dir / VALIDATION_PATH)
    date = f"{BASE_YEAR}-12-31"
    source = "our model from published totals and values; see docs/modelled_places.md"
    return [
        Dataset("modelled_places_by_commune", PLACES_PATH, date, len(table), *FACTS, source,
                "modelled, not counted: read the interval and `evidence`; without the nine German-speaking communes"),
        Dataset("modelled_places_draws", DRAWS_PATH, date, len(draws), *FACTS, source,
                "draw 0 is the central estimate; each draw meets the published totals"),
        Dataset("observation_audit", AUDIT_PATH, "2011-2021", len(prepared.audit), *FACTS,
                "our judgement on coverage_observations", "one row per published value: used or not, as what, why"),
        Dataset("modelled_places_validation", VALIDATION_PATH, date, len(validation), *FACTS, source,
                "each observed commune predicted without its own values, beside its province's and region's rate"),
    ]  # fmt: skip


def prepare(inputs: Inputs) -> Prepared:
    """Return everything the model runs on.

    Raises
    ------
    DatasetNotFoundError
        If a commune has no children on the day after the base date.
    """
    by_year = _children_by_year(inputs.population)
    communes = _communes(inputs, by_year)
    in_brussels = communes["region"] == "Brussels"
    children = communes["children"]
    walloon = inputs.published[inputs.published["area_id"] == "03000"].set_index("year")
    split = brussels.split_brussels(inputs.observations, walloon, by_year[in_brussels.index[in_brussels]].sum(axis=1))
    seen = inputs.observations
    study = seen[(seen["area_id"] == "03000") & (seen["indicator"] == "coverage_total_pct")]["value"].iloc[0]
    brussels_base_pct = 100 * split.level / float(children[in_brussels].sum())
    trends = RegionTrends(
        walloon,
        pd.Series({year: split.coverage_pct(year) for year in range(2015, BASE_YEAR)}),
        brussels_base_pct,
        float(study),
    )
    audit = audit_observations(seen, trends, children, in_brussels)
    totals = _totals(walloon, split, audit, trends, children.groupby(communes["province"]).sum())
    rates = _province_rates(communes, totals)
    sub_share = totals.walloon_subsidised / (totals.walloon_subsidised + totals.walloon_other)
    design = Design(
        pd.DataFrame(
            {
                "province": communes["province"],
                "province_rate": communes["province"].map(rates),
                "region_share": np.where(in_brussels, totals.brussels_income_share, sub_share),
            }
        ),
        _covariates(communes),
    )
    evidence = commune_evidence(audit)
    communes = communes.assign(
        kind_en_gezin_ratio=_ibsa_ratios(inputs, split, brussels_base_pct, communes, audit),
        **_limits(communes, evidence),
    )
    return Prepared(communes, design, evidence, audit, totals)


def draw_places(prepared: Prepared, *, count: int = DRAW_COUNT, seed: int = SEED) -> pd.DataFrame:
    """Return the central estimate (draw 0) and ``count`` draws in long form."""
    rng = np.random.default_rng(seed)
    fitted = fit_rates(prepared.design, prepared.evidence)
    central, variance = expected_places(fitted, prepared.communes, prepared.totals, rng=rng)
    frames = [central]
    rates, shares = fitted.draw(count, rng=rng)
    frames += [
        spread_places(rate, share, prepared.communes, prepared.totals, rng=rng, log_variance=variance)
        for rate, share in zip(rates, shares, strict=True)
    ]
    long = pd.concat(frames, keys=range(count + 1), names=["draw", "nis"]).reset_index()
    return long.astype({"draw": "int16"} | dict.fromkeys(PLACE_COLUMNS, "int32"))


def validate_places(prepared: Prepared, observations: pd.DataFrame) -> pd.DataFrame:
    """Return the leave-one-out predictions of the observed communes; see ``finder.capacity.places_validation``."""
    return leave_one_out(
        observed_targets(prepared.audit, observations),
        prepared.design,
        prepared.evidence,
        prepared.communes,
        prepared.totals,
        rng=np.random.default_rng(VALIDATION_SEED),
    )


def summarise(draws: pd.DataFrame, prepared: Prepared) -> pd.DataFrame:
    """Return the table per commune: central estimate, 10th and 90th percentiles of the draws, evidence."""
    communes = prepared.communes
    total = _wide(draws, draws[list(PLACE_COLUMNS)].sum(axis=1))
    related = draws["places_subsidised"] + prepared.totals.brussels_income_share * draws["places_kind_en_gezin"]
    children = communes["children"]
    table = draws[draws["draw"] == 0].set_index("nis")[list(PLACE_COLUMNS)].reindex(communes.index)
    table.insert(0, "children_0_2_5", children)
    table["places_total"] = total.loc[0].reindex(communes.index)
    for name, wide in (("coverage", total), ("income_related", _wide(draws, related))):
        low, high = wide.loc[1:].quantile(0.1), wide.loc[1:].quantile(0.9)
        if name == "coverage":
            table["total_p10"], table["total_p90"] = low, high
        table[f"{name}_pct"] = (100 * wide.loc[0] / children).round(2)
        table[f"{name}_p10"] = (100 * low / children).round(2)
        table[f"{name}_p90"] = (100 * high / children).round(2)
    table["evidence"] = _evidence_levels(prepared)
    table["year"] = BASE_YEAR
    columns = [
        "children_0_2_5", *PLACE_COLUMNS, "places_total", "total_p10", "total_p90", "coverage_pct", "coverage_p10",
        "coverage_p90", "income_related_pct", "income_related_p10", "income_related_p90", "evidence", "year",
    ]  # fmt: skip
    return table[columns].rename_axis("nis").reset_index()


def _wide(draws: pd.DataFrame, values: "pd.Series[float]") -> pd.DataFrame:
    """Return ``values`` with one row per draw and one column per commune."""
    return draws.assign(value=values).pivot_table(index="draw", columns="nis", values="value")


def _children_by_year(population: pd.DataFrame) -> pd.DataFrame:
    """Return the children of 0 to 2.5 years on 1 January after each 31 December: rows years, columns communes."""
    ages = count_ages(population)
    children = ages[ages["figure"] == "children_0_2_5"].pivot_table(index="year", columns="nis", values="value")
    return children.set_axis(children.index - 1)


def _communes(inputs: Inputs, by_year: pd.DataFrame) -> pd.DataFrame:
    wide = inputs.figures.pivot_table(index="nis", columns=["figure", "year"], values="value")
    communes = pd.DataFrame(inputs.communes.drop(columns="geometry"))
    communes = communes[~communes["is_german_community"]].sort_index()
    wide = wide.reindex(communes.index)
    children = by_year.T.reindex(index=communes.index, columns=[BASE_YEAR])[BASE_YEAR]
    lacking = children.index[children.isna()].tolist()
    if lacking:
        raise DatasetNotFoundError(
            f"No children on 1 January {BASE_YEAR + 1} for {first_ids(lacking)}: build population_series again."
        )
    services = inputs.services
    known = services[services["kind"].isin(CHILDCARE_KINDS) & (services["status"] == "open")]
    return pd.DataFrame(
        {
            "province": communes["province"],
            "region": communes["region"],
            "children": children,
            "income_eur": wide[("income_per_inhabitant_eur", 2023)],
            "known_places": known.groupby("nis")["capacity_places"]
            .sum()
            .reindex(communes.index)
            .fillna(0)
            .astype(float),
        }
    )


def _limits(communes: pd.DataFrame, evidence: pd.DataFrame) -> dict[str, "pd.Series[float]"]:
    """Return the limits of ONE's places per commune: known facilities, and rates printed as above or below a value."""
    lowest, highest = communes["known_places"].copy(), pd.Series(np.inf, index=communes.index)
    for row in evidence[evidence["kind"] == "total"].to_dict("records"):
        nis, places = str(row["nis"]), float(row["rate"]) * float(communes["children"][str(row["nis"])])
        if row["operator"] == ">":
            lowest[nis] = max(lowest[nis], places)
        if row["operator"] == "<":
            highest[nis] = min(highest[nis], places)
    return {"lowest_places": lowest, "highest_places": highest}


def _covariates(communes: pd.DataFrame) -> pd.DataFrame:
    """Return log income, centred on the children of each province, in standard deviations.

    Density and the number of children were tried beside it and made the left-out communes worse.
    """
    logs, weights, province = np.log(communes["income_eur"]), communes["children"], communes["province"]
    means = (logs * weights).groupby(province).transform("sum") / weights.groupby(province).transform("sum")
    centred = logs - means
    return pd.DataFrame({"income": centred / centred.std()})


def _totals(
    walloon: pd.DataFrame,
    split: brussels.BrusselsSplit,
    audit: pd.DataFrame,
    trends: RegionTrends,
    children: "pd.Series[float]",
) -> PublishedTotals:
    provinces = {}
    for row in audit[audit["used_as"] == "province total"].to_dict("records"):
        name = PROVINCES[str(row["area_id"])]
        if row["indicator"] == "places_total":
            places = float(row["value"]) * trends.places_factor(int(row["year"]))
        else:
            places = float(row["base_pct"]) / 100 * float(children[name])
        provinces[name] = (places, float(row["sd_log"]))
    return PublishedTotals(
        walloon_subsidised=int(walloon["places_subsidised"][BASE_YEAR]),
        walloon_other=int(walloon["places_non_subsidised"][BASE_YEAR]),
        brussels=brussels.PLACES,
        brussels_one=split.level,
        brussels_one_sd=split.sd,
        brussels_income_share=brussels.INCOME_RELATED_SHARE,
        provinces=provinces,
    )


def _province_rates(communes: pd.DataFrame, totals: PublishedTotals) -> dict[str, float]:
    children = communes.groupby("province")["children"].sum()
    region = communes.groupby("province")["region"].first()
    rest = totals.walloon_subsidised + totals.walloon_other - sum(places for places, _ in totals.provinces.values())
    others = [name for name in children.index if region[name] == "Wallonia" and name not in totals.provinces]
    rates = {name: places / float(children[name]) for name, (places, _) in totals.provinces.items()}
    rates |= dict.fromkeys(others, rest / float(children[others].sum()))
    return rates | {
        name: totals.brussels_one / float(children[name]) for name in children.index if region[name] == "Brussels"
    }


def _ibsa_ratios(
    inputs: Inputs, split: brussels.BrusselsSplit, base_pct: float, communes: pd.DataFrame, audit: pd.DataFrame
) -> "pd.Series[float]":
    """Return Kind en Gezin's places per place of ONE where IBSA and ONE both print a rate; index ``nis``."""
    people = inputs.population
    ages = people[(people["age"] < 3) & (people["year"] == 2019)]
    under_3 = ages.groupby("nis")["count"].sum()
    halves = ages[ages["age"] == 2].set_index("nis")["count"] / 2
    ratios = pd.Series(np.nan, index=communes.index)
    for row in audit[audit["used_as"] == "total under 3 (IBSA)"].to_dict("records"):
        nis = str(row["area_id"])
        one = audit[(audit["area_id"] == nis) & (audit["used_as"] == "total")]
        if one.empty:
            continue
        rate_2018 = float(one["base_pct"].iloc[-1]) * split.coverage_pct(brussels.PLACES_YEAR) / base_pct
        places_one = rate_2018 / 100 * float(under_3[nis] - halves[nis])
        ratios[nis] = max(float(row["value"]) * float(under_3[nis]) / places_one - 1, 0.05)
    return ratios


def _evidence_levels(prepared: Prepared) -> "pd.Series[str]":
    evidence = prepared.evidence
    firm = evidence[(evidence["kind"] == "total") & (evidence["operator"] == "=")]["nis"]
    known = prepared.communes.index[prepared.communes["known_places"] > 0]
    levels = pd.Series("model", index=prepared.communes.index)
    levels[levels.index.isin(evidence["nis"]) | levels.index.isin(known)] = "bounded"
    levels[levels.index.isin(firm)] = "observed"
    return levels
