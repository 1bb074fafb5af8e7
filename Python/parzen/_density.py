"""What every density can do, fitted or derived."""

from __future__ import annotations

import json
import os
from typing import Any, Sequence

import numpy as np

from ._library import Handle, ParzenError, ParzenFileError
from ._validation import as_frame, check_array, check_feature_names, not_fitted, seed_from


class DensityMethods:
    """Methods of a density that the library holds as ``_handle``.

    Rows of ``X`` are points. Log densities are natural logarithms.
    """

    _handle: Handle

    def __sklearn_is_fitted__(self) -> bool:
        return "_handle" in self.__dict__

    def _fitted(self) -> Handle:
        if "_handle" not in self.__dict__:
            raise not_fitted(self)
        return self._handle

    def _queries(self, X: Any) -> np.ndarray:
        handle = self._fitted()
        data, names = as_frame(X)
        array = check_array(data, owner=type(self).__name__)
        check_feature_names(self, names, reset=False)
        if array.shape[1] != handle.dimension:
            raise ValueError(
                f"X has {array.shape[1]} features, but {type(self).__name__} is expecting {handle.dimension} features "
                "as input"
            )
        return array

    def _names(self) -> list[str]:
        names = getattr(self, "feature_names_in_", None)
        return [f"x{i}" for i in range(self._fitted().dimension)] if names is None else list(names)

    def set_output(self, *, transform: str | None = None):
        """Choose what arrays of results come as.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"}, optional
            NumPy arrays, or data frames whose columns have the names that the data had at fit. None changes nothing.

        Returns
        -------
        self
        """
        if transform not in (None, "default", "pandas", "polars"):
            raise ValueError(f"transform is {transform!r}: give 'default', 'pandas' or 'polars'")
        if transform is not None:
            self._sklearn_output_config = {"transform": transform}
        return self

    def _output(self, array: np.ndarray, columns: Sequence[str], like: Any = None):
        kind = getattr(self, "_sklearn_output_config", {}).get("transform", "default")
        if kind == "pandas":
            import pandas

            index = like.index if isinstance(like, (pandas.DataFrame, pandas.Series)) else None
            return pandas.DataFrame(array, columns=list(columns), index=index)
        if kind == "polars":
            import polars

            return polars.DataFrame(array, schema=list(columns))
        return array

    def score_samples(self, X: Any) -> np.ndarray:
        """Log density at every point.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Points. An array of float64 or float32 is read where it is, whatever its strides.

        Returns
        -------
        log_density : ndarray of shape (n_samples,)
            Natural logarithms.
        """
        return self._fitted().evaluate(self._queries(X))[0]

    def score(self, X: Any, y: Any = None) -> float:
        """Mean log likelihood of points, in nats.

        This is scikit-learn's score, which model selection maximises. The statistician's score, the gradient of the
        log density, is :meth:`score_gradient`.

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
        return float(self.score_samples(X).mean())

    def score_gradient(self, X: Any):
        """Gradient of the log density at every point: the score of statistics and of diffusion models.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Points.

        Returns
        -------
        gradient : ndarray or data frame of shape (n_samples, n_features)
            In units of one over those of the data.
        """
        gradient = self._fitted().evaluate(self._queries(X), log_density=False, score=True)[1]
        return self._output(gradient, self._names(), X)

    def sample(self, n_samples: int = 1, random_state: Any = None):
        """Draw new points from the density.

        Parameters
        ----------
        n_samples : int, default=1
            How many.
        random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=None
            The same number gives the same points, those of ``parzen sample --seed``.

        Returns
        -------
        X : ndarray or data frame of shape (n_samples, n_features)
        """
        handle = self._fitted()
        if not isinstance(n_samples, (int, np.integer)) or n_samples < 1:
            raise ValueError(f"n_samples is {n_samples!r}: give a whole number of at least 1")
        return self._output(handle.sample(int(n_samples), seed_from(random_state)), self._names())

    def _columns(self, columns: Any) -> list[int]:
        if isinstance(columns, (str, int, np.integer)):
            columns = [columns]
        names = self._names()
        chosen = []
        for column in columns:
            if isinstance(column, str):
                if column not in names:
                    raise ValueError(f"there is no column {column!r}: take one of {', '.join(names)}")
                column = names.index(column)
            elif not isinstance(column, (int, np.integer)):
                raise ValueError(f"columns are numbers or names, not {column!r}")
            chosen.append(int(column) + len(names) if column < 0 else int(column))
        return chosen

    def marginal(self, columns: Any) -> Density:
        """Density of some of the columns, the others integrated out.

        Parameters
        ----------
        columns : int, str or a sequence of them
            The columns to keep, in this order.

        Returns
        -------
        density : Density
        """
        chosen, names = self._columns(columns), self._names()
        handle = self._fitted().marginal(chosen)
        return Density(handle, [names[i] for i in chosen] if hasattr(self, "feature_names_in_") else None)

    def conditional(self, given: dict) -> Density:
        """Density of the other columns, given the values of some.

        Parameters
        ----------
        given : dict
            The values by columns, numbers or names.

        Returns
        -------
        density : Density
        """
        chosen, names = self._columns(list(given)), self._names()
        handle = self._fitted().conditional(chosen, [float(value) for value in given.values()])
        rest = [name for i, name in enumerate(names) if i not in chosen]
        return Density(handle, rest if hasattr(self, "feature_names_in_") else None)

    def cdf(self, x: Any, column: Any = 0) -> np.ndarray:
        """Probability that a column is at most ``x``.

        Parameters
        ----------
        x : array-like
            Values.
        column : int or str, default=0
            The column.

        Returns
        -------
        probability : ndarray of the shape of ``x``
        """
        x = np.asarray(x, dtype=float)
        return self._fitted().marginal(self._columns(column)).cumulative(x.ravel()).reshape(x.shape)

    def quantile(self, q: Any, column: Any = 0) -> np.ndarray:
        """Values that a column is below with given probabilities, to rounding.

        Parameters
        ----------
        q : array-like
            Probabilities between 0 and 1.
        column : int or str, default=0
            The column.

        Returns
        -------
        x : ndarray of the shape of ``q``
        """
        q = np.asarray(q, dtype=float)
        return self._fitted().marginal(self._columns(column)).quantiles(q.ravel()).reshape(q.shape)

    def save(self, path: Any) -> None:
        """Write the density to a file, JSON that a person can read.

        It is what ``parzen fit --save`` writes: every command of ``parzen`` takes it by ``--fit``, and
        :func:`parzen.load` reads it. Of kernels and of the cross-attention transformer it has the samples.

        Parameters
        ----------
        path : str or path-like
            The file, which is replaced.
        """
        saved = self._fitted().encode()
        if hasattr(self, "feature_names_in_"):
            saved["columns"] = self._names()
        path = os.fspath(path)
        part = f"{path}.{os.getpid()}.part"
        try:
            with open(part, "w", encoding="utf-8") as file:
                json.dump(saved, file, indent=1)
            os.replace(part, path)
        finally:
            if os.path.exists(part):
                os.remove(part)


class ComponentMethods:
    """Methods of a density that is a mixture of few Gaussians."""

    def predict_proba(self, X: Any):
        """Probability of every component at every point.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Points.

        Returns
        -------
        probability : ndarray or data frame of shape (n_samples, n_components_)
        """
        handle = self._fitted()
        probability = handle.responsibilities(self._queries(X))
        return self._output(probability, [f"component{k}" for k in range(handle.components)], X)

    def predict(self, X: Any) -> np.ndarray:
        """Most probable component of every point.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Points.

        Returns
        -------
        component : ndarray of shape (n_samples,)
        """
        handle = self._fitted()
        return handle.responsibilities(self._queries(X)).argmax(axis=1)


class Density(ComponentMethods, DensityMethods):
    """A density that was derived from another, or given by its parameters.

    Examples
    --------
    >>> import numpy as np
    >>> from parzen import Density
    >>> density = Density.mixture([0.5, 0.5], [[-1.0], [1.0]], [[[0.25]], [[0.25]]])
    >>> density.n_components_
    2
    >>> round(float(density.cdf(0.0)), 6)
    0.5
    """

    def __init__(self, handle: Handle, names: list[str] | None = None):
        self._handle = handle
        self.n_features_in_ = handle.dimension
        if names is not None:
            self.feature_names_in_ = np.asarray(names, dtype=object)

    @classmethod
    def mixture(cls, weights: Any, means: Any, covariances: Any, names: list[str] | None = None) -> Density:
        """A mixture of Gaussians.

        Parameters
        ----------
        weights : array-like of shape (n_components,)
            Not negative; they are divided by their sum.
        means : array-like of shape (n_components, n_features)
            The components' means.
        covariances : array-like of shape (n_components, n_features, n_features)
            Their covariances, positive definite.
        names : list of str, optional
            Names of the columns.

        Returns
        -------
        density : Density
        """
        means = check_array(means, "means")
        covariances = np.asarray(covariances, dtype=float)
        weights = np.asarray(weights, dtype=float)
        count, d = means.shape
        if weights.shape != (count,) or covariances.shape != (count, d, d):
            raise ValueError(
                f"a mixture with means of shape {means.shape} has {count} weights, and covariances of shape "
                f"{(count, d, d)}"
            )
        return cls(Handle.mixture(weights, means, np.ascontiguousarray(covariances)), names)

    @property
    def n_components_(self) -> int:
        """The number of Gaussians; 0 for a density of kernels."""
        return self._handle.components

    @property
    def weights_(self) -> np.ndarray:
        """The components' weights."""
        return self._handle.parameters()[0]

    @property
    def means_(self) -> np.ndarray:
        """The components' means."""
        return self._handle.parameters()[1]

    @property
    def covariances_(self) -> np.ndarray:
        """The components' covariances."""
        return self._handle.parameters()[2]

    def __reduce__(self):
        try:
            saved = self._handle.encode()
        except ParzenError:
            raise TypeError("a marginal of kernels cannot be pickled: pickle the estimator") from None
        return _decoded, (saved, list(self.feature_names_in_) if hasattr(self, "feature_names_in_") else None)


def _decoded(saved: dict[str, Any], names: list[str] | None) -> Density:
    return Density(Handle.decode(saved), names)


def load(path: Any) -> Density:
    """Read a density that ``save`` of an estimator or ``parzen fit --save`` wrote.

    Parameters
    ----------
    path : str or path-like
        The file.

    Returns
    -------
    density : Density
        With the same bits. Its columns have names if those of the file are not just x1, x2, ...

    Raises
    ------
    parzen.ParzenFileError
        If the file is no saved fit.

    Examples
    --------
    >>> import os, tempfile
    >>> import numpy as np
    >>> import parzen
    >>> X = np.random.default_rng(0).normal(size=(200, 2))
    >>> estimator = parzen.MixtureTransformer().fit(X)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     estimator.save(os.path.join(folder, "fit.json"))
    ...     density = parzen.load(os.path.join(folder, "fit.json"))
    >>> bool((density.score_samples(X) == estimator.score_samples(X)).all())
    True
    """
    with open(path, "rb") as file:
        text = file.read()
    try:
        saved = json.loads(text)
    except ValueError as error:
        raise ParzenFileError(f"{os.fspath(path)}: this is no saved fit, for it is no JSON: {error}") from None
    try:
        handle = Handle.decode(saved)
    except ParzenFileError as error:
        raise ParzenFileError(str(error).replace("the text", os.fspath(path), 1)) from None
    names = saved["columns"]
    return Density(handle, None if names == [f"x{i + 1}" for i in range(len(names))] else names)
