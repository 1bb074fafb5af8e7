#!/usr/bin/env python3
"""Divergence of the default estimate from laws with bounds, told and not told, in nats at fresh points; in several
dimensions every column has the law, and they depend on each other by a normal copula.

    swift build -c release --product parzen
    python Benchmarks/told_bounds.py       # needs numpy, scipy
"""

import argparse
import pathlib
import subprocess
import tempfile

import numpy as np
from scipy import stats

HERE = pathlib.Path(__file__).resolve().parent
LOWER, BOTH = {"--lower": 0}, {"--lower": 0, "--upper": 1}
LAWS = {
    "exponential": (stats.expon(), LOWER),
    "half-normal": (stats.halfnorm(), LOWER),
    "uniform": (stats.uniform(), BOTH),
    "beta (0.5, 0.5)": (stats.beta(0.5, 0.5), BOTH),
    "gamma (2)": (stats.gamma(2), LOWER),
    "lognormal": (stats.lognorm(1), LOWER),
    "Weibull (0.7)": (stats.weibull_min(0.7), LOWER),
    "beta (2, 5)": (stats.beta(2, 5), BOTH),
}
# The correlation of the normal scores of neighbouring columns.
CORRELATION = 0.5


class Columns:
    """Columns of one law with a normal copula."""

    def __init__(self, law, dimension):
        self.law = law
        places = np.arange(dimension)
        self.correlation = CORRELATION ** np.abs(places[:, None] - places)
        self.root = np.linalg.cholesky(self.correlation)

    def draw(self, count, generator):
        """Points, and their log density."""
        scores = generator.standard_normal((count, len(self.root))) @ self.root.T
        points = self.law.ppf(stats.norm.cdf(scores))
        whitened = np.linalg.solve(self.root, scores.T).T
        copula = ((scores**2).sum(axis=1) - (whitened**2).sum(axis=1)) / 2 - np.log(np.diag(self.root)).sum()
        return points, copula + self.law.logpdf(points).sum(axis=1)


def log_density(options, samples, queries, bounds, folder):
    np.save(f"{folder}/samples.npy", samples)
    np.save(f"{folder}/queries.npy", queries)
    command = [options.parzen, "estimate", f"{folder}/samples.npy", "--queries", f"{folder}/queries.npy", *bounds]
    subprocess.run([*command, "--output", f"{folder}/estimate.npy"], check=True, capture_output=True)
    return np.maximum(np.load(f"{folder}/estimate.npy")[:, 0], -745)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parzen", default=HERE.parent / ".build/release/parzen")
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--dimension", type=int, default=1)
    parser.add_argument("--contexts", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1000)
    options = parser.parse_args()
    print("| law | told | not told |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, (law, bounds) in LAWS.items():
            columns = Columns(law, options.dimension)
            told = [word for k in range(options.dimension) for o, v in bounds.items() for word in (o, f"x{k + 1}={v}")]
            cells = []
            for given in (told, []):
                found = []
                for context in range(options.contexts):
                    generator = np.random.default_rng(options.seed + context)
                    samples, _ = columns.draw(options.size, generator)
                    queries, truth = columns.draw(20_000, generator)
                    found.append(np.mean(truth - log_density(options, samples, queries, given, folder)))
                cells.append(f"{np.mean(found):.4f} ± {np.std(found) / len(found) ** 0.5:.4f}")
            print(f"| {name} | {' | '.join(cells)} |", flush=True)


main()
