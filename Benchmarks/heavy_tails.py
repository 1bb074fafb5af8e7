#!/usr/bin/env python3
"""Tails that are heavy in all directions at once: the divergence from multivariate Student t laws.

    swift build -c release --product parzen
    python Benchmarks/heavy_tails.py [--contexts 4] [--seed 1] [--parzen TOOL]       # needs numpy, scipy

Nats at 3,000 fresh points, the mean and the largest of some data sets, of the default estimate, and of one pass of the
network (`--policy network`). Scatter matrices are random, I + A A^T.
"""

import tempfile

import estimates
import numpy as np
from scipy import stats

DEGREES, DIMENSIONS, SIZES, FRESH = (1, 2, 3, 6), (1, 2, 3, 5), (100, 200, 1000), 3000


def losses(tool, law, samples, points, folder):
    """The mean loss of either estimate."""
    for policy in ("automatic", "network"):
        found = estimates.log_density(tool, samples, points, folder, "--policy", policy)
        yield np.mean(law.logpdf(points) - found)


def main():
    options = estimates.options(__doc__, contexts=4, seed=1)
    print("| degrees | d | n | default, mean | largest | network, mean | largest |")
    print("|---|---|---|---|---|---|---|")
    for degrees in DEGREES:
        for d in DIMENSIONS:
            for n in SIZES:
                found = []
                for context in range(options.contexts):
                    generator = np.random.default_rng([options.seed, degrees, d, n, context])
                    root = generator.normal(size=(d, d))
                    law = stats.multivariate_t(np.ones(d), np.eye(d) + root @ root.T, degrees, seed=generator)
                    with tempfile.TemporaryDirectory() as folder:
                        found.append([*losses(options.parzen, law, law.rvs(n), law.rvs(FRESH), folder)])
                mean, largest = np.mean(found, axis=0), np.max(found, axis=0)
                cells = " | ".join(f"{mean[k]:.3g} | {largest[k]:.3g}" for k in (0, 1))
                print(f"| {degrees} | {d} | {n} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
