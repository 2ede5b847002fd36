"""Day-care rates per commune from a few published ones: a Bayesian log-linear model with limits as limits.

Of each commune i two things are unknown: the logarithm of its rate (places of ONE per child) and the logarithm of the
subsidised share of these places.

    log rate_i  = log province_rate_i + a_province + x_i b + u_i,      u_i ~ N(0, spread^2)
    log share_i = log region_share_i + g z_i + v_i,                    v_i ~ N(0, share_spread^2)

x are the covariates, z the first of them (income). All priors are normal with mean 0 (:data:`PRIOR`), which is ridge
regression with known penalties (Gelman et al., Bayesian Data Analysis, 3rd ed., section 14.8). A published rate is a
normal observation of log rate_i (total) or of log rate_i + log share_i (subsidised). A published limit (<, >) is the
same with an unknown value beyond the limit and, since a writer takes the nearest round number, not far beyond
(:data:`LIMIT_SD`); it is drawn by Gibbs sampling of a truncated normal. ``spread`` is the value of
:data:`SPREADS` with the highest marginal likelihood of the equalities.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr, ndtri

from finder.errors import EvidenceError, first_ids

Float64 = npt.NDArray[np.float64]
METHOD_VERSION: Final = "modelled places 1"
SPREADS: Final = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
GIBBS_SWEEPS: Final = 40
LIMIT_DRAWS: Final = 200
HIGHEST_SHARE: Final = 0.99
LIMIT_SD: Final = 0.25
"""How far beyond a printed limit the value may lie: the scale, in logarithm, of a half normal."""

SIGNS: Final = {"=": 0, ">": 1, "<": -1}
EVIDENCE_COLUMNS: Final = ("nis", "kind", "operator", "rate", "sd_log")


@dataclass(frozen=True)
class Prior:
    """Standard deviations of the prior, on the log scale.

    Parameters
    ----------
    province
        Of the province's departure from its published (or remaining) rate.
    covariate
        Of the slope of each standardised covariate.
    share_slope
        Of the slope of the subsidised share on income.
    share_spread
        Of the subsidised share of one commune.
    """

    province: float = 0.1
    covariate: float = 0.3
    share_slope: float = 0.15
    share_spread: float = 0.15


PRIOR: Final = Prior()


@dataclass(frozen=True)
class Design:
    """What the model knows of each commune before any observation of it.

    Parameters
    ----------
    communes
        Index ``nis``; columns ``province``, ``province_rate`` and ``region_share`` (> 0).
    covariates
        Same index; standardised, the first one being income.
    """

    communes: pd.DataFrame
    covariates: pd.DataFrame


@dataclass(frozen=True)
class Structure:
    """The prior of all log rates, then all log shares: mean + common factors + a part of each one's own.

    Parameters
    ----------
    mean, own
        Shape (2 n,): prior mean, and standard deviation of the own part.
    common
        Shape (2 n, k): effect of each of k independent standard normal factors.
    """

    mean: Float64
    common: Float64
    own: Float64

    def covariance_with(self, left: Float64, right: Float64) -> Float64:
        """Return the covariance of the linear combinations ``left`` and ``right``, each of shape (m, 2 n)."""
        covariance: Float64 = (left @ self.common) @ (right @ self.common).T + (left * self.own**2) @ right.T
        return covariance

    def draw(self, count: int, *, rng: np.random.Generator) -> Float64:
        """Return ``count`` draws of the prior, shape (count, 2 n)."""
        factors = rng.standard_normal((count, self.common.shape[1]))
        return self.mean + factors @ self.common.T + self.own * rng.standard_normal((count, len(self.mean)))


@dataclass(frozen=True)
class FittedRates:
    """The model after the evidence.

    Parameters
    ----------
    nis
        Commune codes, in the order of the columns of :meth:`draw`.
    spread
        Standard deviation between communes that was chosen.
    """

    nis: pd.Index
    spread: float
    _structure: "Structure" = field(repr=False)
    _gain: Float64 = field(repr=False)
    _noise: Float64 = field(repr=False)
    _picks: Float64 = field(repr=False)
    _values: "TruncatedValues" = field(repr=False)

    def expected(self, *, rng: np.random.Generator) -> tuple[Float64, Float64, Float64]:
        """Return the expected rates and shares, and the variance of the logarithm of each rate.

        Exact given the values of the evidence; only limits are drawn (:data:`LIMIT_DRAWS` times).

        Returns
        -------
        rates, shares, log_variance : ndarray
            Shape (n communes,).
        """
        values = self._values.draw(LIMIT_DRAWS, rng=rng)
        means = self._structure.mean + (values - self._picks @ self._structure.mean) @ self._gain.T
        variance = (self._structure.common**2).sum(axis=1) + self._structure.own**2
        explained = (self._gain * self._structure.covariance_with(np.eye(len(variance)), self._picks)).sum(axis=1)
        variance = variance - explained
        size = len(self.nis)
        rates = np.exp(means[:, :size] + variance[:size] / 2).mean(axis=0)
        shares = _capped_mean(means[:, size:], variance[size:]).mean(axis=0)
        return rates, shares, (variance + means.var(axis=0))[:size]

    def draw(self, count: int, *, rng: np.random.Generator) -> tuple[Float64, Float64]:
        """Return ``count`` draws of the rates and of the subsidised shares.

        Returns
        -------
        rates, shares : ndarray
            Shape (count, n communes); places of ONE per child, and the subsidised part of them, at most 0.99.

        Notes
        -----
        Conditional draws by kriging of the residual (Matheron's rule): a prior draw plus the gain times what the
        evidence differs from it.
        """
        values = self._values.draw(count, rng=rng)
        prior = self._structure.draw(count, rng=rng)
        noise = rng.standard_normal((count, len(self._noise))) * self._noise
        latent = prior + (values - prior @ self._picks.T - noise) @ self._gain.T
        half = len(self.nis)
        return np.exp(latent[:, :half]), np.minimum(np.exp(latent[:, half:]), HIGHEST_SHARE)


@dataclass(frozen=True)
class TruncatedValues:
    """The values of the evidence: equalities as they are, limits drawn beyond their limit.

    Parameters
    ----------
    mean, covariance
        Of all values before the evidence.
    value
        Published logarithms: the value, or the limit.
    sign
        0 for an equality, 1 for "above", -1 for "below".
    """

    mean: Float64
    covariance: Float64
    value: Float64
    sign: npt.NDArray[np.int64]

    def draw(self, count: int, *, rng: np.random.Generator) -> Float64:
        """Return ``count`` rows of values, shape (count, n values); chains are independent."""
        values = np.tile(self.value, (count, 1))
        limits = np.flatnonzero(self.sign)
        values[:, limits] += 0.1 * self.sign[limits]
        precision = np.linalg.inv(self.covariance)
        for _ in range(GIBBS_SWEEPS if len(limits) else 0):
            for k in limits:
                own, near = precision[k, k], 1 / LIMIT_SD**2
                others = (values - self.mean) @ precision[k] - (values[:, k] - self.mean[k]) * own
                mean = (own * self.mean[k] - others + near * self.value[k]) / (own + near)
                values[:, k] = _beyond(mean, 1 / np.sqrt(own + near), self.value[k], int(self.sign[k]), rng)
        return values


def fit_rates(
    design: Design, evidence: pd.DataFrame, *, prior: Prior = PRIOR, spreads: Sequence[float] = SPREADS
) -> FittedRates:
    """Fit the model of this module to published rates.

    Parameters
    ----------
    design
        The communes and what is known of each.
    evidence
        Columns ``nis``, ``kind`` (``"total"`` or ``"subsidised"``), ``operator`` (``=``, ``<``, ``>``), ``rate``
        (places per child, > 0) and ``sd_log`` (> 0; standard deviation of the logarithm).
    prior
        Standard deviations of the priors.
    spreads
        The spreads between communes to choose from.

    Raises
    ------
    EvidenceError
        If a commune, kind or operator is unknown, or a rate or deviation is not a number above 0.
    """
    _check(design, evidence)
    rows = design.communes.index.get_indexer(pd.Index(evidence["nis"]))
    picks = np.zeros((len(evidence), 2 * len(design.communes)))
    picks[np.arange(len(rows)), rows] = 1
    subsidised = (evidence["kind"] == "subsidised").to_numpy()
    picks[np.flatnonzero(subsidised), len(design.communes) + rows[subsidised]] = 1
    values = np.log(evidence["rate"].to_numpy(dtype=float))
    noise = evidence["sd_log"].to_numpy(dtype=float)
    sign = np.array([SIGNS[operator] for operator in evidence["operator"]], dtype=np.int64)
    equal = sign == 0

    def likelihood(spread: float) -> float:
        return _log_likelihood(_structure(design, prior, spread), picks[equal], values[equal], noise[equal])

    spread = max(spreads, key=likelihood)
    structure = _structure(design, prior, spread)
    between = structure.covariance_with(picks, picks) + np.diag(noise**2)
    return FittedRates(
        nis=design.communes.index,
        spread=spread,
        _structure=structure,
        _gain=structure.covariance_with(np.eye(len(structure.mean)), picks) @ np.linalg.inv(between),
        _noise=noise,
        _picks=picks,
        _values=TruncatedValues(picks @ structure.mean, between, values, sign),
    )


def _structure(design: Design, prior: Prior, spread: float) -> "Structure":
    x = design.covariates.to_numpy(dtype=float)
    provinces = pd.get_dummies(design.communes["province"]).to_numpy(dtype=float)
    rates = np.hstack([prior.province * provinces, prior.covariate * x])
    shares = prior.share_slope * x[:, :1]
    common = np.block([[rates, np.zeros((len(x), 1))], [np.zeros((len(x), rates.shape[1])), shares]])
    own = np.repeat([spread, prior.share_spread], len(x))
    mean = np.log(design.communes[["province_rate", "region_share"]].to_numpy(dtype=float)).T.ravel()
    return Structure(mean, common, own)


def _log_likelihood(structure: "Structure", picks: Float64, values: Float64, noise: Float64) -> float:
    residual = values - picks @ structure.mean
    between = structure.covariance_with(picks, picks) + np.diag(noise**2)
    _, log_determinant = np.linalg.slogdet(between)
    return float(-0.5 * (residual @ np.linalg.solve(between, residual) + log_determinant))


def _capped_mean(mean: Float64, variance: Float64) -> Float64:
    """Return the mean of min(exp(X), :data:`HIGHEST_SHARE`) for X normal."""
    cap, sd = np.log(HIGHEST_SHARE), np.sqrt(variance)
    below = np.exp(mean + variance / 2) * ndtr((cap - mean - variance) / sd)
    result: Float64 = below + HIGHEST_SHARE * ndtr((mean - cap) / sd)
    return result


def _beyond(mean: Float64, sd: float, limit: float, sign: int, rng: np.random.Generator) -> Float64:
    # Both sides in terms of the lower tail, which keeps its precision far out.
    tail = ndtr(-sign * (limit - mean) / sd)
    uniform = rng.uniform(size=len(mean))
    drawn: Float64 = mean - sign * sd * ndtri(np.maximum(uniform * tail, 1e-300))
    return drawn


def _check(design: Design, evidence: pd.DataFrame) -> None:
    lacking = [column for column in EVIDENCE_COLUMNS if column not in evidence.columns]
    if lacking:
        raise EvidenceError(f"The evidence lacks the columns {', '.join(lacking)}.")
    rules = {
        "a commune outside the model": ~evidence["nis"].isin(design.communes.index),
        "a kind that is neither total nor subsidised": ~evidence["kind"].isin(["total", "subsidised"]),
        "an operator that is none of = < >": ~evidence["operator"].isin(list(SIGNS)),
        "a rate that is not above 0": ~(evidence["rate"] > 0) | np.isinf(evidence["rate"]),
        "a deviation that is not above 0": ~(evidence["sd_log"] > 0),
    }
    for rule, wrong in rules.items():
        if wrong.any():
            raise EvidenceError(f"The evidence has {rule}: {first_ids(evidence.loc[wrong, 'nis'].tolist())}.")
