"""Fits over processes: mpi4py by mpirun, and Dask on a cluster of this machine."""

import re
import shutil
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from parzen import MixtureTransformer, ParzenError


def samples(rows: int = 90_000) -> np.ndarray:
    generator = np.random.default_rng(4)
    values = generator.normal(size=(rows, 2))
    values[generator.random(rows) < 0.3] += 4
    return values


class Alone:
    """The communicator of one process."""

    def Get_rank(self):
        return 0

    def Get_size(self):
        return 1

    def allgather(self, value):
        return [value]


def test_one_process_has_the_bits_of_none():
    X = samples()
    alone = MixtureTransformer().fit(X, comm=Alone())
    assert np.array_equal(alone.score_samples(X[:100]), MixtureTransformer().fit(X).score_samples(X[:100]))


def test_errors_of_a_communicator_come_through():
    class Broken(Alone):
        def Get_size(self):
            return 2

        def allgather(self, value):
            raise RuntimeError("the cable is cut")

    with pytest.raises(RuntimeError, match="the cable is cut"):
        MixtureTransformer().fit(samples(), comm=Broken())


def test_constant_columns_are_regularised_by_all():
    X = samples(40_000)
    X[:, 1] = 7
    alone = MixtureTransformer(regularise=True).fit(X)
    together = MixtureTransformer(regularise=True).fit(X, comm=Alone())
    np.testing.assert_array_equal(together.score_samples(X[:100]), alone.score_samples(X[:100]))
    with pytest.raises(ParzenError, match="regularise"):
        MixtureTransformer().fit(X, comm=Alone())


class Threads(Alone):
    """The communicator of a thread of this process; one that waits in vain has an error."""

    def __init__(self, rank: int, values: list, barrier: threading.Barrier):
        self.rank, self.values, self.barrier = rank, values, barrier

    def Get_rank(self):
        return self.rank

    def Get_size(self):
        return self.barrier.parties

    def allgather(self, value):
        self.values[self.rank] = value
        self.barrier.wait()
        found = list(self.values)
        self.barrier.wait()
        return found


def outcomes(fits: list) -> list:
    """What functions of a communicator return or raise that are called at the same time."""
    values, barrier = [None] * len(fits), threading.Barrier(len(fits), timeout=20)

    def outcome(rank: int):
        try:
            return fits[rank](Threads(rank, values, barrier))
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(fits)) as pool:
        return list(pool.map(outcome, range(len(fits))))


ROWS = samples(400)
MISTAKES = {
    "no rows": (ROWS[:0], None, {}, "0 sample"),
    "weights of another shape": (ROWS, np.ones(7), {}, "expected"),
    "weights that are zero": (ROWS, np.zeros(400), {}, "all zero"),
    "one axis": (ROWS[:, 0], None, {}, "2D array"),
    "gaps": (np.where(ROWS > 3, np.nan, ROWS), None, {}, "NaN|nan|not a number"),
    "no policy": (ROWS, None, {"policy": "none"}, "policy"),
    "no threads": (ROWS, None, {"n_jobs": 0}, "n_jobs"),
    "other columns": (np.hstack([ROWS, ROWS]), None, {}, "2"),
}


@pytest.mark.parametrize("name", MISTAKES)
@pytest.mark.parametrize("place", [0, 2])
def test_the_error_of_one_is_that_of_all(name, place):
    X, weight, parameters, message = MISTAKES[name]
    right = np.ones(400) if weight is not None else None
    given = [(ROWS, right, {})] * 3
    given[place] = (X, weight, parameters)
    found = outcomes([
        lambda comm, one=one: MixtureTransformer(**one[2]).fit(one[0], sample_weight=one[1], comm=comm)
        for one in given
    ])  # fmt: skip
    assert all(isinstance(error, ValueError) for error in found), found
    assert all(re.search(message, str(error)) for error in found), found


def test_columns_of_data_frames_are_matched_by_name():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(ROWS, columns=["a", "b"])
    turned = frame[["b", "a"]]
    expected = MixtureTransformer().fit(ROWS).score_samples(ROWS[:50])

    def fits(parts):
        return outcomes([lambda comm, part=part: MixtureTransformer().fit(part, comm=comm) for part in parts])

    for found in fits([frame[:150], turned[150:290], frame[290:]]) + fits([ROWS[:150], frame[150:290], turned[290:]]):
        assert isinstance(found, MixtureTransformer), found
        np.testing.assert_array_equal(found._handle.evaluate(ROWS[:50])[0], expected)
        assert list(getattr(found, "feature_names_in_", ["a", "b"])) == ["a", "b"]
    for names in (["a", "c"], ["c", "d"]):
        for error in fits([frame[:200], frame[200:].set_axis(names, axis=1)]):
            assert isinstance(error, ParzenError) and "process 1 has no column" in str(error), error


@pytest.mark.parametrize("count", [2, 3])
def test_mpi_is_as_one_process(count, tmp_path):
    pytest.importorskip("mpi4py")
    if shutil.which("mpirun") is None:
        pytest.skip("there is no mpirun")
    X = samples()
    np.save(tmp_path / "samples.npy", X)
    (tmp_path / "run.py").write_text(
        textwrap.dedent(
            """
            import numpy as np
            from mpi4py import MPI
            from parzen import MixtureTransformer

            comm = MPI.COMM_WORLD
            X = np.load("samples.npy")
            ends = np.linspace(0, len(X), comm.Get_size() + 1).astype(int)
            part = X[ends[comm.rank] : ends[comm.rank + 1]]
            estimator = MixtureTransformer(n_jobs=1).fit(part, comm=comm)
            np.save(f"result-{comm.rank}.npy", estimator.score_samples(X[:200]))
            try:
                MixtureTransformer().fit(part[: comm.rank], comm=comm)
            except ValueError as error:
                assert "0 sample" in str(error), error
            else:
                raise AssertionError("a process without samples takes part")
            """
        )
    )
    command = ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", str(count), sys.executable, "run.py"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=300)
    expected = MixtureTransformer().fit(X).score_samples(X[:200])
    for rank in range(count):
        found = np.load(tmp_path / f"result-{rank}.npy")
        assert np.array_equal(found, expected)


def test_runs_of_partitions_are_neighbours():
    dask = pytest.importorskip("parzen.dask")
    generator = np.random.default_rng(2)
    for partitions in (1, 2, 3, 10, 50):
        rows = [int(count) for count in generator.integers(1, 1000, partitions)]
        places = [f"worker {index}" for index in generator.integers(0, 4, partitions)]
        runs = dask._runs(rows, places)
        assert [index for _, part in runs for index in part] == list(range(partitions))
        workers = [worker for worker, _ in runs]
        assert len(set(workers)) == len(workers) and set(workers) <= set(places)
    assert dask._runs([5, 5, 5, 5], ["b", "b", "a", "a"]) == [("b", range(0, 2)), ("a", range(2, 4))]


def test_partitions_of_a_data_frame_have_its_columns():
    dask = pytest.importorskip("parzen.dask")
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(ROWS, columns=["a", "b"])
    joined = dask._joined([frame[:100], frame[["b", "a"]][100:]], ["a", "b"])
    assert np.array_equal(joined, ROWS)
    for other in (frame[["a"]], frame.set_axis(["a", "c"], axis=1), frame.assign(c=1.0)):
        with pytest.raises(ParzenError, match="a partition has the columns"):
            dask._joined([frame, other], ["a", "b"])


def test_dask_is_as_one_process():
    distributed = pytest.importorskip("distributed")
    array = pytest.importorskip("dask.array")
    import parzen.dask

    X = samples()
    expected = MixtureTransformer().fit(X).score_samples(X[:200])
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        for chunks in (20_000, 7_001):
            found = parzen.dask.fit(array.from_array(X, chunks=(chunks, 2)), client=client, n_jobs=1)
            # The fit has the bits of one process; the estimator comes back as a pickle, which rounds once more.
            np.testing.assert_allclose(found.score_samples(X[:200]), expected, rtol=1e-12, atol=1e-12)
        X[5, 0] = np.nan
        with pytest.raises(ParzenError, match="NaN|nan"):
            parzen.dask.fit(array.from_array(X, chunks=(20_000, 2)), client=client, n_jobs=1)
