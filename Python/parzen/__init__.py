"""Parzen: density and score from samples.

>>> import numpy as np
>>> import parzen
>>> X = np.random.default_rng(0).normal(size=(500, 2))
>>> estimate = parzen.MixtureTransformer().fit(X)
>>> estimate.score_samples(X[:3]).shape, estimate.score_gradient(X[:3]).shape
((3,), (3, 2))

Rows are points and columns are dimensions, as in scikit-learn; only :class:`gaussian_kde` has columns as points, as in
SciPy. Two things are called score: ``score`` is scikit-learn's, the mean log likelihood, and ``score_gradient`` is the
statistician's, the gradient of the log density.
"""

from __future__ import annotations

from typing import Any

from . import information
from ._analyses import Chains, Mode, langevin, modes, outliers
from ._density import Density, load
from ._estimators import (
    CrossAttentionTransformer,
    GaussianMixture,
    KernelDensity,
    MixtureTransformer,
    OutlierDetector,
    ScoreDebiasedKernelDensity,
)
from ._library import ParzenError, ParzenFileError
from ._scipy import gaussian_kde
from ._validation import NotFittedError

__version__ = "0.2.0"

__all__ = [
    "Chains",
    "CrossAttentionTransformer",
    "Density",
    "GaussianMixture",
    "KernelDensity",
    "MixtureTransformer",
    "Mode",
    "NotFittedError",
    "OutlierDetector",
    "ParzenError",
    "ParzenFileError",
    "ScoreDebiasedKernelDensity",
    "gaussian_kde",
    "information",
    "interchange",
    "langevin",
    "load",
    "modes",
    "outliers",
    "plot",
]


def __getattr__(name: str) -> Any:
    """Load the parts that need other packages when they are first asked for."""
    if name in ("plot", "interchange"):
        import importlib

        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
