"""Whatever is passed, the answer is a result or an exception that scikit-learn's users expect, never a crash."""

import warnings

import numpy as np
import pytest

import parzen

hypothesis = pytest.importorskip("hypothesis")
from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

ACCEPTED = (ValueError, TypeError, NotImplementedError, np.linalg.LinAlgError)

numbers = st.one_of(
    st.floats(width=32), st.floats(-10, 10), st.sampled_from([0.0, 1.0, -1.0, 1e-300, 1e300, np.nan, np.inf, -np.inf])
)


@st.composite
def tables(draw):
    rows, columns = draw(st.integers(0, 40)), draw(st.integers(0, 5))
    kind = draw(st.sampled_from(["normal", "grid", "any", "constant", "huge", "tiny"]))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    if kind == "any" and columns > 0:
        row = st.lists(numbers, min_size=columns, max_size=columns)
        array = np.array(draw(st.lists(row, min_size=min(rows, 8), max_size=8)), dtype=float)
        array = array.reshape(-1, columns)
    else:
        array = rng.normal(size=(rows, columns))
        array = {"grid": np.round(array), "constant": array * 0, "huge": array * 1e200, "tiny": array * 1e-200}.get(
            kind, array
        )
    form = draw(st.sampled_from(["as is", "float32", "fortran", "strided", "read-only", "object", "masked", "flat",
                                 "list", "text", "complex", "sparse", "cube", "int", "broadcast"]))  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if form == "float32":
            return array.astype(np.float32)
        if form == "fortran":
            return np.asfortranarray(array)
        if form == "strided":
            return np.repeat(array, 2, axis=0)[::-2]
        if form == "read-only":
            array.setflags(write=False)
            return array
        if form == "object":
            return array.astype(object)
        if form == "masked":
            return np.ma.masked_array(array, mask=rng.random(array.shape) < 0.1)
        if form == "flat":
            return array.ravel()
        if form == "list":
            return array.tolist()
        if form == "text":
            return array.astype(str)
        if form == "complex":
            return array + 1j
        if form == "sparse":
            return pytest.importorskip("scipy.sparse").csr_array(array)
        if form == "cube":
            return array[np.newaxis]
        if form == "int":
            return np.nan_to_num(array, posinf=0, neginf=0).clip(-1e9, 1e9).astype(int)
        if form == "broadcast":
            return np.broadcast_to(array[:1], array.shape)
    return array


any_value = st.one_of(st.none(), st.booleans(), st.integers(-3, 10**6), numbers, st.text(max_size=5))


def attempt(function):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function()
    except ACCEPTED as error:
        assert str(error)
        return None


@settings(max_examples=2000, deadline=None)
@given(data=st.data())
def test_random_calls(data):
    kind = data.draw(st.sampled_from(["mixture", "em", "kde", "sd-kde", "outlier", "gaussian_kde"]))
    X = data.draw(tables())
    queries = data.draw(st.one_of(st.just(X), tables()))
    if kind == "gaussian_kde":
        bandwidth, weights = data.draw(any_value), data.draw(st.one_of(st.none(), st.lists(numbers, max_size=6)))
        estimate = attempt(lambda: parzen.gaussian_kde(X, bandwidth, weights))
        if estimate is not None:
            attempt(lambda: estimate.logpdf(queries))
        return
    estimator = {
        "mixture": lambda: parzen.MixtureTransformer(
            policy=data.draw(st.sampled_from(["automatic", "network", "equivariant", "x"])),
            regularise=data.draw(st.booleans()),
        ),
        "em": lambda: parzen.GaussianMixture(data.draw(st.one_of(st.none(), st.integers(-1, 5)))),
        "kde": lambda: parzen.KernelDensity(
            bandwidth=data.draw(any_value), covariance=data.draw(st.sampled_from(["isotropic", "full"]))
        ),
        "sd-kde": lambda: parzen.ScoreDebiasedKernelDensity(bandwidth=data.draw(any_value)),
        "outlier": lambda: parzen.OutlierDetector(contamination=data.draw(any_value)),
    }[kind]()
    weights = data.draw(st.one_of(st.none(), st.none(), numbers, st.lists(numbers, max_size=40)))
    if attempt(lambda: estimator.fit(X, sample_weight=weights)) is None:
        return
    log_density = attempt(lambda: estimator.score_samples(queries))
    if log_density is not None:
        assert not np.isnan(log_density).any()
    attempt(lambda: estimator.score_gradient(queries))
    attempt(lambda: estimator.sample(data.draw(any_value), data.draw(any_value)))
    attempt(lambda: estimator.marginal(data.draw(st.lists(st.integers(-9, 9), max_size=3))))
    attempt(lambda: estimator.conditional({data.draw(st.integers(-3, 3)): data.draw(numbers)}))


@pytest.mark.parametrize(
    "X, error, match",
    [
        (np.zeros((0, 2)), ValueError, "0 sample"),
        (np.zeros((5, 0)), ValueError, "0 feature"),
        (np.zeros(5), ValueError, "Reshape your data"),
        (np.full((9, 2), np.nan), ValueError, "NaN"),
        (np.full((9, 2), np.inf), ValueError, "infinity"),
        (np.full((9, 2), 1j), ValueError, "Complex"),
        ([["a", "b"]] * 9, ValueError, "could not convert"),
        (np.ma.masked_array(np.eye(9), mask=np.eye(9)), ValueError, "masked"),
        (np.ones((9, 2)), parzen.ParzenError, "identical|constant|same"),
    ],
)
def test_messages(X, error, match):
    with pytest.raises(error, match=match):
        parzen.MixtureTransformer().fit(X)


def test_a_view_larger_than_memory():
    with pytest.raises(parzen.ParzenError, match="memory"):
        parzen._library.Handle.fit(np.broadcast_to(np.float64(1), (2**55, 2)), None, {"method": "kde"})
