"""The shared library behind the package: loading it, calling it, and what its errors become."""

from __future__ import annotations

import ctypes
import glob
import importlib.util
import json
import os
import re
import threading
from ctypes import POINTER, byref, c_char_p, c_double, c_int32, c_int64, c_uint64, c_void_p
from typing import Any, Callable

import numpy as np

from ._ranks import Communicator, Ranks


class ParzenError(ValueError):
    """What is wrong with data or options; the message says what to do."""


class ParzenFileError(ParzenError, OSError):
    """A file cannot be read or written."""


class _Matrix(ctypes.Structure):
    _fields_ = [
        ("data", c_void_p),
        ("rows", c_int64),
        ("columns", c_int64),
        ("row_stride", c_int64),
        ("column_stride", c_int64),
        ("type", c_int32),
    ]


class _Error(ctypes.Structure):
    _fields_ = [("status", c_int32), ("message", ctypes.c_char * 2044)]


class _Control(ctypes.Structure):
    _fields_ = [("cancelled", POINTER(c_int32)), ("progress", c_void_p), ("context", c_void_p)]


_FILE, _CANCELLED = 4, 5
_INTERFACE_VERSION = 1
_MATRIX, _ERROR, _CONTROL, _TEXT = POINTER(_Matrix), POINTER(_Error), POINTER(_Control), POINTER(c_void_p)


def _load() -> ctypes.CDLL:
    """Load the library and the BLAS that it needs."""
    folder = os.path.dirname(os.path.abspath(__file__))
    path = os.environ.get("PARZEN_LIBRARY", os.path.join(folder, "libparzen.so"))
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise ImportError(
            f"the library of parzen cannot be loaded ({error}): install a wheel for this platform, "
            "`pip install --only-binary parzen parzen`"
        ) from error
    if hasattr(library, "parzen_load_blas"):
        library.parzen_load_blas.restype = c_char_p
        problem = library.parzen_load_blas(os.fsencode(_blas_path()))
        if problem:
            raise ImportError(
                f"OpenBLAS cannot be loaded ({problem.decode()}): `pip install --force-reinstall scipy-openblas32`"
            )
    _declare(library)
    found = library.parzen_interface_version()
    if found != _INTERFACE_VERSION:
        raise ImportError(
            f"{path} has version {found} of the C interface, this package needs {_INTERFACE_VERSION}: reinstall"
        )
    return library


def _blas_path() -> str:
    """Where scipy-openblas32 has its library; the package is not imported, which takes longer than all of ours."""
    found = importlib.util.find_spec("scipy_openblas32")
    places = found.submodule_search_locations if found is not None else None
    paths = [path for place in places or [] for path in glob.glob(os.path.join(place, "lib", "libscipy_openblas*.so"))]
    if not paths:
        raise ImportError("parzen needs the package scipy-openblas32: `pip install scipy-openblas32`")
    return paths[0]


def _declare(library: ctypes.CDLL) -> None:
    """Declare the functions of parzen.h."""
    handle, handles, columns = c_void_p, POINTER(c_void_p), POINTER(c_int64)
    signatures = {
        "fit": [_MATRIX, _MATRIX, c_char_p, _CONTROL, handles, _ERROR],
        "fit_ranks": [_MATRIX, _MATRIX, c_char_p, c_void_p, handles, _ERROR],
        "mixture": [_MATRIX, _MATRIX, _MATRIX, handles, _ERROR],
        "encode": [handle, _TEXT, _ERROR],
        "decode": [c_char_p, handles, _ERROR],
        "marginal": [handle, columns, c_int64, handles, _ERROR],
        "conditional": [handle, columns, POINTER(c_double), c_int64, handles, _ERROR],
        "describe": [handle, _TEXT, _ERROR],
        "evaluate": [handle, _MATRIX, _MATRIX, _MATRIX, _CONTROL, _ERROR],
        "cumulative": [handle, _MATRIX, _MATRIX, _ERROR],
        "quantiles": [handle, _MATRIX, _MATRIX, _ERROR],
        "sample": [handle, c_uint64, _MATRIX, _ERROR],
        "mixture_parameters": [handle, _MATRIX, _MATRIX, _MATRIX, _ERROR],
        "responsibilities": [handle, _MATRIX, _MATRIX, _ERROR],
        "modes": [handle, _MATRIX, c_char_p, _CONTROL, columns, _TEXT, _ERROR],
        "information": [_MATRIX, _MATRIX, c_char_p, _CONTROL, _TEXT, _ERROR],
        "outliers": [_MATRIX, _MATRIX, c_char_p, _CONTROL, _MATRIX, _MATRIX, _ERROR],
        "langevin": [handle, _MATRIX, _MATRIX, c_char_p, c_uint64, _CONTROL, _MATRIX, _TEXT, _ERROR],
    }
    for name, arguments in signatures.items():
        function = getattr(library, f"parzen_{name}")
        function.argtypes, function.restype = arguments, c_int32
    library.parzen_dimension.argtypes, library.parzen_dimension.restype = [handle], c_int64
    library.parzen_components.argtypes, library.parzen_components.restype = [handle], c_int64
    library.parzen_free_density.argtypes, library.parzen_free_density.restype = [handle], None
    library.parzen_free_text.argtypes, library.parzen_free_text.restype = [c_void_p], None
    library.parzen_interface_version.argtypes, library.parzen_interface_version.restype = [], c_int32


_library = _load()


def matrix(array: np.ndarray) -> _Matrix:
    """Describe an array of float64 or float32, one column for one dimension; nothing is copied."""
    if array.ndim == 1:
        array = array[:, np.newaxis]
    kind = 0 if array.dtype == np.float64 else 1
    return _Matrix(array.ctypes.data, *array.shape, *array.strides, kind)


def _matrix_or_none(array: np.ndarray | None):
    return None if array is None else byref(matrix(array))


def encode(options: dict[str, Any]) -> bytes:
    """Options as the library reads them; those that are None are left out."""
    return json.dumps({name: value for name, value in options.items() if value is not None}).encode()


def decode(text: c_void_p) -> dict[str, Any]:
    """An object that the library wrote; its text is freed."""
    try:
        return json.loads(ctypes.string_at(text))
    finally:
        _library.parzen_free_text(text)


def _check(status: int, error: _Error) -> None:
    if status == 0:
        return
    # The library names options in backticks, by their names in Swift.
    message = re.sub(r"`(\w+) = (\w+)`", r"\1='\2'", error.message.decode(errors="replace"))
    if status == _CANCELLED:
        raise KeyboardInterrupt
    raise (ParzenFileError if status == _FILE else ParzenError)(message)


def call(name: str, *arguments: Any) -> None:
    """Call a function that is done in moments."""
    error = _Error()
    _check(getattr(_library, f"parzen_{name}")(*arguments, byref(error)), error)


def watched_call(name: str, arguments: Callable[[Any], tuple], is_long: bool) -> None:
    """Call a function that takes a control.

    A long call from the main thread is made on another thread, so that Ctrl-C cancels it at once; Python runs no
    handler of signals while the main thread is inside a library.
    """
    if not is_long or threading.current_thread() is not threading.main_thread():
        call(name, *arguments(None))
        return
    cancelled = c_int32(0)
    control = _Control(ctypes.pointer(cancelled), None, None)
    failure: list[BaseException] = []

    def work() -> None:
        try:
            call(name, *arguments(byref(control)))
        except BaseException as error:  # handed to the thread that waits
            failure.append(error)

    thread = threading.Thread(target=work, name="parzen", daemon=True)
    thread.start()
    try:
        thread.join()
    except BaseException:
        cancelled.value = 1
        thread.join()
        raise
    if failure:
        raise failure[0]


class Handle:
    """A density of the library. It never changes, and any number of threads may use it."""

    __slots__ = ("pointer", "dimension", "components")

    def __init__(self, pointer: c_void_p):
        self.pointer = pointer
        self.dimension = _library.parzen_dimension(pointer)
        self.components = _library.parzen_components(pointer)

    def __del__(self, free=_library.parzen_free_density):
        free(self.pointer)

    @classmethod
    def fit(cls, samples: np.ndarray, weights: np.ndarray | None, options: dict[str, Any]) -> Handle:
        """Fit to samples, n x d."""
        pointer = c_void_p()
        watched_call(
            "fit",
            lambda control: (
                byref(matrix(samples)), _matrix_or_none(weights), encode(options), control, byref(pointer),
            ),
            is_long=samples.size > 1000 and options.get("method") != "kde" or samples.size > 100_000,
        )  # fmt: skip
        return cls(pointer)

    @classmethod
    def fit_ranks(
        cls, samples: np.ndarray, weights: np.ndarray | None, options: dict[str, Any], comm: Communicator
    ) -> Handle:
        """Fit to the samples of all processes of a communicator."""
        pointer, ranks = c_void_p(), Ranks(comm)
        try:
            call(
                "fit_ranks", byref(matrix(samples)), _matrix_or_none(weights), encode(options),
                ctypes.addressof(ranks), byref(pointer),
            )  # fmt: skip
        except ParzenError as error:
            if ranks.error is not None:
                raise ranks.error from error
            raise
        return cls(pointer)

    @classmethod
    def mixture(cls, weights: np.ndarray, means: np.ndarray, covariances: np.ndarray) -> Handle:
        """A mixture of Gaussians."""
        pointer = c_void_p()
        flat = covariances.reshape(-1, means.shape[1])
        call("mixture", byref(matrix(weights)), byref(matrix(means)), byref(matrix(flat)), byref(pointer))
        return cls(pointer)

    def evaluate(self, queries: np.ndarray, log_density: bool = True, score: bool = False):
        """Log densities (m) and scores (m x d) at queries, m x d; None for what was not asked for."""
        count = len(queries)
        values = np.empty(count) if log_density else None
        scores = np.empty((count, self.dimension)) if score else None
        watched_call(
            "evaluate",
            lambda control: (
                self.pointer, byref(matrix(queries)), _matrix_or_none(values), _matrix_or_none(scores), control,
            ),
            is_long=queries.size > 20_000,
        )  # fmt: skip
        return values, scores

    def cumulative(self, values: np.ndarray) -> np.ndarray:
        """The probability of at most each value (m), in one dimension."""
        result = np.empty(len(values))
        call("cumulative", self.pointer, byref(matrix(values)), byref(matrix(result)))
        return result

    def quantiles(self, probabilities: np.ndarray) -> np.ndarray:
        """The values that are exceeded with one less each probability (m), in one dimension."""
        result = np.empty(len(probabilities))
        call("quantiles", self.pointer, byref(matrix(probabilities)), byref(matrix(result)))
        return result

    def sample(self, count: int, seed: int) -> np.ndarray:
        """Independent draws: count x d, those of `parzen sample --seed`."""
        draws = np.empty((count, self.dimension))
        call("sample", self.pointer, seed, byref(matrix(draws)))
        return draws

    def parameters(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weights (K), means (K x d) and covariances (K x d x d) of a mixture."""
        count, d = self.components, self.dimension
        weights, means, covariances = np.empty(count), np.empty((count, d)), np.empty((count, d, d))
        flat = covariances.reshape(-1, d)
        arguments = (byref(matrix(weights)), byref(matrix(means)), byref(matrix(flat)))
        call("mixture_parameters", self.pointer, *arguments)
        return weights, means, covariances

    def responsibilities(self, queries: np.ndarray) -> np.ndarray:
        """The probability of every component at every query: m x K."""
        result = np.empty((len(queries), self.components))
        call("responsibilities", self.pointer, byref(matrix(queries)), byref(matrix(result)))
        return result

    def marginal(self, columns: list[int]) -> Handle:
        """The density of some of the columns."""
        pointer = c_void_p()
        numbers = (c_int64 * len(columns))(*columns)
        call("marginal", self.pointer, numbers, len(columns), byref(pointer))
        return Handle(pointer)

    def conditional(self, columns: list[int], values: list[float]) -> Handle:
        """The density of the other columns given the values of some."""
        pointer = c_void_p()
        numbers, given = (c_int64 * len(columns))(*columns), (c_double * len(values))(*values)
        call("conditional", self.pointer, numbers, given, len(columns), byref(pointer))
        return Handle(pointer)

    def describe(self) -> dict[str, Any]:
        """What was fitted."""
        text = c_void_p()
        call("describe", self.pointer, byref(text))
        return decode(text)

    def encode(self) -> dict[str, Any]:
        """What ``parzen fit --save`` writes."""
        text = c_void_p()
        call("encode", self.pointer, byref(text))
        return decode(text)

    @classmethod
    def decode(cls, saved: dict[str, Any]) -> Handle:
        """The density that was encoded, with the same bits."""
        pointer = c_void_p()
        call("decode", json.dumps(saved).encode(), byref(pointer))
        return cls(pointer)

    def modes(
        self, samples: np.ndarray, smallest_share: float, significance: float
    ) -> tuple[list[dict[str, Any]], np.ndarray]:
        """The modes, and the mode of every sample."""
        labels, text = np.empty(len(samples), dtype=np.int64), c_void_p()
        options = encode({"smallest_share": smallest_share, "significance": significance})
        pointer = labels.ctypes.data_as(POINTER(c_int64))
        watched_call(
            "modes",
            lambda control: (
                self.pointer, byref(matrix(samples)), options, control, pointer, byref(text),
            ),
            is_long=samples.size > 1000,
        )  # fmt: skip
        return decode(text)["modes"], labels

    def langevin(self, starts: np.ndarray, covariance: np.ndarray | None, count: int, seed: int, options: dict):
        """Draws of Langevin chains (chains x count x d), and what they tell of convergence."""
        draws, text = np.empty((len(starts), count, self.dimension)), c_void_p()
        flat = draws.reshape(-1, self.dimension)
        watched_call(
            "langevin",
            lambda control: (
                self.pointer, byref(matrix(starts)), _matrix_or_none(covariance), encode(options), seed,
                control, byref(matrix(flat)), byref(text),
            ),
            is_long=True,
        )  # fmt: skip
        return draws, decode(text)


def information(samples: np.ndarray, others: np.ndarray | None, options: dict[str, Any]) -> dict[str, Any]:
    """Figures of samples, or of their divergence from others."""
    text = c_void_p()
    watched_call(
        "information",
        lambda control: (
            byref(matrix(samples)), _matrix_or_none(others), encode(options), control, byref(text),
        ),
        is_long=True,
    )  # fmt: skip
    return decode(text)


def outliers(samples: np.ndarray, training: np.ndarray | None, options: dict[str, Any]):
    """Log densities and tail probabilities of samples, by estimates that they had no part in."""
    log_density, tail = np.empty(len(samples)), np.empty(len(samples))
    watched_call(
        "outliers",
        lambda control: (
            byref(matrix(samples)), _matrix_or_none(training), encode(options), control,
            byref(matrix(log_density)), byref(matrix(tail)),
        ),
        is_long=True,
    )  # fmt: skip
    return log_density, tail
