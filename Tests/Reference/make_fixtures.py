"""Writes the golden files of the tests; see README.md.

Usage: python make_fixtures.py [--check] [model] [attention] [kde] [whitening]   (all without names)

--check writes nothing: it compares with the files, to 1e-9 of the largest value of an array.
"""

import json
import math
import os
import pathlib
import sys

os.environ["JAX_ENABLE_X64"] = "1"

import jax
import jax.numpy as jnp
import mixture_transformer as reference
import numpy as np
from safetensors.numpy import load_file, save_file
from scipy.stats import gaussian_kde
from whitening import farthest_points, whiten

TESTS = pathlib.Path(__file__).resolve().parent.parent
REVISION = 2


def save(path, arrays, **metadata):
    metadata = {"generator": "Tests/Reference/make_fixtures.py", "revision": REVISION} | metadata
    path = TESTS / f"{path}.safetensors"
    arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    if "--check" in sys.argv:
        check(path, arrays)
        return
    save_file(arrays, path, metadata={name: json.dumps(value) for name, value in metadata.items()})
    print(f"{path.relative_to(TESTS)}: {path.stat().st_size / 1024:.1f} KiB, {len(arrays)} arrays")


def check(path, arrays):
    """Ends the program where a file holds anything else."""
    found = load_file(path)
    assert found.keys() == arrays.keys(), f"{path.name}: {found.keys() ^ arrays.keys()}"
    worst = 0.0
    for name, array in arrays.items():
        assert found[name].shape == array.shape, f"{path.name}, {name}: {found[name].shape}"
        finite = np.isfinite(array)
        assert (finite == np.isfinite(found[name])).all(), f"{path.name}, {name}"
        size = max(np.abs(array[finite]).max(initial=0), 1e-300)
        worst = max(worst, np.abs(found[name] - array)[finite].max(initial=0) / size)
    print(f"{path.relative_to(TESTS)}: differs by {worst:.1e}")
    assert worst < 1e-9, path.name


def doubles(arrays):
    return {name: jnp.asarray(value, jnp.float64) for name, value in arrays.items()}


def check_gradient(parameters, cfg, batch, gradient):
    """Some derivatives of the loss against central differences."""
    h = 1e-5
    for name in ("layer0.mix.w", "layer1.moment.probe", "read.pick", "embed.v", "layer0.attn.temp"):
        place = (0,) * parameters[name].ndim

        def value(step):
            moved = parameters | {name: parameters[name].at[place].add(step)}
            return float(reference.loss(moved, cfg, batch)[0])

        difference = (value(h) - value(-h)) / (2 * h)
        assert abs(difference - gradient[name][place]) < 1e-6 * (1 + abs(difference)), name


def model():
    """A tiny network, all in Float64 from Float32 inputs."""
    cfg = reference.TINY
    for d in (1, 2, 3, 5):
        rng = np.random.default_rng(40 + d)
        batch = reference.make_batch(rng, 2, 24, 10, d, most=cfg["kmax"])
        parameters = reference.init_params(cfg, seed=d)
        for name, value in parameters.items():  # gains and biases that are not all alike
            if value.ndim == 1:
                parameters[name] = (value + 0.1 * rng.standard_normal(value.shape)).astype(np.float32)
        p, b = doubles(parameters), doubles(batch)
        (total, parts), gradient = jax.value_and_grad(reference.loss, has_aux=True)(p, cfg, b)
        check_gradient(p, cfg, b, gradient)
        mixture = reference.components(p, cfg, b["x"], b["c0"])
        log_f, score = reference.evaluate(mixture, b["y"])
        arrays = {f"in.{k}": v for k, v in batch.items()}
        arrays |= {f"param.{k}": v for k, v in parameters.items()}
        arrays |= {f"grad.{k}": np.asarray(v) for k, v in gradient.items()}
        names = ("out.logw", "out.mu", "out.P", "out.logdetP")
        arrays |= {name: np.asarray(value) for name, value in zip(names, mixture)}
        arrays |= {"out.logf": np.asarray(log_f), "out.score": np.asarray(score)}
        arrays |= {"out.loss": np.array([total, *parts])}
        save(f"ParzenNetworksTests/Fixtures/model_d{d}", arrays, cfg=cfg, loss="total, score part, log part")


def attention():
    """Softmax attention o = softmax(q k^T scale + bias) v with its log-normaliser, and gradients for cotangents."""
    for queries, keys, key_width, value_width in ((5, 7, 4, 6), (33, 65, 24, 24)):
        rng = np.random.default_rng(queries)
        draw = lambda *shape: rng.standard_normal((2, 2, *shape)).astype(np.float32)
        q, k, v = draw(queries, key_width), draw(keys, key_width), draw(keys, value_width)
        bias, cot_o, cot_lse = draw(queries, keys), draw(queries, value_width), draw(queries)
        scale = 1 / math.sqrt(key_width)

        def forward(q, k, v, bias):
            logits = jnp.einsum("bhtc,bhsc->bhts", q, k) * scale + bias
            lse = jax.scipy.special.logsumexp(logits, -1)
            return jnp.einsum("bhts,bhsc->bhtc", jnp.exp(logits - lse[..., None]), v), lse

        as64 = lambda *arrays: tuple(jnp.asarray(a, jnp.float64) for a in arrays)
        (o, lse), pullback = jax.vjp(forward, *as64(q, k, v, bias))
        gradients = pullback(as64(cot_o, cot_lse))
        arrays = dict(q=q, k=k, v=v, bias=bias, o=o, lse=lse, cot_o=cot_o, cot_lse=cot_lse)
        arrays |= dict(zip(("grad_q", "grad_k", "grad_v", "grad_bias"), gradients))
        arrays = {name: np.asarray(value) for name, value in arrays.items()}
        save(f"ParzenKernelsTests/Fixtures/attention_{queries}x{keys}", arrays, scale=scale)


def kernel_sums(x, y, precision, log_normaliser):
    """Log density and score of kernels with one precision, by a double loop."""
    log_f, score = np.zeros(len(y)), np.zeros_like(y)
    for i in range(len(y)):
        differences = [y[i] - x[j] for j in range(len(x))]
        logs = np.array([-0.5 * u @ precision @ u for u in differences])
        weights = np.exp(logs - logs.max())
        pulls = sum(w * (precision @ u) for w, u in zip(weights, differences))
        score[i] = -pulls / weights.sum()
        log_f[i] = logs.max() + math.log(weights.sum()) - math.log(len(x)) - log_normaliser
    return log_f, score


def kde():
    """SciPy's gaussian_kde (Scott, full covariance), and Scott's rule for each column."""
    arrays = {}
    for d in (1, 2, 3, 5):
        rng = np.random.default_rng(60 + d)
        x = rng.standard_normal((40, d)) @ rng.standard_normal((d, d)) + rng.integers(0, 2, (40, 1)) * 3
        y = x[:12] + 0.5 * rng.standard_normal((12, d))
        scipy = gaussian_kde(x.T)
        half_log = 0.5 * d * math.log(2 * math.pi)
        full_log = half_log + 0.5 * np.linalg.slogdet(scipy.covariance)[1]
        full_score = kernel_sums(x, y, np.linalg.inv(scipy.covariance), full_log)[1]
        h = x.std(0, ddof=1) * 40 ** (-1 / (d + 4))
        log_f, score = kernel_sums(x, y, np.diag(h**-2), half_log + np.log(h).sum())
        values = dict(X=x, Y=y, scipy_logf=scipy.logpdf(y.T), scipy_score=full_score, scipy_cov=scipy.covariance)
        values |= dict(diag_h=h, diag_logf=log_f, diag_score=score)
        arrays |= {f"d{d}.{name}": value for name, value in values.items()}
    save("ParzenEstimatorsTests/Fixtures/kde", arrays)


def whitening():
    """Whitening, anchors, and the tiny network's estimate in the samples' units."""
    cfg, arrays = reference.TINY, {}
    for d in (1, 2, 5):
        rng = np.random.default_rng(80 + d)
        samples = rng.standard_normal((1, 30, d)) @ rng.standard_normal((d, d)) * 3 + 7
        queries = samples[:, :8] + 0.3
        x, _, root, _, log_det = whiten(samples)
        parameters = reference.init_params(cfg, seed=d)
        log_f, score = reference.estimate(doubles(parameters), cfg, samples, queries)
        values = dict(X=samples, Y=queries, x=x, A=root, logdetA=log_det)
        values |= dict(anchors_fps=farthest_points(x, 4), raw_logf=log_f, raw_score=score)
        values |= {f"param.{name}": value for name, value in parameters.items()}
        arrays |= {f"d{d}.{name}": value for name, value in values.items()}
    save("ParzenEstimatorsTests/Fixtures/whiten_end2end", arrays, cfg=cfg)


if __name__ == "__main__":
    steps = dict(model=model, attention=attention, kde=kde, whitening=whitening)
    for name in [word for word in sys.argv[1:] if word != "--check"] or steps:
        steps[name]()
