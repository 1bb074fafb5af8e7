"""Columns of extreme units and offsets, in everything that reads samples."""
import math
import numpy
from . import tool

SCALES = [1e-300, 1e-200, 1e-154, 1e-100, 1e-30, 1e-8, 1e8, 1e30, 1e100, 1e154, 1e200, 1e300]
OFFSETS = [1e3, 1e6, 1e9, 1e10, 1e11, 1e12, 1e15, -1e15]
METHODS = ["mixture", "em", "kde", "sd-kde", "cross-attention", "kde-attention"]


def samples():
    generator = numpy.random.default_rng(11)
    return numpy.concatenate([generator.standard_normal((60, 2)), [3, -2] + 0.5 * generator.standard_normal((60, 2))])


def log_density(folder, rows, queries, method, how):
    """The log density at queries, None with the message where the samples are refused."""
    numpy.save(folder / "samples.npy", rows)
    numpy.save(folder / "queries.npy", queries)
    target = ["--queries", "queries.npy", "--output", "out.npy"]
    if how == "fit":
        outcome = tool.Outcome(["fit", "samples.npy", "--method", method, "--save", "own.json"], folder)
        if outcome.status == 0:
            outcome = tool.Outcome(["estimate", "--fit", "own.json"] + target, folder)
    else:
        numpy.save(folder / "weights.npy", 1.0 + numpy.arange(len(rows)) % 3)
        weights = ["--sample-weights", "weights.npy"] if how == "weights" else []
        outcome = tool.Outcome(["estimate", "samples.npy", "--method", method] + weights + target, folder)
    values = numpy.load(folder / "out.npy")[:, 0] if outcome.status == 0 else None
    return values, outcome


def run(folder, count, every):
    """Log densities are those of the samples in other units, to 1e-6, or the samples are refused by column."""
    rows = samples()
    # Away from the samples, too, but not where rounding decides.
    queries = numpy.concatenate([rows[:20], rows[:20] + 0.25])
    compared = refused = 0
    worst = 0.0
    for method in METHODS:
        for how in ["estimate", "weights", "fit"]:
            expected, outcome = log_density(folder, rows, queries, method, how)
            if expected is None:
                if how == "estimate":
                    tool.fail("scales", outcome)
                continue
            for scale in SCALES:
                # Attention has one distance for all columns, and so one unit.
                for factors in ([scale, 1.0], [scale, scale])[method == "kde-attention":]:
                    found, outcome = log_density(folder, rows * factors, queries * factors, method, how)
                    shift = sum(math.log(factor) for factor in factors)
                    compared, refused, worst = judge(outcome, found, expected - shift, f"{method} {how} x {factors}",
                                                     compared, refused, worst, 1e-6)
            for offset in OFFSETS:
                moved, places = rows + [offset, 0], queries + [offset, 0]
                # What rounding to the offset's last digit does to the samples is no error of the estimate.
                base, _ = log_density(folder, moved - [offset, 0], places - [offset, 0], method, how)
                found, outcome = log_density(folder, moved, places, method, how)
                if base is not None:
                    compared, refused, worst = judge(outcome, found, base, f"{method} {how} + {offset}",
                                                     compared, refused, worst, 1e-5)
    others(folder, rows)
    print(f"scales: {compared} compared, {refused} refused, the largest difference {worst:.1g}")


def judge(outcome, found, expected, what, compared, refused, worst, bound):
    if found is None:
        message = outcome.errors.decode(errors="replace")
        if outcome.status != 1 or "column" not in message and "x1" not in message:
            tool.fail(f"scales, {what}", outcome)
        return compared, refused + 1, worst
    distance = (numpy.abs(found - expected) / numpy.maximum(1, numpy.abs(expected))).max()
    if not distance <= bound:
        tool.fail(f"scales, {what}", f"{distance:.2g} in log density")
    return compared + 1, refused, max(worst, distance)


#: Everything else that reads samples, on extreme columns: a result of numbers, or a refusal.
OTHERS = [
    "query samples.npy --marginal 1 --quantiles 0.1,0.5", "query samples.npy --credible 0.9", "modes samples.npy",
    "query samples.npy --regions 0.5", "query samples.npy --draws 3", "sample samples.npy --count 5 --seed 1",
    "sample samples.npy --count 5 --seed 1 --sampler langevin --warm-up 5", "information samples.npy --replicates 2",
    "outliers samples.npy", "attention samples.npy --query 1,1", "estimate samples.npy --plot out.svg",
    "estimate samples.npy --grid 5", "fit samples.npy --memory 200M --save own.json",
    "modes samples.npy --plot out.svg",
    "update plain.json samples.npy --save own.json", "estimate plain.npy --queries samples.npy",
    "estimate --fit plain.json --queries samples.npy", "query --fit plain.json --given-file one.npy --marginal 2",
    "information plain.npy --relative-to samples.npy --replicates 2", "outliers plain.npy --train samples.npy",
    "outliers samples.npy --train plain.npy", "evaluate real samples.npy --methods kde --halves 2",
    "evolve samples.npy --equation ornstein-uhlenbeck --end 0.1 --output run --overwrite",
    "evolve samples.npy --equation landau --end 0.1 --output run --overwrite", "estimate samples.npy --uncertainty",
]


def others(folder, rows):
    numpy.save(folder / "plain.npy", rows)
    tool.Outcome(["fit", "plain.npy", "--save", "plain.json"], folder)
    for place in [(scale, 0.0) for scale in SCALES] + [(1.0, offset) for offset in OFFSETS]:
        for command in OTHERS:
            moved = rows * [place[0], 1] + [place[1], 0]
            numpy.save(folder / "samples.npy", moved)
            numpy.save(folder / "one.npy", moved[:5, :1])
            for method in [[], ["--method", "kde"]]:
                fixed = command.split()[0] in ("evaluate", "attention", "update") or "--fit" in command
                if method and fixed:
                    continue
                if method and "--memory" in command:
                    continue
                outcome = tool.Outcome(command.split() + method, folder, seconds=30)
                flaw = "is endless" if outcome.signal is None else outcome.flaw(wrote_files=True)
                if flaw:
                    tool.fail(f"scales {place}, {flaw}", outcome)
