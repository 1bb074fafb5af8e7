"""Density estimates of Python's packages, for the scoreboards: each function gets samples and queries, rows are points,
and returns the log densities at the queries."""

import warnings

import numpy as np

warnings.filterwarnings("ignore")


def gaussian_mixture(samples, queries):
    """scikit-learn's GaussianMixture, full covariances, the number of components by BIC: from 1 up, until four more
    bring no lower value."""
    from sklearn.mixture import GaussianMixture

    best, worse = None, 0
    for count in range(1, min(40, len(samples) // 2) + 1):
        try:
            mixture = GaussianMixture(count, random_state=0, max_iter=500).fit(samples)
        except ValueError:
            break
        bic = mixture.bic(samples)
        if best is None or bic < best[0]:
            best, worse = (bic, mixture), 0
        else:
            worse += 1
            if worse == 4:
                break
    return best[1].score_samples(queries)


def bayesian_mixture(samples, queries):
    """scikit-learn's BayesianGaussianMixture, a Dirichlet process with at most 20 components."""
    from sklearn.mixture import BayesianGaussianMixture

    count = min(20, len(samples) // 2)
    mixture = BayesianGaussianMixture(n_components=count, random_state=0, max_iter=300).fit(samples)
    return mixture.score_samples(queries)


def cross_validated_kernel(samples, queries):
    """scikit-learn's KernelDensity on columns of variance 1, the bandwidth by five-fold likelihood from 12 values, half
    of Silverman's to ten below it on a geometric grid; at most 2,000 samples choose it."""
    from sklearn.model_selection import GridSearchCV
    from sklearn.neighbors import KernelDensity

    scale = samples.std(axis=0)
    scale[scale == 0] = 1
    scaled = samples / scale
    n, d = samples.shape
    silverman = (4 / (n * (d + 2))) ** (1 / (d + 4))
    grid = {"bandwidth": silverman * np.geomspace(0.05, 1.5, 12)}
    chosen = np.random.default_rng(0).permutation(n)[:2000]
    search = GridSearchCV(KernelDensity(rtol=1e-4), grid, cv=5).fit(scaled[chosen])
    bandwidth = search.best_params_["bandwidth"] * (len(chosen) / n) ** (1 / (d + 4))
    kernel = KernelDensity(bandwidth=bandwidth, rtol=1e-6).fit(scaled)
    return kernel.score_samples(queries / scale) - np.log(scale).sum()


def improved_sheather_jones(samples, queries):
    """KDEpy's bandwidth (Botev's improved Sheather-Jones) in one dimension, its kernels summed exactly."""
    from KDEpy.bw_selection import improved_sheather_jones as choose
    from scipy.special import logsumexp

    h = choose(samples)
    blocks = np.array_split(queries[:, 0], max(1, len(queries) * len(samples) // 10**7))
    sums = [logsumexp(-0.5 * ((block[:, None] - samples[:, 0]) / h) ** 2, axis=1) for block in blocks]
    return np.concatenate(sums) - np.log(len(samples) * h) - 0.5 * np.log(2 * np.pi)


def vine(samples, queries):
    """pyvinecopulib: margins by local-polynomial kernels (Kde1d), a regular vine of pair copulas chosen by AIC; in more
    than five dimensions the families with two parameters that take long, BB and Tawn, are left out."""
    import pyvinecopulib as pv

    margins = []
    for column in samples.T:
        margin = pv.Kde1d()
        margin.fit(np.ascontiguousarray(column))
        margins.append(margin)

    def uniform(points):
        columns = [m.cdf(np.ascontiguousarray(c)) for m, c in zip(margins, points.T)]
        return np.clip(np.column_stack(columns), 1e-10, 1 - 1e-10)

    names = ["indep", "gaussian", "student", "clayton", "gumbel", "frank", "joe", "tll"]
    some = {"family_set": [getattr(pv.BicopFamily, name) for name in names]} if samples.shape[1] > 5 else {}
    copula = pv.Vinecop.from_data(uniform(samples), controls=pv.FitControlsVinecop(num_threads=1, **some))
    density = np.log(copula.pdf(uniform(queries)))
    for margin, column in zip(margins, queries.T):
        density = density + np.log(margin.pdf(np.ascontiguousarray(column)))
    return density


PYTHON = {
    "GMM-BIC": (gaussian_mixture, lambda n, d: True),
    "Bayes-GMM": (bayesian_mixture, lambda n, d: n <= 1000),
    "CV-KDE": (cross_validated_kernel, lambda n, d: n <= 1000 or d == 1),
    "KDEpy-ISJ": (improved_sheather_jones, lambda n, d: d == 1),
    "vine": (vine, lambda n, d: d >= 2 and n <= 2000),
}
"""Function, and where it is run: sizes and dimensions at which a data set takes a minute at most."""

R = {
    "mclust": lambda n, d: n <= 2000 or d == 1,
    "ks": lambda n, d: d == 1 or (d <= 3 and n <= 2000) or (d <= 5 and n <= 300),
    "logspline": lambda n, d: d == 1,
    "bw.SJ": lambda n, d: d == 1,
}
"""Methods of rivals.R, and where they are run."""
