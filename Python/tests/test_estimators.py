"""What the estimators compute."""

import copy
import json
import os
import pickle
import subprocess

import numpy as np
import pytest

import parzen

ALL = [
    parzen.MixtureTransformer(),
    parzen.MixtureTransformer(policy="network"),
    parzen.GaussianMixture(random_state=3),
    parzen.KernelDensity(bandwidth=0.7),
    parzen.KernelDensity(bandwidth="silverman", covariance="full"),
    parzen.ScoreDebiasedKernelDensity(),
    parzen.CrossAttentionTransformer(),
    parzen.OutlierDetector(),
]


@pytest.mark.parametrize("estimator", ALL, ids=repr)
def test_density_and_its_gradient(estimator, clusters, rng):
    estimator = copy.copy(estimator).fit(clusters)
    points = clusters[:20] + rng.normal(size=(20, 2)) * 0.1
    gradient = estimator.score_gradient(points)
    assert gradient.shape == (20, 2)
    if not isinstance(estimator, parzen.CrossAttentionTransformer):  # whose score is a head of its own
        h = 1e-3 if isinstance(estimator, parzen.ScoreDebiasedKernelDensity) else 1e-5
        for axis in range(2):
            step = np.zeros(2)
            step[axis] = h
            difference = estimator.score_samples(points + step) - estimator.score_samples(points - step)
            np.testing.assert_allclose(gradient[:, axis], difference / (2 * h), rtol=2e-2, atol=2e-2)
        grid = np.stack(np.meshgrid(np.linspace(-20, 20, 401), np.linspace(-20, 20, 401)), -1).reshape(-1, 2)
        assert np.exp(estimator.score_samples(grid)).sum() * 0.01 == pytest.approx(1, abs=2e-3)


@pytest.mark.parametrize("estimator", ALL, ids=repr)
def test_pickles_and_copies(estimator, clusters):
    fitted = copy.copy(estimator).fit(clusters)
    expected = fitted.score_samples(clusters[:9])
    for other in (pickle.loads(pickle.dumps(fitted)), copy.deepcopy(fitted)):
        np.testing.assert_allclose(other.score_samples(clusters[:9]), expected, rtol=1e-9)
        assert other.get_params() == fitted.get_params()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_any_layout_gives_the_same(clusters, dtype):
    points = clusters.astype(dtype)
    estimator = parzen.MixtureTransformer().fit(points)
    expected = estimator.score_samples(points)
    wide = np.zeros((600, 5), dtype=dtype)
    wide[:, [1, 3]] = points
    layouts = [np.asfortranarray(points), wide[:, 1:4:2], points[::-1][::-1], points.astype(">f8"), points.tolist()]
    points.setflags(write=False)
    for layout in [*layouts, points]:
        np.testing.assert_array_equal(estimator.score_samples(layout), expected)
        np.testing.assert_array_equal(parzen.MixtureTransformer().fit(layout).score_samples(layout), expected)


def test_the_same_bits_as_the_tool(clusters, tmp_path):
    tool = os.environ.get("PARZEN_TOOL", "")
    if not os.path.exists(tool):
        pytest.skip("the tool is not here")
    np.save(tmp_path / "data.npy", clusters)
    cases = [
        (parzen.MixtureTransformer(), ["mixture"]),
        (parzen.MixtureTransformer(policy="network"), ["mixture", "--policy", "network"]),
        (parzen.GaussianMixture(), ["em"]),
        (parzen.KernelDensity(bandwidth=0.5, rtol=1e-5), ["kde", "--bandwidth", "0.5"]),
        (parzen.KernelDensity(bandwidth="scott", covariance="robust", rtol=1e-5), ["kde"]),
        (parzen.ScoreDebiasedKernelDensity(), ["sd-kde"]),
        (parzen.CrossAttentionTransformer(), ["cross-attention"]),
    ]
    for estimator, method in cases:
        command = [tool, "estimate", "data.npy", "--at-samples", "--output", "out.npy", "--method", *method]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
        found = np.load(tmp_path / "out.npy")
        estimator.fit(clusters)
        # The tool has kernels' sums and gradients from one pass, which leaves out other blocks within the tolerance.
        tolerance = getattr(estimator, "rtol", 0)
        np.testing.assert_allclose(
            estimator.score_samples(clusters), found[:, 0], rtol=0, atol=tolerance, err_msg=repr(estimator))
        np.testing.assert_array_equal(estimator.score_gradient(clusters), found[:, 1:], err_msg=repr(estimator))
    command = [tool, "sample", "data.npy", "--count", "70000", "--seed", "9", "--output", "draws.npy"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    draws = parzen.MixtureTransformer().fit(clusters).sample(70_000, random_state=9)
    np.testing.assert_array_equal(draws, np.load(tmp_path / "draws.npy"))


def test_marginals_and_conditionals(clusters):
    density = parzen.MixtureTransformer(policy="untransformed").fit(clusters)
    point = np.array([[0.5, -1.0]])
    y = density.marginal(1)
    x_given_y = density.conditional({1: -1.0})
    joint = density.score_samples(point)[0]
    assert joint == pytest.approx(y.score_samples([[-1.0]])[0] + x_given_y.score_samples([[0.5]])[0], abs=1e-9)
    q = np.array([0.001, 0.3, 0.5, 0.999])
    np.testing.assert_allclose(density.cdf(density.quantile(q, column=1), column=1), q, rtol=1e-12)
    assert density.quantile(0.0) == -np.inf and density.quantile(1.0) == np.inf
    again = pickle.loads(pickle.dumps(y))
    np.testing.assert_allclose(again.score_samples([[0.0]]), y.score_samples([[0.0]]), rtol=1e-12)
    kernels = parzen.KernelDensity(bandwidth=0.4).fit(clusters)
    grid = np.linspace(-30, 30, 6001)
    points = np.column_stack([grid, np.full(6001, -1.0)])
    integral = np.exp(kernels.score_samples(points)).sum() * 0.01
    assert integral == pytest.approx(float(np.exp(kernels.marginal(1).score_samples([[-1.0]])[0])), rel=1e-6)


@pytest.mark.parametrize("estimator", ALL, ids=repr)
def test_saved_files(estimator, clusters, tmp_path):
    """What is saved is read with the same bits, here and by the tool, and what the tool saves here."""
    pandas = pytest.importorskip("pandas")
    fitted = copy.copy(estimator).fit(pandas.DataFrame(clusters, columns=["width", "height"]))
    path = tmp_path / "fit.json"
    fitted.save(path)
    assert os.listdir(tmp_path) == ["fit.json"]
    loaded = parzen.load(path)
    expected = fitted._handle.evaluate(clusters)[0]
    np.testing.assert_array_equal(loaded._handle.evaluate(clusters)[0], expected)
    assert list(loaded.feature_names_in_) == ["width", "height"]
    plain = copy.copy(estimator).fit(clusters)
    plain.save(path)
    assert not hasattr(parzen.load(path), "feature_names_in_")
    tool = os.environ.get("PARZEN_TOOL", "")
    if not os.path.exists(tool):
        pytest.skip("the tool is not here")
    np.save(tmp_path / "data.npy", clusters)
    command = [tool, "estimate", "--fit", "fit.json", "--queries", "data.npy", "--output", "out.npy"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    found = np.load(tmp_path / "out.npy")
    np.testing.assert_allclose(found[:, 0], expected, rtol=0, atol=getattr(estimator, "rtol", 0))
    subprocess.run([tool, "fit", "data.npy", "--save", "tool.json"], cwd=tmp_path, check=True, capture_output=True)
    np.testing.assert_array_equal(
        parzen.load(tmp_path / "tool.json").score_samples(clusters),
        parzen.MixtureTransformer().fit(clusters).score_samples(clusters),
    )


@pytest.mark.parametrize("text", ["", "[1", "[1]", "{}", "3", '{"format": "other"}', "\xff"])
def test_files_that_are_no_fits(text, tmp_path):
    path = tmp_path / "some.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(parzen.ParzenFileError, match="some.json.*no (saved )?fit"):
        parzen.load(path)
    with pytest.raises(FileNotFoundError):
        parzen.load(tmp_path / "nothing.json")
    with pytest.raises(FileNotFoundError):
        parzen.GaussianMixture().fit(np.eye(9)[:, :2] + np.arange(9)[:, None]).save(tmp_path / "no folder" / "x.json")


def test_probabilities_of_any_mixture(clusters, rng):
    """Of kernels and of transformed columns, too: what integrals of the density say."""
    skewed = np.exp(clusters / 3)
    for estimator in (parzen.MixtureTransformer(), parzen.KernelDensity(bandwidth=0.3), parzen.GaussianMixture()):
        density = estimator.fit(skewed)
        q = np.array([[0.0, 0.01, 0.5], [0.9, 0.999, 1.0]])
        x = density.quantile(q, column=1)
        assert x.shape == q.shape
        np.testing.assert_allclose(density.cdf(x, column=1), q, rtol=1e-9)
        grid = np.linspace(x[0, 1], x[1, 0], 20_001)
        values = np.exp(density.marginal(1).score_samples(grid[:, np.newaxis]))
        area = ((values[:-1] + values[1:]) * np.diff(grid)).sum() / 2
        assert area == pytest.approx(0.89, abs=1e-5)
        for wrong in (-0.1, 1.1, np.nan):
            with pytest.raises(parzen.ParzenError):
                density.quantile(wrong)
        with pytest.raises(parzen.ParzenError):
            density.cdf(np.nan)
        given = density.conditional({0: 1.0})
        np.testing.assert_allclose(given.cdf(given.quantile(0.3)), 0.3, rtol=1e-9)
        np.testing.assert_array_equal(
            pickle.loads(pickle.dumps(given)).score_samples([[1.0]]), given.score_samples([[1.0]])
        )


def test_components(clusters):
    for estimator in (parzen.MixtureTransformer(policy="untransformed"), parzen.GaussianMixture()):
        estimator.fit(clusters)
        K = estimator.n_components_
        assert estimator.weights_.shape == (K,) and estimator.means_.shape == (K, 2)
        assert estimator.covariances_.shape == (K, 2, 2)
        assert estimator.weights_.sum() == pytest.approx(1)
        probability = estimator.predict_proba(clusters)
        np.testing.assert_allclose(probability.sum(axis=1), 1, rtol=1e-9)
        np.testing.assert_array_equal(estimator.predict(clusters), probability.argmax(axis=1))
    assert parzen.GaussianMixture().fit(clusters).n_components_ == 3
    assert parzen.GaussianMixture(2).fit(clusters).n_components_ == 2


def test_weights_are_counts(clusters):
    counts = np.arange(len(clusters)) % 3
    repeated = np.repeat(clusters, counts, axis=0)
    weighted = parzen.KernelDensity(bandwidth=0.5).fit(clusters, sample_weight=counts)
    np.testing.assert_allclose(
        weighted.score_samples(clusters), parzen.KernelDensity(bandwidth=0.5).fit(repeated).score_samples(clusters),
        rtol=1e-10,
    )  # fmt: skip


def test_frames(clusters):
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    frame = pandas.DataFrame(clusters, columns=["width", "height"])
    estimator = parzen.MixtureTransformer(policy="untransformed").fit(frame)
    expected = parzen.MixtureTransformer(policy="untransformed").fit(clusters).score_samples(clusters)
    np.testing.assert_array_equal(estimator.score_samples(frame), expected)
    assert list(estimator.feature_names_in_) == ["width", "height"]
    table = polars.DataFrame({"width": clusters[:, 0], "height": clusters[:, 1]})
    np.testing.assert_array_equal(estimator.score_samples(table), expected)
    with pytest.raises(ValueError, match="Feature names must be in the same order"):
        estimator.score_samples(frame[["height", "width"]])
    with pytest.warns(UserWarning, match="valid feature names"):
        estimator.score_samples(clusters)
    assert list(estimator.set_output(transform="pandas").sample(3, random_state=1).columns) == ["width", "height"]
    assert estimator.score_gradient(frame).index.equals(frame.index)
    assert estimator.set_output(transform="polars").sample(3, random_state=1).columns == ["width", "height"]
    assert list(estimator.conditional({"height": 0.0}).feature_names_in_) == ["width"]

    class Exchanged:
        """A frame that can be exchanged and nothing else."""

        def __init__(self, frame):
            self.frame = frame

        def __dataframe__(self, **options):
            return self.frame.__dataframe__(**options)

    np.testing.assert_array_equal(parzen.MixtureTransformer(policy="untransformed").fit(Exchanged(frame)).score_samples(
        Exchanged(frame)), expected)  # fmt: skip


def test_searches_and_pipelines(clusters):
    pytest.importorskip("sklearn")
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    pipeline = make_pipeline(StandardScaler(), parzen.KernelDensity())
    search = GridSearchCV(pipeline, {"kerneldensity__bandwidth": [1e-3, 0.2, 10.0]}).fit(clusters)
    assert search.best_params_ == {"kerneldensity__bandwidth": 0.2}


def test_analyses(clusters):
    estimator = parzen.MixtureTransformer(policy="untransformed").fit(clusters)
    modes, labels = parzen.modes(estimator, clusters, smallest_share=0.05)
    assert len(modes) == 3 and set(labels) == {0, 1, 2}
    highest = max(modes, key=lambda mode: mode.log_density)
    assert highest.persistence is None and highest.p_value is None
    assert all(mode.persistence > 1 and mode.p_value < 0.05 for mode in modes if mode is not highest)
    assert len(parzen.modes(estimator, clusters, smallest_share=0, significance=1)[0]) >= 3
    with pytest.raises(parzen.ParzenError, match="significance"):
        parzen.modes(estimator, clusters, significance=2)
    chains = parzen.langevin(estimator, 50, n_chains=3, random_state=1)
    assert chains.draws.shape == (3, 50, 2) and chains.r_hat.shape == (2,)
    with_outlier = np.concatenate([clusters, [[40.0, 40.0]]])
    log_density, tail = parzen.outliers(with_outlier)
    assert log_density.argmin() == 600 and tail[600] < 0.01
    detector = parzen.OutlierDetector(contamination=0.05).fit(clusters)
    assert (detector.predict(clusters) == -1).sum() == 30


def test_information(rng):
    x = rng.normal(size=(800, 1)) * 2
    entropy = parzen.information.entropy(x, replicates=8)
    assert abs(entropy.value - 0.5 * np.log(2 * np.pi * np.e * 4)) < 5 * entropy.standard_error
    divergence = parzen.information.kl_divergence(x, x + 2, replicates=6)
    assert abs(divergence.value - 0.5) < 6 * divergence.standard_error
    both = rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], 2000)
    mutual = parzen.information.mutual_information(both[:, 0], both[:, 1])
    assert mutual.value == pytest.approx(-0.5 * np.log(1 - 0.64), abs=0.1)
    assert 0 < mutual.standard_error < 0.1
    # Given what both depend on, two columns have none.
    common = rng.normal(size=500)
    x, y = common + rng.normal(size=500) / 2, common + rng.normal(size=500) / 2
    assert parzen.information.mutual_information(x, y).value > 0.3
    assert parzen.information.mutual_information(x, y, given=common).value < 0.1
    with pytest.raises(parzen.ParzenError, match="same samples"):
        parzen.information.mutual_information(x, y[:-1])


def test_a_doubtful_entropy_has_no_standard_error(rng):
    heavy = rng.pareto(1.2, (200, 1)) ** 3
    with pytest.warns(UserWarning, match="no standard error of the entropy"):
        entropy = parzen.information.entropy(np.concatenate([heavy, heavy]), replicates=5)
    assert np.isnan(entropy.standard_error) and entropy.doubt


def test_interchange(clusters):
    sklearn = pytest.importorskip("sklearn.mixture")
    ours = parzen.GaussianMixture().fit(clusters)
    theirs = parzen.interchange.to_sklearn(ours)
    np.testing.assert_allclose(theirs.score_samples(clusters), ours.score_samples(clusters), rtol=1e-9)
    for kind in ("full", "tied", "diag", "spherical"):
        fitted = sklearn.GaussianMixture(3, covariance_type=kind, random_state=0).fit(clusters)
        found = parzen.interchange.from_sklearn(fitted).score_samples(clusters)
        np.testing.assert_allclose(found, fitted.score_samples(clusters), rtol=1e-9)


def test_interchange_with_torch(clusters):
    torch = pytest.importorskip("torch")
    ours = parzen.GaussianMixture().fit(clusters)
    theirs = parzen.interchange.to_torch(ours)
    np.testing.assert_allclose(
        theirs.log_prob(torch.from_numpy(clusters)).numpy(), ours.score_samples(clusters), rtol=1e-9
    )
    back = parzen.interchange.from_torch(theirs)
    np.testing.assert_allclose(back.score_samples(clusters), ours.score_samples(clusters), rtol=1e-9)


def test_gaussian_kde_mixture(clusters):
    estimate = parzen.gaussian_kde(clusters.T, method="mixture")
    expected = parzen.MixtureTransformer().fit(clusters).score_samples(clusters)
    np.testing.assert_array_equal(estimate.logpdf(clusters.T), expected)
    assert estimate.resample(5, seed=1).shape == (2, 5)
    for method in ("kernel", "mixture"):
        estimate = parzen.gaussian_kde(clusters.T, method=method)
        expected = estimate.logpdf(clusters.T)
        for other in (pickle.loads(pickle.dumps(estimate)), copy.deepcopy(estimate)):
            np.testing.assert_array_equal(other.logpdf(clusters.T), expected)


def test_plots(clusters):
    pytest.importorskip("matplotlib")
    pandas = pytest.importorskip("pandas")
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    frame = pandas.DataFrame(clusters, columns=["width", "height"])
    frame["kind"] = np.where(clusters[:, 0] < 0, "left", "right")
    for options in ({"x": "width"}, {"x": "width", "y": "height"}, {"x": "width", "hue": "kind"},
                    {"x": "width", "y": "height", "hue": "kind"}, {"y": "height"}):  # fmt: skip
        figure, ax = plt.subplots()
        assert parzen.plot.density(frame, ax=ax, **options) is ax
        assert (ax.get_legend() is not None) == ("hue" in options)
        figure.canvas.draw()
        plt.close(figure)
    figure = parzen.plot.corner(frame[["width", "height"]], resolution=20)
    figure.canvas.draw()
    assert len(figure.axes) == 3
    display = parzen.plot.DensityDisplay.from_estimator(parzen.MixtureTransformer().fit(clusters), columns=[1])
    area = np.trapezoid(display.density, display.x)
    assert area == pytest.approx(1, abs=0.02)
    plt.close("all")


@pytest.mark.parametrize("d", [3, 6, 8])
def test_a_corner_keeps_its_texts(d, rng):
    """No label is cut off or meets another, with names of 40 letters and numbers of six digits."""
    pytest.importorskip("matplotlib")
    pandas = pytest.importorskip("pandas")
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    names = [f"{i} the name of a column of forty letters more"[:40] for i in range(d)]
    figure = parzen.plot.corner(pandas.DataFrame(rng.normal(size=(300, d)) * 1e5, columns=names), resolution=12)
    figure.canvas.draw()
    texts = []
    for ax in figure.axes:
        for axis, limits in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
            ticks = [tick.label1 for tick in axis.get_major_ticks() if limits[0] <= tick.get_loc() <= limits[1]]
            texts += [text for text in [axis.label, axis.offsetText, *ticks] if text.get_visible() and text.get_text()]
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
    assert sum(name.startswith(tuple("01234567")) and "name" in name for name, _ in boxes) == 2 * d - 1
    for i, (text, box) in enumerate(boxes):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.width and box.y1 <= figure.bbox.height, text
        for other, there in boxes[:i]:
            apart = box.x1 <= there.x0 or there.x1 <= box.x0 or box.y1 <= there.y0 or there.y1 <= box.y0
            assert apart, (text, other)
    plt.close(figure)


def test_messages():
    with pytest.raises(parzen.ParzenError, match="too few"):
        parzen.MixtureTransformer().fit(np.eye(3))
    with pytest.raises(parzen.ParzenError, match="there is no method|policy"):
        parzen.MixtureTransformer(policy="magic").fit(np.random.default_rng(0).normal(size=(50, 2)))
    with pytest.raises(ValueError, match="not fitted"):
        parzen.MixtureTransformer().score_samples([[0.0]])
    assert json.dumps(parzen.MixtureTransformer().get_params())
