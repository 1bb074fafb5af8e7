"""Fits over processes: mpi4py by mpirun, and Dask on a cluster of this machine."""

import shutil
import subprocess
import sys
import textwrap

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
