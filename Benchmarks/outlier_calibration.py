"""How often samples that are no outliers have a small tail probability, of known laws, continuous ones, heavy tails,
edges and whole numbers: fresh samples by `parzen outliers --train`, or with --own those that judge each other.

    swift build -c release --product parzen
    python Benchmarks/outlier_calibration.py [--seed 1] [--repetitions 6] [--own] [--parzen .build/release/parzen]

Needs numpy. For every law and number n, as many times as there are repetitions (a third of them for n = 1,000), n
samples train and 400 fresh ones are ranked, or n samples rank each other. The figures are the shares of all ranked
samples with tail probabilities below 0.05, 0.01 and 0.2, which should be these numbers: a threshold from 60 samples is
itself off by 0.03, one from 1,000 by 0.007, divided by the root of the repetitions.
"""

import argparse
import pathlib
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIZES, FRESH, LEVELS = (60, 200, 1000), 400, (0.05, 0.01, 0.2)
MIXING = np.linspace(-1, 1, 256).reshape(16, 16)


def grey_levels(generator, n):
    """Sixteen whole numbers from 0 to 15 that depend on each other."""
    smooth = 3 * np.tanh(generator.normal(size=(n, 16)) @ MIXING)
    return np.clip(np.round(smooth + generator.normal(size=(n, 16)) + 5), 0, 15)


LAWS = {
    "normal, d = 1": lambda g, n: g.normal(size=(n, 1)),
    "normal, d = 3": lambda g, n: g.normal(size=(n, 3)),
    "normal, d = 10": lambda g, n: g.normal(size=(n, 10)),
    "two clusters, d = 4": lambda g, n: g.normal(size=(n, 4)) + 6 * g.integers(0, 2, size=(n, 1)),
    "Student, 2 degrees, d = 2": lambda g, n: g.standard_t(2, size=(n, 2)),
    "lognormal, d = 2": lambda g, n: np.exp(g.normal(size=(n, 2))),
    "uniform, d = 1": lambda g, n: g.uniform(size=(n, 1)),
    "beta (0.5, 0.5), d = 2": lambda g, n: g.beta(0.5, 0.5, size=(n, 2)),
    "uniform, d = 4": lambda g, n: g.uniform(size=(n, 4)),
    "Poisson, mean 4, d = 3": lambda g, n: g.poisson(4, size=(n, 3)).astype(float),
    "normal, rounded to half its deviation, d = 5": lambda g, n: np.round(2 * g.normal(size=(n, 5))),
    "eight dice": lambda g, n: g.integers(1, 7, size=(n, 8)).astype(float),
    "grey levels, d = 16": grey_levels,
}


def tail_probabilities(tool, law, n, repetition, seed, own):
    generator = np.random.default_rng([seed, list(LAWS).index(law), n, repetition])
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/train.npy", LAWS[law](generator, n))
        np.save(f"{folder}/fresh.npy", LAWS[law](generator, FRESH))
        files = [f"{folder}/train.npy"] if own else [f"{folder}/fresh.npy", "--train", f"{folder}/train.npy"]
        command = [tool, "outliers", *files, "--regularise"]
        subprocess.run(command + ["--threads", "1", "--output", f"{folder}/out.npy"], check=True, capture_output=True)
        return np.load(f"{folder}/out.npy")[:, 2]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repetitions", type=int, default=6)
    parser.add_argument("--own", action="store_true", help="samples that judge each other")
    parser.add_argument("--parzen", default=ROOT / ".build/release/parzen")
    options = parser.parse_args()
    print("| law | n | " + " | ".join(f"below {level}" for level in LEVELS) + " |")
    print("|---" * (2 + len(LEVELS)) + "|")
    with ThreadPoolExecutor(2) as executor:
        for law in LAWS:
            for n in SIZES:
                count = max(1, options.repetitions // (3 if n == 1000 else 1))
                runs = executor.map(
                    lambda r: tail_probabilities(options.parzen, law, n, r, options.seed, options.own), range(count)
                )
                found = np.concatenate(list(runs))
                shares = [f"{np.mean(found < level):.3f}" for level in LEVELS]
                print(f"| {law} | {n} | {' | '.join(shares)} |", flush=True)


if __name__ == "__main__":
    main()
