#!/usr/bin/env python3
"""Samples that mislead those held out: near copies, clusters of few samples, few rows, masses of one column.

    swift build -c release --product parzen
    python Benchmarks/unseen_structure.py [--contexts 3] [--seed 1] [--parzen TOOL]  # numpy, scipy, scikit-learn

Nats from the truth at 3,000 fresh points, the mean of some data sets, of the default estimate, of scikit-learn's
GaussianMixture with full covariances and the number of components by BIC, and of its KernelDensity in standardised
columns with a bandwidth by leave-one-out likelihood. Of columns with masses, the share of 20,000 draws of the
default estimate within a hundredth of a deviation of the value, over the share of the samples that have it.
"""

import subprocess
import tempfile

import estimates
import numpy as np
from scipy import spatial, special, stats
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KernelDensity

FRESH, DRAWS = 3000, 20_000
NORMAL, GAMMA = stats.norm(), stats.gamma(2)


def copies(d, share, noise):
    """Standard normal rows of which a share are copies of others, with noise."""

    def draw(generator, n):
        rows = generator.normal(size=(n, d))
        copied = round(share * n)
        rows[:copied] = rows[generator.integers(copied, n, copied)] + noise * generator.normal(size=(copied, d))
        return rows

    return draw, lambda generator, n: generator.normal(size=(n, d)), lambda x: NORMAL.logpdf(x).sum(axis=1)


def peaks(d, deviation, turned):
    """Independent columns with two equal peaks 1 apart, or a rotation of them."""
    rotation = stats.special_ortho_group.rvs(d, random_state=np.random.default_rng(d)) if turned else np.eye(d)

    def draw(generator, n):
        return (generator.integers(0, 2, (n, d)) + deviation * generator.normal(size=(n, d))) @ rotation

    def log_density(x):
        columns = (x @ rotation.T)[:, :, None] - np.array([0, 1])
        return np.log(stats.norm(0, deviation).pdf(columns).mean(axis=2)).sum(axis=1)

    return draw, draw, log_density


def independent(law, d):
    def draw(generator, n):
        return law.rvs((n, d), random_state=generator)

    return draw, draw, lambda x: law.logpdf(x).sum(axis=1)


LAWS = {
    "normal, d = 1, half near copies": (copies(1, 0.5, 1e-4), (300, 2000)),
    "normal, d = 3, half near copies": (copies(3, 0.5, 1e-3), (300, 2000)),
    "64 clusters, turned, d = 6": (peaks(6, 0.125, True), (300, 1000)),
    "32 clusters of independent peaks, d = 5": (peaks(5, 0.1, False), (300, 1000)),
    "exponential columns, d = 20": (independent(stats.expon(), 20), (22, 25, 50)),
    "exponential columns, d = 40": (independent(stats.expon(), 40), (45, 50, 80)),
}


def one_clipped(generator, n):
    rows = generator.normal(size=(n, 5))
    return np.column_stack([np.minimum(rows[:, 0], 1), rows[:, 1:]])


def zeros(share, d, beside):
    def draw(generator, n):
        amounts = np.where(generator.random((n, d)) < share, 0, GAMMA.rvs((n, d), random_state=generator))
        clusters = generator.normal(size=(n, beside)) + 4 * generator.integers(0, 2, (n, 1))
        return np.hstack([amounts, clusters])

    return draw


# With the value of the first columns, and the number of these.
MASSES = {
    "one of five normal columns clipped at 1": (one_clipped, 1, 1),
    "5 % zeros beside two clusters, d = 4": (zeros(0.05, 1, 3), 0, 1),
    "20 % zeros in each of five columns": (zeros(0.2, 5, 0), 0, 5),
    "60 % zeros in each of five columns": (zeros(0.6, 5, 0), 0, 5),
    "90 % zeros in each of ten columns": (zeros(0.9, 10, 0), 0, 10),
}


def mixture(samples, points):
    most = max(1, min(40, len(samples) // (2 * samples.shape[1] + 2)))
    fits = [GaussianMixture(k, random_state=0).fit(samples) for k in range(1, most + 1)]
    return min(fits, key=lambda fit: fit.bic(samples)).score_samples(points)


def kernels(samples, points):
    scale, (n, d) = samples.std(axis=0), samples.shape
    squares = spatial.distance.cdist(samples / scale, samples / scale, "sqeuclidean")
    np.fill_diagonal(squares, np.inf)

    def held_out(width):
        constant = np.log(n - 1) + d * np.log(width * np.sqrt(2 * np.pi))
        return np.mean(np.maximum(special.logsumexp(-squares / (2 * width**2), axis=1) - constant, -745))

    width = max(np.geomspace(1e-3, 2, 30), key=held_out)
    return KernelDensity(bandwidth=width).fit(samples / scale).score_samples(points / scale) - np.log(scale).sum()


def report_losses(options):
    print("| law | n | default | GMM-BIC | CV-KDE |\n|---|---|---|---|---|")
    for place, (name, ((draw, fresh, log_density), sizes)) in enumerate(LAWS.items()):
        for n in sizes:
            found = []
            for context in range(options.contexts):
                generator = np.random.default_rng([options.seed, place, n, context])
                samples, points = draw(generator, n), fresh(generator, FRESH)
                with tempfile.TemporaryDirectory() as folder:
                    values = [estimates.log_density(options.parzen, samples, points, folder)]
                values += [rival(samples, points) for rival in (mixture, kernels)]
                found.append([np.mean(log_density(points) - np.maximum(one, -745)) for one in values])
            means = " | ".join(f"{loss:.3g}" for loss in np.mean(found, axis=0))
            print(f"| {name} | {n} | {means} |", flush=True)


def report_masses(options):
    print("\n| law | n | share found / true |\n|---|---|---|")
    for place, (name, (draw, value, columns)) in enumerate(MASSES.items()):
        for n in (500, 3000):
            found = []
            for context in range(options.contexts):
                samples = draw(np.random.default_rng([options.seed, 100 + place, n, context]), n)
                with tempfile.TemporaryDirectory() as folder:
                    np.save(f"{folder}/samples.npy", samples)
                    command = [options.parzen, "sample", f"{folder}/samples.npy", "--count", str(DRAWS), "--seed", "1"]
                    command += ["--output", f"{folder}/out.npy"]
                    subprocess.run(command, check=True, capture_output=True)
                    drawn = np.load(f"{folder}/out.npy")[:, :columns]
                given = samples[:, :columns]
                near = np.abs(drawn - value) < 0.01 * given.std(axis=0)
                found.append(near.mean() / (given == value).mean())
            print(f"| {name} | {n} | {np.mean(found):.2f} |", flush=True)


def main():
    options = estimates.options(__doc__, contexts=3, seed=1)
    report_losses(options)
    report_masses(options)


if __name__ == "__main__":
    main()
