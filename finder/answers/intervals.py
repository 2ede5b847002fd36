"""A figure that rests on the model, with its interval: the central value and two quantiles over the draws."""

from typing import Final

import pandas as pd

from finder.answers.modelled import CENTRAL

LOW: Final = 0.1
HIGH: Final = 0.9


def interval(value: "pd.Series[float]", draws: pd.DataFrame) -> pd.DataFrame:
    """Return ``value``, ``p10`` and ``p90``.

    Parameters
    ----------
    value
        Of the central network.
    draws
        Same index, one column per draw.
    """
    low, high = (draws.quantile(share, axis=1) for share in (LOW, HIGH))
    return pd.DataFrame({"value": value, "p10": low, "p90": high})


def interval_of(columns: pd.DataFrame) -> pd.DataFrame:
    """Return the interval of a frame whose column 0 is the central network and whose others are the draws."""
    return interval(columns[CENTRAL], columns.drop(columns=CENTRAL))


def over_draws(rows: pd.DataFrame) -> pd.DataFrame:
    """Return ``value`` (central), ``p10``, ``median`` and ``p90`` over the draws of each column.

    Parameters
    ----------
    rows
        One row per draw (0 central).
    """
    draws = rows.drop(index=CENTRAL)
    return pd.DataFrame(
        {
            "value": rows.loc[CENTRAL],
            "p10": draws.quantile(LOW),
            "median": draws.median(),
            "p90": draws.quantile(HIGH),
        }
    )
