#!/usr/bin/env python3
"""Columns in which many samples have one value: what share of the estimate is there, and the divergence of the rest.

    swift build -c release --product parzen
    python Benchmarks/point_masses.py [--contexts 4] [--parzen TOOL]       # needs numpy, scipy

The share of 20,000 draws within a hundredth of the column's deviation of the value over the share of the samples that
have it, and the mean loss in nats at fresh points of the rest, beside that of the estimate without the samples at the
value. A loss below zero is mass that has leaked from the value.
"""

import subprocess
import tempfile

import estimates
import numpy as np
from scipy import stats

ABOVE_0 = ["--lower", "1=0"]
# The law of the rest, the value, its share, and what is told.
CASES = {
    "gamma (2), 30 % at 0": (stats.gamma(2), 0, 0.3, []),
    "gamma (2), 30 % at 0, told": (stats.gamma(2), 0, 0.3, ABOVE_0),
    "gamma (2), 70 % at 0": (stats.gamma(2), 0, 0.7, []),
    "gamma (2), 70 % at 0, told": (stats.gamma(2), 0, 0.7, ABOVE_0),
    "lognormal, 20 % at 0": (stats.lognorm(1), 0, 0.2, []),
    "lognormal, 20 % at 0, told": (stats.lognorm(1), 0, 0.2, ABOVE_0),
    "normal, 10 % at 0.5": (stats.norm(), 0.5, 0.1, []),
    "Student, 3 degrees, 20 % at 1": (stats.t(3), 1, 0.2, []),
}
SIZES, FRESH, DRAWS = (60, 200, 1000, 3000), 2000, 20_000


def loss_and_share(tool, samples, points, value, told, folder):
    """The log density at points, and the share of draws near the value."""
    np.save(f"{folder}/samples.npy", samples)
    np.save(f"{folder}/points.npy", points)
    run = {"check": True, "capture_output": True}
    subprocess.run([tool, "fit", f"{folder}/samples.npy", *told, "--save", f"{folder}/fit.json"], **run)
    fit = ["--fit", f"{folder}/fit.json", "--output", f"{folder}/out.npy"]
    subprocess.run([tool, "estimate", *fit, "--queries", f"{folder}/points.npy"], **run)
    log_density = np.maximum(np.load(f"{folder}/out.npy")[:, 0], -745)
    subprocess.run([tool, "sample", *fit, "--count", str(DRAWS), "--seed", "1"], **run)
    near = np.abs(np.load(f"{folder}/out.npy")[:, 0] - value) < 0.01 * samples.std()
    return log_density, near.mean()


def main():
    options = estimates.options(__doc__, contexts=4, seed=1)
    print("| law | n | share found / true | loss of the rest | without the value |")
    print("|---|---|---|---|---|")
    for index, (name, (law, value, share, told)) in enumerate(CASES.items()):
        for n in SIZES:
            found = []
            for context in range(options.contexts):
                generator = np.random.default_rng([options.seed, index, n, context])
                rest = law.rvs(size=n, random_state=generator)
                is_there = generator.uniform(size=n) < share
                points = law.rvs(size=FRESH, random_state=generator)
                points = points[np.abs(points - value) > 0.03 * law.std()]
                samples = np.where(is_there, value, rest)[:, None]
                with tempfile.TemporaryDirectory() as folder:
                    known = law.logpdf(points)
                    estimate, near = loss_and_share(options.parzen, samples, points[:, None], value, told, folder)
                    alone, _ = loss_and_share(
                        options.parzen, rest[~is_there][:, None], points[:, None], value, told, folder
                    )
                loss = np.mean(known + np.log(1 - share) - estimate)
                found.append((near / is_there.mean(), loss, np.mean(known - alone)))
            ratio, loss, alone = np.mean(found, axis=0)
            print(f"| {name} | {n} | {ratio:.2f} | {loss:.3f} | {alone:.3f} |", flush=True)


if __name__ == "__main__":
    main()
