"""Kernels and distances other than the library's, and draws from kernels, as scikit-learn has them."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

KERNELS = ("gaussian", "tophat", "epanechnikov", "exponential", "linear", "cosine")
_TREE_METRICS = {
    "kd_tree": ("euclidean", "l2", "minkowski", "p", "manhattan", "cityblock", "l1", "chebyshev", "infinity"),
}
_METRICS = (*_TREE_METRICS["kd_tree"], "haversine")


def check(kernel: str, algorithm: str, metric: str) -> None:
    """Raise for names that there are not."""
    if kernel not in KERNELS:
        raise ValueError(f"invalid kernel: {kernel!r}: give one of {', '.join(KERNELS)}")
    if algorithm not in ("auto", "ball_tree", "kd_tree"):
        raise ValueError(f"invalid algorithm: {algorithm!r}: give 'auto', 'ball_tree' or 'kd_tree'")
    if metric not in _TREE_METRICS.get(algorithm, _METRICS):
        raise ValueError(f"invalid metric: {metric!r}: give one of {', '.join(_METRICS)}")


def _distances(points: np.ndarray, samples: np.ndarray, metric: str, p: float) -> np.ndarray:
    """Distances, m x n."""
    if metric == "haversine":
        if points.shape[1] != 2:
            raise ValueError("Haversine distance only valid in 2 dimensions: latitude and longitude in radians")
        latitude, longitude = (points[:, np.newaxis, i] - samples[np.newaxis, :, i] for i in (0, 1))
        cosines = np.cos(points[:, np.newaxis, 0]) * np.cos(samples[np.newaxis, :, 0])
        half = np.sin(latitude / 2) ** 2 + cosines * np.sin(longitude / 2) ** 2
        return 2 * np.arcsin(np.sqrt(half))
    result = np.zeros((len(points), len(samples)))
    for column in range(points.shape[1]):
        difference = np.abs(points[:, np.newaxis, column] - samples[np.newaxis, :, column])
        if metric in ("chebyshev", "infinity"):
            np.maximum(result, difference, out=result)
        elif metric in ("manhattan", "cityblock", "l1"):
            result += difference
        else:
            result += difference ** (p if metric in ("minkowski", "p") else 2)
    if metric in ("euclidean", "l2", "minkowski", "p"):
        return result ** (1 / (p if metric in ("minkowski", "p") else 2))
    return result


def _log_kernel(kernel: str, ratio: np.ndarray) -> np.ndarray:
    """Logarithm of a kernel without its norm, by distance over bandwidth."""
    if kernel == "gaussian":
        return -0.5 * ratio * ratio
    if kernel == "exponential":
        return -ratio
    inside = ratio < 1
    value = {
        "tophat": lambda r: np.ones_like(r),
        "epanechnikov": lambda r: 1 - r * r,
        "linear": lambda r: 1 - r,
        "cosine": lambda r: np.cos(0.5 * np.pi * r),
    }[kernel](np.where(inside, ratio, 0.0))
    return np.where(inside, np.log(value), -np.inf)


def _log_volume(d: int) -> float:
    """Logarithm of the volume of the unit ball in d dimensions."""
    return 0.5 * d * math.log(math.pi) - math.lgamma(0.5 * d + 1)


def _log_norm(kernel: str, h: float, d: int) -> float:
    """Logarithm of the integral of a kernel of bandwidth h over d dimensions."""
    log_surface = _log_volume(d) + math.log(d)  # of the unit sphere
    if kernel == "gaussian":
        factor = 0.5 * d * math.log(2 * math.pi)
    elif kernel == "tophat":
        factor = _log_volume(d)
    elif kernel == "epanechnikov":
        factor = _log_volume(d) + math.log(2 / (d + 2))
    elif kernel == "exponential":
        factor = log_surface + math.lgamma(d)
    elif kernel == "linear":
        factor = _log_volume(d) - math.log(d + 1)
    else:  # the integral of cos(pi r / 2) r^(d - 1) over (0, 1), by parts
        total, term = 0.0, 2 / math.pi
        for k in range(1, d + 1, 2):
            total += term
            term *= -(d - k) * (d - k - 1) * (2 / math.pi) ** 2
        factor = log_surface + math.log(total)
    return factor + d * math.log(h)


def log_density(
    points: np.ndarray,
    samples: np.ndarray,
    weight: np.ndarray | None,
    kernel: str,
    h: float,
    metric: str,
    p: float,
) -> np.ndarray:
    """Log density at points (m x d): O(m n d) time, in blocks of about 10 million numbers."""
    share = np.full(len(samples), 1 / len(samples)) if weight is None else weight / weight.sum()
    log_share = np.log(share)
    result = np.empty(len(points))
    block = max(1, 10_000_000 // max(1, len(samples)))
    for start in range(0, len(points), block):
        distances = _distances(points[start : start + block], samples, metric, p)
        terms = _log_kernel(kernel, distances / h) + log_share
        top = np.maximum(terms.max(axis=1), -1e300)
        with np.errstate(divide="ignore"):
            result[start : start + block] = np.log(np.exp(terms - top[:, np.newaxis]).sum(axis=1)) + top
    return result - _log_norm(kernel, h, samples.shape[1])


def sample(
    samples: np.ndarray, weight: np.ndarray | None, kernel: str, h: float, count: int, random_state: Any
) -> np.ndarray:
    """Draws, count x d, with scikit-learn's use of random numbers."""
    if kernel not in ("gaussian", "tophat"):
        raise NotImplementedError("draws are there for gaussian and tophat kernels")
    try:
        count = operator.index(count)
    except TypeError:
        raise TypeError(f"the number of draws is {count!r}: give a whole number") from None
    if count < 0:
        raise ValueError(f"the number of draws is {count}: give 0 or more")
    if isinstance(random_state, np.random.Generator):
        random_state = int(random_state.integers(0, 2**31 - 1))
    rng = random_state
    if random_state is None:
        rng = np.random.mtrand._rand
    elif not isinstance(random_state, np.random.RandomState):
        rng = np.random.RandomState(random_state)
    u = rng.uniform(0, 1, size=count)
    if weight is None:
        chosen = (u * len(samples)).astype(np.int64)
    else:
        sums = np.cumsum(weight)
        chosen = np.searchsorted(sums, u * sums[-1])
    if kernel == "gaussian":
        return np.atleast_2d(rng.normal(samples[chosen], h))
    d = samples.shape[1]
    directions = rng.normal(size=(count, d))
    squares = (directions**2).sum(axis=1)
    # The squared norm's probability gives a radius that is uniform in the ball.
    try:
        from scipy.special import gammainc
    except ImportError:
        radii = rng.uniform(size=count) ** (1 / d) * h / np.sqrt(squares)
    else:
        radii = gammainc(0.5 * d, 0.5 * squares) ** (1 / d) * h / np.sqrt(squares)
    return samples[chosen] + directions * radii[:, np.newaxis]
