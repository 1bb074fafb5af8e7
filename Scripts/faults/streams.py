"""Closed and full streams, a full disk, and signals, for every command."""
import os, random, signal, subprocess, time
from . import tool


def lines():
    """Every command's base line, alone and with each of its options that write a file, and that file."""
    result = [("--help", None), ("--version", None)]
    for command, places in tool.slots().items():
        names = [place.name for place in places]
        written = {"train": "run/mixture-transformer.safetensors", "evolve": "run/moments.csv"}.get(command)
        words = tool.BASE[command].split()
        if "--save" in words:
            written = words[words.index("--save") + 1]
        method = " --method kde" if "method" in names and command != "attention" else ""
        result.append((f"{command} {tool.BASE[command]}{method}", written))
        result.append((f"{command} --help", None))
        for place in places:
            if place.name in tool.OUTPUTS and place.name not in ("plots", "write-data") and not written:
                ending = (place.extensions or ["csv"])[0]
                ending = "json" if place.name == "json" else ending
                line = " ".join(place.line(f"out.{ending}", None, names))
                result.append((line, f"out.{ending}"))
    return result


def run(folder, count, every):
    """Work kept, and the exit code not 0 where something was lost."""
    commands = lines()
    # Standard error is needed by fewer: where it was not written to, nothing is lost.
    for stream in [">/dev/full", ">&-", "2>/dev/full", "2>&-", ">&- 2>&-"]:
        for command, file in commands:
            tool.prepare(folder)
            outcome = shell(f"{command} {stream}", folder)
            if outcome.returncode != 1 and stream.startswith(">") or outcome.returncode not in (0, 1):
                tool.fail("stream", f"{command} {stream}: status {outcome.returncode}")
            if file and not (folder / file).exists():
                tool.fail("stream", f"{command} {stream}: {file} is missing")
    for command, file in commands:
        tool.prepare(folder)
        outcome = shell(command, folder, "ulimit -f 0; ")
        if file and (outcome.returncode != 1 or b"Error: " not in outcome.stderr):
            tool.fail("full disk", f"{command}: status {outcome.returncode}, {outcome.stderr[-200:]!r}")
        if tool.temporary(folder):
            tool.fail("full disk", f"{command}: a temporary file is left")
    print(f"streams: {len(commands)} command lines, 5 broken streams and a full disk")


def shell(command, folder, before=""):
    line = f"{before}'{tool.given['parzen']}' {command}"
    return subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True)


def large_files(folder, rows):
    """Samples of so many rows, as text and as arrays of NumPy, in two parts each."""
    generator = random.Random(5)
    for part in range(2):
        text = "".join(f"{generator.gauss(0, 1):.5f},{generator.gauss(3, 2):.5f}\n" for _ in range(rows))
        (folder / f"part-{part}.csv").write_text("a,b\n" + text)


#: Work of many seconds by every command that can have so much.
LONG = [
    "estimate part-0.csv --method kde --at-samples --output out.csv",
    "estimate part-0.csv --method cross-attention --output out.csv",
    "estimate part-0.csv --method kde --plot out.png",
    "fit" + 12 * " part-*.csv" + " --memory 200M --save out.json",
    "update fit.json" + 12 * " part-0.csv part-1.csv" + " --save out.json",
    "query part-0.csv --uncertainty --quantiles 0.5 --marginal a --output out.csv",
    "query --fit fit.json --draws 100000000 --yes --output out.csv",
    "sample --fit fit.json --count 1000000000 --yes --output out.csv",
    "sample part-0.csv --count 100000 --sampler langevin --method kde --output out.csv",
    "evolve part-0.csv --equation landau --end 10 --method kde --output run",
    "information part-0.csv --json out.json",
    "outliers part-0.csv --plot out.svg",
    "modes part-0.csv --method kde --plot out.svg",
    "train --configuration endless.json --output run",
    "evaluate errors --contexts 100000 --json out.json",
    "evaluate functionals --contexts 100000 --json out.json",
    "evaluate modes --contexts 100000 --json out.json",
    "evaluate real part-0.csv --json out.json",
    "evaluate paper 1 --contexts 100000 --json out.json",
    "evaluate runtime --sizes 100000 --json out.json",
]


def signals(folder, count, every):
    """The first Ctrl-C ends every command within a second, the second at once; no unfinished file stays."""
    slowest = runs = 0
    for command in LONG:
        for times in (1, 2):
            tool.prepare(folder)
            large_files(folder, 300000)
            text = (folder / "long.json").read_text()
            (folder / "endless.json").write_text(text.replace("700", "100000000").replace("512", "4096"))
            words = [path for word in command.split() for path in matches(word, folder)]
            process = subprocess.Popen(
                [tool.given["parzen"]] + words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
            time.sleep(random.uniform(0.1, 2.5))
            if process.poll() is not None:
                errors = process.stderr.read()
                tool.fail(f"a command that is to be long has ended: {command}", errors[-300:])
                continue
            begin = time.monotonic()
            for _ in range(times):
                process.send_signal(signal.SIGINT)
                time.sleep(0.05)
            try:
                process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
            seconds = time.monotonic() - begin
            runs += 1
            slowest = max(slowest, seconds)
            bound = (1 if times == 1 else 0.3) + tool.given["slack"]
            left = tool.temporary(folder)
            if process.returncode not in (130, 0, 1) or seconds > bound or left:
                tool.fail(f"{times} signals", f"{command}: status {process.returncode}, {seconds:.2f} s, left {left}")
            # Finished passes of a fit stay, from which the same command goes on.
            for file in set(folder.glob("out.*")) - set(folder.glob("out.*.passes")):
                tool.fail("signal", f"{command}: {file.name} is there")
    print(f"signals: {runs} runs, the slowest end took {slowest:.2f} s")


def matches(word, folder):
    return sorted(path.name for path in folder.glob(word)) if "*" in word else [word]
