"""Scoreboard on known densities: the Kullback-Leibler divergence of Parzen's default estimate and of other packages',
on the same samples and the same fresh queries, in one run.

    swift build -c release --product parzen
    python Benchmarks/Scoreboard/densities.py [--groups marron-wand shapes] [--rivals-from FILE]

Needs numpy, scipy, scikit-learn, KDEpy and pyvinecopulib, and R with mclust, ks and logspline. `parzen evaluate
--write-data` draws the data; every method gets the samples and is judged by the mean of log f - log f_hat at the
queries, in nats, with log densities below -745 (where a double underflows) counted as that. A figure is the mean over
the data sets of a cell; noise makes some negative, and below 0.0001 they count as that in geometric means. With
--rivals-from the rivals' figures are read from a file where it has them, and new ones are added to it, so that Parzen
alone can be measured again. Where Parzen's mean is above a rival's the row says so.
"""

import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np

import rivals

HERE = pathlib.Path(__file__).resolve().parent
ONE_SIDED = ["exponential", "half-normal", "uniform", "arcsine", "gamma2", "lognormal"]
HEAVY = ["student2", "cauchy", "pareto", "laplace", "logistic", "weibull"]
SHAPES = ["moons", "circles", "spirals", "checkerboard", "pinwheel"]

# Name: targets, dimensions, sizes, data sets per cell (at most 3 from 10,000 samples on).
GROUPS = {
    "marron-wand": (["marron-wand-*"], [1], [100, 300, 1000, 10000], 6),
    "wand-jones": (["wand-jones-*"], [2], [200, 1000], 5),
    "one-sided": (ONE_SIDED, [1], [100, 300, 1000, 10000], 5),
    "heavy-tailed": (HEAVY, [1], [100, 300, 1000, 10000], 5),
    "products": (["exponential", "uniform", "lognormal", "student2", "laplace"], [2, 5], [1000], 3),
    "separated": (["separated-2-80", "separated-5-1e4", "separated-10-12"], [1, 2, 5], [300, 1000], 4),
    "many-modes": (["separated-10-10", "separated-25-10"], [1], [100, 1000, 10000], 5),
    "contaminated": (["wild-1-1e4", "wild-5-1e6", "codes-2--999", "codes-10-99999"], [1, 2], [300, 1000], 4),
    "rounded": (["rounded-0.1", "rounded-0.5", "rounded-1"], [1], [500, 5000], 4),
    "multiscale": (["three-cities", "curved-ridge", "narrow-wide-1000"], [2], [300, 1000], 5),
    "narrow-wide": (["narrow-wide-1000"], [1], [300, 1000], 5),
    "shapes": (SHAPES, [2], [200, 1000, 10000], 4),
}


def write_data(options, targets, dimensions, size, count, folder):
    """Draws the data sets of several cells; returns (target, dimension, index) -> path without its end."""
    command = [options.parzen, "evaluate", "--write-data", folder, "--targets", *targets, "--dimensions"]
    command += [str(d) for d in dimensions] + ["--sizes", str(size), "--contexts", str(count)]
    command += ["--queries", str(options.queries), "--seed", str(options.seed)]
    subprocess.run(command, check=True, capture_output=True)
    cells = {}
    for path in sorted(pathlib.Path(folder).glob("*-samples.npy")):
        stem = path.name.removesuffix("-samples.npy")
        cell, index = stem.rsplit("-", 1)
        target, dimension, _ = cell.rsplit("-", 2)
        cells[target, int(dimension[1:]), int(index)] = str(path)[: -len("-samples.npy")]
    return cells


def divergence(stem, values):
    """The mean of log f - log f_hat; None where the estimate is not a number or infinite, which is a failure."""
    truth = np.load(f"{stem}-log-density.npy")[:, 0]
    known = np.isfinite(truth)
    result = float(np.mean(truth[known] - np.maximum(values[known], -745)))
    return result if np.isfinite(result) else None


def parzen(options, stem):
    command = [options.parzen, "estimate", f"{stem}-samples.npy", "--queries", f"{stem}-queries.npy", "--threads", "1"]
    start = time.perf_counter()
    subprocess.run(
        command + ["--output", f"{stem}-parzen.npy"] + options.parzen_options,
        check=True, capture_output=True, text=True,
    )
    seconds = time.perf_counter() - start
    return divergence(stem, np.load(f"{stem}-parzen.npy")[:, 0]), seconds


def python_rival(name, stem):
    start = time.perf_counter()
    values = rivals.PYTHON[name][0](np.load(f"{stem}-samples.npy"), np.load(f"{stem}-queries.npy"))
    return divergence(stem, values), time.perf_counter() - start


def r_rivals(jobs, folder):
    """Results by (method, data set) of methods of R, in one process."""
    if not jobs:
        return {}
    for stem in {stem for _, stem in jobs}:
        for part in ("samples", "queries"):
            points = np.load(f"{stem}-{part}.npy")
            with open(f"{stem}-{part}.bin", "wb") as file:
                np.array(points.shape, dtype=np.int32).tofile(file)
                points.astype(float).tofile(file)
    lines = [f"{name} {stem}-samples.bin {stem}-queries.bin {stem}-{name}.bin" for name, stem in jobs]
    (pathlib.Path(folder) / "jobs").write_text("\n".join(lines) + "\n")
    command = ["Rscript", HERE / "rivals.R", f"{folder}/jobs"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    sys.stderr.write(done.stderr)
    results = {}
    for name, stem in jobs:
        path = pathlib.Path(f"{stem}-{name}.bin")
        if path.exists():
            values = np.fromfile(path)
            results[name, stem] = divergence(stem, values[1:]), values[0]
    return results


def measure(options, cache, group):
    """Figures of a group: {(target, d, n): {method: [KL per data set]}}."""
    targets, dimensions, sizes, count = GROUPS[group]
    figures = {}
    for size in sizes:
        if options.sizes and size not in options.sizes:
            continue
        number = min(options.contexts or count, 3 if size >= 10000 else count)
        with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
            cells = write_data(options, targets, dimensions, size, number, folder)
            for target, dimension in dict.fromkeys((t, d) for t, d, _ in cells):
                stems = {i: cells[target, dimension, i] for i in range(number)}
                cell = figures.setdefault((target, dimension, size), {})
                measure_cell(options, cache, (target, dimension, size), stems, cell, folder)
                print(f"{target} d = {dimension} n = {size}", file=sys.stderr, flush=True)
    return figures


def measure_cell(options, cache, key, stems, cell, folder):
    target, dimension, size = key
    name = lambda i: f"{target} {dimension} {size} {i} {options.seed} {options.queries}"

    def put(method, i, result):
        cache.setdefault(name(i), {})[method] = result
        if options.rivals_from:
            with open(options.rivals_from, "a") as file:
                file.write(json.dumps([name(i), method, *(result or [None, None])]) + "\n")

    wanted = [m for m, (_, runs) in rivals.PYTHON.items() if runs(size, dimension)]
    for i, stem in stems.items():
        for method in wanted:
            if method not in cache.get(name(i), {}) and method not in options.without:
                try:
                    put(method, i, python_rival(method, stem))
                except Exception as error:
                    print(f"{method} on {name(i)}: {error}", file=sys.stderr)
                    put(method, i, None)
    wanted = [m for m, runs in rivals.R.items() if runs(size, dimension) and m not in options.without]
    missing = [(m, i) for m in wanted for i in stems if m not in cache.get(name(i), {})]
    results = r_rivals([(m, stems[i]) for m, i in missing], folder)
    for method, i in missing:
        put(method, i, results.get((method, stems[i])))
    known = {method for i in stems for method in cache.get(name(i), {})}
    for i, stem in stems.items():
        entry = {method: cache.get(name(i), {}).get(method) for method in known}
        if "parzen" not in options.without:
            try:
                entry["Parzen"] = parzen(options, stem)
            except subprocess.CalledProcessError as error:
                print(f"parzen on {name(i)}: {error.stderr}", file=sys.stderr)
                entry["Parzen"] = None
        for method, result in entry.items():
            cell.setdefault(method, []).append(np.nan if result is None or result[0] is None else result[0])


def geometric_mean(values):
    return float(np.exp(np.mean(np.log(np.maximum(values, 1e-4)))))


def common_means(cell, method):
    """Parzen's and a rival's means over the data sets where neither failed, and the standard error of their
    difference."""
    ours, theirs = np.array(cell["Parzen"]), np.array(cell[method])
    both = np.isfinite(ours) & np.isfinite(theirs)
    if not both.any():
        return None
    gaps = (ours - theirs)[both]
    error = gaps.std(ddof=1) / len(gaps) ** 0.5 if len(gaps) > 1 else np.nan
    return ours[both].mean(), theirs[both].mean(), error


def figure(values):
    """A mean, with the number of failures."""
    values = np.array(values)
    good = values[np.isfinite(values)]
    failed = len(values) - len(good)
    return (f"{good.mean():.4f}" if len(good) else "-") + (f" ({failed} failed)" if failed else "")


def print_group(group, figures):
    order = ["Parzen", *rivals.R, *rivals.PYTHON]
    methods = [m for m in order if any(m in cell for cell in figures.values())]
    print(f"\n### {group}\n\n| target | d | n | " + " | ".join(methods) + " | lost to |")
    print("|---" * (4 + len(methods)) + "|")
    rows, lines = {}, []
    for key, cell in figures.items():
        pairs = {m: common_means(cell, m) for m in methods[1:] if m in cell and "Parzen" in cell}
        rows[key] = {m: pair for m, pair in pairs.items() if pair}
        lost = {m: pair for m, pair in rows[key].items() if pair[0] > pair[1]}
        gaps = [f"{m} by {pair[0] - pair[1]:.4f} +- {pair[2]:.4f}" for m, pair in lost.items()]
        texts = [figure(cell[m]) if m in cell else "-" for m in methods]
        worst = max((np.log(p[0] / max(p[1], 1e-4)) for p in lost.values()), default=0)
        lines.append((worst, f"| {key[0]} | {key[1]} | {key[2]} | {' | '.join(texts)} | {'; '.join(gaps)} |"))
    for _, line in sorted(lines, key=lambda x: -x[0]):
        print(line)
    if not any(rows.values()):
        return
    print("\nGeometric means of Parzen's over the rival's figures on what both have, and how many are lost:\n")
    print("| d | n | " + " | ".join(methods[1:]) + " | best of all in hindsight |")
    print("|---" * (2 + len(methods)) + "|")
    for d, n in sorted({key[1:] for key in rows}):
        here = [pairs for key, pairs in rows.items() if key[1:] == (d, n) and pairs]
        columns = [[pairs[m] for pairs in here if m in pairs] for m in methods[1:]]
        columns.append([min(pairs.values(), key=lambda pair: pair[1]) for pairs in here])
        print(f"| {d} | {n} | " + " | ".join(map(summary, columns)) + " |", flush=True)


def summary(pairs):
    if not pairs:
        return "-"
    ours, theirs = (geometric_mean([pair[j] for pair in pairs]) for j in (0, 1))
    lost = sum(pair[0] > pair[1] for pair in pairs)
    return f"{ours:.4f} / {theirs:.4f} = {ours / theirs:.2f}, {lost} of {len(pairs)} lost"


def versions(options):
    from importlib.metadata import version

    names = (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    cpu = next(names, platform.processor())
    r = subprocess.run(
        ["Rscript", "-e", "cat(R.version.string); "
         'for (p in c("mclust", "ks", "logspline")) cat(",", p, format(packageVersion(p)))'],
        capture_output=True, text=True,
    )
    python = ", ".join(f"{p} {version(p)}" for p in ("scikit-learn", "KDEpy", "pyvinecopulib", "numpy"))
    tool = subprocess.run([options.parzen, "--version"], capture_output=True, text=True).stdout.strip()
    return f"{cpu}, {os.cpu_count()} cores, one thread each; parzen {tool}; {r.stdout}; {python}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--groups", nargs="+", default=list(GROUPS), choices=list(GROUPS))
    parser.add_argument("--sizes", nargs="+", type=int, help="of a group's sizes, only these")
    parser.add_argument("--contexts", type=int, help="of a group's data sets per cell, at most so many")
    parser.add_argument("--queries", type=int, default=4096)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parzen", default=HERE.parent.parent / ".build/release/parzen")
    parser.add_argument("--parzen-options", nargs="+", default=[], help="options of estimate, without their dashes")
    parser.add_argument("--without", nargs="+", default=[], help="methods that are not measured; parzen is one")
    parser.add_argument("--rivals-from", help="file of the rivals' figures; missing ones are measured and added")
    parser.add_argument("--scratch", help="folder for temporary files")
    options = parser.parse_args()
    options.parzen = str(options.parzen)
    options.parzen_options = [f"--{o}" if i % 2 == 0 else o for i, o in enumerate(options.parzen_options)]
    cache = {}
    if options.rivals_from and os.path.exists(options.rivals_from):
        for line in open(options.rivals_from):
            name, method, *result = json.loads(line)
            cache.setdefault(name, {})[method] = result
    print(versions(options) + f"; seed {options.seed}, {options.queries} queries")
    for group in options.groups:
        print_group(group, measure(options, cache, group))


if __name__ == "__main__":
    main()
