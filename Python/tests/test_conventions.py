"""The conventions of scikit-learn and SciPy, by their own tests."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import parzen

pytest.importorskip("sklearn")
from sklearn.exceptions import SkipTestWarning  # noqa: E402
from sklearn.utils.estimator_checks import check_estimator  # noqa: E402

TOO_FEW = {
    "check_sample_weight_equivalence_on_dense_data": (
        "its 27 samples with weight are too few for 30 dimensions, of which a mixture has full covariances"
    )
}

# CrossAttentionTransformer is not here: its weights are for 1, 2 and 10 columns, the checks use 3 to 30.
ESTIMATORS = [
    (parzen.KernelDensity(), {}),
    (parzen.ScoreDebiasedKernelDensity(), {}),
    (parzen.MixtureTransformer(), TOO_FEW),
    (parzen.GaussianMixture(), TOO_FEW),
    (parzen.OutlierDetector(), TOO_FEW),
    (parzen.OutlierDetector(contamination=0.2), TOO_FEW),
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("estimator, failing", ESTIMATORS, ids=lambda value: repr(value)[:40])
def test_check_estimator(estimator, failing):
    results = check_estimator(estimator, expected_failed_checks=failing, on_skip=None, on_fail="raise")
    assert sum(result["status"] == "passed" for result in results) >= 45
    assert len([result for result in results if result["status"] == "xfail"]) == len(failing)
    assert SkipTestWarning  # those skipped need the array API of SciPy, which is off


def run_peer(tmp_path, package, file, replacements):
    """Run a test file of another package on this one."""
    location = find_spec(package)
    if location is None:
        pytest.skip(f"{package} is not installed")
    source = Path(location.origin).parent / file
    if not source.exists():
        pytest.skip(f"{package} came without its tests")
    text = source.read_text()
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    test = tmp_path / "test_peer.py"
    test.write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore", str(test)]
    done = subprocess.run([*command, "-k", "not 2500 and not overflow"], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout


def test_kernel_density_by_scikit_learns_tests(tmp_path):
    """All of them, no exceptions."""
    output = run_peer(
        tmp_path, "sklearn", "neighbors/tests/test_kde.py",
        [("import KDTree, KernelDensity, NearestNeighbors",
          "import KDTree, NearestNeighbors\nfrom parzen import KernelDensity")],
    )  # fmt: skip
    assert "failed" not in output


def test_gaussian_kde_by_scipys_tests(tmp_path):
    """All of them but one that needs 2,500 dimensions and 100 MB (marked as slow in SciPy, and passed there)."""
    output = run_peer(
        tmp_path, "scipy", "stats/tests/test_kdeoth.py",
        [("stats.gaussian_kde", "parzen.gaussian_kde"), ("\nimport pytest\n", "\nimport pytest\nimport parzen\n")],
    )  # fmt: skip
    assert "failed" not in output
