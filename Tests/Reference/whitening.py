"""Whitening and anchors, in Float64."""

import numpy as np


def whiten(samples):
    """Samples (..., n, d) whitened by the symmetric root of their covariance.

    Returns x = (X - mean) A with A = Cov^-1/2, then the mean, A, its inverse, and log |det A|.
    """
    mean = samples.mean(-2, keepdims=True)
    centred = samples - mean
    covariance = np.swapaxes(centred, -1, -2) @ centred / (samples.shape[-2] - 1)
    eigenvalues, vectors = np.linalg.eigh(covariance)
    transposed = np.swapaxes(vectors, -1, -2)
    root = (vectors * eigenvalues[..., None, :] ** -0.5) @ transposed
    inverse = (vectors * eigenvalues[..., None, :] ** 0.5) @ transposed
    return centred @ root, mean, root, inverse, -0.5 * np.log(eigenvalues).sum(-1)


def anchor_count(samples, most):
    """The number of latents for a number of samples."""
    return max(4, min(most, samples // 4))


def farthest_points(x, count):
    """Farthest-point anchors (contexts, count, d) of whitened samples: the most central one first."""
    rows = np.arange(x.shape[0])
    place = (x * x).sum(-1).argmin(1)
    chosen = [place]
    distance = ((x - x[rows, place][:, None]) ** 2).sum(-1)
    for _ in range(count - 1):
        place = distance.argmax(1)
        chosen.append(place)
        distance = np.minimum(distance, ((x - x[rows, place][:, None]) ** 2).sum(-1))
    return x[rows[:, None], np.stack(chosen, 1)]
