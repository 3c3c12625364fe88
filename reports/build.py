"""The story's reports in every format, made from what was recorded in real environments.

    python reports/build.py                      write them anew
    python reports/build.py --check              say which are out of date; exit status 1 when one is
    python reports/build.py --keep FRAMES STORY  make a recording of what `checker preflight --save FRAMES` has kept

README.md beside this file tells which environment each story was recorded in.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from checker import merged
from checker.commands.matrix.tox import printed
from checker.commands.parsing import parse
from checker.merged.reading import read_row
from checker.model import Change, Plan, Proven, Refuted, Remedy, Report, Unproven
from checker.pipeline import preflight
from checker.reporters import REPORTERS
from checker.request import Request
from tests.recording import places, trimmed

#: what the tutorial's reader meets, in the order of the story
STORIES = ("1-tutorial", "2-newer-scikit-learn", "3-stale-kernel", "4-silent", "5-latest")
#: the file whose end is what `checker matrix tox` prints, the line from which on, and the head that is left out of it
TOX = ROOT / "tox.ini"
ROWS = "# --- environments worth testing; `python reports/build.py` writes what is below, as this prints it:\n"
END = "skip_missing_interpreters = true\n\n"
#: all of them as one, as `checker report` tells it
MERGED = "all"
SCRIPT = ROOT / "examples" / "train.py"
#: the report whose head the README shows
SHOWN, README = ("4-silent", "text"), ROOT / "README.md"


def recording(story: str) -> Path:
    """Where the frames of a story are kept."""
    return HERE / "frames" / f"{story}.jsonl.gz"


def look(story: str) -> Report:
    """The report of a recording, with every duration set to zero."""
    with tempfile.TemporaryDirectory() as folder:
        frames = Path(folder) / f"{story}.jsonl"
        frames.write_bytes(gzip.decompress(recording(story).read_bytes()))
        report = preflight(Request(scripts=(SCRIPT,), recorded=frames))
    outcomes = tuple(replace(o, seconds=0.0) for o in report.observation.outcomes)
    observation = replace(report.observation, outcomes=outcomes)
    return tried(story, replace(report, subject=observation, timings=dict.fromkeys(report.timings, 0.0)))


def tried(story: str, report: Report) -> Report:
    """The report with the remedies that were tried in the real environment, where they were kept."""
    kept = remedies(story)
    if not kept.is_file():
        return report
    told = json.loads(kept.read_text(encoding="utf-8"))
    refuted = tuple(Refuted(Plan(changes(r), ()), r["why"]) for r in told["refuted"])
    return replace(report, remedies=tuple(remedy(r) for r in told["remedies"]), refuted=refuted)


def remedies(story: str) -> Path:
    """Where the remedies of a story are kept."""
    return HERE / "frames" / f"{story}.remedies.json"


def changes(told: dict[str, Any]) -> tuple[Change, ...]:
    """What moves, from a JSON report."""
    return tuple(Change(**c) for c in told["changes"])


def remedy(told: dict[str, Any]) -> Remedy:
    """A remedy, from a JSON report."""
    proof = told["proof"]
    proven = Proven(proof["why"], 0.0, tuple(proof["lock"])) if proof["proven"] else Unproven(proof["why"])
    texts = (tuple(told["requirements"]), told["commands"], tuple(told["settles"]))
    return Remedy(told["kind"], told["text"], changes(told), *texts, proven)


def reports() -> Iterator[tuple[Path, str]]:
    """Every report, all as one, and the README that shows one: file and text, free of the folders of this machine."""
    rows = []
    for story in STORIES:
        report = look(story)
        for form, reporter in REPORTERS.items():
            text = reporter.render(report).replace(f"{ROOT}/", "")
            if form == "json":
                rows.append(read_row(story, f"reports/{story}.json", json.loads(text)))
            yield HERE / f"{story}.{reporter.suffix}", text
            if (story, form) == SHOWN:
                yield README, shown(text)
    for form in merged.FORMATS:
        yield HERE / f"{MERGED}.{REPORTERS[form].suffix}", merged.render(rows, form)
    yield TOX, with_rows()


def shown(text: str) -> str:
    """The README with the head of that report as its one screen: verdict, cause and remedy."""
    head = text.partition("\n" + "-" * 80)[0].rstrip()
    block = f"```console\n$ checker preflight --python ENV train.py\n{head}\n```"
    old = README.read_text(encoding="utf-8")
    return re.sub(r"```console\n\$ checker preflight.*?\n```", lambda _: block, old, count=1, flags=re.DOTALL)


def with_rows() -> str:
    """tox.ini with the rows that the command prints which stands above them there."""
    mine, mark, theirs = TOX.read_text(encoding="utf-8").partition(ROWS)
    (command,) = re.findall(r"^# +checker (matrix tox .*)$", theirs, re.MULTILINE)
    before = os.getcwd()
    os.chdir(ROOT)  # scripts are named from there
    try:
        rows = printed(parse(shlex.split(command))).partition(END)[2]
    finally:
        os.chdir(before)
    return f"{mine}{mark}#   checker {command}\n{rows}"


def stale() -> list[str]:
    """The names of the files that are not what would be written now."""
    return [p.name for p, text in reports() if not p.is_file() or p.read_text(encoding="utf-8") != text]


def keep(source: Path, story: str) -> None:
    """Write a recording, trimmed as those of the tests are: it names no folder of the machine that made it."""
    frames = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    text = "".join(json.dumps(f, sort_keys=True) + "\n" for f in trimmed(frames))
    hello = next(f for f in frames if f["frame"] == "hello")
    for found, told in places(hello, str(source.parent.resolve())):
        text = text.replace(found, told)
    text = re.sub(r"/tmp/checker-probe-\w+(/[\w-]+)*", "/scratch", text)
    with open(recording(story), "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(text.encode("utf-8"))


def keep_remedies(source: Path, story: str) -> None:
    """Write the remedies of a JSON report; it names no folder of the machine that made it."""
    told = json.loads(source.read_text(encoding="utf-8"))
    kept = {"remedies": told["remedies"], "refuted": told["refuted"]}
    for found in kept["remedies"]:
        found["proof"].pop("outcomes", None)
    text = json.dumps(kept, indent=1).replace(told["environment"]["executable"], "/env/bin/python")
    remedies(story).write_text(text + "\n", encoding="utf-8", newline="\n")


def main(arguments: list[str]) -> int:
    """Write, check or keep; returns the exit status."""
    if arguments[:1] == ["--keep"]:
        (keep_remedies if arguments[1].endswith(".json") else keep)(Path(arguments[1]), arguments[2])
    elif arguments[:1] == ["--check"]:
        old = stale()
        print(f"stale: {', '.join(old)}; run python reports/build.py" if old else "up to date")
        return bool(old)
    else:
        for path, text in reports():
            path.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
