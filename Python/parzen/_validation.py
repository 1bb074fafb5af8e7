"""Input of users as arrays: the rules and the words of scikit-learn, without depending on it."""

from __future__ import annotations

import numbers
import sys
import warnings
from typing import Any

import numpy as np


def is_sparse(data: Any) -> bool:
    """Whether data are one of SciPy's sparse matrices or arrays."""
    return hasattr(data, "tocsr") and hasattr(data, "nnz")


def as_frame(data: Any) -> tuple[Any, list[Any] | None]:
    """An array-like, and the names of its columns if it is a data frame (pandas, polars, or an exchangeable one)."""
    if isinstance(data, np.ndarray):
        return data, None
    columns = getattr(data, "columns", None)
    if columns is not None and hasattr(data, "to_numpy") and not callable(columns):
        names = list(columns)
        return data, names if names and all(isinstance(name, str) for name in names) else None
    if hasattr(data, "__dataframe__"):
        frame = data.__dataframe__()
        names = list(frame.column_names())
        arrays = [_exchanged_column(frame.get_column_by_name(name)) for name in names]
        return np.column_stack(arrays), names
    return data, None


def _exchanged_column(column: Any) -> np.ndarray:
    """A column of the data frame interchange protocol."""
    import ctypes

    kind, bits, _, _ = column.dtype
    if column.null_count:
        raise ValueError("Input X contains NaN: a column of the data frame has missing values; drop them first")
    if int(kind) not in (0, 1, 2):
        raise ValueError("could not convert a column of the data frame to float: give columns of numbers")
    parts = []
    for chunk in column.get_chunks():
        buffer, _ = chunk.get_buffers()["data"]
        dtype = np.dtype(f"{'iuf'[int(kind)]}{bits // 8}")
        memory = (ctypes.c_byte * buffer.bufsize).from_address(buffer.ptr)
        parts.append(np.frombuffer(memory, dtype, chunk.size(), chunk.offset * dtype.itemsize).astype(float))
    return np.concatenate(parts) if parts else np.empty(0)


def check_array(
    data: Any, name: str = "X", *, minimum_samples: int = 1, owner: str = "the estimator", finite: bool = True
) -> np.ndarray:
    """Data as a two-dimensional array of float64 or float32, which is not copied if it is one already.

    Raises
    ------
    TypeError
        For sparse data, and objects that are no numbers.
    ValueError
        For complex numbers, texts, another number of dimensions than two, too few rows or columns, values that are
        missing or not finite.
    """
    if is_sparse(data):
        raise TypeError(
            f"Sparse data was passed for {name}, but dense data is required: use '.toarray()' to convert to dense"
        )
    if isinstance(data, np.ma.MaskedArray):
        if np.ma.is_masked(data):
            raise ValueError(f"Input {name} contains masked values: drop these rows, or fill them")
        data = data.data
    array = np.asarray(data)
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported\n{array}\n")
    if array.dtype not in (np.float64, np.float32) or not array.dtype.isnative:
        array = array.astype(np.float64)
    if array.ndim != 2:
        kind = "scalar array" if array.ndim == 0 else f"{array.ndim}D array"
        raise ValueError(
            f"Expected 2D array, got {kind} instead:\narray={array}.\nReshape your data either using "
            "array.reshape(-1, 1) if your data has a single feature or array.reshape(1, -1) if it contains a "
            "single sample."
        )
    if array.shape[0] < minimum_samples:
        raise ValueError(
            f"Found array with {array.shape[0]} sample(s) (shape={array.shape}) while a minimum of "
            f"{minimum_samples} is required by {owner}."
        )
    if array.shape[1] < 1:
        raise ValueError(
            f"Found array with 0 feature(s) (shape={array.shape}) while a minimum of 1 is required by {owner}."
        )
    if finite:
        check_finite(array, name)
    return array


def check_finite(array: np.ndarray, name: str) -> None:
    """Raise unless all values are finite. A sum tells in most cases, without an array of flags."""
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(array.sum(dtype=np.float64)) or np.isfinite(array).all():
            return
    if np.isnan(array).any():
        raise ValueError(f"Input {name} contains NaN: drop these rows, or fill them")
    raise ValueError(f"Input {name} contains infinity or a value too large for {array.dtype!r}")


def check_sample_weight(weight: Any, count: int) -> np.ndarray | None:
    """Weights of samples as float64, one for each."""
    if weight is None:
        return None
    if isinstance(weight, numbers.Number):
        weight = np.full(count, float(weight))
    weight = np.ascontiguousarray(weight, dtype=np.float64)
    if weight.ndim != 1:
        raise ValueError(f"Sample weights must be 1D array or scalar, got {weight.ndim}D array")
    if len(weight) != count:
        raise ValueError(f"sample_weight.shape == {weight.shape}, expected {(count,)}!")
    check_finite(weight, "sample_weight")
    if (weight < 0).any():
        raise ValueError("Negative values in data passed to `sample_weight`: give weights of at least 0")
    if not (weight > 0).any():
        raise ValueError("Sample weights are all zero: give at least one that is positive")
    return weight


def check_feature_names(estimator: Any, names: list[str] | None, *, reset: bool) -> None:
    """Keep the names of the columns at fit, compare them later."""
    if reset:
        if names is None:
            estimator.__dict__.pop("feature_names_in_", None)
        else:
            estimator.feature_names_in_ = np.asarray(names, dtype=object)
        return
    fitted = getattr(estimator, "feature_names_in_", None)
    owner = type(estimator).__name__
    if fitted is None and names is not None:
        warnings.warn(f"X has feature names, but {owner} was fitted without feature names", stacklevel=4)
    elif fitted is not None and names is None:
        warnings.warn(f"X does not have valid feature names, but {owner} was fitted with feature names", stacklevel=4)
    elif fitted is not None and list(fitted) != names:
        message = "The feature names should match those that were passed during fit.\n"
        unseen, missing = sorted(set(names) - set(fitted)), sorted(set(fitted) - set(names))

        def listed(head: str, values: list[str]) -> str:
            more = ["- ..."] if len(values) > 5 else []
            return "\n".join([head, *(f"- {value}" for value in values[:5]), *more]) + "\n"

        if unseen:
            message += listed("Feature names unseen at fit time:", unseen)
        if missing:
            message += listed("Feature names seen at fit time, yet now missing:", missing)
        if not unseen and not missing:
            message += "Feature names must be in the same order as they were in fit.\n"
        raise ValueError(message)


def seed_from(random_state: Any) -> int:
    """A seed of the library: the number itself, or one drawn from a generator of NumPy."""
    if random_state is None:
        return int(np.random.randint(0, 2**31 - 1))
    if isinstance(random_state, numbers.Integral):
        if not 0 <= random_state < 2**63:
            raise ValueError(f"random_state is {random_state}: give a number from 0 to 2**63 - 1")
        return int(random_state)
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(0, 2**31 - 1))
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(0, 2**31 - 1))
    raise ValueError(f"{random_state!r} cannot be used to seed a random number generator")


def not_fitted(estimator: Any) -> Exception:
    """The exception for an estimator that has not been fitted: scikit-learn's, where that is in use."""
    message = (
        f"This {type(estimator).__name__} instance is not fitted yet. Call 'fit' with appropriate arguments before "
        "using this estimator."
    )
    if "sklearn" in sys.modules:
        from sklearn.exceptions import NotFittedError as Exception_

        return Exception_(message)
    return NotFittedError(message)


class NotFittedError(ValueError, AttributeError):
    """An estimator is used before it was fitted."""
