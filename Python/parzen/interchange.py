"""Mixtures from and for other packages."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._analyses import Chains
from ._density import Density, DensityMethods
from ._library import ParzenError

__all__ = ["from_sklearn", "from_torch", "to_arviz", "to_sklearn", "to_torch"]


def _parameters(density: DensityMethods) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    handle = density._fitted()
    if handle.components == 0:
        raise ParzenError("this density is no mixture of few Gaussians: fit a MixtureTransformer or a GaussianMixture")
    if handle.describe().get("transformations"):
        raise ParzenError(
            "its columns are transformed: fit a MixtureTransformer(policy='untransformed') without bounds and periods"
        )
    return handle.parameters()


def to_sklearn(density: DensityMethods):
    """The same mixture as a fitted ``sklearn.mixture.GaussianMixture``.

    Parameters
    ----------
    density : estimator or Density
        A mixture.

    Returns
    -------
    mixture : sklearn.mixture.GaussianMixture
    """
    from sklearn.mixture import GaussianMixture

    weights, means, covariances = _parameters(density)
    mixture = GaussianMixture(n_components=len(weights), covariance_type="full")
    mixture.weights_, mixture.means_, mixture.covariances_ = weights, means, covariances
    # The transposed inverse of the Cholesky factor, as scikit-learn keeps it.
    mixture.precisions_cholesky_ = np.stack([np.linalg.inv(np.linalg.cholesky(c)).T for c in covariances])
    mixture.precisions_ = np.stack([factor @ factor.T for factor in mixture.precisions_cholesky_])
    mixture.converged_, mixture.n_iter_, mixture.lower_bound_ = True, 0, -np.inf
    mixture.n_features_in_ = means.shape[1]
    return mixture


def from_sklearn(mixture: Any) -> Density:
    """A fitted ``sklearn.mixture.GaussianMixture`` or ``BayesianGaussianMixture``.

    Parameters
    ----------
    mixture : sklearn.mixture.GaussianMixture
        Fitted, with covariances of any type.

    Returns
    -------
    density : Density

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.mixture import GaussianMixture
    >>> from parzen.interchange import from_sklearn
    >>> X = np.random.default_rng(0).normal(size=(200, 2))
    >>> theirs = GaussianMixture(2, covariance_type="diag", random_state=0).fit(X)
    >>> bool(np.allclose(from_sklearn(theirs).score_samples(X), theirs.score_samples(X)))
    True
    """
    means, given = np.asarray(mixture.means_), np.asarray(mixture.covariances_)
    count, d = means.shape
    covariances = {
        "full": lambda: given,
        "tied": lambda: np.broadcast_to(given, (count, d, d)),
        "diag": lambda: given[:, :, np.newaxis] * np.eye(d),
        "spherical": lambda: given[:, np.newaxis, np.newaxis] * np.eye(d),
    }[mixture.covariance_type]()
    names = getattr(mixture, "feature_names_in_", None)
    return Density.mixture(mixture.weights_, means, covariances, None if names is None else list(names))


def to_torch(density: DensityMethods):
    """The same mixture as a ``torch.distributions.MixtureSameFamily``.

    Parameters
    ----------
    density : estimator or Density
        A mixture.

    Returns
    -------
    distribution : torch.distributions.MixtureSameFamily
        In float64.
    """
    import torch
    from torch.distributions import Categorical, MixtureSameFamily, MultivariateNormal

    weights, means, covariances = map(torch.from_numpy, _parameters(density))
    return MixtureSameFamily(Categorical(probs=weights), MultivariateNormal(means, covariance_matrix=covariances))


def from_torch(distribution: Any) -> Density:
    """A ``MixtureSameFamily`` of ``MultivariateNormal`` distributions, or one of these alone.

    Parameters
    ----------
    distribution : torch.distributions.Distribution
        Without a batch.

    Returns
    -------
    density : Density
    """
    normal = getattr(distribution, "component_distribution", distribution)
    means = np.atleast_2d(normal.loc.detach().cpu().numpy()).astype(float)
    covariances = (
        normal.covariance_matrix.detach().cpu().numpy().astype(float).reshape(len(means), *[means.shape[1]] * 2)
    )
    mixing = getattr(distribution, "mixture_distribution", None)
    weights = np.ones(1) if mixing is None else mixing.probs.detach().cpu().numpy().astype(float)
    return Density.mixture(weights, means, covariances)


def to_arviz(chains: Chains, names: list[str] | None = None):
    """Langevin chains as ArviZ takes them.

    Parameters
    ----------
    chains : Chains
        Of :func:`parzen.langevin`.
    names : list of str, optional
        Of the columns.

    Returns
    -------
    data : object that ``arviz.from_dict`` makes
    """
    import arviz

    names = names or [f"x{i}" for i in range(chains.draws.shape[2])]
    posterior = {name: chains.draws[:, :, i] for i, name in enumerate(names)}
    return arviz.from_dict({"posterior": posterior})
