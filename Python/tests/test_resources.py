"""Time, memory, threads and interrupts."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import parzen


def best(function, repetitions):
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def test_overhead_of_a_call(rng):
    """Below 0.2 ms beyond the library's own time, n = 1,000, d = 2."""
    X = rng.normal(size=(1000, 2))
    estimator = parzen.MixtureTransformer(policy="network").fit(X)
    handle = estimator._handle
    ours = best(lambda: estimator.score_samples(X), 200)
    assert ours - best(lambda: handle.evaluate(X), 200) < 0.2e-3
    result, byref, matrix = np.empty(1000), parzen._library.byref, parzen._library.matrix
    call = (handle.pointer, byref(matrix(X)), byref(matrix(result)), None, None, None)
    assert ours - best(lambda: parzen._library._library.parzen_evaluate(*call), 200) < 0.2e-3


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_million_points_are_not_copied(dtype):
    script = f"""
import resource, numpy as np, parzen
rng = np.random.default_rng(0)
estimator = parzen.MixtureTransformer(policy="network").fit(rng.normal(size=(500, 2)))
X = np.empty((1_000_000, 2), dtype=np.{dtype})
X[:] = 0.5
out = estimator.score_samples(X[:300_000])
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
out = estimator.score_samples(X)
print(peak() - before)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    growth = int(done.stdout) * 1024
    results = 8_000_000
    assert growth < results + 4_000_000, f"{growth / 1e6} MB beside {results / 1e6} MB of results"


def test_other_threads_go_on(rng):
    X = rng.normal(size=(20_000, 2))
    estimator = parzen.KernelDensity(bandwidth=0.3).fit(X)
    done, counted = threading.Event(), 0

    def work():
        estimator.score_samples(X)
        done.set()

    threading.Thread(target=work).start()
    while not done.is_set():
        counted += 1
        time.sleep(0.001)
    assert counted > 20


def test_control_c():
    script = """
import numpy as np, parzen
X = np.random.default_rng(0).normal(size=(200_000, 3))
print("ready", flush=True)
try:
    parzen.KernelDensity(bandwidth=0.1).fit(X).score_samples(X)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    time.sleep(1.0)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.stdout.readline() == "interrupted\n"
    assert time.monotonic() - start < 1
    assert process.wait() == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_after_a_fork(clusters):
    expected = parzen.MixtureTransformer().fit(clusters).score_samples(clusters)
    script = """
import multiprocessing, numpy as np, parzen
X = np.load("X.npy")
estimator = parzen.MixtureTransformer().fit(X)
estimator.score_samples(X)
def work(_):
    return parzen.MixtureTransformer().fit(X).score_samples(X)
with multiprocessing.get_context("fork").Pool(2) as pool:
    for result in pool.map(work, range(2)):
        np.save("out.npy", result)
"""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/X.npy", clusters)
        subprocess.run([sys.executable, "-W", "ignore", "-c", script], cwd=folder, check=True, timeout=60)
        np.testing.assert_array_equal(np.load(f"{folder}/out.npy"), expected)


def test_loading():
    """The package beyond NumPy: 100 ms, and neither scikit-learn nor SciPy nor Matplotlib."""
    script = """
import numpy, sys, time
start = time.process_time()
import parzen
print(time.process_time() - start)
assert not {"sklearn", "scipy", "matplotlib", "pandas"} & set(sys.modules)
"""
    command = [sys.executable, "-c", script]
    times = [float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(5)]
    assert min(times) < 0.1
