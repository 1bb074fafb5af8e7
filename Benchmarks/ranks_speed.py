#!/usr/bin/env python3
"""How much faster two processes of one thread are than one, and two threads of one process: fits of 10^7 samples in 2
and 10 dimensions, by parzen-mpi. The best of some rounds; ways take turns, so that what else the machine does hits all.

    swift build -c release --package-path MPI
    python3 Benchmarks/ranks_speed.py
"""

import argparse
import resource
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

TOOL = Path(__file__).resolve().parent.parent / "MPI/.build/release/parzen-mpi"


def write_samples(path, rows, columns):
    """A mixture of five Gaussians, in Float32."""
    generator = np.random.default_rng(5)
    values = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(rows, columns))
    means = 3 * generator.standard_normal((5, columns))
    scales = np.exp(0.4 * generator.standard_normal((5, columns)))
    for first in range(0, rows, 500_000):
        last = min(rows, first + 500_000)
        component = generator.integers(0, 5, last - first)
        draws = generator.standard_normal((last - first, columns))
        values[first:last] = means[component] + scales[component] * draws


def seconds(path, processes, threads):
    """Wall-clock and processor time of a fit."""
    command = ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", str(processes), TOOL]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    arguments = ["fit", path, "--save", path.with_suffix(".json"), "--threads", str(threads)]
    subprocess.run([*command, *arguments], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--dimensions", type=int, nargs="+", default=[2, 10])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    ways = [(1, 1), (2, 1), (1, 2)]
    with tempfile.TemporaryDirectory() as name:
        for columns in options.dimensions:
            path = Path(name) / f"samples-{columns}.npy"
            write_samples(path, options.rows, columns)
            best = dict.fromkeys(ways, (float("inf"), 0.0))
            for _ in range(options.rounds):
                for way in ways:
                    best[way] = min(best[way], seconds(path, *way))
            for processes, threads in ways:
                wall, processor = best[processes, threads]
                print(
                    f"{options.rows} x {columns}: {processes} processes of {threads} threads {wall:.1f} s, "
                    f"{processor:.1f} s of processors, {best[1, 1][0] / wall:.2f} times as fast as one"
                )
            path.unlink()


if __name__ == "__main__":
    main()
