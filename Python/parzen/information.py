"""Entropy, divergence and mutual information of samples, with standard errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from . import _library
from ._library import Handle, ParzenError
from ._validation import as_frame, check_array, seed_from

__all__ = ["Estimate", "entropy", "fisher_information", "kl_divergence", "mutual_information"]


@dataclass(frozen=True)
class Estimate:
    """A figure, in nats unless said otherwise, and its standard error.

    Examples
    --------
    >>> from parzen.information import Estimate
    >>> float(Estimate(1.5, 0.1))
    1.5
    """

    value: float
    standard_error: float

    def __float__(self) -> float:
        return self.value


def _estimate(figure: dict[str, Any]) -> Estimate:
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
    return _estimate(_figures(X, None, replicates, random_state)["entropy"])


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
    """
    figures = _figures(X, None, replicates, random_state)
    return np.asarray(figures["fisherInformation"]), np.asarray(figures["fisherStandardErrors"])


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


def mutual_information(X: Any, Y: Any, *, random_state: Any = 1, draws: int = 20_000) -> Estimate:
    """Mutual information of two groups of columns under the estimate of their joint density.

    The estimate's own mutual information, E log f(x, y) / (f(x) f(y)) with the exact marginals of the joint density, by
    draws from it: at least 0, and 0 only for an estimate in which the two are independent.

    Parameters
    ----------
    X, Y : array-like of shape (n_samples, n_features)
        Columns of the same samples; one column may be given as a vector.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=1
        Of the draws.
    draws : int, default=20000
        How many; the standard error is that of their mean alone.

    Returns
    -------
    information : Estimate

    Examples
    --------
    >>> import numpy as np
    >>> from parzen.information import mutual_information
    >>> x, noise = np.random.default_rng(0).normal(size=(2, 1000))
    >>> bool(mutual_information(x, x + noise).value > 0.25)
    True
    """
    parts = []
    for name, part in (("X", X), ("Y", Y)):
        data = as_frame(part)[0]
        data = np.asarray(data)
        parts.append(check_array(data[:, np.newaxis] if data.ndim == 1 else data, name, minimum_samples=2))
    if len(parts[0]) != len(parts[1]):
        raise ParzenError(f"X has {len(parts[0])} rows, Y has {len(parts[1])}: give the same samples")
    joint = Handle.fit(np.concatenate(parts, axis=1).astype(float), None, {"method": "mixture"})
    d = parts[0].shape[1]
    points = joint.sample(int(draws), seed_from(random_state))
    first, second = joint.marginal(list(range(d))), joint.marginal(list(range(d, joint.dimension)))
    ratio = joint.evaluate(points)[0] - first.evaluate(points[:, :d])[0] - second.evaluate(points[:, d:])[0]
    return Estimate(float(ratio.mean()), float(ratio.std(ddof=1) / np.sqrt(len(ratio))))
