#!/usr/bin/env python3
"""Columns that depend on each other by powers or odds, and few samples of many columns: nats from the truth.

    swift build -c release --product parzen
    python Benchmarks/related_columns.py [--contexts 4] [--seed 1] [--parzen TOOL]   # numpy, scipy, scikit-learn

All laws are normal on a scale that the tool is not told: that of logarithms, logits or the columns themselves. At 3,000
fresh points, the mean and the largest of some data sets, of the default estimate, and of two that are told more: a
maximum-likelihood normal law, and one with the covariance of Ledoit and Wolf, both on the true scale.
"""

import tempfile

import estimates
import numpy as np
from scipy import stats
from sklearn.covariance import LedoitWolf

FRESH = 3000


def chain(d):
    return 0.6 ** np.abs(np.subtract.outer(np.arange(d), np.arange(d)))


def factors(d):
    loadings = np.random.default_rng(3).normal(size=(d, 3))
    return loadings @ loadings.T + 0.25 * np.eye(d)


def one_factor(loadings, noise):
    return np.outer(loadings, loadings) + noise**2 * np.eye(len(loadings))


LAWS = {
    "sizes of a body (logarithms)": (0.25 * one_factor(np.linspace(0.7, 3, 5), 0.16), "eeeee", (25, 100, 500)),
    "two prices (logarithms)": (one_factor([1, 1], 0.05), "ee", (25, 100, 500)),
    "a price on ten days (logarithms)": (0.01 * np.minimum.outer(range(1, 11), range(1, 11)), "e" * 10, (25, 100, 500)),
    "dose and response (a logit)": (one_factor([1, 2], 0.1), "-o", (25, 100, 500)),
    "two shares (logits)": (one_factor([1.5, 1.5], 0.15), "oo", (25, 100, 500)),
    "one share, U-shaped (a logit)": (np.array([[6.0]]), "o", (25, 100, 500)),
    "twelve columns in a chain": (chain(12), "-" * 12, (18, 40, 100, 500)),
    "thirty columns in a chain": (chain(30), "-" * 30, (40, 100, 500)),
    "thirty columns, three factors": (factors(30), "-" * 30, (40, 100, 500)),
}


def mapped(latent, scales):
    """The columns, and the logarithm of their slopes."""
    columns, slopes = latent.copy(), np.zeros(len(latent))
    for k, scale in enumerate(scales):
        if scale == "e":
            columns[:, k] = np.exp(latent[:, k])
            slopes += latent[:, k]
        elif scale == "o":
            columns[:, k] = 1 / (1 + np.exp(-latent[:, k]))
            slopes += np.log(columns[:, k]) + np.log1p(-columns[:, k])
    return columns, slopes


def losses(tool, law, scales, samples, points, folder):
    (columns, _), (queries, slopes) = mapped(samples, scales), mapped(points, scales)
    true = law.logpdf(points)
    yield np.mean(true - slopes - estimates.log_density(tool, columns, queries, folder))
    for covariance in (np.cov(samples.T, ddof=0), LedoitWolf().fit(samples).covariance_):
        yield np.mean(true - stats.multivariate_normal(samples.mean(axis=0), covariance).logpdf(points))


def main():
    options = estimates.options(__doc__, contexts=4, seed=1)
    print("| law (scale) | n | default, mean | largest | told the scale, normal | Ledoit-Wolf |")
    print("|---|---|---|---|---|---|")
    for place, (name, (covariance, scales, sizes)) in enumerate(LAWS.items()):
        for n in sizes:
            found = []
            for context in range(options.contexts):
                generator = np.random.default_rng([options.seed, place, n, context])
                law = stats.multivariate_normal(np.zeros(len(covariance)), covariance, seed=generator)
                samples, points = (law.rvs(count).reshape(count, -1) for count in (n, FRESH))
                with tempfile.TemporaryDirectory() as folder:
                    found.append([*losses(options.parzen, law, scales, samples, points, folder)])
            mean, largest = np.mean(found, axis=0), np.max(found, axis=0)
            print(f"| {name} | {n} | {mean[0]:.3g} | {largest[0]:.3g} | {mean[1]:.3g} | {mean[2]:.3g} |", flush=True)


if __name__ == "__main__":
    main()
