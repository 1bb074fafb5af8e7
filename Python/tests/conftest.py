"""Data that the tests share."""

import numpy as np
import pytest


@pytest.fixture
def rng():
    return np.random.default_rng(20_260)


@pytest.fixture
def clusters(rng):
    """Three clusters in two dimensions, 600 points."""
    centres = np.array([[-4.0, 0.0], [3.0, 3.0], [2.0, -5.0]])
    return centres[rng.integers(0, 3, 600)] + rng.normal(size=(600, 2)) * [1.0, 0.5]
