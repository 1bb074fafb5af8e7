#!/usr/bin/env python3
"""The workload of kernel_workload.py on a GPU: score-debiased kernel densities by Silverman's rule of 2^20 samples of a
Gaussian mixture in 16 dimensions, log densities of 2^17 queries. Seconds of the two passes (n^2 kernels that move the
samples, n m kernels that take the densities), with the samples on the device, and the errors that kernel_workload.py
takes:

- dense: PyTorch's products, softmax and logsumexp, one block of rows after the other
- fused: a Triton kernel that holds no matrix of distances, its products on tensor cores but for ieee
- flash: the kernels of Flash-SD-KDE, by the units of the others and by its own rule for the bandwidth

    python3 Benchmarks/gpu_workload.py                    # needs numpy, torch and triton
    python3 Benchmarks/gpu_workload.py --flash FOLDER     # a checkout of github.com/Elliotepsteino/Flash-SD-KDE
"""

import argparse
import math
import sys
import time

import numpy as np
import torch
import triton
import triton.language as tl
from kernel_workload import D, Target, errors

CONFIGURATIONS = [
    triton.Config({"M": m, "N": n}, num_warps=warps, num_stages=3)
    for m, n, warps in [(64, 64, 4), (128, 64, 4), (64, 128, 4), (128, 128, 8)]
]


@triton.autotune(CONFIGURATIONS, key=["MOVE", "PRECISION"])
@triton.jit
def kernel_sums(
    queries, samples, norms, sums, means, count, D: tl.constexpr, MOVE: tl.constexpr, PRECISION: tl.constexpr,
    M: tl.constexpr, N: tl.constexpr,
):
    """Sums over the samples of 2^-|q - x|^2, and with MOVE the means of the samples by these weights."""
    rows = tl.program_id(0) * M + tl.arange(0, M)
    axes = tl.arange(0, D)
    query = tl.load(queries + rows[:, None] * D + axes[None, :])
    norm = tl.sum(query * query, axis=1)
    total = tl.zeros((M,), tl.float32)
    weighted = tl.zeros((M, D), tl.float32)
    for start in range(0, count, N):
        columns = start + tl.arange(0, N)
        sample = tl.load(samples + columns[:, None] * D + axes[None, :])
        products = tl.dot(2 * query, tl.trans(sample), input_precision=PRECISION)
        weights = tl.exp2(products - norm[:, None] - tl.load(norms + columns)[None, :])
        total += tl.sum(weights, axis=1)
        if MOVE:
            weighted = tl.dot(weights, sample, weighted, input_precision=PRECISION)
    tl.store(sums + rows, total)
    if MOVE:
        tl.store(means + rows[:, None] * D + axes[None, :], weighted / total[:, None])


class Fused:
    """Products as Triton's input_precision has them."""

    dtype, repetitions = torch.float32, 3

    def __init__(self, precision):
        self.precision = precision

    def call(self, samples, queries, move):
        scale = 1 / math.sqrt(2 * math.log(2))
        samples, queries = samples * scale, queries * scale
        sums, means = torch.empty_like(queries[:, 0]), torch.empty_like(queries) if move else queries
        norms = (samples**2).sum(dim=1)
        kernel_sums[lambda meta: (len(queries) // meta["M"],)](
            queries, samples, norms, sums, means, len(samples), D=D, MOVE=move, PRECISION=self.precision
        )
        return means / scale if move else sums.log()

    def move(self, samples):
        return (samples + self.call(samples, samples, True)) / 2

    def log_sums(self, samples, queries):
        return self.call(samples, queries, False)


class Dense:
    """Matrices of at most 2^30 logits, of the type and torch's precision of products."""

    def __init__(self, dtype, precision, repetitions=3):
        self.dtype, self.precision, self.repetitions = dtype, precision, repetitions

    def blocks(self, samples, queries):
        torch.set_float32_matmul_precision(self.precision)
        halves = (samples**2).sum(dim=1) / -2
        for rows in queries.split(max(1, (1 << 30) // len(samples))):
            yield rows, torch.addmm(halves, rows, samples.T)

    def move(self, samples):
        blocks = self.blocks(samples, samples)
        return torch.cat([(rows + torch.softmax(logits, dim=1) @ samples) / 2 for rows, logits in blocks])

    def log_sums(self, samples, queries):
        blocks = self.blocks(samples, queries)
        return torch.cat([torch.logsumexp(logits, dim=1) - (rows**2).sum(dim=1) / 2 for rows, logits in blocks])


class Flash:
    dtype, repetitions = torch.float32, 3

    def __init__(self, folder):
        sys.path.append(folder)
        import kernels.flash_sd_kde as published

        self.published = published

    def move(self, samples):
        return self.published.empirical_sd_kde_triton_nd(samples, 1.0, return_tensor=True, synchronize=False)[0]

    def log_sums(self, samples, queries):
        density = self.published.gaussian_kde_triton_nd(samples, queries, 1.0, synchronize=False)
        return density.double().log() + (math.log(len(samples)) + D / 2 * math.log(2 * math.pi))


def silverman(samples):
    """The bandwidths of Parzen's rule, those of kernel_workload.py."""
    return samples.std(axis=0, ddof=1) * (len(samples) * (D + 2) / 4) ** (-1 / (D + 4))


def flash_rule(samples):
    """The one bandwidth of Flash-SD-KDE's."""
    quartiles = np.subtract(*np.percentile(samples, [75, 25], axis=0))
    return 0.9 * np.minimum(samples.std(axis=0), quartiles / 1.34).mean() * len(samples) ** (-1 / (D + 4)) * np.ones(D)


def seconds(work):
    torch.cuda.synchronize()
    start = time.perf_counter()
    result = work()
    torch.cuda.synchronize()
    return time.perf_counter() - start, result


def estimate(method, samples, queries, rule=silverman, debias=True, repetitions=None):
    """Seconds of moving and of evaluation, one row per repetition, and the log densities."""
    bandwidths, centre, times = rule(samples), samples.mean(axis=0), []
    parts = [torch.as_tensor((part - centre) / bandwidths, dtype=method.dtype).cuda() for part in (samples, queries)]
    for _ in range(repetitions or method.repetitions):
        moving, moved = seconds(lambda: method.move(parts[0])) if debias else (0, parts[0])
        evaluation, found = seconds(lambda moved=moved: method.log_sums(moved, parts[1]))
        times.append((moving, evaluation))
    shift = math.log(len(samples)) + D / 2 * math.log(2 * math.pi) + np.log(bandwidths).sum()
    return np.array(times), found.double().cpu().numpy() - shift


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flash", help="a checkout of Flash-SD-KDE")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--power", type=int, default=20, help="log2 of the samples; an eighth as many queries")
    options = parser.parse_args()
    target = Target(np.random.default_rng(options.seed))
    samples, queries = target.sample(1 << options.power), target.sample(1 << (options.power - 3))
    truth = target.log_density(queries)
    versions = f"torch {torch.__version__}, CUDA {torch.version.cuda}, triton {triton.__version__}"
    print(f"{torch.cuda.get_device_name()}, {versions}")
    transfer, _ = seconds(lambda: torch.as_tensor(samples, dtype=torch.float32).cuda())
    print(f"samples as float32 to the device: {transfer:.3f} s")

    methods = {"fused tf32": Fused("tf32"), "fused tf32x3": Fused("tf32x3"), "fused ieee": Fused("ieee")}
    methods |= {"dense tf32": Dense(torch.float32, "high"), "dense float32": Dense(torch.float32, "highest")}
    rules = dict.fromkeys(methods, silverman)
    if options.flash:
        methods |= {"flash": Flash(options.flash), "flash, its rule": Flash(options.flash)}
        rules |= {"flash": silverman, "flash, its rule": flash_rule}
    exact = estimate(Dense(torch.float64, "highest", 1), samples, queries)[1]
    print("median seconds: moving, evaluation, sum; TFLOP/s of the products, 4 d and 2 d a pair; spread of the runs;")
    print("errors of the log density, of the density; mean difference of the log density from dense float64")
    for name, method in methods.items():
        warm = 1 << min(16, options.power)
        estimate(method, samples[:warm], queries[:warm], rules[name], repetitions=1)
        times, found = estimate(method, samples, queries, rules[name])
        moving, evaluation = np.median(times, axis=0)
        rates = 4e-12 * D * len(samples) ** 2 / moving, 2e-12 * D * len(samples) * len(queries) / evaluation
        totals = times.sum(axis=1)
        error = *errors(found, truth), np.mean(np.abs(found - exact))
        print(
            f"{name:16}{moving:9.4f}{evaluation:9.4f}{moving + evaluation:9.4f}{rates[0]:8.1f}{rates[1]:8.1f}"
            f"{totals.max() / totals.min() - 1:7.1%}{error[0]:9.4f}{error[1]:9.4f}{error[2]:11.2e}", flush=True,
        )
    print("fewer samples, 2^12 queries, fused tf32x3: errors of sd-kde, errors of the kernel density itself")
    few = min(1 << 12, len(queries))
    for power in range(14, options.power + 1):
        part = samples[: 1 << power], queries[:few]
        found = [estimate(methods["fused tf32x3"], *part, debias=debias)[1] for debias in (True, False)]
        print(f"2^{power}", *(f"{error:9.4f}" for each in found for error in errors(each, truth[:few])), flush=True)


if __name__ == "__main__":
    main()
