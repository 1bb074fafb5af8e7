"""The tool under attack: runs of it, its commands as its own help lists them, and the files that they read."""
import json, os, re, resource, shutil, signal, subprocess, sys, tempfile, time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FAULTS = ROOT / "Tests/ParzenCommandTests/Faults"
FORMATS = ROOT / "Tests/ParzenCommandTests/Formats"
CORPUS = ROOT / "Fuzz/Corpus"
failures = []
#: Set by the script: the path of the tool, and seconds that a busy machine may take longer.
given = {"parzen": "", "slack": 0.0}


def fail(what, outcome=None):
    text = f"{what}: {outcome}" if outcome is not None else what
    failures.append(text)
    print("BROKEN", text[:700], flush=True)


class Outcome:
    """What a run left; `signal` is the one that it died by, 0 for none, and None if it was stopped for its time."""

    def __init__(self, arguments, folder, seconds=20, memory=None, **streams):
        def limit():
            if memory:
                resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

        begin = time.monotonic()
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
        process = subprocess.Popen([given["parzen"]] + arguments, cwd=folder, preexec_fn=limit, **streams)
        try:
            self.output, self.errors = process.communicate(timeout=seconds)
            self.signal = max(0, -process.returncode)
        except subprocess.TimeoutExpired:
            process.kill()
            self.output, self.errors = process.communicate()
            self.signal = None
        self.status = process.returncode
        self.seconds = time.monotonic() - begin
        self.arguments = arguments
        self.folder = folder

    def __str__(self):
        errors = (self.errors or b"").decode(errors="replace").strip()[-300:]
        return f"{' '.join(self.arguments)}: status {self.status}, {self.seconds:.2f} s, {errors!r}"

    #: Words that belong to the inside of a program, in no message to its users.
    INNER = re.compile(r"Optional\(|\bnil\b|Swift\.|NSCocoa|fatalError|Foundation\.|CodingKeys|ParzenError")

    def flaw(self, wrote_files=False):
        """What is wrong with how a run ended, in words; None if nothing is."""
        errors = (self.errors or b"").decode(errors="replace")
        output = (self.output or b"").decode(errors="replace")
        if self.signal is None:
            return None
        if self.signal:
            return f"died by signal {self.signal}"
        if self.status not in (0, 1, 64):
            return f"ended with {self.status}"
        if self.INNER.search(errors):
            return "speaks of its inside"
        if self.status != 0:
            if not any(line.startswith("Error: ") for line in errors.splitlines()):
                return "ended without a message"
            return None
        if not output.strip() and not wrote_files:
            return "said nothing, and ended with 0"
        # Where an argument is called so, its report may call it so, too.
        if "nan" not in " ".join(self.arguments) and re.search(r"(?<![\w.])-?nan(?![\w.-])", output.lower()):
            return "a result is not a number"
        return None


def peak(arguments, folder):
    """A run with its peak memory in MB, by GNU time's way: wait4."""
    begin = time.monotonic()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [given["parzen"]] + arguments, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        errors.seek(0)
        text = errors.read().decode(errors="replace")
    process.returncode = 0
    return os.waitstatus_to_exitcode(status), time.monotonic() - begin, usage.ru_maxrss / 1024, text


def temporary(folder):
    return list(folder.rglob(".parzen-*.tmp"))


#: A line for every command that ends at once, from which others are made by one option more, or another value. A
#: command of the help that has none is a failure: the sweeps must not fall behind.
BASE = {
    "estimate": "data.csv",
    "fit": "data.csv --save new.json",
    "update": "fit.json data.csv --save new.json",
    "query": "data.csv --quantiles 0.5 --marginal a",
    "show": "fit.json",
    "sample": "data.csv --count 9",
    "evolve": "--start two-modes --count 20 --equation ornstein-uhlenbeck --end 0.1 --output run",
    "information": "data.csv --replicates 2",
    "outliers": "data.csv",
    "modes": "data.csv",
    "attention": "data.csv --query 1,2",
    "train": "--configuration tiny.json --output run",
    "evaluate errors": "--methods kde --dimensions 1 --sizes 16 --contexts 2",
    "evaluate functionals": "--methods kde --dimensions 1 --sizes 16 --contexts 2 --replicates 2",
    "evaluate modes": "--methods kde --dimensions 1 --sizes 16 --contexts 2",
    "evaluate real": "data.csv --methods kde --halves 2",
    "evaluate paper": "1 --contexts 1",
    "evaluate runtime": "--methods kde --sizes 64",
    "info": "",
}

#: What an option needs beside it to be in force.
NEEDS = {
    "adapt": "--method cross-attention", "network": "--method mixture", "policy": "--method mixture",
    "score": "--method sd-kde", "lower": "--method mixture", "upper": "--method mixture",
    "periodic": "--method mixture", "chains": "--sampler langevin --warm-up 3",
    "thinning": "--sampler langevin --warm-up 3", "step-size": "--sampler langevin --warm-up 3",
    "warm-up": "--sampler langevin", "memory": "--method mixture", "title": "--plot out.svg", "label": "--plot out.svg",
    "limits": "--plot out.svg", "log-axes": "--plot out.svg", "plot-columns": "--plot out.svg",
    "plot-size": "--plot out.svg", "group": "--plot out.svg", "overlay": "--plot out.svg", "given": "--quantiles 0.5",
    "given-file": "", "and": "--between a", "between": "--and b",
    "gamma": "--start bkw --equation landau --dimension 2", "strength": "--start bkw --equation landau --dimension 2",
    "stiffness": "--equation fokker-planck --potential harmonic",
    "barrier": "--equation fokker-planck --potential double-well",
    "wells": "--equation fokker-planck --potential double-well",
}
#: Questions of which `query` takes one, and what stands in place of another.
INSTEAD = {
    "query": {name: "data.csv --marginal a" for name in ("quantiles", "cdf", "regions", "credible", "draws")}
    | {"box": "data.csv", "given-file": "data.csv", "marginal": "data.csv --credible 0.5", "given": "data.csv"},
    "information": {name: "data.csv" for name in ("and", "between", "given")},
    "evolve": {"resume": "--output run"},
    "train": {"resume": "--output run"},
}
#: Options whose file is written, not read.
OUTPUTS = {"output", "plot", "json", "save", "plots", "write-data"}


class Slot:
    """A place in a command for a value: an option, or an argument by its position."""

    def __init__(self, command, argument, position):
        self.command = command
        self.kind = argument["kind"]
        names = [name["name"] for name in argument.get("names", []) if name["kind"] == "long"]
        self.name = names[0] if names else argument.get("valueName")
        self.value_name = argument.get("valueName", "")
        self.position = position
        completion = argument.get("completionKind") or {}
        self.extensions = completion["file"]["extensions"] if "file" in completion else None
        self.is_path = "file" in completion or "directory" in completion

    @property
    def is_input(self):
        return self.extensions is not None and self.name not in OUTPUTS and (self.kind != "flag")

    def line(self, value, base=None, methods=()):
        """The arguments of the command's base line with a value in this place; for a flag without any."""
        base = INSTEAD.get(self.command, {}).get(self.name, BASE[self.command]) if base is None else base
        words = base.split()
        needs = NEEDS.get(self.name, "").split()
        # A saved fit takes no method.
        if "method" in methods and "--method" not in needs and self.name != "method" and "--fit" not in words:
            needs += ["--method", "cross-attention" if self.command == "attention" else "kde"]
        words = with_options(words, needs)
        if self.kind == "flag":
            words += [f"--{self.name}"]
        elif self.kind == "option":
            words = without_option(words, self.name) + [f"--{self.name}={value}"]
        else:
            places = positions(words)
            if self.position < len(places):
                words[places[self.position]] = value
            else:
                words.append(value)
        return self.command.split() + words


def positions(words):
    """The places of the words that are neither options nor their values."""
    result, skip = [], False
    for place, word in enumerate(words):
        if skip:
            skip = False
        elif word.startswith("--"):
            skip = True
        else:
            result.append(place)
    return result


def without_option(words, name):
    if f"--{name}" not in words:
        return words
    place = words.index(f"--{name}")
    return words[:place] + words[place + 2:]


def with_options(words, options):
    for name, value in zip(options[::2], options[1::2]):
        words = without_option(words, name[2:]) + [name, value]
    return words


def slots():
    """All places for values of all commands, by command."""
    help_text = subprocess.run([given["parzen"], "--experimental-dump-help"], capture_output=True, check=True).stdout
    result = {}

    def walk(command, path):
        children = [child for child in command.get("subcommands", []) if child["commandName"] != "help"]
        for child in children:
            walk(child, path + [child["commandName"]])
        if children or not path:
            return
        name, position, places = " ".join(path), 0, []
        for argument in command.get("arguments", []):
            place = Slot(name, argument, position if argument["kind"] == "positional" else None)
            position += argument["kind"] == "positional"
            if place.name not in ("help", "version"):
                places.append(place)
        if name in BASE:
            result[name] = places
        else:
            fail(f"the command {name} has no line in Scripts/faults/tool.py")

    walk(json.loads(help_text)["command"], [])
    for name in BASE.keys() - result.keys():
        fail(f"the command {name} of Scripts/faults/tool.py is no command any more")
    return result


def prepare(folder):
    """The folder with the files that commands here read, and no others."""
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    rows = ["a,b"] + [f"{(7 * i) % 11 + i / 10},{(5 * i) % 13 - i / 9}" for i in range(40)]
    (folder / "data.csv").write_text("\n".join(rows) + "\n")
    shutil.copy(FORMATS / "fit-mixture-1.json", folder / "fit.json")
    fit = json.loads((folder / "fit.json").read_text())
    fit["columns"] = ["a", "b"]
    (folder / "fit.json").write_text(json.dumps(fit))
    network = (
        '"network": {"layers": 1, "scalarChannels": 8, "vectorChannels": 4, "attentionHeads": 2, "hiddenScalars": 8, '
        '"hiddenVectors": 2, "mixtureHeads": 1}, "queries": 8, "shards": 2')
    (folder / "tiny.json").write_text(
        '{%s, "steps": 120, "buckets": [{"dimension": 1, "samples": 16, "contexts": 2}]}' % network)
    (folder / "long.json").write_text(
        '{%s, "steps": 700, "buckets": [{"dimension": 2, "samples": 512, "contexts": 8}]}' % network)
