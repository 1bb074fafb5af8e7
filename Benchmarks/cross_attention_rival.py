"""The cross-attention transformer's forward pass: `parzen estimate` against the same network in JAX, in one run.

Usage: python Benchmarks/cross_attention_rival.py [SAMPLES] (default 2048: samples and queries, d = 2, width 128, 8
heads, 4 layers: the paper's configuration). Needs jax, numpy and safetensors, and a release build of the tool. Both
read the same weights (after one training step) and the same points, and use two threads. The best of five rounds
counts, each round running both one after the other; ours includes whitening, JAX's time does not. Their results are
compared.
"""

import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile
import time

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=true intra_op_parallelism_threads=2"
import jax
import jax.numpy as jnp
import numpy as np
from safetensors.numpy import load_file

N = int(sys.argv[1]) if len(sys.argv) > 1 else 2048
TOOL = pathlib.Path(__file__).resolve().parent.parent / ".build/release/parzen"
LAYERS, HEADS, WIDTH = 4, 8, 128


def forward(w, x, y):
    def norm(t, name):
        mean = t.mean(-1, keepdims=True)
        scale = jax.lax.rsqrt(((t - mean) ** 2).mean(-1, keepdims=True) + 1e-6)
        return (t - mean) * scale * w[name + ".gain"] + w[name + ".bias"]

    def tokens(p):
        size = jnp.full((len(p), 1), 6 / N**0.5, p.dtype)
        return jnp.concatenate([p, (p**2).mean(-1, keepdims=True), size], 1) @ w["embed.w"] + w["embed.b"]

    def split(t):
        return t.reshape(len(t), HEADS, WIDTH // HEADS).swapaxes(0, 1)

    def advanced(name, t, n, k, v):
        q = split(n @ w[name + ".attn.q"]) * (WIDTH // HEADS) ** -0.5
        o = jax.nn.softmax(q @ k.swapaxes(1, 2), -1) @ v
        t = t + o.swapaxes(0, 1).reshape(len(t), WIDTH) @ w[name + ".attn.o"] + w[name + ".attn.o_b"]
        h = jax.nn.gelu(norm(t, name + ".ffn") @ w[name + ".ffn.in"] + w[name + ".ffn.in_b"], approximate=True)
        return t + h @ w[name + ".ffn.out"] + w[name + ".ffn.out_b"]

    x, y = tokens(x), tokens(y)
    for layer in range(LAYERS):
        name = f"layer{layer}"
        n = norm(x, name + ".attn")
        k, v = split(n @ w[name + ".attn.k"]), split(n @ w[name + ".attn.v"])
        if layer < LAYERS - 1:
            x = advanced(name, x, n, k, v)
        y = advanced(name, y, norm(y, name + ".attn"), k, v)
    y = norm(y, "read")
    return y @ w["read.t"] + w["read.t_b"], y @ w["read.s"] + w["read.s_b"]


def whitening(x):
    """The symmetric whitening of standardised columns, and what it does to scores and log densities."""
    mean, scale = x.mean(0), x.std(0, ddof=1)
    values, vectors = np.linalg.eigh(np.cov((x - mean) / scale, rowvar=False))
    matrix = (vectors / np.sqrt(values)) @ vectors.T / scale[:, None]
    return mean, matrix


def main():
    folder = pathlib.Path(tempfile.mkdtemp())
    configuration = {
        "network": {"architecture": "cross-attention", "dimension": 2, "width": WIDTH, "heads": HEADS, "layers": LAYERS,
                    "hiddenWidth": 512},
        "buckets": [{"dimension": 2, "samples": 64, "contexts": 4}], "steps": 1, "warmUpSteps": 0,
    }
    (folder / "c.json").write_text(json.dumps(configuration))
    subprocess.run([TOOL, "train", "--configuration", folder / "c.json", "--output", folder], check=True,
                   stdout=subprocess.DEVNULL)
    rng = np.random.default_rng(0)
    x, y = (rng.normal(size=(N, 2)) @ [[2.0, 0.5], [0.0, 1.0]] for _ in range(2))
    np.save(folder / "x.npy", x)
    np.save(folder / "y.npy", y)
    weights = {k: jnp.asarray(v.reshape(v.shape)) for k, v in load_file(folder / "cross-attention.safetensors").items()}
    mean, matrix = whitening(x)
    xw, yw = (jnp.asarray((p - mean) @ matrix, jnp.float32) for p in (x, y))
    theirs = jax.jit(forward)
    result = jax.block_until_ready(theirs(weights, xw, yw))

    def ours():
        run = subprocess.run(
            [TOOL, "estimate", folder / "x.npy", "--queries", folder / "y.npy", "--method", "cross-attention",
             "--single-pass", "--network", folder / "cross-attention.safetensors", "--threads", "2",
             "--output", folder / "out.npy"],
            check=True, capture_output=True, text=True)
        text = run.stdout + run.stderr
        return sum(float(re.search(part + r" ([0-9.]+)", text)[1]) for part in ("fitting", "estimates"))

    times = {"parzen": [], "jax": []}
    for _ in range(5):
        times["parzen"].append(ours())
        start = time.perf_counter()
        jax.block_until_ready(theirs(weights, xw, yw))
        times["jax"].append(time.perf_counter() - start)
    found = np.load(folder / "out.npy")
    log_density = np.asarray(result[0])[:, 0] + np.linalg.slogdet(matrix)[1]
    score = np.asarray(result[1]) @ matrix.T
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, jax {jax.__version__}; n = m = {N}")
    print(f"largest difference: log density {abs(found[:, 0] - log_density).max():.1e}, "
          f"score {abs(found[:, 1:] - score).max():.1e}")
    best = {name: min(values) for name, values in times.items()}
    print(f"parzen {best['parzen']:.3f} s, jax {best['jax']:.3f} s: {best['jax'] / best['parzen']:.2f} times faster")


main()
