"""Extreme values for every option and argument of every command."""
import random
from . import tool

VALUES = [
    "", "0", "-0", "1", "-1", "2", "3", "7", "1e5", "1000000000000", "1e18", "9223372036854775807",
    "-9223372036854775808", "9223372036854775808", "18446744073709551615", "18446744073709551616", "1e300", "-1e300",
    "1e308", "1e309", "1e-300", "5e-324", "nan", "inf", "-inf", "0x10", "1,2", "abc", "\u00e9", "/dev/null", "/",
]


def forms(place):
    """The values as the place takes them, # standing for each: as they are, and within what it expects."""
    name = place.value_name
    within = {
        "column=value": ["a=#"], "column=period": ["a=#"], "column=value,...": ["a=#", "a=1,b=#"],
        "column=low:high": ["a=#:#", "a=0:#"], "box": ["a=0:#", "a=#:"], "column=text": ["a=#"],
        "width x height": ["#x#", "100x#"], "p,...": ["0.5,#"], "x,...": ["1,#"], "y1,..,yd": ["1,#", "#,#"],
        "size": ["#K", "#T"], "columns": ["1-#"],
    }
    return ["#"] + within.get(name, [])


def run(folder, count, every):
    """No value may end a run by a signal, without a message, or with results that are no numbers."""
    runs = slow = 0
    for command, places in tool.slots().items():
        names = [place.name for place in places]
        bases = [None]
        if "fit" in names and command not in ("fit", "attention"):
            words = tool.BASE[command].split()
            bases.append(" ".join(["--fit", "fit.json"] + words[1:]))
        for place in places:
            for base in bases:
                if base and (place.position is not None or place.name in tool.NEEDS or place.name == "fit"):
                    continue
                for form in forms(place) if place.kind != "flag" else [""]:
                    values = VALUES if form else [""]
                    for value in values[random.randrange(every)::every] if every > 1 and form else values:
                        tool.prepare(folder)
                        before = set(folder.rglob("*"))
                        arguments = place.line(form.replace("#", value), base, names)
                        outcome = tool.Outcome(arguments, folder, seconds=3, memory=6 << 30)
                        runs += 1
                        slow += outcome.signal is None
                        flaw = outcome.flaw(wrote_files=bool(set(folder.rglob("*")) - before))
                        if flaw:
                            tool.fail(f"option, {flaw}", outcome)
    print(f"options: {runs} runs, {slow} that were still at work after 3 s")
