"""Files that broke the tool once."""
import shutil
from . import tool


def commands(name):
    kind, suffix = name.split("-")[0], name.split(".")[-1]
    if suffix == "json":
        return [["train", "--configuration", name, "--output", "run"]]
    if kind == "k":
        return [["train", "--resume", name, "--output", "run"]]
    if kind == "e":
        return [["evolve", "--resume", name, "--output", "run"]]
    if suffix == "safetensors":
        return [["info", name]]
    return [["estimate", name], ["modes", name, "--method", "kde"]]


def run(folder, count, every):
    """A message and exit 1 or 64, or a result, below one second and 200 MB."""
    slowest = largest = 0
    for path in sorted(tool.FAULTS.iterdir()):
        shutil.copy(path, folder)
        name = path.name
        for command in commands(name):
            code, seconds, megabytes, errors = tool.peak(command, folder)
            slowest, largest = max(slowest, seconds), max(largest, megabytes)
            is_broken = name.endswith((".json", ".safetensors")) and not name.startswith("r-")
            # Tables of queries are no samples: a refusal is as good as a result.
            expected = (1, 64) if is_broken else (0, 1) if path.suffix == ".csv" else (0,)
            is_slow = seconds > 1 + tool.given["slack"]
            if code not in expected or is_slow or megabytes > 200 or not (errors or code == 0):
                tool.fail("input", f"{command}: status {code}, {seconds:.2f} s, {megabytes:.0f} MB, {errors[:200]!r}")
    print(f"inputs: the slowest took {slowest:.2f} s, the largest {largest:.0f} MB")
