"""Whether the intervals of `parzen information` for the entropy cover the truth, on laws with edges and tails.

Usage: entropy_coverage.py TOOL [REPETITIONS]    (needs NumPy and SciPy)
"""

import json
import subprocess
import sys
import tempfile
from math import e, lgamma, log, pi
from pathlib import Path

import numpy as np
from scipy.special import digamma

SAMPLES = 500


def laws(random: np.random.Generator, n: int):
    """Names, samples and entropies in nats."""
    gaussian = 0.5 * log(2 * pi * e)
    yield "arcsine", random.beta(0.5, 0.5, n), log(pi / 4)
    yield "gamma(0.5)", random.gamma(0.5, size=n), 0.5 + lgamma(0.5) + 0.5 * digamma(0.5)
    yield "Pareto(1.2)", random.pareto(1.2, n) + 1, log(1 / 1.2) + 1 + 1 / 1.2
    yield "Cauchy", random.standard_cauchy(n), log(4 * pi)
    yield "two far clusters", random.normal(size=n) + 1e4 * random.integers(0, 2, n), gaussian + log(2)
    yield "rounded normal", np.round(random.normal(size=n), 1), gaussian
    yield "normal", random.normal(size=n), gaussian


def main() -> None:
    tool, repetitions = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 8
    counts: dict[str, list[int]] = {}
    with tempfile.TemporaryDirectory() as name:
        samples, figures = Path(name) / "samples.npy", Path(name) / "figures.json"
        for repetition in range(repetitions):
            for law, values, truth in laws(np.random.default_rng(500 + repetition), SAMPLES):
                np.save(samples, values.reshape(-1, 1))
                subprocess.run(
                    [tool, "information", samples, "--json", figures, "--quiet"],
                    check=True, stdout=subprocess.DEVNULL)
                found = json.loads(figures.read_text())
                entropy, count = found["entropy"], counts.setdefault(law, [0, 0])
                count[0] += abs(entropy["value"] - truth) <= 2 * entropy["standardError"]
                count[1] += found.get("entropyIntervalWithheld") is not None
    print(f"| law | within two standard errors, of {repetitions} | interval withheld |\n|---|---|---|")
    for law, count in counts.items():
        print("| {} | {} | {} |".format(law, *count))


if __name__ == "__main__":
    main()
