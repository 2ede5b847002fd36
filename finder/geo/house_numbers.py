"""House numbers of the streets of an official address list: the point of "Rue de Fer 12", or of the number next to it.

Addresses come sorted by commune and street, so that a street is one slice of the columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finder.geo.folding import fold
from finder.geo.projection import to_lambert

METHOD_VERSION: Final = "house numbers 1"
ADDRESS_COLUMNS: Final = ("nis", "street", "postcode", "number", "suffix", "lon", "lat")
NUMBER_UNCERTAINTY_M: Final = 10.0
"""An official address point lies on the building or at its entrance."""

SAME_STREET_M: Final = 1_500.0
"""Beyond the reach of a street, its numbers may lie so much farther; others belong to a namesake in the commune."""

Key = tuple[str, str]


@dataclass(frozen=True)
class House:
    """A house number found: the number as written (``"12a"``), WGS84 degrees, and how far the answer may be off.

    ``is_exact`` is false where the number typed is not in the list and this is the nearest to it.
    """

    number: str
    lon: float
    lat: float
    is_exact: bool
    uncertainty_m: float


@dataclass(frozen=True, eq=False)
class HouseNumbers:
    """Addresses in columns; ``slices`` gives first and last-plus-one row of each commune and folded street name."""

    slices: Mapping[Key, tuple[tuple[int, int], ...]]
    number: npt.NDArray[np.int32]
    suffix: npt.NDArray[np.object_]
    postcode: npt.NDArray[np.object_]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]

    def __len__(self) -> int:
        """Return the number of addresses."""
        return len(self.number)

    def find(
        self,
        nis: str,
        street: str,
        number: int,
        suffix: str,
        *,
        near: tuple[float, float],
        within_m: float,
        postcode: str | None = None,
    ) -> House | None:
        """Return a house number of a street, else the nearest number of it.

        Among nearest numbers those on the same side (even or odd) come first, then the lower one. ``None`` if the
        street has no number known, or the nearest is so far that the middle of the street is as good.

        Parameters
        ----------
        nis, street
            Commune and name of the street, spelt in any way that folds to the same.
        number, suffix
            12 and ``"a"`` of 12A; the suffix may be empty.
        near
            Longitude and latitude of the street (WGS84 degrees): a commune may have two streets of one name.
        within_m
            How far from there the street reaches.
        postcode
            Prefer addresses of this postcode.
        """
        parts = self.slices.get((nis, fold(street)), ())
        rows = np.concatenate([np.arange(start, stop) for start, stop in parts]) if parts else np.empty(0, np.int64)
        if not len(rows):
            return None
        x, y = to_lambert(np.append(self.lon[rows], near[0]), np.append(self.lat[rows], near[1]))
        rows = rows[np.hypot(x[:-1] - x[-1], y[:-1] - y[-1]) <= within_m + SAME_STREET_M]
        own = rows[self.postcode[rows] == postcode]
        rows = own if len(own) else rows
        if not len(rows):
            return None
        gap = np.abs(self.number[rows] - number)
        other_side = (self.number[rows] - number) % 2
        other_suffix = (self.suffix[rows] != suffix) * 1 + ((self.suffix[rows] != suffix) & (self.suffix[rows] != ""))
        row = rows[np.lexsort((rows, self.number[rows], other_suffix, gap, other_side * (gap > 0)))[0]]
        is_exact = bool(self.number[row] == number and self.suffix[row] == suffix)
        off_m = NUMBER_UNCERTAINTY_M if is_exact else self._off_m(rows, int(row), number)
        if off_m > max(within_m, NUMBER_UNCERTAINTY_M):
            return None
        shown = f"{self.number[row]}{self.suffix[row]}"
        return House(shown, float(self.lon[row]), float(self.lat[row]), is_exact, off_m)

    def _off_m(self, rows: npt.NDArray[np.int64], row: int, number: int) -> float:
        """Return how far the missing number may be from the one in ``row``.

        The usual step per number of the street, times the numbers between, and no less than the way between the known
        numbers before and after the missing one.
        """
        left = abs(int(self.number[row]) - number)
        order = rows[np.argsort(self.number[rows], kind="stable")]
        x, y = to_lambert(self.lon[order], self.lat[order])
        steps = np.diff(self.number[order])
        lengths = np.hypot(np.diff(x), np.diff(y))[steps > 0] / steps[steps > 0]
        step_m = float(np.median(lengths)) if len(lengths) else 2 * NUMBER_UNCERTAINTY_M
        before, after = np.flatnonzero(self.number[order] < number), np.flatnonzero(self.number[order] > number)
        span_m = 0.0
        if left and len(before) and len(after):
            span_m = float(np.hypot(x[after[0]] - x[before[-1]], y[after[0]] - y[before[-1]]))
        return float(round(max(NUMBER_UNCERTAINTY_M + left * step_m, span_m)))


def build_house_numbers(addresses: pd.DataFrame | None) -> HouseNumbers:
    """Return the house numbers of a table of :data:`ADDRESS_COLUMNS` sorted by commune and street; none of ``None``."""
    table = pd.DataFrame(columns=list(ADDRESS_COLUMNS)) if addresses is None else addresses
    nis, street = table["nis"].to_numpy(object), table["street"].to_numpy(object)
    is_first = np.ones(len(table), dtype=bool)
    is_first[1:] = (nis[1:] != nis[:-1]) | (street[1:] != street[:-1])
    starts = np.flatnonzero(is_first).tolist()
    slices: dict[Key, tuple[tuple[int, int], ...]] = {}
    for start, stop in zip(starts, [*starts, len(table)][1:], strict=True):
        key = (str(nis[start]), fold(str(street[start])))
        slices[key] = (*slices.get(key, ()), (start, stop))
    return HouseNumbers(
        slices=slices,
        number=table["number"].to_numpy(np.int32),
        suffix=table["suffix"].to_numpy(object),
        postcode=table["postcode"].to_numpy(object),
        lon=table["lon"].to_numpy(np.float64),
        lat=table["lat"].to_numpy(np.float64),
    )


def streets_with_addresses(streets: pd.DataFrame, addresses: pd.DataFrame | None) -> pd.DataFrame:
    """Return ``streets`` with those that only the address list knows, such as streets newer than the road network.

    Parameters
    ----------
    streets
        Columns of :data:`finder.tables.STREETS`.
    addresses
        Columns of :data:`ADDRESS_COLUMNS`; ``None`` adds nothing.

    Returns
    -------
    DataFrame
        The streets first, unchanged. A new one stands at its address nearest to the middle of them all; its length is
        not known (0), ``extent_m`` is the distance of its farthest address.
    """
    if addresses is None or not len(addresses):
        return streets
    known = set(zip(streets["nis"], map(fold, streets["name"]), strict=True))
    pairs = addresses[["nis", "street"]].drop_duplicates()
    is_new = [(nis, fold(name)) not in known for nis, name in pairs.itertuples(index=False)]
    table = addresses.merge(pairs[is_new], on=["nis", "street"])
    if not len(table):
        return streets
    keys = ["nis", "street", "postcode"]
    table["x"], table["y"] = to_lambert(table["lon"], table["lat"])
    middle = table.groupby(keys)[["x", "y"]].transform("median")
    table["off"] = np.hypot(table["x"] - middle["x"], table["y"] - middle["y"])
    first = table.sort_values([*keys, "off", "lon", "lat"]).drop_duplicates(keys).set_index(keys)
    own = first[["x", "y"]].reindex(pd.MultiIndex.from_frame(table[keys])).to_numpy()
    table["far"] = np.hypot(table["x"] - own[:, 0], table["y"] - own[:, 1])
    extent = table.groupby(keys)["far"].max().round().clip(lower=NUMBER_UNCERTAINTY_M)
    found = first[["lon", "lat"]].assign(extent_m=extent, length_m=0.0).reset_index()
    found = found.rename(columns={"street": "name"})
    found["street_id"] = "address/" + found["nis"] + "/" + found["name"] + "/" + found["postcode"]
    return pd.concat([streets, found[list(streets.columns)]], ignore_index=True)
