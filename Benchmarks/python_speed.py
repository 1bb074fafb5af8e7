"""Time of fits and evaluations beside SciPy's and scikit-learn's, in one run, in two dimensions.

    python Benchmarks/python_speed.py

All is on one processor and one thread, except the last part, a million points on all. Times are the least processor
times of several runs, in the last part the least on the clock.
"""

import argparse
import os

PROCESSORS = sorted(os.sched_getaffinity(0))
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
os.sched_setaffinity(0, PROCESSORS[-1:])

import platform  # noqa: E402
import resource  # noqa: E402
import time  # noqa: E402

import numpy as np  # noqa: E402
import scipy  # noqa: E402
import sklearn  # noqa: E402
from scipy.stats import gaussian_kde  # noqa: E402
from sklearn.mixture import GaussianMixture  # noqa: E402
from sklearn.neighbors import KernelDensity  # noqa: E402

import parzen  # noqa: E402


def seconds(function, repetitions, clock=time.process_time):
    times = []
    for _ in range(repetitions):
        start = clock()
        function()
        times.append(clock() - start)
    return min(times)


def row(name, ours, theirs):
    print(f"| {name} | {ours * 1e3:.1f} | {theirs * 1e3:.1f} | {theirs / ours:.1f} |", flush=True)


def processor():
    with open("/proc/cpuinfo") as file:
        facts = dict(line.split(":", 1) for line in file if ":" in line)
    facts = {name.strip(): value.strip() for name, value in facts.items()}
    wide = "AVX-512" if "avx512f" in facts.get("flags", "") else "no AVX-512"
    return f"{facts.get('model name', platform.machine())} (family {facts.get('cpu family')}, {wide})"


def versions():
    modules = {"Python": platform.python_version(), "NumPy": np.__version__, "SciPy": scipy.__version__,
               "scikit-learn": sklearn.__version__, "Parzen": parzen.__version__}  # fmt: skip
    return ", ".join(f"{name} {version}" for name, version in modules.items())


def by_bic(X):
    fits = [GaussianMixture(k, random_state=0).fit(X) for k in range(1, 11)]
    return min(fits, key=lambda fit: fit.bic(X))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--repetitions", type=int, default=5)
    repetitions = parser.parse_args().repetitions
    rng = np.random.default_rng(0)
    centres = np.array([[-4.0, 0.0], [3.0, 3.0], [2.0, -5.0]])

    def draw(n):
        return centres[rng.integers(0, 3, n)] + rng.normal(size=(n, 2))

    print(f"{processor()}, {len(PROCESSORS)} processors; {versions()}\n")
    print("| one thread, d = 2 | Parzen, ms | rival, ms | ratio |\n|---|---|---|---|")
    samples, queries = draw(10_000), draw(10_000)
    theirs, ours = gaussian_kde(samples.T), parzen.gaussian_kde(samples.T)
    np.testing.assert_allclose(ours.logpdf(queries[:50].T), theirs.logpdf(queries[:50].T), rtol=1e-10)
    row(
        "`gaussian_kde.logpdf`, n = m = 10,000",
        seconds(lambda: ours.logpdf(queries.T), repetitions),
        seconds(lambda: theirs.logpdf(queries.T), 1),
    )
    theirs = KernelDensity(bandwidth=0.5).fit(samples)
    reference = seconds(lambda: theirs.score_samples(queries), 1)
    for rtol in (0, 1e-5):
        ours = parzen.KernelDensity(bandwidth=0.5, rtol=rtol, n_jobs=1).fit(samples)
        np.testing.assert_allclose(
            ours.score_samples(queries[:50]), theirs.score_samples(queries[:50]),
            rtol=0, atol=1e-10 if rtol == 0 else rtol,
        )
        row(
            f"`KernelDensity.score_samples`, n = m = 10,000, `rtol={rtol:g}`",
            seconds(lambda: ours.score_samples(queries), repetitions),
            reference,
        )
    for n in (1_000, 10_000):
        X = draw(n)
        reference = seconds(lambda: by_bic(X), 3)
        for ours, name in (
            (parzen.MixtureTransformer(n_jobs=1), "the default fit"),
            (parzen.MixtureTransformer(policy="network", n_jobs=1), "the network alone"),
            (parzen.GaussianMixture((1, 10), n_jobs=1), "`parzen.GaussianMixture`"),
        ):
            row(
                f"{name} beside `sklearn.mixture.GaussianMixture` by BIC over 1 to 10, n = {n:,}",
                seconds(lambda: ours.fit(X), repetitions),
                reference,
            )

    os.sched_setaffinity(0, PROCESSORS)
    print(f"\n| a million points, d = 2, {len(PROCESSORS)} threads | ms | more memory than results, MB |")
    print("|---|---|---|")
    X = draw(1_000_000)
    estimate = parzen.MixtureTransformer(policy="network", n_jobs=len(PROCESSORS)).fit(X[:1000])
    for dtype in (np.float64, np.float32):
        points = X.astype(dtype)
        estimate.score_samples(points[:100_000])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        density = estimate.score_samples(points)
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak) * 1024 - density.nbytes
        time_ = seconds(lambda: estimate.score_samples(points), repetitions, time.perf_counter)
        print(f"| {dtype.__name__}, {points.nbytes / 1e6:.0f} MB | {time_ * 1e3:.0f} | {max(0, more) / 1e6:.1f} |")


main()
