"""What the benchmarks of the default estimate have in common: their options, and log densities by the tool."""

import argparse
import pathlib
import subprocess

import numpy as np

TOOL = pathlib.Path(__file__).resolve().parent.parent / ".build/release/parzen"


def options(document, *, contexts, seed, **others):
    """The options --contexts, --seed, --parzen and others with whole numbers, with their defaults."""
    parser = argparse.ArgumentParser(description=document, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in {"contexts": contexts, "seed": seed, **others}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--parzen", default=TOOL)
    return parser.parse_args()


def log_density(tool, samples, points, folder, *arguments):
    """The estimate from samples at points, n x d or n values; files go to a folder."""
    np.save(f"{folder}/samples.npy", samples.reshape(len(samples), -1))
    np.save(f"{folder}/points.npy", points.reshape(len(points), -1))
    command = [tool, "estimate", f"{folder}/samples.npy", "--queries", f"{folder}/points.npy", *arguments]
    subprocess.run([*command, "--output", f"{folder}/out.npy", "--quiet"], check=True, capture_output=True)
    return np.load(f"{folder}/out.npy")[:, 0]
