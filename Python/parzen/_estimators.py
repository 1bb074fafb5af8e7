"""The estimators, by the conventions of scikit-learn."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from . import _kernels
from ._density import ComponentMethods, DensityMethods
from ._library import Handle, ParzenError
from ._processes import in_joint_order, together
from ._ranks import Communicator
from ._validation import as_frame, check_array, check_feature_names, check_sample_weight, seed_from


class Estimator(DensityMethods):
    """Parameters, tags and pickling, as scikit-learn's ``BaseEstimator`` has them."""

    _kind = "density_estimator"

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Parameters of the estimator.

        Parameters
        ----------
        deep : bool, default=True
            Ignored: no parameter is an estimator.

        Returns
        -------
        parameters : dict
        """
        names = inspect.signature(type(self).__init__).parameters
        return {name: getattr(self, name) for name in sorted(names) if name != "self"}

    def set_params(self, **params: Any):
        """Change parameters.

        Parameters
        ----------
        **params : dict
            New values by name.

        Returns
        -------
        self
        """
        valid = self.get_params()
        for name, value in params.items():
            if name not in valid:
                raise ValueError(
                    f"Invalid parameter {name!r} for estimator {self!r}. Valid parameters are: {sorted(valid)!r}."
                )
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        defaults = inspect.signature(type(self).__init__).parameters
        changed = [
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if repr(value) != repr(defaults[name].default)
        ]
        return f"{type(self).__name__}({', '.join(changed)})"

    def __sklearn_tags__(self):
        from sklearn.utils import InputTags, Tags, TargetTags

        return Tags(
            estimator_type=self._kind,
            target_tags=TargetTags(required=False),
            transformer_tags=None,
            regressor_tags=None,
            classifier_tags=None,
            input_tags=InputTags(),
        )

    def _options(self) -> dict[str, Any]:
        """The library's options for the parameters."""
        raise NotImplementedError

    def _prepare(self, X: Any, sample_weight: Any, minimum_samples: int = 2):
        """Data and weights as arrays, and the names of the columns."""
        data, names = as_frame(X)
        array = check_array(data, minimum_samples=minimum_samples, owner=type(self).__name__)
        return array, check_sample_weight(sample_weight, len(array)), names

    def _keep(self, handle: Handle, array: np.ndarray, names: list[str] | None) -> None:
        check_feature_names(self, names, reset=True)
        self.n_features_in_ = array.shape[1]
        self._handle = handle

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None):
        """Estimate the density of samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples; the names of a data frame's columns are kept.
        y : None
            Ignored.
        sample_weight : array-like of shape (n_samples,), optional
            How many samples each one stands for.

        Returns
        -------
        self
        """
        array, weight, names = self._prepare(X, sample_weight)
        self._keep(Handle.fit(array, weight, self._options()), array, names)
        self._set_attributes(array, weight)
        return self

    def _set_attributes(self, array: np.ndarray, weight: np.ndarray | None) -> None:
        """Set what ends with an underscore."""

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_handle"}


def _threads(n_jobs: Any) -> int | None:
    if n_jobs is None or n_jobs == -1:
        return None
    if not isinstance(n_jobs, (int, np.integer)) or n_jobs < 1:
        raise ParzenError(f"n_jobs is {n_jobs!r}: give a number of threads, or None for all processors")
    return int(n_jobs)


class _MixtureEstimator(ComponentMethods, Estimator):
    """An estimator whose result is a mixture of Gaussians, perhaps in coordinates that columns are mapped to."""

    def _set_attributes(self, array: np.ndarray, weight: np.ndarray | None) -> None:
        self.weights_, self.means_, self.covariances_ = self._handle.parameters()
        self.n_components_ = self._handle.components

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        if "_handle" in self.__dict__:
            state["_saved"] = self._handle.encode()
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        saved = state.pop("_saved", None)
        self.__dict__.update(state)
        if saved is not None:
            self._handle = Handle.decode(saved)


class MixtureTransformer(_MixtureEstimator):
    """The pretrained estimator: samples in, a density out, with nothing to choose.

    Parameters
    ----------
    policy : {"automatic", "untransformed", "equivariant", "network"}, default="automatic"
        What the estimate may rest on: all that is known, in columns as they are or transformed; the same in columns as
        they are; only what follows every affine map of the samples; or one pass of the network.
    regularise : bool, default=False
        Accept constant and linearly dependent columns.
    n_jobs : int or None, default=None
        The most threads to use; None for all processors. The results do not depend on it.

    Attributes
    ----------
    weights_, means_, covariances_ : ndarray
        The components: shapes (n_components_,), (n_components_, n_features), and the same with one more n_features. In
        the coordinates of transformed columns, where the policy "automatic" transforms some.
    record_ : dict
        What the estimate rests on: its ``parts``, samples that were ``setApart``, ``masses``, and ``warnings``.
    n_components_ : int
        Their number.
    n_features_in_ : int
        The number of columns at fit.
    feature_names_in_ : ndarray of str
        Their names, where the samples were a data frame.

    Examples
    --------
    >>> import numpy as np
    >>> from parzen import MixtureTransformer
    >>> X = np.random.default_rng(0).normal(size=(500, 2))
    >>> estimator = MixtureTransformer().fit(X)
    >>> estimator.score_samples([[0.0, 0.0]]).shape
    (1,)
    >>> bool(abs(estimator.score_samples([[0.0, 0.0]])[0] + np.log(2 * np.pi)) < 0.2)
    True
    """

    def __init__(self, *, policy: str = "automatic", regularise: bool = False, n_jobs: int | None = None):
        self.policy = policy
        self.regularise = regularise
        self.n_jobs = n_jobs

    def _options(self) -> dict[str, Any]:
        return {
            "method": "mixture",
            "policy": str(self.policy),
            "regularise": bool(self.regularise),
            "threads": _threads(self.n_jobs),
        }

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None, comm: Communicator | None = None):
        """Estimate the density of samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples; the names of a data frame's columns are kept.
        y : None
            Ignored.
        sample_weight : array-like of shape (n_samples,), optional
            How many samples each one stands for.
        comm : mpi4py.MPI.Comm, optional
            Processes that call this at the same time, each with a part of the samples: all have the estimate of all
            samples in the end, or the error of the first one that has one. The columns of data frames are matched by
            their names, in the order of the first process that has a data frame.

        Returns
        -------
        self
        """
        if comm is None:
            return super().fit(X, y, sample_weight)

        def prepared():
            data, names = as_frame(X)
            array = check_array(data, minimum_samples=1, owner=type(self).__name__, finite=False)
            return (array, check_sample_weight(sample_weight, len(array)), names, self._options()), names

        (array, weight, names, options), all_names = together(comm, prepared)
        array, names = in_joint_order(array, names, comm, all_names)
        self._keep(Handle.fit_ranks(array, weight, options, comm), array, names)
        self._set_attributes(array, weight)
        return self

    def _set_attributes(self, array: np.ndarray, weight: np.ndarray | None) -> None:
        super()._set_attributes(array, weight)
        self.record_ = self._handle.describe()["record"]


class GaussianMixture(_MixtureEstimator):
    """A mixture of Gaussians by expectation-maximisation, its number of components by the BIC.

    Parameters
    ----------
    n_components : int, pair of int or None, default=None
        The number of components, or the least and the most to try; None for 1 to 16.
    covariance_type : {"full", "diag"} or None, default=None
        The shape of the covariances; None for the one with the lower BIC.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=0
        Of the starts.
    n_jobs : int or None, default=None
        The most threads to use; None for all processors. The results do not depend on it.

    Attributes
    ----------
    weights_, means_, covariances_ : ndarray
        The components; covariances are full matrices, whatever their shape.
    n_components_ : int
        Their number.
    bic_ : float
        The criterion, which is the least of those tried.
    converged_ : bool
        Whether the steps sufficed.

    Examples
    --------
    >>> import numpy as np
    >>> from parzen import GaussianMixture
    >>> rng = np.random.default_rng(1)
    >>> X = np.concatenate([rng.normal(-4, 1, 300), rng.normal(4, 1, 300)])[:, np.newaxis]
    >>> GaussianMixture().fit(X).n_components_
    2
    """

    def __init__(
        self,
        n_components: Any = None,
        *,
        covariance_type: str | None = None,
        random_state: Any = 0,
        n_jobs: int | None = None,
    ):
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.random_state = random_state
        self.n_jobs = n_jobs

    def _options(self) -> dict[str, Any]:
        shapes = {None: None, "full": "full", "diag": "diagonal"}
        if self.covariance_type not in shapes:
            raise ParzenError(f"covariance_type is {self.covariance_type!r}: give 'full', 'diag' or None")
        components = self.n_components
        if components is not None:
            components = [int(end) for end in components] if np.ndim(components) else int(components)
        return {
            "method": "em",
            "components": components,
            "covariance": shapes[self.covariance_type],
            "seed": seed_from(self.random_state),
            "threads": _threads(self.n_jobs),
        }

    def _set_attributes(self, array: np.ndarray, weight: np.ndarray | None) -> None:
        super()._set_attributes(array, weight)
        description = self._handle.describe()
        self.bic_ = description["criterion"]
        self.converged_ = description["converged"]


class _RefittedEstimator(Estimator):
    """An estimator whose pickle has the samples."""

    def _set_attributes(self, array: np.ndarray, weight: np.ndarray | None) -> None:
        self._samples = np.array(array)
        self._sample_weight = weight
        self._fit_options = self._options()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if "_samples" in state:
            self._handle = Handle.fit(self._samples, self._sample_weight, self._fit_options)


class KernelDensity(_RefittedEstimator):
    """Kernel density estimate, by scikit-learn's interface, with more rules for the width, from the data's spread.

    Gaussian kernels by Euclidean distance are the library's: fast, on all cores, exact far from the samples. The others
    are there for code that has them, by NumPy.

    Parameters
    ----------
    bandwidth : float or {"scott", "silverman", "cross-validation"}, default=1.0
        The standard deviation of the kernels. With the covariance "isotropic", the rules "scott" and "silverman" are
        those of scikit-learn: a number for n and d alone, for data of unit spread; "cross-validation" chooses the
        factor of widths in proportion to the columns' spreads, as the covariance "robust" does. Kernels of another
        shape than the Gaussian have the mean of the widths.
    algorithm, leaf_size, breadth_first, atol
        Accepted and ignored; results are exact within ``rtol``.
    kernel : {"gaussian", "tophat", "epanechnikov", "exponential", "linear", "cosine"}, default="gaussian"
        The shape of the kernels.
    metric : str, default="euclidean"
        The distance: "euclidean", "minkowski", "manhattan", "chebyshev" or "haversine".
    rtol : float, default=0
        The relative error of the density that is accepted for the sake of speed; 1e-5 is twice as fast as 0.
    metric_params : dict, optional
        ``{"p": 3}`` of the Minkowski distance.
    covariance : {"isotropic", "robust", "diagonal", "full"}, default="isotropic"
        The kernels' covariance: that of ``bandwidth`` alone, or the rule's factor squared times the squares of the
        lesser of standard deviation and interquartile range over 1.34, the samples' variances, or their covariance, as
        SciPy has it.
    n_jobs : int or None, default=None
        The most threads to use; None for all processors. The results do not depend on it.

    Attributes
    ----------
    bandwidth_ : float or ndarray of shape (n_features,)
        The standard deviation of the kernels along every axis; one number if isotropic.

    Examples
    --------
    >>> import numpy as np
    >>> from parzen import KernelDensity
    >>> X = np.random.default_rng(0).normal(size=(100, 3))
    >>> KernelDensity(bandwidth=0.5).fit(X).score_samples(X[:2]).shape
    (2,)
    """

    def __init__(
        self,
        *,
        bandwidth: Any = 1.0,
        algorithm: str = "auto",
        kernel: str = "gaussian",
        metric: str = "euclidean",
        atol: float = 0,
        rtol: float = 0,
        breadth_first: bool = True,
        leaf_size: int = 40,
        metric_params: dict | None = None,
        covariance: str = "isotropic",
        n_jobs: int | None = None,
    ):
        self.bandwidth = bandwidth
        self.algorithm = algorithm
        self.kernel = kernel
        self.metric = metric
        self.atol = atol
        self.rtol = rtol
        self.breadth_first = breadth_first
        self.leaf_size = leaf_size
        self.metric_params = metric_params
        self.covariance = covariance
        self.n_jobs = n_jobs

    def _width(self, array: np.ndarray) -> float | str:
        """The bandwidth as the library takes it."""
        if self.covariance not in ("isotropic", "robust", "diagonal", "full"):
            raise ParzenError(f"covariance is {self.covariance!r}: give 'isotropic', 'robust', 'diagonal' or 'full'")
        rules = ("scott", "silverman", "cross-validation")
        if isinstance(self.bandwidth, str):
            if self.bandwidth not in rules:
                raise ParzenError(f"bandwidth is {self.bandwidth!r}: give a number or one of {', '.join(rules)}")
            if self.covariance == "isotropic" and self.bandwidth != "cross-validation":
                n, d = array.shape
                return (n if self.bandwidth == "scott" else n * (d + 2) / 4) ** (-1 / (d + 4))
            return self.bandwidth
        if self.covariance != "isotropic":
            raise ParzenError("the covariance of kernels of a given width is 'isotropic': leave it so")
        return float(self.bandwidth)

    def _is_classic(self) -> bool:
        """Whether the kernels are the library's: Gaussian, by Euclidean distance, whatever its name."""
        p = (self.metric_params or {}).get("p", 2)
        is_euclidean = self.metric in ("euclidean", "l2") or self.metric in ("minkowski", "p") and p == 2
        return self.kernel == "gaussian" and is_euclidean

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None):
        """Estimate the density of samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples; the names of a data frame's columns are kept.
        y : None
            Ignored.
        sample_weight : array-like of shape (n_samples,), optional
            Weights, of which the proportions count.

        Returns
        -------
        self
        """
        array, weight, names = self._prepare(X, sample_weight)
        _kernels.check(self.kernel, self.algorithm, self.metric)
        width = self._width(array)
        if weight is not None:
            array, weight = array[weight > 0], weight[weight > 0]
        options = {
            "method": "kde",
            "bandwidth": width,
            "covariance": self.covariance if self.covariance in ("diagonal", "full") else None,
            "tolerance": float(self.rtol),
            "threads": _threads(self.n_jobs),
        }
        self._keep(Handle.fit(array, weight, options), array, names)
        self._samples, self._sample_weight, self._fit_options = np.array(array), weight, options
        bandwidths = np.asarray(self._handle.describe()["bandwidths"])
        self.bandwidth_ = width if isinstance(width, float) else bandwidths
        return self

    def score_samples(self, X: Any) -> np.ndarray:
        """Log density at every point.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Points.

        Returns
        -------
        log_density : ndarray of shape (n_samples,)
            Natural logarithms.
        """
        if self._fitted() and self._is_classic():
            return super().score_samples(X)
        points, p = self._queries(X), (self.metric_params or {}).get("p", 2)
        return _kernels.log_density(
            points, self._samples, self._sample_weight, self.kernel, float(np.mean(self.bandwidth_)), self.metric, p
        )

    def score(self, X: Any, y: Any = None) -> float:
        """Total log likelihood of points, in nats, as scikit-learn's ``KernelDensity`` has it.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Points.
        y : None
            Ignored.

        Returns
        -------
        log_likelihood : float
        """
        return float(self.score_samples(X).sum())

    def score_gradient(self, X: Any):
        """Gradient of the log density at every point, of Gaussian kernels.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Points.

        Returns
        -------
        gradient : ndarray or data frame of shape (n_samples, n_features)
        """
        if self._fitted() and not self._is_classic():
            raise NotImplementedError("the gradient is there for Gaussian kernels by Euclidean distance")
        return super().score_gradient(X)

    def sample(self, n_samples: int = 1, random_state: Any = None):
        """Draw new points: of kernels of one width those that scikit-learn draws for the same ``random_state``, by
        Euclidean distance whatever the ``metric``.

        Parameters
        ----------
        n_samples : int, default=1
            How many.
        random_state : int, numpy.random.RandomState, numpy.random.Generator or None, default=None
            Of the draws.

        Returns
        -------
        X : ndarray or data frame of shape (n_samples, n_features)
        """
        self._fitted()
        if self._is_classic() and not isinstance(self.bandwidth_, float):
            return super().sample(n_samples, random_state)
        draws = _kernels.sample(
            self._samples, self._sample_weight, self.kernel, float(np.mean(self.bandwidth_)), n_samples, random_state
        )
        return self._output(draws, self._names())


class ScoreDebiasedKernelDensity(_RefittedEstimator):
    """Score-debiased kernel density estimate: every sample is moved once along the score, which undoes the smoothing.

    Parameters
    ----------
    bandwidth : float or {"scott", "silverman", "cross-validation"}, default="scott"
        The rule for the kernels' width, or the width itself in the units of the data.
    covariance : {"diagonal", "full"}, default="diagonal"
        The kernels' shape, for the rules.
    rtol : float, default=1e-5
        The relative error of the density that is accepted for the sake of speed.
    n_jobs : int or None, default=None
        The most threads to use; None for all processors. The results do not depend on it.

    Attributes
    ----------
    bandwidth_ : ndarray of shape (n_features,)
        The standard deviation of the kernels along every axis.

    References
    ----------
    E. L. Epstein and others, Score-Debiased Kernel Density Estimation, arXiv 2504.19084, 2025.

    Examples
    --------
    >>> import numpy as np
    >>> from parzen import ScoreDebiasedKernelDensity
    >>> X = np.random.default_rng(0).normal(size=(100, 1))
    >>> ScoreDebiasedKernelDensity().fit(X).sample(3, random_state=0).shape
    (3, 1)
    """

    def __init__(
        self,
        *,
        bandwidth: Any = "scott",
        covariance: str = "diagonal",
        rtol: float = 1e-5,
        n_jobs: int | None = None,
    ):
        self.bandwidth = bandwidth
        self.covariance = covariance
        self.rtol = rtol
        self.n_jobs = n_jobs

    def _options(self) -> dict[str, Any]:
        return {
            "method": "sd-kde",
            "bandwidth": self.bandwidth if isinstance(self.bandwidth, str) else float(self.bandwidth),
            "covariance": self.covariance,
            "tolerance": float(self.rtol),
            "threads": _threads(self.n_jobs),
        }

    def _set_attributes(self, array: np.ndarray, weight: np.ndarray | None) -> None:
        super()._set_attributes(array, weight)
        self.bandwidth_ = np.asarray(self._handle.describe()["bandwidths"])


class CrossAttentionTransformer(_RefittedEstimator):
    """The pretrained cross-attention transformer of arXiv 2511.05924, for 1, 2 or 10 columns.

    Parameters
    ----------
    regularise : bool, default=False
        Accept constant and linearly dependent columns.
    n_jobs : int or None, default=None
        The most threads to use; None for all processors. The results do not depend on it.

    Examples
    --------
    >>> import numpy as np
    >>> from parzen import CrossAttentionTransformer
    >>> X = np.random.default_rng(0).normal(size=(100, 2))
    >>> CrossAttentionTransformer().fit(X).score_gradient(X[:5]).shape
    (5, 2)
    """

    def __init__(self, *, regularise: bool = False, n_jobs: int | None = None):
        self.regularise = regularise
        self.n_jobs = n_jobs

    def _options(self) -> dict[str, Any]:
        return {"method": "cross-attention", "regularise": bool(self.regularise), "threads": _threads(self.n_jobs)}


class OutlierDetector(_MixtureEstimator):
    """Outliers by their log density under the pretrained estimate.

    Parameters
    ----------
    contamination : "auto" or float, default="auto"
        The share of the samples that are outliers, up to 0.5; "auto" for what has a log density as one in a hundred
        draws from the estimate has at most.
    regularise : bool, default=False
        Accept constant and linearly dependent columns.
    n_jobs : int or None, default=None
        The most threads to use; None for all processors. The results do not depend on it.

    Attributes
    ----------
    offset_ : float
        The log density below which a point is an outlier.

    Examples
    --------
    >>> import numpy as np
    >>> from parzen import OutlierDetector
    >>> X = np.random.default_rng(0).normal(size=(300, 2))
    >>> OutlierDetector().fit(X).predict([[0.0, 0.0], [9.0, 9.0]]).tolist()
    [1, -1]
    """

    _kind = "outlier_detector"

    def __init__(self, *, contamination: Any = "auto", regularise: bool = False, n_jobs: int | None = None):
        self.contamination = contamination
        self.regularise = regularise
        self.n_jobs = n_jobs

    def _options(self) -> dict[str, Any]:
        return {"method": "mixture", "regularise": bool(self.regularise), "threads": _threads(self.n_jobs)}

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None):
        """Estimate the density of samples and the threshold.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.
        y : None
            Ignored.
        sample_weight : array-like of shape (n_samples,), optional
            How many samples each one stands for.

        Returns
        -------
        self
        """
        contamination = self.contamination
        is_share = isinstance(contamination, (int, float, np.number)) and not isinstance(contamination, bool)
        if not (contamination == "auto" if isinstance(contamination, str) else is_share and 0 < contamination <= 0.5):
            raise ParzenError(f"contamination is {contamination!r}: give 'auto' or a number in (0, 0.5]")
        super().fit(X, sample_weight=sample_weight)
        if contamination == "auto":
            scores, share = self._handle.evaluate(self._handle.sample(10_000, seed=0))[0], 0.01
        else:
            scores, share = self._handle.evaluate(check_array(as_frame(X)[0]))[0], contamination
        self.offset_ = float(np.percentile(scores, 100 * share))
        return self

    def decision_function(self, X: Any) -> np.ndarray:
        """Log density less the threshold: negative for outliers.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Points.

        Returns
        -------
        decision : ndarray of shape (n_samples,)
        """
        return self.score_samples(X) - self.offset_

    def predict(self, X: Any) -> np.ndarray:
        """-1 for outliers, 1 for the others.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Points.

        Returns
        -------
        label : ndarray of shape (n_samples,)
        """
        return np.where(self.decision_function(X) < 0, -1, 1)

    def fit_predict(self, X: Any, y: Any = None, sample_weight: Any = None) -> np.ndarray:
        """Labels of the samples themselves.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.
        y : None
            Ignored.
        sample_weight : array-like of shape (n_samples,), optional
            How many samples each one stands for.

        Returns
        -------
        label : ndarray of shape (n_samples,)
        """
        return self.fit(X, sample_weight=sample_weight).predict(X)
