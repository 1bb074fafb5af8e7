"""Modes, outliers and Langevin chains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from . import _library
from ._density import DensityMethods
from ._validation import as_frame, check_array, seed_from


@dataclass(frozen=True)
class Mode:
    """A mode of a density.

    Attributes
    ----------
    place : ndarray of shape (n_features,)
        Where it is.
    log_density : float
        How high.
    curvatures : ndarray of shape (n_features,)
        Eigenvalues of the Hessian of the log density, in units of the density's standard deviations; all negative.
    count : int
        The samples that belong to it.
    persistence : float or None
        How far the log density is above the highest saddle to a higher mode; None for the highest mode.
    p_value : float or None
        The probability that samples without a gap between this mode and its neighbour look as divided; None for the
        highest mode.
    """

    place: np.ndarray
    log_density: float
    curvatures: np.ndarray
    count: int
    persistence: float | None = None
    p_value: float | None = None


def modes(
    density: DensityMethods, X: Any, *, smallest_share: float = 0.01, significance: float = 0.01
) -> tuple[list[Mode], np.ndarray]:
    """Modes of a density, and the mode of each sample: that whose components most probably made it.

    Parameters
    ----------
    density : estimator or Density
        A mixture, or kernels.
    X : array-like of shape (n_samples, n_features)
        Samples, which say whether there is a gap between two modes.
    smallest_share : float, default=0.01
        The smallest share of the samples that makes a mode.
    significance : float, default=0.01
        A mode whose p-value is not below this joins its neighbour.

    Returns
    -------
    modes : list of Mode
        The one with the most samples first.
    labels : ndarray of shape (n_samples,)
        The number of each sample's mode, from 0.

    Examples
    --------
    >>> import numpy as np
    >>> import parzen
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(-5, 1, (100, 1)), rng.normal(5, 1, (200, 1))])
    >>> found, labels = parzen.modes(parzen.GaussianMixture().fit(X), X)
    >>> [mode.count for mode in found], labels.shape
    ([200, 100], (300,))
    """
    points = density._queries(X)
    found, labels = density._fitted().modes(points, float(smallest_share), float(significance))
    listed = [
        Mode(
            np.asarray(m["place"]), float(m["logDensity"]), np.asarray(m["curvatures"]), int(m["count"]),
            m.get("persistence"), m.get("pValue"),
        )
        for m in found
    ]
    return listed, labels


def outliers(
    X: Any, training: Any = None, *, folds: int = 10, random_state: Any = 1
) -> tuple[np.ndarray, np.ndarray]:
    """How unusual samples are under estimates that they had no part in.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Samples.
    training : array-like of shape (n_training, n_features), optional
        Judge by these; by the others of the samples themselves, in folds, if left out.
    folds : int, default=10
        Of the cross-fitting.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=1
        Of the division into folds.

    Returns
    -------
    log_density : ndarray of shape (n_samples,)
        Log density of every sample.
    tail_probability : ndarray of shape (n_samples,)
        Probability that a sample which is no outlier has as low a log density: uniform where there are none.
    """
    samples = check_array(as_frame(X)[0], minimum_samples=2)
    others = None if training is None else check_array(as_frame(training)[0], "training", minimum_samples=2)
    options = {"method": "mixture", "folds": int(folds), "seed": seed_from(random_state)}
    return _library.outliers(samples, others, options)


@dataclass(frozen=True)
class Chains:
    """Draws of Markov chains, and what they tell about convergence.

    Attributes
    ----------
    draws : ndarray of shape (n_chains, n_draws, n_features)
        The layout of ArviZ.
    step_size : float
        Of the draws.
    acceptance_rates : ndarray of shape (n_chains,)
        The part of the proposals that was taken.
    r_hat, effective_sample_size : ndarray of shape (n_features,) or None
        Split R-hat and effective sample size; None for fewer than 8 draws a chain.
    """

    draws: np.ndarray
    step_size: float
    acceptance_rates: np.ndarray
    r_hat: np.ndarray | None
    effective_sample_size: np.ndarray | None


def langevin(
    density: DensityMethods,
    n_draws: int = 1000,
    *,
    n_chains: int = 4,
    starts: Any = None,
    adjusted: bool = True,
    covariance: Any = None,
    step_size: float | None = None,
    warm_up: int = 500,
    thinning: int = 10,
    random_state: Any = None,
) -> Chains:
    """Draws from a density by Langevin dynamics, which uses nothing but its score.

    Parameters
    ----------
    density : estimator or Density
        The target.
    n_draws : int, default=1000
        Of every chain.
    n_chains : int, default=4
        Where no starts are given: the chains begin at as many draws from the density.
    starts : array-like of shape (n_chains, n_features), optional
        Where the chains begin; needed where the density has no exact draws.
    adjusted : bool, default=True
        Whether proposals are tested (Metropolis), which leaves the density exactly invariant.
    covariance : array-like of shape (n_features, n_features), optional
        Of the steps; the identity by default.
    step_size : float, optional
        Relative to it; tuned by default.
    warm_up, thinning : int, default=500, 10
        Steps before the first draw, and from one draw to the next.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=None
        Of the chains.

    Returns
    -------
    chains : Chains

    Examples
    --------
    >>> import parzen
    >>> normal = parzen.Density.mixture([1.0], [[0.0]], [[[1.0]]])
    >>> parzen.langevin(normal, 50, n_chains=2, random_state=0).draws.shape
    (2, 50, 1)
    """
    handle, seed = density._fitted(), seed_from(random_state)
    places = density._queries(starts) if starts is not None else handle.sample(int(n_chains), seed)
    steps = None if covariance is None else check_array(covariance, "covariance")
    options = {
        "kind": "metropolis-langevin" if adjusted else "langevin",
        "step_size": None if step_size is None else float(step_size),
        "warm_up": int(warm_up),
        "thinning": int(thinning),
    }
    if not n_draws >= 1:
        raise ValueError(f"n_draws is {n_draws!r}: give a whole number of at least 1")
    draws, figures = handle.langevin(places, steps, int(n_draws), seed, options)

    def array(name: str) -> np.ndarray | None:
        return np.asarray(figures[name], dtype=float) if figures.get(name) is not None else None

    return Chains(
        draws,
        float(figures["stepSize"]),
        np.asarray(figures["acceptanceRates"], dtype=float),
        array("splitRHat"),
        array("effectiveSampleSize"),
    )
