"""How long commands are silent on a terminal, of which nothing may take more than two seconds in silence."""
import errno, os, random, select, signal, subprocess, time
from . import streams, tool

#: Work of several seconds that ends, and passes through every stage: reading, fitting, answering, drawing, writing.
ENDING = [
    "estimate part-0.csv --at-samples --output out.csv",
    "estimate part-0.csv --uncertainty --plot out.png --output out.csv",
    "estimate wide.csv --plot out.pdf --output out.csv",
    "estimate part-0.csv --overlay part-1.csv --plot out.svg --output out.csv",
    "fit part-0.csv --method em --save out.json",
    "fit wide.csv --method kde --bandwidth cross-validation --save out.json",
    "query small.csv --uncertainty --credible 0.9 --output out.csv",
    "query part-0.csv --method kde --quantiles 0.1,0.5 --marginal a --output out.csv",
    "query part-0.csv --method kde --regions 0.5,0.9 --output out.csv",
    "query part-0.csv --method kde --box a=-1:1 --output out.csv",
    "query part-0.csv --given-file given.csv --output out.csv",
    "query --fit fit.json --draws 3000000 --output out.csv",
    "query --fit fit.json --regions 0.1,0.5,0.9,0.99 --output out.csv",
    "sample small.csv --count 2000000 --output out.csv",
    "sample small.csv --sampler langevin --count 100000 --output out.csv",
    "evolve small.csv --equation ornstein-uhlenbeck --end 1 --output run",
    "information small.csv --replicates 20",
    "information small.csv --between a --and b",
    "information small.csv --relative-to other.csv --replicates 10",
    "outliers part-0.csv --plot out.svg --output out.csv",
    "outliers small.csv --train part-0.csv --method kde --plot out.svg --output out.csv",
    "modes part-0.csv --plot out.svg --output out.csv",
    "modes wide.csv --plot out.svg --output out.csv",
    "attention other.csv --query 1,2 --plot out.svg",
    "attention small.csv --query 1,2 --method cross-attention --plot out.svg",
    "evaluate real small.csv --halves 2",
]


def run(folder, count, every):
    """The longest silence of every command: to its first word, between two, and from its last to its end."""
    longest = 0.0
    for seconds, commands in ((None, ENDING), (8, streams.LONG)):
        for command in commands[::every]:
            tool.prepare(folder)
            files(folder, 60_000 if seconds is None else 300_000)
            words = [path for word in command.split() for path in streams.matches(word, folder)]
            found = silence(words, folder, seconds)
            print(f"{found.longest:5.2f} s of {found.seconds:5.1f} s, before {found.word!r}: {command}", flush=True)
            if found.status not in (0, 130) or seconds is None and found.status != 0:
                tool.fail("silence", f"{command}: status {found.status}, {found.text[-300:]!r}")
            if found.longest > 2 + tool.given["slack"]:
                tool.fail("silence", f"{command}: {found.longest:.2f} s before {found.word!r}")
            longest = max(longest, found.longest)
    print(f"silence: the longest lasted {longest:.2f} s")


def files(folder, rows):
    """Samples of many rows and of many columns, and values to be asked for."""
    streams.large_files(folder, rows)
    generator = random.Random(6)
    for name, number, columns in (("small", 2_000, 2), ("other", 2_000, 2), ("wide", 20_000, 8)):
        lines = [",".join("abcdefgh"[:columns])]
        for _ in range(number):
            side = generator.choice((-3, 3))
            lines.append(",".join(f"{generator.gauss(side, 1):.5f}" for _ in range(columns)))
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    (folder / "given.csv").write_text("a\n" + "".join(f"{generator.gauss(0, 1):.4f}\n" for _ in range(2_000)))
    text = (folder / "long.json").read_text()
    (folder / "endless.json").write_text(text.replace("700", "100000000").replace("512", "4096"))


class Silence:
    """The longest time of a run without a word, and the word that ended it."""

    def __init__(self):
        self.longest, self.word, self.text = 0.0, "", ""
        self.seconds, self.status = 0.0, 0

    def heard(self, gap, word):
        if gap > self.longest:
            self.longest, self.word = gap, word


def silence(words, folder, limit):
    """Runs the tool on a terminal of its own, for some seconds or to its end."""
    found = Silence()
    here, there = os.openpty()
    begin = last = time.monotonic()
    process = subprocess.Popen(
        [tool.given["parzen"]] + words, cwd=folder, stdin=subprocess.DEVNULL, stdout=there, stderr=there,
        start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    os.close(there)
    is_open = True
    while is_open:
        ready, _, _ = select.select([here], [], [], 0.05)
        now = time.monotonic()
        if ready:
            try:
                text = os.read(here, 65536).decode(errors="replace")
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                text = ""
            is_open = text != ""
            word = text.replace("\r\x1b[K", "").strip()[:40] if text else "its end"
            found.heard(now - last, word)
            found.text = (found.text + text)[-2000:]
            last = now
        if limit is not None and now - begin > limit:
            found.heard(now - last, "it was stopped")
            process.send_signal(signal.SIGINT)
            break
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    os.close(here)
    found.seconds, found.status = time.monotonic() - begin, process.returncode
    return found
