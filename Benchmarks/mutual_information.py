"""Mutual information of the tasks of benchmark-mi by `parzen information`, against the truth.

Usage: mutual_information.py TOOL [SEED]

Needs a virtual environment with benchmark-mi (jax 0.4.26, jaxlib 0.4.26, scipy below 1.13, NumPy below 2).
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import bmi
import numpy as np

SAMPLES = 2000


def estimate(tool: str, x: np.ndarray, y: np.ndarray, folder: Path) -> dict:
    np.save(folder / "samples.npy", np.hstack([x, y]).astype(float))
    split = x.shape[1]
    groups = [f"x{column + 1}" for column in range(split + y.shape[1])]
    command = [tool, "information", folder / "samples.npy", "--quiet", "--json", folder / "figures.json"]
    subprocess.run(
        command + ["--between", ",".join(groups[:split]), "--and", ",".join(groups[split:])],
        check=True, stdout=subprocess.DEVNULL)
    return json.loads((folder / "figures.json").read_text())["mutualInformation"]


def main() -> None:
    tool, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    rows = []
    print("| task | dimensions | truth | estimate | standard error |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, task in bmi.benchmark.BENCHMARK_TASKS.items():
            x, y = (np.asarray(part) for part in task.sample(SAMPLES, seed=seed))
            found = estimate(tool, x, y, Path(folder))
            rows.append((x.shape[1] + y.shape[1], task.mutual_information, found["value"], found["standardError"]))
            print("| " + name + " | {} | {:.3f} | {:.3f} | {:.3f} |".format(*rows[-1]), flush=True)
    dimensions, truth, value, error = np.array(rows).T
    distance = np.abs(value - truth)
    print(f"\nmean error {distance.mean():.3f}, up to ten dimensions {distance[dimensions <= 10].mean():.3f};")
    print(f"two standard errors cover {np.mean(distance <= 2 * error):.0%}")


if __name__ == "__main__":
    main()
