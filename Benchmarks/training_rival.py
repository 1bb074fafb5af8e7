"""Training throughput: the JAX reference on one core, then `parzen train` with one and two threads, in one run.

Usage: python Benchmarks/training_rival.py   with the packages of Tests/Reference/requirements.txt
Both draw their own data (d = 2, n = 256, 8 contexts a step, 128 queries, Gaussian mixtures) and take AdamW steps on the
same architecture. The best of three rounds counts, each round running all three one after the other.
"""

import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Tests/Reference"))
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
from mixture_transformer import DEFAULT, init_params, loss, make_batch

CONTEXTS, SAMPLES, QUERIES, DIMENSION, STEPS = 8, 256, 128, 2, 200


def reference_step():
    parameters = jax.tree.map(jnp.asarray, init_params(DEFAULT, 0))
    mask = {k: v.ndim > 1 for k, v in parameters.items()}
    optimiser = optax.chain(
        optax.clip_by_global_norm(1.0),
        optax.scale_by_adam(b1=0.9, b2=0.98),
        optax.add_decayed_weights(1e-2, mask=mask),
    )
    state = optimiser.init(parameters)

    @partial(jax.jit, donate_argnums=(0, 1))
    def step(parameters, state, batch):
        gradient, aux = jax.grad(loss, has_aux=True)(parameters, DEFAULT, batch)
        update, state = optimiser.update(gradient, state, parameters)
        return jax.tree.map(lambda a, u: a - 1e-3 * u, parameters, update), state, aux[0]

    rng = np.random.default_rng(0)
    holder = [parameters, state]

    def run(count):
        for _ in range(count):
            batch = make_batch(rng, CONTEXTS, SAMPLES, QUERIES, DIMENSION)
            holder[0], holder[1], value = step(holder[0], holder[1], batch)
            value.block_until_ready()

    run(3)
    return run


def ours(threads):
    folder = tempfile.mkdtemp()
    tool = HERE.parent / ".build/release/parzen"
    command = [tool, "train", "--configuration", HERE / "training.json", "--output", folder, "--threads", str(threads)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    lines = [json.loads(line) for line in open(pathlib.Path(folder) / "log.jsonl")]
    shutil.rmtree(folder)
    return max(line["contextsPerSecond"] for line in lines)


def main():
    names = (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    cpu = next(names, platform.machine())
    core = os.environ.get("OPENBLAS_CORETYPE", "its own choice")
    print(f"{cpu}, {os.cpu_count()} cores; JAX {jax.__version__}; OpenBLAS core: {core}")
    run = reference_step()
    cores = os.sched_getaffinity(0)
    best = [0.0, 0.0, 0.0]
    for _ in range(3):
        os.sched_setaffinity(0, {min(cores)})
        begin = time.perf_counter()
        run(STEPS)
        best[0] = max(best[0], STEPS * CONTEXTS / (time.perf_counter() - begin))
        best[1] = max(best[1], ours(1))
        os.sched_setaffinity(0, cores)
        best[2] = max(best[2], ours(2))
    print(f"contexts/s: JAX, one core {best[0]:.0f}; Parzen, one thread {best[1]:.0f}; two threads {best[2]:.0f}")
    print(f"ratios: {best[1] / best[0]:.2f} times JAX; two threads over one {best[2] / best[1]:.2f}")


if __name__ == "__main__":
    main()
