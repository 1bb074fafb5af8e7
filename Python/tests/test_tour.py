"""What documents show: the tour runs from its first cell to its last, and the first lines of the README."""

import re
from pathlib import Path

import pytest


def test_tour():
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    notebook = nbformat.read(Path(__file__).parent.parent / "tour.ipynb", as_version=4)
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    pictures = [
        output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]  # fmt: skip
    assert len(pictures) >= 3


def test_first_lines(clusters):
    """Two lines, and a density and a picture of it are there."""
    pyplot = pytest.importorskip("matplotlib.pyplot")
    text = (Path(__file__).parent.parent / "README.md").read_text()
    lines = re.search(r"```python\n(.*?)```", text, re.DOTALL).group(1)
    assert len([line for line in lines.splitlines() if line]) == 2
    exec(lines, {"X": clusters})
    axes = pyplot.gca()
    assert axes.collections and axes.get_xlabel() and axes.get_ylabel()
    pyplot.close("all")
