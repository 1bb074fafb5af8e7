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


def test_other_methods_are_refused():
    X = samples(100)
    X[3, 1] = 7
    with pytest.raises(ParzenError, match="regularise"):
        MixtureTransformer(regularise=True).fit(X, comm=Alone())


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
        found = parzen.dask.fit(array.from_array(X, chunks=(20_000, 2)), client=client, n_jobs=1)
        # Workers hold the chunks in another order, and so do the sums.
        difference = np.max(np.abs(found.score_samples(X[:200]) - expected))
        assert difference < 1e-6, difference
        X[5, 0] = np.nan
        with pytest.raises(ParzenError, match="NaN|nan"):
            parzen.dask.fit(array.from_array(X, chunks=(20_000, 2)), client=client, n_jobs=1)
