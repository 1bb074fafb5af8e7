"""What processes that estimate together do before they do: they agree on their data, or all have the error of one."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from ._library import ParzenError
from ._ranks import Communicator


def together(comm: Communicator, work: Callable[[], Any]) -> tuple[Any, list[Any]]:
    """Work that every process does, and that all wait for.

    Parameters
    ----------
    comm : communicator
        All of its processes call this at the same time.
    work : callable
        Returns what this process keeps, and what all are to know, which can be pickled.

    Returns
    -------
    kept : object
        The former.
    known : list
        The latter of every process.

    Raises
    ------
    ParzenError
        Where the work fails in another process; where it fails in this one first, the exception itself.
    """
    kept, known, error = None, None, None
    try:
        kept, known = work()
    except Exception as caught:  # the others wait for what is found here
        error = caught
    all_known = comm.allgather((None if error is None else str(error) or repr(error), known))
    for rank, (message, _) in enumerate(all_known):
        if message is not None:
            if rank == comm.Get_rank():
                raise error
            raise ParzenError(f"process {rank}: {message}")
    return kept, [value for _, value in all_known]


def joint_order(all_names: list[list[str] | None], rank: int) -> list[int] | None:
    """The columns of a process in the order of those of the first one whose columns have names.

    Parameters
    ----------
    all_names : list
        The names of every process's columns; None where they have none, which keep their places.
    rank : int
        The process.

    Returns
    -------
    columns : list of int or None
        None where they are in this order.

    Raises
    ------
    ParzenError
        For names that not all have; the same in all processes.
    """
    first = next((number for number, names in enumerate(all_names) if names is not None), None)
    if first is None:
        return None
    wanted = all_names[first]
    for number, names in enumerate(all_names):
        if names is None or names == wanted:
            continue
        for one, other, have, lack in ((first, number, wanted, names), (number, first, names, wanted)):
            missing = [name for name in have if name not in lack]
            if missing:
                raise ParzenError(
                    f"process {other} has no column {missing[0]!r}, which process {one} has: give all the same columns"
                )
        if len(set(names)) < len(names) or len(names) != len(wanted):
            raise ParzenError(
                f"process {number} has columns of one name, in another order than process {first}: give every column a "
                "name of its own"
            )
    names = all_names[rank]
    return None if names is None or names == wanted else [names.index(name) for name in wanted]


def in_joint_order(array: np.ndarray, names: list[str] | None, comm: Communicator, all_names: list[list[str] | None]):
    """An array and the names of its columns, both in the order of all processes."""
    order = joint_order(all_names, comm.Get_rank())
    return (array, names) if order is None else (array[:, order], [names[column] for column in order])
