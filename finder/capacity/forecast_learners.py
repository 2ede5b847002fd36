"""Learners that compete with the plain models: ridge, gradient boosting, nearest communes.

Each learns, horizon by horizon, by how much the combination missed in the past: the logarithm of observed over forecast
children of 0-2, for every earlier origin of the series whose target is observed. Where no pair of years is so far apart
yet, the correction is nil and the forecast is the combination's: a learner cannot know more than it was shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np

from finder.capacity.forecast_models import CHILD_AGES, COMBINATION, Fitted
from finder.capacity.forecast_path import PARENT_AGES, Start, start_at_origin
from finder.capacity.forecast_series import Floats, Ints, PopulationSeries

NEIGHBOURS: Final = 25
RIDGE_PENALTY: Final = 100.0
TREES: Final = 60
SEED: Final = 0
"""Pins the order in which boosting looks at equally good splits."""
LONGEST_LEARNED: Final = 5
"""Years ahead; beyond, two or three pairs of years at most could be shown."""
LARGEST_CORRECTION: Final = 0.3
"""Corrections beyond this logarithm are cut: no pair of years has shown one that held."""


@dataclass(frozen=True, eq=False)
class _FittedLearner:
    combination: Fitted
    by_horizon: dict[int, Any]
    arrondissement: Ints

    def predict(self, start: Start) -> Floats:
        path = self.combination.predict(start).copy()
        features = features_of(start.counts, path, self.arrondissement)
        for horizon, learner in self.by_horizon.items():
            if horizon <= start.horizon:
                miss = np.clip(learner.predict(features[horizon - 1]), -LARGEST_CORRECTION, LARGEST_CORRECTION)
                path[horizon - 1] *= np.exp(miss)[:, None]
        return path


@dataclass(frozen=True)
class Learner:
    """A scikit-learn regressor that corrects the combination.

    Parameters
    ----------
    name
        Name in tables and texts.
    make
        Returns a fresh regressor with ``fit`` and ``predict``.
    """

    name: str
    make: Callable[[], Any]

    def fit(self, series: PopulationSeries) -> Fitted:
        """Learn from all pairs of an earlier origin and an observed target at most five years later."""
        shown = {horizon: case for horizon, case in shown_cases(series).items() if len(case[1]) >= NEIGHBOURS}
        fitted = {horizon: self.make().fit(x, y) for horizon, (x, y) in shown.items()}
        return _FittedLearner(COMBINATION.fit(series), fitted, series.arrondissement_of)


@lru_cache(maxsize=32)
def shown_cases(series: PopulationSeries) -> dict[int, tuple[Floats, Floats]]:
    """Return, by horizon, the features and the missed logarithms of every pair of years within a series."""
    group = series.arrondissement_of
    cases: dict[int, list[tuple[Floats, Floats]]] = {}
    for base in series.years[:-1]:
        past = series.until(base)
        horizons = [year - base for year in series.years if 0 < year - base <= LONGEST_LEARNED]
        if not horizons:
            continue
        path = COMBINATION.fit(past).predict(start_at_origin(past, max(horizons)))
        features = features_of(past.counts[-1], path, group)
        for horizon in horizons:
            truth = series.at(base + horizon)[:, :3].sum(axis=1)
            miss = np.log((truth + 1.0) / (path[horizon - 1, :, :3].sum(axis=1) + 1.0))
            cases.setdefault(horizon, []).append((features[horizon - 1], miss))
    return {
        horizon: (np.vstack([x for x, _ in found]), np.concatenate([y for _, y in found]))
        for horizon, found in cases.items()
    }


def features_of(counts: Floats, path: Floats, group: Ints) -> Floats:
    """Return what a learner sees of each commune at the origin and of its forecast, shape (horizon, n, 7).

    Logarithms of: children 0-2; children of 0 over those of 1 and 2; children 3-5 over children 0-2; children 0-2 per
    adult of 25-39, own and of the arrondissement; adults of 15-24 per adult of 25-39; forecast over last value.

    Parameters
    ----------
    counts
        People by commune and age at the origin, shape (n, 55).
    path
        The combination's forecast, shape (horizon, n, 6).
    group
        Position of each commune's arrondissement, shape (n,).
    """
    toddlers = counts[:, :3].sum(axis=1) + 1.0
    parents = counts[:, PARENT_AGES].sum(axis=1) + 1.0
    sums = np.zeros((2, int(group.max()) + 1))
    np.add.at(sums[0], group, toddlers)
    np.add.at(sums[1], group, parents)
    fixed = np.column_stack(
        [
            np.log(toddlers),
            np.log((counts[:, 0] + 1.0) / (counts[:, 1:3].mean(axis=1) + 1.0)),
            np.log((counts[:, 3:CHILD_AGES].sum(axis=1) + 1.0) / toddlers),
            np.log(toddlers / parents),
            np.log(sums[0] / sums[1])[group],
            np.log((counts[:, 15:25].sum(axis=1) + 1.0) / parents),
        ]
    )
    change = np.log((path[:, :, :3].sum(axis=2) + 1.0) / toddlers)
    return np.concatenate([np.repeat(fixed[None], len(path), axis=0), change[:, :, None]], axis=2)


def _ridge() -> Any:  # noqa: ANN401 - scikit-learn carries no types
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), Ridge(alpha=RIDGE_PENALTY))


def _boosting() -> Any:  # noqa: ANN401 - scikit-learn carries no types
    from sklearn.ensemble import GradientBoostingRegressor

    return GradientBoostingRegressor(
        loss="quantile",
        alpha=0.5,
        n_estimators=TREES,
        learning_rate=0.05,
        max_depth=3,
        min_samples_leaf=30,
        random_state=SEED,
    )


def _analogues() -> Any:  # noqa: ANN401 - scikit-learn carries no types
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), KNeighborsRegressor(n_neighbors=NEIGHBOURS, weights="distance"))


LEARNERS: Final = (
    Learner("ridge", _ridge),
    Learner("gradient boosting", _boosting),
    Learner("nearest communes", _analogues),
)
