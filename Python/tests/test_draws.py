"""Draws are from the density that is evaluated, whatever rule its kernels follow."""

import numpy as np
import pytest

import parzen

COVARIANCES = ("isotropic", "robust", "diagonal", "full")
RULES = ("scott", "silverman", "cross-validation")
ESTIMATORS = [
    *(parzen.KernelDensity(bandwidth=rule, covariance=shape) for rule in RULES for shape in COVARIANCES),
    parzen.KernelDensity(bandwidth=0.4),
    *(parzen.KernelDensity(kernel="tophat", bandwidth=rule, covariance=shape)
      for rule, shape in (("cross-validation", "isotropic"), ("scott", "diagonal"), ("silverman", "full"))),
    parzen.KernelDensity(metric="minkowski", bandwidth="cross-validation", covariance="full"),
    *(parzen.ScoreDebiasedKernelDensity(bandwidth=rule, covariance=shape)
      for rule in (*RULES, 0.8) for shape in ("diagonal", "full") if isinstance(rule, str) or shape == "diagonal"),
]  # fmt: skip


def samples() -> np.ndarray:
    """Two correlated columns whose spreads differ by a factor of 40."""
    generator = np.random.default_rng(6)
    shared = generator.normal(size=(150, 1))
    return (shared + 0.4 * generator.normal(size=(150, 2))) * [0.5, 20.0] + [3.0, -7.0]


def check(log_density, draws: np.ndarray, X: np.ndarray) -> None:
    """Compare draws with the density's integrals, by points from a wider normal distribution."""
    generator = np.random.default_rng(7)
    lower = np.linalg.cholesky(2.5 * np.cov(X.T) + np.diag(4 * X.var(axis=0)))
    standard = generator.normal(size=(20_000, 2))
    points = X.mean(axis=0) + standard @ lower.T
    log_proposal = -0.5 * (standard**2).sum(axis=1) - np.log(2 * np.pi) - np.log(np.diag(lower)).sum()
    log_values = log_density(points)
    weights = np.exp(log_values - log_proposal) / len(points)
    assert weights.sum() == pytest.approx(1, abs=0.05)
    weights /= weights.sum()
    mean = weights @ points
    variance = weights @ (points - mean) ** 2
    np.testing.assert_allclose((draws.mean(axis=0) - mean) / np.sqrt(variance), 0, atol=0.06)
    np.testing.assert_allclose(draws.var(axis=0), variance, rtol=0.12)
    used = weights > 0
    assert log_density(draws).mean() == pytest.approx(weights[used] @ log_values[used], abs=0.08)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=repr)
def test_draws_are_from_the_density(estimator):
    X = samples()
    if estimator.covariance == "isotropic" and estimator.bandwidth in ("scott", "silverman"):
        X = X / [0.5, 20.0]  # the rule is for unit spread
    fitted = estimator.fit(X, sample_weight=np.random.default_rng(8).integers(1, 4, len(X)))
    check(fitted.score_samples, fitted.sample(20_000, random_state=1), X)


@pytest.mark.parametrize("method", ["kernel", "mixture"])
@pytest.mark.parametrize("width", ["silverman", 0.3])
def test_draws_of_gaussian_kde_are_from_the_density(width, method):
    X = samples()
    estimate = parzen.gaussian_kde(X.T, bw_method=width, method=method)
    check(lambda points: estimate.logpdf(points.T), estimate.resample(20_000, seed=1).T, X)
