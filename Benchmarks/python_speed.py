"""Time of fits and evaluations beside SciPy's and scikit-learn's, in one run, in two dimensions.

    python Benchmarks/python_speed.py

Every time is the least of several runs. The rivals have one thread; ours have one too unless said otherwise.
"""

import argparse
import time

import numpy as np
from scipy.stats import gaussian_kde
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KernelDensity
from threadpoolctl import threadpool_limits

import parzen


def seconds(function, repetitions):
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def row(name, ours, theirs):
    print(f"{name:48} {ours * 1e3:10.2f} ms {theirs * 1e3:10.2f} ms {theirs / ours:8.1f}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--repetitions", type=int, default=3)
    repetitions = parser.parse_args().repetitions
    rng = np.random.default_rng(0)
    centres = np.array([[-4.0, 0.0], [3.0, 3.0], [2.0, -5.0]])

    def draw(n):
        return centres[rng.integers(0, 3, n)] + rng.normal(size=(n, 2))

    print(f"{'':48} {'Parzen':>13} {'rival':>13} {'ratio':>8}")
    samples, queries = draw(10_000), draw(10_000)
    theirs, ours = gaussian_kde(samples.T), parzen.gaussian_kde(samples.T)
    np.testing.assert_allclose(ours.logpdf(queries[:50].T), theirs.logpdf(queries[:50].T), rtol=1e-10)
    row(
        "gaussian_kde.logpdf, n = m = 10,000, all threads",
        seconds(lambda: ours.logpdf(queries.T), repetitions),
        seconds(lambda: theirs.logpdf(queries.T), 1),
    )
    theirs = KernelDensity(bandwidth=0.5).fit(samples)
    reference = seconds(lambda: theirs.score_samples(queries), 1)
    for rtol, threads in ((0, 1), (1e-5, 1), (0, None), (1e-5, None)):
        ours = parzen.KernelDensity(bandwidth=0.5, rtol=rtol, n_jobs=threads).fit(samples)
        name = f"KernelDensity.score_samples, rtol {rtol:g}, {'all threads' if threads is None else 'one thread'}"
        row(name, seconds(lambda: ours.score_samples(queries), repetitions), reference)

    def by_bic(X):
        fits = [GaussianMixture(k, random_state=0).fit(X) for k in range(1, 11)]
        return min(fits, key=lambda fit: fit.bic(X))

    for n in (1_000, 10_000):
        X = draw(n)
        with threadpool_limits(1):
            reference = seconds(lambda: by_bic(X), repetitions)
        for policy in ("automatic", "network"):
            ours = parzen.MixtureTransformer(policy=policy, n_jobs=1)
            row(
                f"fit, {policy}, against BIC over 1 to 10, n = {n:,}",
                seconds(lambda: ours.fit(X), repetitions),
                reference,
            )
        ours = parzen.GaussianMixture((1, 10), n_jobs=1)
        row(
            f"GaussianMixture against BIC over 1 to 10, n = {n:,}", seconds(lambda: ours.fit(X), repetitions), reference
        )

    X = draw(1_000_000)
    estimate = parzen.MixtureTransformer(policy="network").fit(X[:1000])
    for dtype in (np.float64, np.float32):
        points = X.astype(dtype)
        time_ = seconds(lambda: estimate.score_samples(points), repetitions)
        print(f"{f'a million points, {dtype.__name__}, all threads':48} {time_ * 1e3:10.2f} ms")


main()
