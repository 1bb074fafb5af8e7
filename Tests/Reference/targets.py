"""Random Gaussian mixtures: draws, and the exact log density and score at queries."""

import math

import numpy as np


def gaussian_mixtures(rng, contexts, samples, queries, dimension, most_components=10, widened=0.25):
    """Samples (contexts, samples, d) of as many random mixtures, and queries with log densities and scores.

    Means are uniform in [-3, 3]^d, variances uniform in [0.2, 1], weights uniform on the simplex. The last share
    `widened` of the queries has Gaussian noise of deviation 0.8 added.
    """
    shape = (contexts, most_components)
    counts = rng.integers(1, most_components + 1, size=contexts)
    used = np.arange(most_components)[None] < counts[:, None]
    weights = rng.exponential(size=shape) * used
    weights /= weights.sum(1, keepdims=True)
    means = rng.uniform(-3, 3, (*shape, dimension))
    deviations = np.sqrt(rng.uniform(0.2, 1, (*shape, dimension)))
    rows = np.arange(contexts)[:, None]

    def draw(count):
        uniform = rng.random((contexts, count, 1))
        labels = (uniform > np.cumsum(weights, 1)[:, None, :]).sum(-1)
        labels = np.minimum(labels, counts[:, None] - 1)
        noise = rng.standard_normal((contexts, count, dimension))
        return means[rows, labels] + deviations[rows, labels] * noise

    x, y = draw(samples), draw(queries)
    wide = round(queries * widened)
    y[:, queries - wide :] += 0.8 * rng.standard_normal((contexts, wide, dimension))
    standardised = (y[:, :, None] - means[:, None]) / deviations[:, None]
    logs = -0.5 * (standardised**2).sum(-1) - 0.5 * dimension * math.log(2 * math.pi)
    logs += (np.log(np.where(used, weights, 1e-300)) - np.log(deviations).sum(-1))[:, None]
    highest = logs.max(-1, keepdims=True)
    shares = np.exp(logs - highest)
    total = shares.sum(-1, keepdims=True)
    log_density = (highest + np.log(total))[..., 0]
    score = ((shares / total)[..., None] * -standardised / deviations[:, None]).sum(2)
    return x, y, log_density, score
