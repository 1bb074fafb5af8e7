#!/usr/bin/env python3
"""The workload of Flash-SD-KDE (E. L. Epstein, R. V. Dwaraknath, J. Winnicki, 2026): 2^20 samples of a Gaussian mixture
in 16 dimensions, log densities of 2^17 queries; time of fit and evaluation, and errors beside those of the
score-debiased kernel density, which takes n^2 kernels and so is given fewer samples.

    python3 Benchmarks/kernel_workload.py --threads 2
"""

import argparse
import resource
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

TOOL = Path(__file__).resolve().parent.parent / ".build/release/parzen"
D, COMPONENTS = 16, 5


class Target:
    """A mixture of five Gaussians of random means, scales and correlations."""

    def __init__(self, generator):
        self.generator = generator
        self.weights = generator.dirichlet(np.full(COMPONENTS, 5.0))
        self.means = 1.5 * generator.standard_normal((COMPONENTS, D))
        turns = [np.linalg.qr(generator.standard_normal((D, D)))[0] for _ in range(COMPONENTS)]
        self.factors = np.array([turn * np.exp(0.4 * generator.standard_normal(D)) for turn in turns])

    def sample(self, count):
        component = self.generator.choice(COMPONENTS, count, p=self.weights)
        values = self.generator.standard_normal((count, D))
        for k in range(COMPONENTS):
            rows = component == k
            values[rows] = self.means[k] + values[rows] @ self.factors[k].T
        return values

    def log_density(self, points):
        parts = []
        for weight, mean, factor in zip(self.weights, self.means, self.factors, strict=True):
            standard = np.linalg.solve(factor, (points - mean).T)
            parts.append(
                np.log(weight) - 0.5 * (standard**2).sum(axis=0)
                - np.linalg.slogdet(factor)[1] - D / 2 * np.log(2 * np.pi)
            )
        return np.logaddexp.reduce(parts)


def run(*arguments):
    """Wall-clock and processor seconds of the tool."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([TOOL, *map(str, arguments)], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return np.array([time.perf_counter() - start, processor])


def errors(found, truth):
    """The mean absolute error of the log density, and the root mean squared one of the density, relative."""
    density = np.exp(truth)
    return np.mean(np.abs(found - truth)), np.sqrt(np.mean((np.exp(found) - density) ** 2) / np.mean(density**2))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--debiased", type=int, nargs="*", default=[14, 15, 16, 17], help="log2 of its samples")
    options = parser.parse_args()
    target = Target(np.random.default_rng(options.seed))
    samples, queries = target.sample(1 << 20), target.sample(1 << 17)
    truth = target.log_density(queries)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.save(folder / "samples.npy", samples)
        np.save(folder / "queries.npy", queries)
        threads = ["--threads", options.threads]
        fit = run("fit", folder / "samples.npy", "--save", folder / "fit.json", *threads)
        evaluate = ["--queries", folder / "queries.npy", "--output", folder / "found.npy", *threads]
        evaluation = run("estimate", "--fit", folder / "fit.json", *evaluate)
        found = np.load(folder / "found.npy")[:, 0]
        line = "{:12}{:>8}{:>9}{:>10.1f}{:>11.1f}{:>10.4f}{:>10.4f}"
        print("              samples  queries   seconds  processor  error of log density, of density")
        print(line.format("mixture", "2^20", "2^17", *(fit + evaluation), *errors(found, truth)))
        few = 1 << 12
        np.save(folder / "queries.npy", queries[:few])
        for power in options.debiased:
            np.save(folder / "samples.npy", samples[: 1 << power])
            method = ["--method", "sd-kde", "--bandwidth", "silverman"]
            seconds = run("estimate", folder / "samples.npy", *method, *evaluate)
            found = np.load(folder / "found.npy")[:, 0]
            print(line.format("sd-kde", f"2^{power}", "2^12", *seconds, *errors(found, truth[:few])))


if __name__ == "__main__":
    main()
