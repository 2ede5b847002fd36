"""Minutes from every demand point to its nearest consultation for children, in every draw of the modelled network."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.children import by_commune, children_at_points
from finder.answers.modelled import CENTRAL
from finder.answers.site_times import POINTS_YEAR, site_times
from finder.geo.nearest_of_sets import nearest_of_sets
from finder.geo.network import Float32
from finder.units import Mode

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True)
class ConsultationReach:
    """Minutes to the nearest consultation.

    Attributes
    ----------
    mode
        Travel mode.
    minutes
        Shape (n_points, n_draws + 1), inf beyond
        :data:`finder.answers.site_times.LONGEST_MIN`; column 0 is the central network.
    """

    mode: Mode
    minutes: Float32

    def share_beyond(self, atlas: Atlas, limit_min: float, *, year: int) -> pd.DataFrame:
        """Return by commune the share of children aged 0 to 5 farther than the limit, one column per draw (0 central).

        nan where a commune has no children that count: the nine of the German-speaking Community, which ONE does not
        serve.
        """
        children = children_at_points(atlas, year, "children_0_5")
        beyond = (self.minutes > np.float32(limit_min)) * children.to_numpy()[:, None]
        return per_commune(atlas, beyond, by_commune(children, atlas))

    def central(self) -> Float32:
        """Return the minutes of the central network, shape (n_points,)."""
        column: Float32 = self.minutes[:, CENTRAL]
        return column


def measure_consultations(atlas: Atlas, mode: Mode) -> ConsultationReach:
    """Measure the minutes to the nearest consultation in every draw."""
    times = site_times(atlas, mode)
    return ConsultationReach(mode, nearest_of_sets(times, atlas.modelled.consultation_count > 0))


def per_commune(atlas: Atlas, amounts: Floats, people: "pd.Series[float]") -> pd.DataFrame:
    """Return amounts of the demand points by commune, divided by people; nan where there are none.

    Parameters
    ----------
    atlas
        The data.
    amounts
        Shape (n_points, n_draws + 1).
    people
        Index ``nis``.

    Returns
    -------
    DataFrame
        Index ``nis`` in the order of ``atlas.communes``, one column per draw.
    """
    nis = atlas.communes.index
    sums = pd.DataFrame(amounts).groupby(atlas.demand(POINTS_YEAR)["nis"].to_numpy()).sum().reindex(nis, fill_value=0.0)
    return sums.div(people.reindex(nis).where(lambda count: count > 0), axis=0)
