"""The order of the rows plays no part."""
import random
import numpy
from . import tool

#: Every method, and the most samples that it is tried with.
METHODS = [
    ("mixture", 100_000), ("em", 20_000), ("kde", 100_000), ("sd-kde", 3_000), ("cross-attention", 3_000),
    ("kde-attention", 3_000),
]
#: From so many samples on, the default estimate draws those that compete by their values, and its sums go by blocks of
#: rows, so that their order shows in the last bits, and, where a candidate's weight hangs on those, further up.
STREAMED, STREAMED_BOUND = 32_768, 1e-9


def kinds(generator):
    """Forty kinds of samples by name: tied, untied, few, many, of several shapes."""
    normal, integers = generator.standard_normal, generator.integers
    result = {}
    for n in (12, 100, 1000):
        result[f"two values, {n}"] = integers(0, 2, (n, 1)).astype(float)
        result[f"three values, {n}"] = integers(0, 3, (n, 1)).astype(float)
        result[f"normal, {n}"] = normal((n, 2))
        result[f"rounded normal, {n}"] = normal((n, 2)).round(1)
        result[f"duplicated rows, {n}"] = numpy.repeat(normal((n // 2, 2)), 2, axis=0)
        result[f"binary columns, {n}"] = integers(0, 2, (n, 3)).astype(float)
        result[f"table of integers, {n}"] = generator.poisson(3.0, (n, 2)).astype(float)
    for d in (1, 2, 3, 5, 8):
        result[f"n = d + 2, d = {d}"] = normal((d + 2, d))
    result["grid, 5 x 5"] = numpy.array([(i, j) for i in range(5) for j in range(5)], float)
    result["grid, 20 x 20"] = numpy.array([(i, j) for i in range(20) for j in range(20)], float)
    result["grid on the line"] = numpy.arange(64.0)[:, None]
    result["one value and one other"] = numpy.array([[0.0]] * 60 + [[1.0]])
    result["normal beside constants"] = numpy.concatenate([normal((200, 1)), numpy.full((100, 1), 2.0)])
    result["skewed"] = generator.exponential(1.0, (300, 2))
    result["heavy tails"] = generator.standard_t(1.5, (300, 1))
    result["clusters far apart"] = numpy.concatenate([normal((150, 2)), 1e4 + normal((150, 2))])
    result["wild value"] = numpy.concatenate([normal((200, 1)), [[1e6]]])
    result["five dimensions, rounded"] = normal((400, 5)).round(0)
    result["normal, 5,000"] = normal((5000, 2))
    result["rounded normal, 20,000"] = normal((20_000, 2)).round(1)
    result["binary columns, 40,000"] = integers(0, 2, (40_000, 2)).astype(float)
    result["normal, 100,000"] = normal((100_000, 1))
    return result


def run(folder, count, every):
    """The same log density to 1e-9 in every order, by every method."""
    generator = numpy.random.default_rng(7)
    sets = kinds(generator)
    orders, worst, compared = max(2, 24 // every), {}, 0
    for name, samples in sets.items():
        spread = numpy.concatenate([samples[:40], samples[:20] + 0.37 * samples.std(axis=0)])
        numpy.save(folder / "queries.npy", spread)
        for method, largest in METHODS:
            if len(samples) > largest:
                continue
            reference = None
            for order in range(orders if len(samples) <= 5000 else max(2, orders // 4)):
                rows = samples if order == 0 else generator.permutation(samples)
                if order == 1:
                    rows = samples[::-1]
                numpy.save(folder / "samples.npy", rows)
                outcome = tool.Outcome(
                    ["estimate", "samples.npy", "--queries", "queries.npy", "--method", method, "--output", "out.npy"],
                    folder, seconds=300)
                if outcome.status != 0:
                    if outcome.status != 1 or order > 0:
                        tool.fail(f"rows of {name}", outcome)
                    break
                values = numpy.load(folder / "out.npy")[:, 0]
                reference = values if reference is None else reference
                with numpy.errstate(invalid="ignore"):
                    distance = numpy.abs(values - reference) / numpy.maximum(1, numpy.abs(reference))
                distance = numpy.where(values == reference, 0, distance).max()
                compared += order > 0
                streamed = method == "mixture" and len(samples) > STREAMED
                key = method + (", blocks" if streamed else "")
                worst[key] = max(worst.get(key, 0), distance)
                if not distance <= (STREAMED_BOUND if streamed else 1e-9):
                    tool.fail(f"rows of {name}, order {order}, {method}", f"{distance:.2g} in log density")
                    break
    largest = ", ".join(f"{method} {value:.1g}" for method, value in worst.items())
    print(f"rows: {len(sets)} kinds, {compared} other orders; the largest differences: {largest}")
