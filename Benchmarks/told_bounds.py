#!/usr/bin/env python3
"""Divergence of the default estimate from laws with bounds, told and not told, in nats at fresh points; in several
dimensions every column has the law, and they depend on each other by a normal copula.

    swift build -c release --product parzen
    python Benchmarks/told_bounds.py       # needs numpy, scipy
"""

import tempfile

import estimates
import numpy as np
from scipy import stats

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


def main():
    options = estimates.options(__doc__, contexts=20, seed=1000, size=1000, dimension=1)
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
                    values = estimates.log_density(options.parzen, samples, queries, folder, *given)
                    found.append(np.mean(truth - np.maximum(values, -745)))
                cells.append(f"{np.mean(found):.4f} ± {np.std(found) / len(found) ** 0.5:.4f}")
            print(f"| {name} | {' | '.join(cells)} |", flush=True)


main()
