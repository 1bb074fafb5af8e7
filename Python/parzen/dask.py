"""Estimates of the arrays and data frames of Dask, on the workers that have their partitions.

Every worker that holds a part of the samples takes part, with a run of neighbouring partitions; only sums travel, over
the scheduler, and partitions that lie with the worker of another run.
"""

from __future__ import annotations

import threading
import uuid
from typing import Any

import numpy as np

from ._estimators import MixtureTransformer
from ._library import ParzenError
from ._processes import together

__all__ = ["fit"]


class _Meeting:
    """Where the workers leave what all of them are to know; an actor on one of them."""

    def __init__(self, count: int):
        self.count = count
        self.rounds: dict[int, dict[int, bytes]] = {}
        self.taken: dict[int, int] = {}

    def give(self, number: int, rank: int, value: bytes) -> None:
        self.rounds.setdefault(number, {})[rank] = value

    def take(self, number: int) -> list[bytes] | None:
        """What all have given in a round; None as long as one is missing."""
        given = self.rounds.get(number, {})
        if len(given) < self.count:
            return None
        result = [given[rank] for rank in range(self.count)]
        self.taken[number] = self.taken.get(number, 0) + 1
        if self.taken[number] == self.count:
            del self.rounds[number], self.taken[number]
        return result


class _Communicator:
    """A communicator over the meeting, for one worker."""

    def __init__(self, meeting: Any, rank: int, count: int, timeout: float):
        self._meeting, self._rank, self._count, self._timeout = meeting, rank, count, timeout
        self._number = 0

    def Get_rank(self) -> int:
        return self._rank

    def Get_size(self) -> int:
        return self._count

    def allgather(self, value: bytes) -> list[bytes]:
        self._number += 1
        self._meeting.give(self._number, self._rank, value).result()
        waited, pause = 0.0, 0.001
        event = threading.Event()
        while True:
            found = self._meeting.take(self._number).result()
            if found is not None:
                return found
            if waited > self._timeout:
                raise ParzenError(f"a worker has not answered for {self._timeout} s: see its log")
            event.wait(pause)
            waited += pause
            pause = min(2 * pause, 0.05)


def _joined(parts: list[Any], columns: list[Any] | None) -> np.ndarray:
    """The samples of partitions; those of a data frame have its columns, whatever their order in a partition."""
    arrays = []
    for part in parts:
        if columns is not None and list(part.columns) != columns:
            lacking = [name for name in columns if name not in part.columns]
            if lacking or len(part.columns) != len(columns):
                raise ParzenError(
                    f"a partition has the columns {', '.join(map(str, part.columns))}, the data frame "
                    f"{', '.join(map(str, columns))}: give all partitions the same columns"
                )
            part = part[columns]
        arrays.append(np.asarray(part).reshape(len(part), -1))
    return np.concatenate(arrays)


def _fit_part(
    parts: list[Any], columns: list[Any] | None, meeting: Any, rank: int, count: int, parameters: dict[str, Any],
    timeout: float,
):  # fmt: skip
    comm = _Communicator(meeting, rank, count, timeout)
    (samples, estimator), _ = together(
        comm, lambda: ((_joined(parts, columns), MixtureTransformer(**parameters)), None)
    )
    estimator.fit(samples, comm=comm)
    return estimator if rank == 0 else None


def _runs(rows: list[int], places: list[str]) -> list[tuple[str, range]]:
    """Runs of neighbouring partitions of about equally many rows, each with the worker that has the most of it.

    Rows keep their order so, and the sums theirs: the fit has the bits that it has in one process.
    """
    left = sorted(set(places))
    before = np.concatenate([[0], np.cumsum(rows)])
    # A run begins where the rows before it are nearest to its share of them.
    shares = before[-1] * np.arange(1, len(left)) / len(left)
    ends = [0, *(int(np.argmin(np.abs(before - share))) for share in shares), len(rows)]
    runs = [range(first, last) for first, last in zip(ends, ends[1:], strict=False) if last > first]
    found = []
    for run in runs:
        held = {worker: sum(rows[index] for index in run if places[index] == worker) for worker in left}
        worker = max(left, key=held.__getitem__)
        left.remove(worker)
        found.append((worker, run))
    return found


def fit(samples: Any, *, client: Any = None, timeout: float = 600.0, **parameters: Any) -> MixtureTransformer:
    """Estimate the density of a Dask array or data frame, on the workers that have its partitions.

    Parameters
    ----------
    samples : dask.array.Array or dask.dataframe.DataFrame
        Samples, one a row; an array has one chunk of columns.
    client : distributed.Client, optional
        The cluster; the current one when None.
    timeout : float, default=600
        How many seconds a worker waits for the others.
    **parameters
        Those of :class:`MixtureTransformer`.

    Returns
    -------
    MixtureTransformer
        Fitted to all samples: the estimate of the same rows in one process, on processors of one kind to the last
        bits, which the way back from a worker rounds.
    """
    from distributed import futures_of, get_client, wait

    client = client or get_client()
    columns = None
    if hasattr(samples, "columns"):
        columns = list(samples.columns)
        blocks = samples.to_delayed()
    else:
        if samples.ndim != 2:
            raise ParzenError(f"the array has {samples.ndim} axes: give one with two, samples and columns")
        blocks = samples.rechunk({1: -1}).to_delayed().ravel()
    # One by one: of several, the futures come in no order.
    futures = [futures_of(block)[0] for block in client.persist(list(blocks))]
    wait(futures)
    rows = client.gather(client.map(len, futures))
    futures = [future for future, count in zip(futures, rows, strict=True) if count > 0]
    if not futures:
        raise ParzenError("there are no samples: give at least one row")
    places = client.who_has(futures)
    runs = _runs([count for count in rows if count > 0], [sorted(places[future.key])[0] for future in futures])
    meeting = client.submit(_Meeting, len(runs), actor=True, workers=[runs[0][0]], pure=False).result()
    run = uuid.uuid4().hex
    results = [
        client.submit(
            _fit_part, [futures[index] for index in part], columns, meeting, rank, len(runs), parameters, timeout,
            workers=[worker], allow_other_workers=False, key=f"parzen-fit-{run}-{rank}", pure=False,
        )
        for rank, (worker, part) in enumerate(runs)
    ]  # fmt: skip
    estimator = client.gather(results)[0]
    if columns is not None:
        estimator.feature_names_in_ = np.array([str(name) for name in columns], dtype=object)
    return estimator
