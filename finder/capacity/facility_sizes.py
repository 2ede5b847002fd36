"""How the day-care places of a commune form creches and childminders."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from finder.capacity.apportion import Int64, expected_counts, whole_counts
from finder.errors import ApportionError, first_ids

METHOD_VERSION: Final = "facility sizes 1"

GROUP: Final = 7
"""A creche's places come in groups of seven (ONE's norm: one adult for about seven children)."""

CHILDMINDER_MOST: Final = 4
"""Most children of a childminder alone."""

CO_MINDERS_MOST: Final = 8
"""Most children of two childminders together."""

CO_MINDER_SHARE: Final = 0.25
"""Share of the childminders' places where two work together. An assumption."""

MINDER_SHARE: Final[Mapping[tuple[str, str], float]] = {
    ("Wallonia", "subsidised"): 0.28,
    ("Wallonia", "other"): 0.28,
    ("Brussels", "subsidised"): 0.02,
    ("Brussels", "other"): 0.02,
    ("Brussels", "kind_en_gezin"): 0.02,
}
"""Share of places at childminders by region and tenure. Assumptions: no source we have prints it. The list of the City
of Brussels (9 childminders beside 80 creches) supports the low share of Brussels."""

MINDER_CONCENTRATION: Final = 12.0
"""How alike communes are: their shares are drawn from Beta(share x 12, (1 - share) x 12). An assumption."""

OTHER_SIZES: Final[tuple[int, ...]] = (14, 14, 14, 21, 21, 21, 28, 28, 35, 42)
"""Sizes of creches that ONE does not subsidise, each as likely as it is often here. An assumption."""

LIST_SPREAD: Final = 0.4
"""Standard deviation of the logarithm of the size of a listed creche whose capacity is not known. An assumption."""

LARGEST_KNOWN: Final = 126
"""A known capacity above it is a group of creches, not one."""


def sizes_of_known(capacities: "pd.Series[int]") -> Int64:
    """Return known capacities of creches, in places, rounded to multiples of seven; the missing and groups left out."""
    known = capacities.dropna().astype("float64")
    known = known[(known >= GROUP / 2) & (known <= LARGEST_KNOWN)]
    return np.maximum(GROUP, GROUP * np.round(known.to_numpy() / GROUP)).astype(np.int64)


def draw_minder_share(means: "pd.Series[float]", *, rng: np.random.Generator | None = None) -> "pd.Series[float]":
    """Return the share of places at childminders of each commune, same index; without ``rng`` the means."""
    if rng is None:
        return means
    mean = means.to_numpy(dtype=np.float64)
    drawn = rng.beta(np.maximum(mean, 1e-9) * MINDER_CONCENTRATION, (1 - mean) * MINDER_CONCENTRATION)
    return pd.Series(np.where(mean > 0, drawn, 0.0), index=means.index)


def split_places(
    places: "pd.Series[int]",
    minder_share: "pd.Series[float]",
    sizes: "Int64",
    *,
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Return facilities whose places sum to ``places`` in every commune.

    The places of creches are the whole groups of seven nearest to (1 - share) x places (with ``rng``: rounded at
    random, the expectation kept); childminders take the rest, whatever it is.

    Parameters
    ----------
    places
        Whole numbers >= 0 by ``nis``.
    minder_share
        Share of places at childminders by ``nis``, in [0, 1].
    sizes
        Creche sizes to draw from, multiples of seven. Without ``rng`` every creche has about their mean.
    rng
        Source of randomness.

    Returns
    -------
    DataFrame
        ``nis``, ``kind`` ("creche" or "childminder"), ``capacity_places`` (creches: multiples of 7; childminders: at
        most 4, at most 8 for two together); RangeIndex.

    Raises
    ------
    ApportionError
        If places are negative or not whole numbers, a commune has no share, or a size is not a multiple of seven.
    """
    values = places.to_numpy(dtype=np.float64)
    wrong = places.index[~np.isfinite(values) | (values < 0) | (values != np.floor(values))]
    if len(wrong):
        raise ApportionError(
            f"Places must be whole numbers of 0 or more; wrong in the communes {first_ids(list(wrong))}."
        )
    shares = minder_share.reindex(places.index)
    outside = places.index[~shares.between(0, 1)]
    if len(outside):
        raise ApportionError(f"No share of childminders between 0 and 1 for the communes {first_ids(list(outside))}.")
    if not len(sizes) or (np.asarray(sizes) <= 0).any() or (np.asarray(sizes) % GROUP != 0).any():
        raise ApportionError("Creche sizes must be multiples of seven above 0.")
    groups = _round((1 - shares.to_numpy(dtype=np.float64)) * values / GROUP, rng)
    groups = np.minimum(groups, values.astype(np.int64) // GROUP)
    codes: list[str] = []
    kinds: list[str] = []
    capacities: list[int] = []
    for nis, total, count in zip(places.index, values.astype(np.int64), groups, strict=True):
        creches = _creches(int(count), np.asarray(sizes), rng)
        minders = _minders(int(total) - GROUP * int(count), rng)
        codes += [str(nis)] * (len(creches) + len(minders))
        kinds += ["creche"] * len(creches) + ["childminder"] * len(minders)
        capacities += creches + minders
    return pd.DataFrame({"nis": codes, "kind": kinds, "capacity_places": np.array(capacities, dtype=np.int64)})


def share_over_list(
    places: int, known_sizes: "pd.Series[float]", *, rng: np.random.Generator | None = None
) -> "pd.Series[int]":
    """Return the places of each creche of a complete list: multiples of seven that sum to ``places``.

    A creche weighs what its capacity is, an unknown one the mean of the known (with ``rng`` times a lognormal factor of
    standard deviation :data:`LIST_SPREAD`). Each gets at least one group where there are enough.

    Parameters
    ----------
    places
        A multiple of seven.
    known_sizes
        Capacity by creche, missing where unknown; same index out.
    rng
        Source of randomness.

    Raises
    ------
    ApportionError
        If ``places`` is not a multiple of seven.
    """
    if places % GROUP:
        raise ApportionError(f"{places} places are not whole groups of {GROUP}.")
    weights = known_sizes.fillna(known_sizes.mean() if known_sizes.notna().any() else 1.0).to_numpy(np.float64)
    if rng is not None:
        weights = weights * np.where(known_sizes.isna(), rng.lognormal(0.0, LIST_SPREAD, len(weights)), 1.0)
    groups = places // GROUP
    low = 1 if groups >= len(weights) else 0
    counts = whole_counts(expected_counts(weights, groups, low=low, high=groups), groups, rng=rng)
    return pd.Series(GROUP * counts, index=known_sizes.index)


def _round(values: "np.ndarray", rng: np.random.Generator | None) -> Int64:
    return np.floor(values + (0.5 if rng is None else rng.random(len(values)))).astype(np.int64)


def _creches(groups: int, sizes: Int64, rng: np.random.Generator | None) -> list[int]:
    if groups == 0:
        return []
    if rng is None:
        count = max(1, round(groups * GROUP / float(sizes.mean())))
        base, more = divmod(groups, count)
        return [GROUP * (base + (i < more)) for i in range(count)]
    drawn: list[int] = []
    left = groups * GROUP
    while left > 0:
        # The last one is cut to what is left, so that the sum is exact.
        size = min(int(sizes[rng.integers(len(sizes))]), left)
        drawn.append(size)
        left -= size
    return drawn


def _minders(places: int, rng: np.random.Generator | None) -> list[int]:
    chance = 0.5 if rng is None else float(rng.random())
    together = int(places * CO_MINDER_SHARE / CO_MINDERS_MOST + chance)
    together = min(together, places // CO_MINDERS_MOST)
    alone, last = divmod(places - together * CO_MINDERS_MOST, CHILDMINDER_MOST)
    return [CO_MINDERS_MOST] * together + [CHILDMINDER_MOST] * alone + ([last] if last else [])
