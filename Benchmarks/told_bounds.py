#!/usr/bin/env python3
"""Divergence of the default estimate from laws with bounds, told and not told, in nats at fresh points.

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
LOWER, BOTH = ["--lower", "x1=0"], ["--lower", "x1=0", "--upper", "x1=1"]
LAWS = {
    "exponential": (stats.expon(), LOWER),
    "half-normal": (stats.halfnorm(), LOWER),
    "uniform": (stats.uniform(), BOTH),
    "beta (0.5, 0.5)": (stats.beta(0.5, 0.5), BOTH),
    "gamma (2)": (stats.gamma(2), LOWER),
    "lognormal": (stats.lognorm(1), LOWER),
}


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
    parser.add_argument("--contexts", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1000)
    options = parser.parse_args()
    print("| law | told | not told |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, (law, bounds) in LAWS.items():
            cells = []
            for given in (bounds, []):
                found = []
                for context in range(options.contexts):
                    generator = np.random.default_rng(options.seed + context)
                    samples = law.rvs((options.size, 1), random_state=generator)
                    queries = law.rvs((20_000, 1), random_state=generator)
                    estimated = log_density(options, samples, queries, given, folder)
                    found.append(np.mean(law.logpdf(queries[:, 0]) - estimated))
                cells.append(f"{np.mean(found):.4f} ± {np.std(found) / len(found) ** 0.5:.4f}")
            print(f"| {name} | {' | '.join(cells)} |", flush=True)


main()
