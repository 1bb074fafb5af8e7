"""Kernel density estimates on the CPU, one thread each, in one run: Parzen (log density and score) beside SciPy,
scikit-learn and PyKeOps (log density alone), with the same data and bandwidth.

    swift build -c release --package-path Benchmarks
    python Benchmarks/kde_rivals.py [--size 20000] [--dimensions 2 16]

Needs numpy, scipy, scikit-learn and pykeops. Times are the least processor time of the repetitions (one thread: the
time on the clock, if nothing else runs), of evaluation alone: fitting, compiling and reading files are left out for
all. The samples' covariance is made exactly the identity, so that SciPy's kernels, which have the samples' covariance,
are the isotropic ones of the others. Parzen computes in Float64; its distance from a double loop is printed. PyKeOps is
run in its faster precision, Float32, and in Float64.
"""

import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import pykeops
import scipy
import sklearn
from pykeops.numpy import LazyTensor
from scipy.stats import gaussian_kde
from sklearn.neighbors import KernelDensity

HERE = pathlib.Path(__file__).resolve().parent


def whitened(points, samples):
    """points, mapped so that the samples' mean is 0 and their covariance the identity."""
    centred = samples - samples.mean(0)
    factor = np.linalg.cholesky(np.linalg.inv(np.atleast_2d(np.cov(centred.T))))
    return np.ascontiguousarray((points - samples.mean(0)) @ factor)


def clumps(generator, count, dimension):
    """Points from eight Gaussians."""
    means = np.random.default_rng(0).uniform(-3, 3, (8, dimension))
    return means[generator.integers(0, 8, count)] + generator.normal(size=(count, dimension))


def seconds(function, repetitions):
    """The least processor time of a function, and its value."""
    best, value = np.inf, None
    for _ in range(repetitions):
        start = time.process_time()
        value = function()
        best = min(best, time.process_time() - start)
    return best, value


def parzen(folder, bandwidth, repetitions):
    program = HERE / ".build" / "release" / "kde-benchmark"
    files = [str(folder / name) for name in ("samples.npy", "queries.npy", "parzen.npy")]
    arguments = [program, files[0], files[1], repr(bandwidth), "1", str(repetitions), files[2]]
    report = json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)
    return min(report["evaluation"]), np.load(files[2])


def keops(samples, queries, bandwidth, precision):
    x, y = (a.astype(precision) / precision(bandwidth) for a in (samples, queries))
    exponent = -((LazyTensor(y[:, None, :]) - LazyTensor(x[None, :, :])) ** 2).sum(-1) / 2
    sums = exponent.logsumexp(dim=1, backend="CPU").ravel()
    d = samples.shape[1]
    return sums - np.log(len(samples)) - d * np.log(bandwidth) - d / 2 * np.log(2 * np.pi)


def double_loop(samples, queries, bandwidth):
    """Log density and score in Float64, by the definition."""
    n, d = samples.shape
    log_density, score = np.empty(len(queries)), np.empty(queries.shape)
    for i, y in enumerate(queries):
        step = samples - y
        exponent = -0.5 * ((step / bandwidth) ** 2).sum(1)
        term = np.exp(exponent - exponent.max())
        log_density[i] = exponent.max() + np.log(term.sum())
        score[i] = term @ step / term.sum() / bandwidth**2
    return log_density - np.log(n) - d * np.log(bandwidth) - d / 2 * np.log(2 * np.pi), score


def compare(n, d, repetitions, folder):
    generator = np.random.default_rng(d)
    raw = clumps(generator, n, d)
    samples, queries = whitened(raw, raw), whitened(clumps(generator, n, d), raw)
    bandwidth = n ** (-1 / (d + 4))
    np.save(folder / "samples.npy", samples)
    np.save(folder / "queries.npy", queries)

    times = {}
    first, _ = parzen(folder, bandwidth, 10)
    reference = gaussian_kde(samples.T, bw_method=bandwidth)
    times["SciPy gaussian_kde.logpdf"], log_density = seconds(lambda: reference.logpdf(queries.T), repetitions)
    tree = KernelDensity(bandwidth=bandwidth).fit(samples)
    times["scikit-learn score_samples"], _ = seconds(lambda: tree.score_samples(queries), repetitions)
    for precision in (np.float32, np.float64):
        keops(samples[:8], queries[:8], bandwidth, precision)  # compiles
        name = f"PyKeOps logsumexp, {precision.__name__}"
        times[name], _ = seconds(lambda: keops(samples, queries, bandwidth, precision), 3 * repetitions)
    second, ours = parzen(folder, bandwidth, 10)
    own = min(first, second)

    chosen = np.linspace(0, n - 1, 200).astype(int)
    exact, score = double_loop(samples, queries[chosen], bandwidth)
    relative = np.linalg.norm(ours[chosen, 1:] - score, axis=1) / np.linalg.norm(score, axis=1)
    print(f"\nd = {d}, n = m = {n}, bandwidth {bandwidth:.4g} standard deviations")
    print(f"  {'':30s} ns per pair   Parzen is faster by")
    print(f"  {'Parzen, log density and score':30s} {own / n / n * 1e9:11.3f}")
    for name, value in times.items():
        print(f"  {name:30s} {value / n / n * 1e9:11.2f} {value / own:21.1f}")
    print(
        f"  Parzen against a double loop: log density {np.abs(ours[chosen, 0] - exact).max():.1e} absolute, "
        f"score {relative.max():.1e} relative; against SciPy: {np.abs(ours[:, 0] - log_density).max():.1e}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--size", type=int, default=20000)
    parser.add_argument("--dimensions", type=int, nargs="+", default=[2, 16])
    parser.add_argument("--repetitions", type=int, default=2)
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    cpu = pathlib.Path("/proc/cpuinfo")
    if cpu.exists():
        print(next(line for line in cpu.read_text().splitlines() if line.startswith("model name")).split(": ")[1])
    print(
        f"one thread; numpy {np.__version__}, scipy {scipy.__version__}, scikit-learn {sklearn.__version__}, "
        f"pykeops {pykeops.__version__}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for dimension in options.dimensions:
            compare(options.size, dimension, options.repetitions, pathlib.Path(folder))


if __name__ == "__main__":
    main()
