#!/usr/bin/env python3
"""A simulation of what a pass over samples waits for: the gather of the sums that processes are left with.

Every process has the nodes of the binary tree of chunks that lie within its own, as SampleSums has them; each node is a
message's part. Simulated are, message by message,

  gather  every process gets the nodes of all, as MPI_Allgatherv does for short messages: in step k a process sends what
          it has to the one 2^k before it (J. Bruck and others, Efficient algorithms for all-to-all communications,
          1997)
  tree    nodes are joined on the way to the first process, and the result goes back, both along a binary tree

A message takes a latency and its bytes over the bandwidth, and a process has one at a time. Processes begin at random
times, as their passes end; what is shown is the time after the last of them, mean and largest of the trials.

    python3 Benchmarks/reduction_latency.py
"""

import argparse

import numpy as np


def nodes(first, last):
    """How many aligned blocks of the binary tree make the chunks from one number up to another."""
    count = 0
    while first < last:
        size = first & -first if first else 1 << (last.bit_length() - 1)
        while first + size > last:
            size >>= 1
        first += size
        count += 1
    return count


def gather(begin, sizes, latency, bandwidth):
    """When each process has the bytes of all."""
    time, have = begin.copy(), sizes.astype(float)
    held, distance, count = 1, 1, len(begin)
    around = np.concatenate([[0], np.cumsum(np.tile(sizes, 2))])
    while held < count:
        sent = min(distance, count - held)
        # Process i receives the blocks that process i + distance holds.
        source = (np.arange(count) + distance) % count
        data = around[source + sent] - around[source]
        time = np.maximum(time, time[source]) + latency + data / bandwidth
        have += data
        held, distance = held + sent, 2 * distance
    return time


def tree(begin, size, latency, bandwidth):
    """When the last process has the sum of all."""
    message, time = latency + size / bandwidth, begin.copy()
    count, distance = len(begin), 1
    while distance < count:
        receivers = np.arange(0, count - distance, 2 * distance)
        time[receivers] = np.maximum(time[receivers], time[receivers + distance]) + message
        distance *= 2
    done = np.full(count, np.inf)
    done[0] = time[0]
    while distance > 1:
        distance //= 2
        senders = np.arange(0, count - distance, 2 * distance)
        done[senders] += message
        done[senders + distance] = done[senders]
    return done


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=float, default=1e10, help="of all processes")
    parser.add_argument("--dimension", type=int, default=2)
    parser.add_argument("--processes", type=int, nargs="+", default=[2, 10, 100, 1000, 3000, 10_000])
    parser.add_argument("--latency", type=float, default=10e-6, help="seconds a message")
    parser.add_argument("--bandwidth", type=float, default=1.25e9, help="bytes a second")
    parser.add_argument("--rate", type=float, default=0.12e-6, help="seconds a sample in a layer on a process")
    parser.add_argument("--spread", type=float, default=0.01, help="standard deviation of the processes' times")
    parser.add_argument("--trials", type=int, default=20)
    options = parser.parse_args()
    d = options.dimension
    size = 8 * ((d + 1) * (d + 2) // 2 + 1) * 64 * 4
    chunks = int(np.ceil(options.samples / 16384))
    print(f"{options.samples:g} samples, a node of {size / 1e3:.1f} kB; "
          "milliseconds after the last process, of a layer")
    print(f"{'processes':>9}  {'layer':>9}  {'nodes':>6}  {'MB':>6}  {'gather':>13}  {'tree':>11}")
    generator = np.random.default_rng(1)
    for count in options.processes:
        ends = [chunks * rank // count for rank in range(count + 1)]
        held = np.array([nodes(a, b) for a, b in zip(ends, ends[1:], strict=False)])
        seconds = options.rate * options.samples / count
        waits = []
        for _ in range(options.trials):
            begin = seconds * (1 + options.spread * generator.standard_normal(count))
            last = begin.max()
            times = [
                gather(begin, size * held, options.latency, options.bandwidth).max(),
                tree(begin, size, options.latency, options.bandwidth).max(),
            ]
            waits.append([1e3 * (time - last) for time in times])
        mean, most = np.mean(waits, axis=0), np.max(waits, axis=0)
        print(
            f"{count:9d}  {1e3 * seconds:9.0f}  {held.sum():6d}  {size * held.sum() / 1e6:6.1f}  "
            f"{mean[0]:6.1f} {most[0]:6.1f}  {mean[1]:5.2f} {most[1]:5.2f}"
        )


if __name__ == "__main__":
    main()
