"""Kills at random moments, and while a file is written."""
import random, re, subprocess, time
from . import tool
from .streams import large_files


def started(arguments, folder):
    return subprocess.Popen(
        [tool.given["parzen"]] + arguments, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill_somewhere(arguments, folder, seconds, in_checkpoint):
    """Starts a command and kills it at a random moment, or while it writes a file."""
    process = started(arguments, folder)
    deadline = time.monotonic() + (60 if in_checkpoint else random.uniform(0, seconds))
    while process.poll() is None and time.monotonic() < deadline:
        if in_checkpoint and tool.temporary(folder):
            break
        time.sleep(0 if in_checkpoint else 0.002)
    process.kill()
    process.wait()


def content(path):
    """A file's bytes but for the date of a training in its weights, which midnight changes."""
    return re.sub(rb'(\\"date\\":\\")[0-9-]{10}', rb"\1", path.read_bytes())


#: Name, the first command, the command that goes on, and the files that must end as without a kill.
RUNS = [
    ("train", "train --configuration long.json --output run",
     "train --resume run/checkpoint.safetensors --output run", ["run/mixture-transformer.safetensors"]),
    ("evolve", "evolve --start bkw --count 400 --equation landau --step 0.05 --end 2 --method kde --output run",
     "evolve --resume run/checkpoint.safetensors --output run",
     ["run/moments.csv", "run/particles.csv", "run/paths.csv"]),
    ("estimate", "estimate data.csv --grid 700 --output out.csv", None, ["out.csv"]),
    ("sample", "sample data.csv --count 400000 --seed 1 --method em --output out.npy", None, ["out.npy"]),
    ("fit", "fit part-0.csv part-1.csv --memory 200M --save out.json", None, ["out.json"]),
    ("update", "update fit.json part-0.csv part-1.csv --save out.json", None, ["out.json"]),
]


def run(folder, count, every):
    """Nothing partial, the same end after going on, no temporary file after the next start."""
    references, lengths = {}, {}
    for name, first, _, files in RUNS:
        tool.prepare(folder)
        large_files(folder, 20000)
        begin = time.monotonic()
        if started(first.split(), folder).wait() != 0:
            tool.fail(f"the reference run of {name} failed")
        lengths[name] = time.monotonic() - begin
        references[name] = [content(folder / file) for file in files]
    in_checkpoints = count * 22 // 100
    caught = 0
    for number in range(count):
        name, first, again, files = RUNS[number % 2 if number < in_checkpoints else number % len(RUNS)]
        tool.prepare(folder)
        large_files(folder, 20000)
        for file in files:
            if again is None:
                (folder / file).write_text("old")
        kill_somewhere(first.split(), folder, lengths[name], number < in_checkpoints)
        caught += bool(tool.temporary(folder))
        for file, expected in zip(files, references[name]):
            path = folder / file
            if path.exists() and content(path) not in (expected, b"old"):
                tool.fail(f"kill {number} of {name} left a partial {file}")
        checkpoint = folder / "run/checkpoint.safetensors"
        command = first if again is None else again if checkpoint.exists() else first + " --overwrite"
        outcome = tool.Outcome(command.split(), folder, seconds=300)
        if outcome.status != 0:
            tool.fail(f"kill {number} of {name} cannot be gone on from", outcome)
        elif [content(folder / file) for file in files] != references[name]:
            tool.fail(f"kill {number} of {name} ends otherwise")
        if tool.temporary(folder):
            tool.fail(f"kill {number} of {name} left temporary files after the next start")
    print(f"kills: {count}, of which {caught} left an unfinished file, until the next start")
