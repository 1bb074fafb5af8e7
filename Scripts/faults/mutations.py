"""Files with random bytes changed, cut or added, for everything that reads a file."""
import random, shutil, tempfile
from pathlib import Path
from . import tool

TABLES = ["CSV", "CSV", "NumPy", "Archive"]


def readers(place):
    """The folders of the corpus with files of the kind that a place reads."""
    if place.name == "configuration":
        return ["Configuration"]
    if place.name == "resume":
        return ["Checkpoint" if place.command == "train" else "Particles"]
    if place.extensions == ["json"]:
        return ["Fit"]
    return ["Weights"] if place.extensions == ["safetensors"] else TABLES


def mutated(content):
    content = bytearray(content)
    for _ in range(random.choice([1, 1, 2, 4, 16])):
        place = random.randrange(len(content) + 1)
        kind = random.randrange(5)
        if kind == 0 and content:
            content[min(place, len(content) - 1)] = random.randrange(256)
        elif kind == 1:
            del content[place:place + random.choice([1, 2, 8, 64])]
        elif kind == 2:
            odd = [b"9" * 19, b"-", b"e308", b"\xff", b"\0" * 8, b"\n", b",", b'"', b"{["]
            content[place:place] = random.choice(odd)
        elif kind == 3 and content:
            content = content[:place]
        else:
            piece = content[place:place + random.randrange(1, 64)]
            content[place:place] = piece
    return bytes(content)


def run(folder, count, every):
    """Two gigabytes and 20 seconds are enough for every file, whatever is in it."""
    commands = tool.slots()
    # Every place that reads a file; streams of samples besides.
    places = [(place, [other.name for other in others]) for others in commands.values() for place in others
              if place.is_input]
    timeouts = accepted = 0
    for _ in range(count):
        tool.prepare(folder)
        place, names = random.choice(places)
        reader = random.choice(readers(place))
        source = random.choice(sorted((tool.CORPUS / reader).iterdir()))
        name = "input" + (source.suffix or ".csv")
        (folder / name).write_bytes(mutated(source.read_bytes()))
        arguments = place.line(name, None, names)
        if place.command == "fit" and place.name != "fit" and random.random() < 0.5:
            arguments += ["--memory=200M", "--method=mixture"]
        if place.command == "train":
            arguments += ["--minutes=0.01"]
        before = set(folder.rglob("*"))
        outcome = tool.Outcome(arguments, folder, memory=2 << 30)
        timeouts += outcome.signal is None
        accepted += outcome.status == 0
        flaw = outcome.flaw(wrote_files=bool(set(folder.rglob("*")) - before))
        if flaw:
            kept = Path(tempfile.gettempdir()) / f"check-faults-{len(tool.failures)}-{name}"
            shutil.copy(folder / name, kept)
            tool.fail(f"mutation of {source.name}, {flaw}, kept as {kept}", outcome)
    print(f"mutations: {count} files, {accepted} accepted, {timeouts} that were still at work after 20 s")
