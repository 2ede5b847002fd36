"""How well is a commune predicted without its own published values? Leave-one-out, against simpler rules.

The judge is the mean absolute error of ONE's places per 100 children 0-2.5 at the base date, over the communes with a
published equality that is not in doubt. The model ships only while it beats the rate of the province.
"""

from typing import Final

import numpy as np
import pandas as pd

from finder.capacity.places_evidence import CLEAR_INDICATORS
from finder.capacity.places_model import Design, fit_rates
from finder.capacity.places_spread import PublishedTotals, expected_places, spread_places

DRAW_COUNT: Final = 60
LOW_QUANTILE: Final = 0.1
HIGH_QUANTILE: Final = 0.9


def observed_targets(audit: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """Return the published equalities of a total rate, one per commune: the firmest.

    Parameters
    ----------
    audit
        From ``audit_observations``.
    observations
        The table that was judged, same index; its column ``doubt`` says what is doubtful.

    Returns
    -------
    DataFrame
        Index ``nis``, sorted; ``year``, ``observed_pct`` (at the base date; a published 0 stays 0) and ``is_doubtful``.
    """
    rows = audit[(audit["level"] == "commune") & (audit["used_as"] == "total") & (audit["operator"] == "=")]
    rows = rows[rows["indicator"].isin(CLEAR_INDICATORS)]
    one_only = observations["doubt"].fillna("").str.startswith("ONE places only")
    doubtful = (observations["doubt"].notna() & ~one_only).reindex(rows.index)
    frame = pd.DataFrame(
        {
            "nis": rows["area_id"],
            "year": rows["year"],
            "observed_pct": rows["base_pct"].where(rows["value"] > 0, 0.0),
            "is_doubtful": doubtful,
            "sd_log": rows["sd_log"],
        }
    )
    firmest = frame.sort_values(["nis", "is_doubtful", "sd_log"]).drop_duplicates("nis")
    return firmest.drop(columns="sd_log").set_index("nis")


def leave_one_out(
    targets: pd.DataFrame,
    design: Design,
    evidence: pd.DataFrame,
    communes: pd.DataFrame,
    totals: PublishedTotals,
    *,
    rng: np.random.Generator,
    draw_count: int = DRAW_COUNT,
) -> pd.DataFrame:
    """Predict each target commune from the evidence of all others, totals met as in the real run.

    Parameters
    ----------
    targets
        From :func:`observed_targets`.
    design, evidence, communes, totals
        As in the real run; every value and limit of the commune itself is taken out, known facilities stay.
    rng
        For the draws.
    draw_count
        Draws behind each interval.

    Returns
    -------
    DataFrame
        Index ``nis``; the columns of :data:`finder.tables.MODELLED_PLACES_VALIDATION`; errors are prediction minus
        observation, in points.
    """
    children = communes["children"]
    rates = design.communes["province_rate"]
    region_pct = 100 * (rates * children).groupby(communes["region"]).sum() / children.groupby(communes["region"]).sum()
    rows = []
    for target in targets.rename_axis("nis").reset_index().to_dict("records"):
        nis = str(target["nis"])
        fitted = fit_rates(design, evidence[evidence["nis"] != nis])
        free = communes.copy()
        free.loc[nis, "lowest_places"] = communes["known_places"][nis]
        free.loc[nis, "highest_places"] = np.inf
        central, variance = expected_places(fitted, free, totals, rng=rng)
        predicted = [_one_pct(central, nis, children)]
        for rate, share in zip(*fitted.draw(draw_count, rng=rng), strict=True):
            drawn = spread_places(rate, share, free, totals, rng=rng, log_variance=variance)
            predicted.append(_one_pct(drawn, nis, children))
        low, high = np.quantile(predicted[1:], [LOW_QUANTILE, HIGH_QUANTILE])
        rows.append(
            {
                "nis": nis,
                "year": target["year"],
                "observed_pct": target["observed_pct"],
                "region_mean_pct": region_pct[communes["region"][nis]],
                "province_mean_pct": 100 * rates[nis],
                "model_pct": predicted[0],
                "model_p10": low,
                "model_p90": high,
                "is_doubtful": target["is_doubtful"],
            }
        )
    result = pd.DataFrame(rows).set_index("nis")
    for name in ("province_mean", "model"):
        result.insert(len(result.columns) - 1, f"{name}_error", result[f"{name}_pct"] - result["observed_pct"])
    return result


def mean_absolute_errors(validation: pd.DataFrame) -> "pd.Series[float]":
    """Return the mean absolute error, in points, of the model and of the two means; doubtful rows are left out."""
    clear = validation[~validation["is_doubtful"].astype(bool)]
    return pd.Series(
        {
            name: float((clear[f"{name}_pct"] - clear["observed_pct"]).abs().mean())
            for name in ("model", "province_mean", "region_mean")
        }
    )


def _one_pct(places: pd.DataFrame, nis: str, children: "pd.Series[float]") -> float:
    return float(100 * (places["places_subsidised"][nis] + places["places_other"][nis]) / children[nis])
