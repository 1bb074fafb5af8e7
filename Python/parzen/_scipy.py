"""A drop-in for ``scipy.stats.gaussian_kde``."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from ._library import Handle
from ._validation import seed_from


class gaussian_kde:
    """Kernel density estimate by SciPy's interface: columns are points.

    Parameters
    ----------
    dataset : array-like of shape (n_features, n_samples)
        Samples; one row may be given as a vector.
    bw_method : {"scott", "silverman"}, float, callable or None, default=None
        The factor that scales the samples' covariance, or its rule; None for Scott's.
    weights : array-like of shape (n_samples,), optional
        Weights of the samples.
    method : {"kernel", "mixture"}, default="kernel"
        The classic estimate, or the density by the pretrained mixture transformer behind the same interface;
        ``covariance`` and the integrals that need kernels are then those of the kernels all the same.

    Attributes
    ----------
    dataset : ndarray of shape (n_features, n_samples)
    d, n : int
        The numbers of features and samples.
    neff : float
        The effective number of samples.
    factor : float
        The bandwidth factor.
    covariance, inv_cov : ndarray
        The kernels' covariance, and its inverse.

    Examples
    --------
    >>> import numpy as np
    >>> from parzen import gaussian_kde
    >>> values = np.random.default_rng(0).normal(size=(2, 300))
    >>> gaussian_kde(values)([[0.0, 1.0], [0.0, 1.0]]).shape
    (2,)
    >>> gaussian_kde(values, method="mixture").logpdf([0.0, 0.0]).shape
    (1,)
    """

    def __init__(self, dataset: Any, bw_method: Any = None, weights: Any = None, *, method: str = "kernel"):
        self.dataset = np.atleast_2d(np.asarray(dataset))
        if not self.dataset.size > 1:
            raise ValueError("`dataset` input should have multiple elements.")
        if method not in ("kernel", "mixture"):
            raise ValueError(f"method is {method!r}: give 'kernel' or 'mixture'")
        self.d, self.n = self.dataset.shape
        self.method = method
        self._is_weighted = weights is not None
        if weights is not None:
            self._weights = np.atleast_1d(weights).astype(float)
            if self._weights.ndim != 1:
                raise ValueError("`weights` input should be one-dimensional.")
            if len(self._weights) != self.n:
                raise ValueError("`weights` input should be of length n")
            self._weights /= self._weights.sum()
            self._neff = 1 / np.dot(self._weights, self._weights)
        if self.d > self.n:
            raise ValueError(
                "Number of dimensions is greater than number of samples. This results in a singular data covariance "
                "matrix, for which there is no kernel density. Note that `gaussian_kde` interprets each *column* of "
                "`dataset` to be a point; consider transposing the input to `dataset`."
            )
        try:
            self.set_bandwidth(bw_method=bw_method)
        except np.linalg.LinAlgError as error:
            raise np.linalg.LinAlgError(
                "The data appears to lie in a lower-dimensional subspace of the space in which it is expressed. This "
                "has resulted in a singular data covariance matrix, for which there is no kernel density. Consider "
                "performing principal component analysis / dimensionality reduction and using `gaussian_kde` with the "
                "transformed data."
            ) from error

    def __getstate__(self) -> dict[str, Any]:
        # What the library holds is made again where it is needed.
        return {**self.__dict__, "_kernels": None, "_estimate": None}

    @property
    def weights(self) -> np.ndarray:
        """Weights of the samples, whose sum is 1."""
        if not hasattr(self, "_weights"):
            self._weights = np.full(self.n, 1 / self.n)
        return self._weights

    @property
    def neff(self) -> float:
        """Effective number of samples."""
        if not hasattr(self, "_neff"):
            self._neff = 1 / np.dot(self.weights, self.weights)
        return self._neff

    def scotts_factor(self) -> float:
        """Scott's factor, neff**(-1/(d+4))."""
        return np.power(self.neff, -1.0 / (self.d + 4))

    def silverman_factor(self) -> float:
        """Silverman's factor, (neff * (d + 2) / 4)**(-1/(d+4))."""
        return np.power(self.neff * (self.d + 2.0) / 4.0, -1.0 / (self.d + 4))

    covariance_factor: Callable[[], float] = scotts_factor

    def set_bandwidth(self, bw_method: Any = None) -> None:
        """Choose the bandwidth factor.

        Parameters
        ----------
        bw_method : {"scott", "silverman"}, float, callable or None
            None leaves it as it is.
        """
        if bw_method is None:
            pass
        elif isinstance(bw_method, str):
            if bw_method not in ("scott", "silverman"):
                raise ValueError("`bw_method` should be 'scott', 'silverman', a scalar or a callable.")
            self.covariance_factor = self.scotts_factor if bw_method == "scott" else self.silverman_factor
        elif np.isscalar(bw_method):
            self._bw_method = "use constant"
            self.covariance_factor = lambda: bw_method
        elif callable(bw_method):
            self._bw_method = bw_method
            self.covariance_factor = lambda: self._bw_method(self)
        else:
            raise ValueError("`bw_method` should be 'scott', 'silverman', a scalar or a callable.")
        self._compute_covariance()

    def _compute_covariance(self) -> None:
        """Make the kernels for the bandwidth factor."""
        self.factor = self.covariance_factor()
        if not hasattr(self, "_data_cov"):
            self._data_cov = np.atleast_2d(
                np.cov(self.dataset.astype(float), rowvar=1, bias=False, aweights=self.weights)
            )
            self._data_cho_cov = np.linalg.cholesky(self._data_cov)
        self.covariance = self._data_cov * self.factor**2
        self.cho_cov = (self._data_cho_cov * self.factor).astype(np.float64)
        self.log_det = 2 * np.log(np.diag(self.cho_cov * np.sqrt(2 * np.pi))).sum()
        self._kernels: Handle | None = None
        self._estimate: Handle | None = None

    @property
    def inv_cov(self) -> np.ndarray:
        """Inverse of the kernels' covariance."""
        return np.linalg.inv(self.covariance)

    def _whiten(self, points: np.ndarray) -> np.ndarray:
        """Points as rows, in coordinates in which the kernels are standard normal."""
        inverse = np.linalg.inv(self.cho_cov)
        # Columns of one array: rows of its transpose, which the library reads as they lie.
        return (inverse @ points.astype(np.float64, copy=False)).T

    def _log_density(self, points: np.ndarray) -> np.ndarray:
        if getattr(self, "method", "kernel") == "mixture":
            if self._estimate is None:
                weights = self.weights * self.neff if self._is_weighted else None
                samples = self.dataset.T.astype(np.float64, copy=False)
                self._estimate = Handle.fit(samples, weights, {"method": "mixture"})
            return self._estimate.evaluate(points.T.astype(np.float64, copy=False))[0]
        log_determinant = np.log(np.diag(self.cho_cov)).sum()
        return self._fitted_kernels().evaluate(self._whiten(points))[0] - log_determinant

    def _fitted_kernels(self) -> Handle:
        """The standard normal kernels in the coordinates of ``_whiten``."""
        if self._kernels is None:
            used = self.weights > 0
            samples, weights = self._whiten(self.dataset)[used], np.ascontiguousarray(self.weights[used])
            self._kernels = Handle.fit(samples, weights, {"method": "kde", "bandwidth": 1.0, "tolerance": 0.0})
        return self._kernels

    def _points(self, points: Any) -> np.ndarray:
        points = np.atleast_2d(np.asarray(points))
        d, m = points.shape
        if d != self.d:
            if d == 1 and m == self.d:
                return points.reshape(self.d, 1)
            raise ValueError(f"points have dimension {d}, dataset has dimension {self.d}")
        return points

    def logpdf(self, x: Any) -> np.ndarray:
        """Log density at points.

        Parameters
        ----------
        x : array-like of shape (n_features, n_points)
            Points; one may be given as a vector.

        Returns
        -------
        log_density : ndarray of shape (n_points,)
        """
        points = self._points(x)
        return self._log_density(points).astype(self._output_type(points), copy=False)

    def evaluate(self, points: Any) -> np.ndarray:
        """Density at points.

        Parameters
        ----------
        points : array-like of shape (n_features, n_points)
            Points; one may be given as a vector.

        Returns
        -------
        density : ndarray of shape (n_points,)
        """
        return np.exp(self.logpdf(points))

    __call__ = evaluate

    def pdf(self, x: Any) -> np.ndarray:
        """Density at points: an alias of :meth:`evaluate`."""
        return self.evaluate(x)

    def _output_type(self, points: np.ndarray) -> np.dtype:
        return np.result_type(self.dataset, points, np.float64, self.factor)

    def resample(self, size: int | None = None, seed: Any = None) -> np.ndarray:
        """Draw new points.

        Parameters
        ----------
        size : int, optional
            How many; as many as the effective number of samples by default.
        seed : int, numpy.random.RandomState, numpy.random.Generator or None, default=None
            Of the draws.

        Returns
        -------
        points : ndarray of shape (n_features, size)
        """
        size = int(self.neff) if size is None else size
        generator = seed
        if not isinstance(seed, (np.random.RandomState, np.random.Generator)):
            generator = np.random.mtrand._rand if seed is None else np.random.RandomState(seed_from(seed))
        if self.method == "mixture":
            self._log_density(self.dataset[:, :1])
            return self._estimate.sample(size, seed_from(generator)).T
        noise = generator.multivariate_normal(np.zeros(self.d), self.covariance.astype(float), size=size).T
        chosen = generator.choice(self.n, size=size, p=self.weights)
        return self.dataset[:, chosen] + noise

    def _convolved(self, mean: np.ndarray, covariance: np.ndarray, weights: np.ndarray) -> float:
        """The sum over i of weights_i sum_j w_j N(mean_i - x_j; 0, covariance)."""
        lower = np.linalg.cholesky(covariance.astype(float))
        inverse = np.linalg.inv(lower)
        samples = (inverse @ self.dataset).T
        estimate = Handle.fit(
            np.ascontiguousarray(samples), np.ascontiguousarray(self.weights),
            {"method": "kde", "bandwidth": 1.0, "tolerance": 0.0},
        )  # fmt: skip
        values = estimate.evaluate(np.ascontiguousarray((inverse @ mean).T))[0] - np.log(np.diag(lower)).sum()
        return float(np.exp(values) @ weights)

    def integrate_gaussian(self, mean: Any, cov: Any) -> float:
        """Integral of the estimate times a normal density.

        Parameters
        ----------
        mean : array-like of shape (n_features,)
        cov : array-like of shape (n_features, n_features)

        Returns
        -------
        integral : float
        """
        mean, cov = np.atleast_1d(np.squeeze(mean)), np.atleast_2d(cov)
        if mean.shape != (self.d,):
            raise ValueError(f"mean does not have dimension {self.d}")
        if cov.shape != (self.d, self.d):
            raise ValueError(f"covariance does not have dimension {self.d}")
        return self._convolved(mean[:, np.newaxis], self.covariance + cov, np.ones(1))

    def integrate_kde(self, other: gaussian_kde) -> float:
        """Integral of the product of two estimates.

        Parameters
        ----------
        other : gaussian_kde
            Of the same dimension.

        Returns
        -------
        integral : float
        """
        if other.d != self.d:
            raise ValueError("KDEs are not the same dimensionality")
        return self._convolved(other.dataset, self.covariance + other.covariance, other.weights)

    def integrate_box_1d(self, low: float, high: float) -> float:
        """Probability of an interval, in one dimension.

        Parameters
        ----------
        low, high : float

        Returns
        -------
        probability : float
        """
        if self.d != 1:
            raise ValueError("integrate_box_1d() only handles 1D pdfs")
        ends = self._fitted_kernels().cumulative(self._whiten(np.array([[low, high]])).ravel())
        return float(ends[1] - ends[0])

    def integrate_box(self, low_bounds: Any, high_bounds: Any, maxpts: int | None = None, *, rng: Any = None) -> float:
        """Probability of a box, by SciPy's integral of the normal distribution.

        Parameters
        ----------
        low_bounds, high_bounds : array-like of shape (n_features,)
        maxpts : int, optional
            The most points of the integration.
        rng : numpy.random.Generator, optional
            Of the integration.

        Returns
        -------
        probability : float
        """
        low, high = np.atleast_1d(low_bounds).astype(float), np.atleast_1d(high_bounds).astype(float)
        if self.d == 1:
            return self.integrate_box_1d(low[0], high[0])
        from scipy.stats import multivariate_normal

        shifted = low - self.dataset.T, high - self.dataset.T
        values = multivariate_normal.cdf(
            shifted[1], lower_limit=shifted[0], cov=self.covariance, maxpts=maxpts, rng=rng
        )
        return float(values @ self.weights)

    def marginal(self, dimensions: Any) -> gaussian_kde:
        """Estimate of some of the dimensions, with the kernels' marginals.

        Parameters
        ----------
        dimensions : int or sequence of int
            Those to keep; negative numbers count from the end.

        Returns
        -------
        estimate : gaussian_kde
        """
        chosen = np.atleast_1d(dimensions)
        if not np.issubdtype(chosen.dtype, np.integer):
            raise ValueError("Elements of `dimensions` must be integers - the indices of the marginal variables.")
        original, chosen = chosen, np.where(chosen < 0, chosen + self.d, chosen)
        if len(np.unique(chosen)) != len(chosen):
            raise ValueError("All elements of `dimensions` must be unique.")
        invalid = (chosen < 0) | (chosen >= self.d)
        if invalid.any():
            raise ValueError(f"Dimensions {original[invalid]} are invalid for a distribution in {self.d} dimensions.")
        return gaussian_kde(
            self.dataset[chosen], bw_method=self.covariance_factor(), weights=self.weights, method=self.method
        )
