"""Estimates of samples that several processes hold: by MPI, or by the workers of Dask."""

from __future__ import annotations

import ctypes
from ctypes import CFUNCTYPE, POINTER, c_int32, c_int64, c_void_p
from typing import Any, Protocol


class Communicator(Protocol):
    """What processes need to fit together; mpi4py's communicators are such."""

    def Get_rank(self) -> int: ...

    def Get_size(self) -> int: ...

    def allgather(self, sendobj: Any) -> list[Any]: ...


_GATHER = CFUNCTYPE(c_int32, c_void_p, c_int64, POINTER(c_int64), c_void_p)
_RECEIVE = CFUNCTYPE(c_int32, c_int32, c_void_p, c_int64, c_void_p)


class Ranks(ctypes.Structure):
    """``parzen_ranks`` for a communicator."""

    _fields_ = [
        ("rank", c_int32), ("count", c_int32), ("gather", _GATHER), ("receive", _RECEIVE), ("context", c_void_p),
    ]  # fmt: skip

    def __init__(self, comm: Communicator):
        self.error: BaseException | None = None
        self._received: list[bytes] = []

        def gather(address, size, sizes, _):
            try:
                self._received = comm.allgather(ctypes.string_at(address, size))
                for rank, received in enumerate(self._received):
                    sizes[rank] = len(received)
                return 0
            except BaseException as error:  # no exception passes through C
                self.error = error
                return 1

        def receive(rank, address, size, _):
            ctypes.memmove(address, self._received[rank], size)
            return 0

        super().__init__(comm.Get_rank(), comm.Get_size(), _GATHER(gather), _RECEIVE(receive), None)
