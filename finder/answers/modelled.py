"""The modelled network as arrays: one row per site, one column per draw, the central one first.

Nothing here is known of any real place: see ``docs/modelled_network.md``. Families never see it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from finder.geo.network import Float64
from finder.sources import store

TENURES: Final = ("subsidised", "other", "kind_en_gezin")
CENTRAL: Final = 0
"""Column of the central network; all others are draws."""


@dataclass(frozen=True)
class ModelledNetwork:
    """Day care and consultations for children at possible sites, in every draw.

    Attributes
    ----------
    sites
        Index ``site_id``; ``nis``, ``name``, ``lon``, ``lat`` (WGS84 degrees), ``basis``.
    places
        By tenure (:data:`TENURES`): authorised day-care places, shape (n_sites, n_draws + 1).
    consultation_count
        Consultations for children, shape (n_sites, n_draws + 1).
    sessions_per_month
        Their sessions, same shape.
    """

    sites: pd.DataFrame
    places: dict[str, Float64]
    consultation_count: Float64
    sessions_per_month: Float64

    @property
    def places_total(self) -> Float64:
        """Places of all tenures, shape (n_sites, n_draws + 1)."""
        total: Float64 = np.sum([self.places[tenure] for tenure in TENURES], axis=0)
        return total

    @property
    def draw_count(self) -> int:
        """Number of draws beside the central network."""
        return int(self.consultation_count.shape[1]) - 1


def load_modelled_network(data_dir: Path | None = None) -> ModelledNetwork:
    """Return the modelled network of a data folder."""
    sites = store.load_modelled_sites(data_dir)
    places = store.load_modelled_site_places(data_dir)
    consultations = store.load_modelled_consultations(data_dir)
    n_columns = int(max(places["draw"].max(), consultations["draw"].max())) + 1

    def spread(rows: pd.DataFrame, values: "pd.Series[float]") -> Float64:
        out = np.zeros((len(sites), n_columns))
        np.add.at(out, (sites.index.get_indexer(pd.Index(rows["site_id"])), rows["draw"].to_numpy()), values)
        return out

    return ModelledNetwork(
        sites=sites,
        places={
            tenure: spread(rows, rows["places"].astype("float64"))
            for tenure in TENURES
            for rows in [places[places["tenure"] == tenure]]
        },
        consultation_count=spread(consultations, pd.Series(1.0, index=consultations.index)),
        sessions_per_month=spread(consultations, consultations["sessions_per_month"]),
    )
