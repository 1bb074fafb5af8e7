"""Outlier detection on labelled real data: `parzen outliers` beside scikit-learn's IsolationForest and
LocalOutlierFactor.

    swift build -c release
    python Benchmarks/outlier_rivals.py [--splits 5] [--data iris wine] [--parzen .build/release/parzen]

Needs numpy and scikit-learn. Each class in turn plays the outliers (of the breast cancers the malignant ones alone).
Half of the other samples, drawn at random, train every method; the other half and all samples of the class are ranked.
The figure is the area under the ROC curve, mean over classes and splits, with the standard error over splits. The
rivals, at their defaults, get columns with mean 0 and variance 1; Parzen gets the raw columns, since units make no
difference to it. The last column is the part of the inliers that Parzen gives a tail probability below 0.05: the closer
to 0.05, the better calibrated.
"""

import argparse
import pathlib
import subprocess
import tempfile

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import LocalOutlierFactor
from sklearn.preprocessing import StandardScaler

ROOT = pathlib.Path(__file__).resolve().parent.parent


def data_sets():
    """Name, samples, labels, and the classes that play the outliers."""
    cancer = load_breast_cancer()
    yield "breast cancer", cancer.data, cancer.target, [0]
    penguins = np.genfromtxt(ROOT / "Data/penguins.csv", delimiter=",", skip_header=1)
    species = np.genfromtxt(ROOT / "Data/penguins-species.csv", delimiter=",", skip_header=1)
    yield "penguins", penguins, species, [0, 1, 2]
    for name, load in (("iris", load_iris), ("wine", load_wine), ("digits", load_digits)):
        bunch = load()
        yield name, bunch.data, bunch.target, list(np.unique(bunch.target))


def parzen(tool, train, test):
    """Log density and tail probability of the test samples."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        np.save(folder / "train.npy", train)
        np.save(folder / "test.npy", test)
        command = [tool, "outliers", folder / "test.npy", "--train", folder / "train.npy", "--regularise"]
        subprocess.run(command + ["--threads", "1", "--output", folder / "out.npy"], check=True, capture_output=True)
        rows = np.load(folder / "out.npy")
    order = np.argsort(rows[:, 0])
    return rows[order, 1], rows[order, 2]


def measure(tool, samples, is_outlier, seed):
    generator = np.random.default_rng(seed)
    inliers = generator.permutation(np.flatnonzero(~is_outlier))
    half = len(inliers) // 2
    train, rest = samples[inliers[:half]], np.concatenate([inliers[half:], np.flatnonzero(is_outlier)])
    test, labels = samples[rest], is_outlier[rest]
    log_density, tail = parzen(tool, train, test)
    scaler = StandardScaler().fit(train)
    scaled_train, scaled_test = scaler.transform(train), scaler.transform(test)
    forest = IsolationForest(random_state=seed).fit(scaled_train)
    local = LocalOutlierFactor(novelty=True).fit(scaled_train)
    return [
        roc_auc_score(labels, -log_density),
        roc_auc_score(labels, -forest.score_samples(scaled_test)),
        roc_auc_score(labels, -local.score_samples(scaled_test)),
        np.mean(tail[~labels] < 0.05),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", help="names of data sets; all without it")
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--parzen", default=ROOT / ".build/release/parzen", type=pathlib.Path)
    options = parser.parse_args()
    print("| data | samples | d | parzen outliers | IsolationForest | LocalOutlierFactor | inliers below 0.05 |")
    print("|---|---|---|---|---|---|---|")
    for name, samples, target, classes in data_sets():
        if options.data and name not in options.data:
            continue
        figures = np.array(
            [
                np.mean([measure(options.parzen, samples, target == c, seed) for c in classes], axis=0)
                for seed in range(options.splits)
            ]
        )
        errors = figures.std(axis=0, ddof=1) / np.sqrt(options.splits)
        cells = [f"{mean:.3f} +- {error:.3f}" for mean, error in zip(figures.mean(axis=0), errors)]
        print(f"| {name} | {len(samples)} | {samples.shape[1]} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
