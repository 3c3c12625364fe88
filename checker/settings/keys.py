"""The keys of a configuration, listed by hand: which option each one is, and what may stand behind it.

What runs a stranger's code, changes an environment or writes outside of the project is no key: that is only typed.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

#: the letters with which a path of a place begins that is no place's name
_PATH = re.compile(r"\.{0,2}[/\\]|~|.*\.toml$")


class Key(NamedTuple):
    """One key."""

    #: the option that it is the default of; "" for what stands without one
    option: str
    #: flag, number, version, text, texts (one or several), files (read), output (written), outputs (FORMAT=FILE)
    kind: str

    def mistake(self, value: Any) -> str:
        """What to write instead of such a value, "" where it is of the right kind."""
        texts = value if isinstance(value, list) else [value]
        if self.kind == "flag":
            return "" if isinstance(value, bool) else "write true or false"
        if self.kind == "number":
            return "" if isinstance(value, int) and not isinstance(value, bool) else "write a whole number"
        if self.kind == "version":
            right = isinstance(value, str) and re.fullmatch(r"3(\.\d+){1,2}", value)
            return "" if right else 'write a version, such as "3.11"; an interpreter is only named when typed'
        if self.kind in ("text", "output") and not isinstance(value, str):
            return "write one text in quotes"
        if not all(isinstance(text, str) and text.strip() for text in texts):
            return "write a text in quotes, or several in brackets"
        written = [text.rpartition("=")[2] for text in texts if self.kind in ("output", "outputs")]
        outside = [text for text in written if not _is_inside(text)]
        return f"{outside[0]}: write a file below the folder of this one" if outside else ""


def _is_inside(text: str) -> bool:
    """Whether a path leads to a file below the folder that it starts from."""
    path = PurePosixPath(text.replace("\\", "/"))
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and ":" not in text


#: key -> what it is
KEYS = {
    "scripts": Key("", "files"),
    "requirements": Key("--requirements", "files"),
    "extras": Key("--extra", "texts"),
    "groups": Key("--group", "texts"),
    "python": Key("--python", "version"),
    "targets": Key("--target", "texts"),
    "canaries": Key("--canaries", "texts"),
    "keep": Key("--keep", "texts"),
    "wanted": Key("--wanted", "texts"),
    "budget": Key("--budget", "number"),
    "static": Key("--static", "flag"),
    "no-prove": Key("--no-prove", "flag"),
    "offline": Key("--offline", "flag"),
    "format": Key("--format", "text"),
    "lang": Key("--lang", "text"),
    "strict": Key("--strict", "flag"),
    "verbose": Key("--verbose", "flag"),
    "quiet": Key("--quiet", "flag"),
    "exit-zero": Key("--exit-zero", "flag"),
    "reports": Key("--report", "outputs"),
    "baseline": Key("--baseline", "output"),
}
#: options that are no keys
# fmt: off
ONLY_TYPED = frozenset({
    "pythons", "build", "via", "from", "rehearse", "rows", "time", "allow", "model", "data", "target-column", "output",
    "save", "project-config", "fix", "yes", "write", "repair", "columns", "config", "no-config", "update-baseline",
})
# fmt: on


def words_of(key: str, value: Any, folder: Path) -> tuple[str, ...]:
    """What would be typed for a value of the right kind; paths start from the folder of the file that names them."""
    known = KEYS[key]
    if known.kind == "flag":
        return (known.option,) if value else ()
    texts = [str(text) for text in (value if isinstance(value, list) else [value])]
    if known.kind in ("files", "output"):
        texts = [str(folder / text) for text in texts]
    if known.kind == "outputs":
        texts = [f"{name}={folder / path}" for name, _, path in (text.partition("=") for text in texts)]
    if key == "targets":
        texts = [str(folder / text) if _PATH.match(text) else text for text in texts]
    if key == "canaries":
        texts = [",".join(texts)]
    return tuple(word for text in texts for word in ([f"{known.option}={text}"] if known.option else [text]))
