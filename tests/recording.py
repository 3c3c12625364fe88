"""Make a recording for the tests out of the frames of a real environment.

    checker preflight train.py --python PYTHON --canaries LinearRegression,StandardScaler --save FRAMES
    python tests/recording.py FRAMES train.py NAME [/machine/folder=/told ...]

writes NAME.py and NAME.jsonl.gz under recorded/ (NAME-unimported, recorded with --static, shares NAME.py): no path of
the machine that recorded it remains, and what no rule reads is dropped. Then add NAME to the table in expected.json,
after reading what it concludes.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "recorded"
#: characters kept of a text, lines kept of a traceback, references kept of what linking saw
TEXT, LINES, REFERENCES = 700, 10, 30
#: distributions whose declared requirements are looked at
PATH = (
    "numpy",
    "scipy",
    "pandas",
    "scikit-learn",
    "protobuf",
    "onnx",
    "onnxruntime",
    "skl2onnx",
    "mlflow",
    "mlflow-skinny",
    "onnxmltools",
    "onnxconverter-common",
    "joblib",
    "threadpoolctl",
)
#: measurements and names that no rule reads
UNREAD = ("requires_python", "installer", "seconds")


def places(hello: Mapping[str, Any], folder: str) -> list[tuple[str, str]]:
    """What to write in place of this machine's folders, the longest first."""
    system = hello["system"]
    found = {
        str(Path(hello["executable"]).parents[1]): "/env",
        system["prefix"]: "/env",
        system.get("base_prefix", ""): "/usr",
        folder: "/project",
    }
    for entry in system.get("path", ()):
        base = re.sub(r"/lib/python3[^/]*.*", "", entry)
        found.setdefault(base if base != entry else "", "/usr")
    return sorted(((k, v) for k, v in found.items() if len(k) > 1), key=lambda pair: -len(pair[0]))


def cut(value: Any) -> Any:
    """Long texts shortened in the middle, where tracebacks and pages of attributes repeat themselves."""
    if isinstance(value, str):
        return value if len(value) <= TEXT else value[: TEXT // 2] + " [...] " + value[-TEXT // 2 :]
    if isinstance(value, list):
        return [cut(v) for v in value]
    return {k: cut(v) for k, v in value.items()} if isinstance(value, dict) else value


def lighter(frame: dict[str, Any]) -> dict[str, Any]:
    """A frame without what no rule reads."""
    frame = {k: v for k, v in cut(frame).items() if k not in UNREAD}
    if frame["frame"] == "distribution":
        asked = frame["requires"] if frame["name"] in PATH else []
        frame["requires"] = [r for r in asked if "extra" not in r.partition(";")[2]]
    if frame["frame"] in ("passed", "failure"):
        frame["seconds"] = 0.0
    if frame["frame"] == "failure":
        frame["frames"] = frame["frames"][-LINES:]
    if frame["frame"] == "hello":
        frame["platform"] = re.sub(r"Linux-[^-]+.*-(x86_64|aarch64)", r"Linux-\1", frame["platform"])
    return frame


def trimmed(frames: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The frames that rules read, lighter."""
    references = 0
    for frame in frames:
        references += frame["frame"] == "unresolved"
        dropped = frame["frame"] == "unresolved" and references > REFERENCES
        if frame["frame"] not in ("step", "end") and not dropped:
            yield lighter(frame)


def record(source: Path, script: Path | None, name: str, *more: str) -> None:
    """Write NAME.jsonl.gz and, where there is a script, NAME.py; `more` are other folders as FOUND=TOLD."""
    frames = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines() if line.strip()]
    text = "".join(json.dumps(f, sort_keys=True) + "\n" for f in trimmed(frames))
    hello = next(f for f in frames if f["frame"] == "hello")
    others = [(found, told) for found, _, told in (m.partition("=") for m in more)]
    for found, told in [*others, *places(hello, str(script.parent.resolve()) if script else "")]:
        text = text.replace(found, told)
    text = re.sub(r"/tmp/checker-probe-[\w-]+(/[\w-]+)*", "/scratch", text)
    if script:
        copy = HERE / f"{name.removesuffix('-unimported')}.py"
        text = re.sub(rf"(?<![/\w]){re.escape(script.name)}", copy.name, text)
        copy.write_text(script.read_text(encoding="utf-8"), encoding="utf-8")
    with open(HERE / f"{name}.jsonl.gz", "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(text.encode("utf-8"))


if __name__ == "__main__":
    record(Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2] else None, *sys.argv[3:])
