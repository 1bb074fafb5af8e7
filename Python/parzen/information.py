"""Entropy, divergence and mutual information of samples, with standard errors."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import _library
from ._library import ParzenError
from ._validation import as_frame, check_array, seed_from

__all__ = ["Estimate", "entropy", "fisher_information", "kl_divergence", "mutual_information"]


@dataclass(frozen=True)
class Estimate:
    """A figure, in nats unless said otherwise, and its standard error.

    Attributes
    ----------
    value : float
        The figure.
    standard_error : float
        Twice this on both sides is an interval that holds the truth in about 95 % of all cases; NaN where there is none
        that does so.
    doubt : str or None
        Why there is none.

    Examples
    --------
    >>> from parzen.information import Estimate
    >>> float(Estimate(1.5, 0.1))
    1.5
    """

    value: float
    standard_error: float
    doubt: str | None = None

    def __float__(self) -> float:
        return self.value


def _estimate(figure: dict[str, Any], doubt: str | None = None) -> Estimate:
    if doubt is not None:
        warnings.warn(f"there is no standard error of the entropy: {doubt}", stacklevel=3)
        return Estimate(float(figure["value"]), float("nan"), doubt)
    return Estimate(float(figure["value"]), float(figure["standardError"]))


def _figures(X: Any, others: Any, replicates: int, random_state: Any) -> dict[str, Any]:
    samples = check_array(as_frame(X)[0], minimum_samples=2)
    other_samples = None if others is None else check_array(as_frame(others)[0], "Y", minimum_samples=2)
    options = {"method": "mixture", "replicates": int(replicates), "seed": seed_from(random_state)}
    return _library.information(samples, other_samples, options)


def entropy(X: Any, *, replicates: int = 50, random_state: Any = 1) -> Estimate:
    """Differential entropy of the distribution of samples.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Samples.
    replicates : int, default=50
        Of the bootstrap that corrects the bias and gives the standard error.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=1
        Of the bootstrap.

    Returns
    -------
    entropy : Estimate

    Examples
    --------
    >>> import numpy as np
    >>> from parzen.information import entropy
    >>> estimate = entropy(np.random.default_rng(0).normal(size=(400, 1)), replicates=10)
    >>> bool(abs(estimate.value - 0.5 * np.log(2 * np.pi * np.e)) < 5 * estimate.standard_error)
    True
    """
    figures = _figures(X, None, replicates, random_state)
    return _estimate(figures["entropy"], figures.get("entropyIntervalWithheld"))


def fisher_information(X: Any, *, replicates: int = 50, random_state: Any = 1) -> tuple[np.ndarray, np.ndarray]:
    """Fisher information of location, the covariance of the score: (d x d), and its standard errors.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Samples.
    replicates : int, default=50
        Of the bootstrap.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=1
        Of the bootstrap.

    Returns
    -------
    information, standard_errors : ndarray of shape (n_features, n_features)
        The errors are NaN, with a warning, where a few of many samples make half of the information.
    """
    figures = _figures(X, None, replicates, random_state)
    information, errors = np.asarray(figures["fisherInformation"]), np.asarray(figures["fisherStandardErrors"])
    if doubt := figures.get("fisherIntervalWithheld"):
        warnings.warn(f"there is no standard error of the Fisher information: {doubt}", stacklevel=2)
        errors = np.full_like(errors, np.nan)
    return information, errors


def kl_divergence(X: Any, Y: Any, *, replicates: int = 50, random_state: Any = 1) -> Estimate:
    """Kullback-Leibler divergence of the distribution of ``X`` from that of ``Y``.

    Parameters
    ----------
    X, Y : array-like of shape (n_samples, n_features)
        Samples, with the same columns.
    replicates : int, default=50
        Of the bootstrap.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=1
        Of the bootstrap.

    Returns
    -------
    divergence : Estimate
    """
    return _estimate(_figures(X, Y, replicates, random_state)["divergence"])


def mutual_information(X: Any, Y: Any, *, given: Any = None, folds: int = 5, random_state: Any = 1) -> Estimate:
    """Mutual information of two groups of columns, or the conditional one given a third.

    That of ``parzen information --between``: from densities of the samples and of their normal scores, by the mean of
    the figures at samples held out and at those of the fits.

    Parameters
    ----------
    X, Y : array-like of shape (n_samples, n_features)
        Columns of the same samples; one column may be given as a vector.
    given : array-like of shape (n_samples, n_features), optional
        Columns that it is conditional on.
    folds : int, default=5
        Of the cross-fitting.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=1
        Of the folds.

    Returns
    -------
    information : Estimate
        In nats, at least 0.

    Examples
    --------
    >>> import numpy as np
    >>> from parzen.information import mutual_information
    >>> x, noise = np.random.default_rng(0).normal(size=(2, 300))
    >>> bool(abs(mutual_information(x, x + noise).value - 0.5 * np.log(2)) < 0.2)
    True
    """
    parts = []
    for name, part in (("X", X), ("Y", Y), ("given", given)):
        if part is not None:
            data = as_frame(part)[0]
            data = np.asarray(data) if np.ndim(data) != 1 else np.asarray(data)[:, np.newaxis]
            parts.append(check_array(data, name, minimum_samples=2).astype(float))
            if len(parts[-1]) != len(parts[0]):
                raise ParzenError(f"X has {len(parts[0])} rows, {name} has {len(parts[-1])}: give the same samples")
    ends = np.cumsum([0] + [part.shape[1] for part in parts]).tolist()
    groups = [list(range(start, end)) for start, end in zip(ends, ends[1:])]
    options = {
        "method": "mixture",
        "folds": int(folds),
        "seed": seed_from(random_state),
        **dict(zip(("between", "and", "given"), groups)),
    }
    return _estimate(_library.information(np.concatenate(parts, axis=1), None, options))
