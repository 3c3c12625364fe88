"""Texts of others made safe to show: no terminal sequences, no unprintable characters, no secrets, bounded length.

What a package says in its error messages or file names, and what stands in a script or a variable, is not ours. All
of it passes through `safe` or `line` before anybody sees it, and through `without_secrets` before it is kept.
"""

from __future__ import annotations

import re
from typing import Any

#: characters that a text may be longer than its limit, since saying that it was cut takes as many
SLACK = 40
#: characters of a word that is not cut through
WORD = 24
#: what stands where something secret was
HIDDEN = "***"

# Terminal sequences: CSI (colours, cursor), OSC (titles, links; ended by BEL or ESC backslash) and the two-byte ones.
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])")
# What XML 1.0 forbids or a terminal obeys, line separators that are no newline, marks that reverse the reading order.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
# Bytes of a file's name for which the encoding of the place has no letter, as Python keeps them.
_BYTES = re.compile("[\udc80-\udcff]+")
# Commands to a CI server, which reads them out of any log: these wherever they stand ...
_CI_ANYWHERE = re.compile(r"#(?=#(?:\w+)?\[)")
# ... and these at the start of a line.
_CI_START = re.compile(r"^(\s*:)(?=:)", re.MULTILINE)


def _read_again(match: re.Match[str]) -> str:
    return bytes(ord(letter) - 0xDC00 for letter in match.group()).decode("utf-8", "surrogateescape")


def _escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def safe(text: object, limit: int = 0) -> str:
    """The text without terminal sequences, secrets and CI commands, other unprintable characters as escapes.

    It is cut to `limit` characters (0 = whole).
    """
    clean = _ESCAPES.sub("", _BYTES.sub(_read_again, str(text))).replace("\r\n", "\n").replace("\r", "\n")
    shown = _UNPRINTABLE.sub(_escaped, without_secrets(clean))
    return cut(_CI_ANYWHERE.sub("# ", shown), limit)


def line(text: object, limit: int = 0) -> str:
    """Safe text on one line: every run of white space is one space."""
    return cut(" ".join(safe(text).split()), limit)


def cut(text: str, limit: int) -> str:
    """About `limit` characters (0 = all) of a text and how many were left out.

    The middle goes: the first and the last lines of an error say most. A word of usual length stays whole.
    """
    if not limit or len(text) <= limit + SLACK:
        return text
    head, tail = text[: limit * 2 // 3], text[-(limit // 3) :]
    end = head.rfind(" ", -WORD)
    head, tail = head[: end if end > 0 else None], tail[tail.find(" ", 0, WORD) + 1 :]
    return f"{head} ... [{len(text) - len(head) - len(tail)} characters left out] ... {tail}"


def disarmed(page: str) -> str:
    """A whole page in which no line is a command to a CI server (`::error`), wherever the text was wrapped."""
    return _CI_START.sub(r"\1 ", page)


def shell_word(text: str) -> str:
    """A path or another text of somebody's as one word of a command that is printed, in quotes where it needs any.

    A path of Windows gets double ones, in which its shells take it.
    """
    if re.match(r"[A-Za-z]:[\\/]|\\\\", text):
        return f'"{text}"' if re.search(r"[^\w@%+=:,./\\~-]", text) else text
    import shlex

    return shlex.quote(text)


def quoted(text: str) -> str:
    """The same in quotes in any case, for a shell of POSIX."""
    return "'" + text.replace("'", "'\"'\"'") + "'"


# --- secrets -------------------------------------------------------------------------------------------------------

# All but the last are compiled where the first suspect text is seen: `re` keeps them then, and most pages have none.
# An address as it stands in a text: scheme, and everything up to a blank, a quote or an angle bracket.
_ADDRESS = r"""(?<![\w.+-])([A-Za-z][\w.+-]{0,40}://)([^\s"'<>`\\^{}|]+)"""
_SECRET_NAME = r"(?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|(?:api|access|account|private)[-_]?key)"
# A parameter of an address whose value is for one person only.
_PARAMETER = r"(?i)(?<=[?&#;])([\w.%-]*(?:pass|pwd|secret|token|cred|sig|auth|key|sas|code|session)[\w.%-]*=)[^&#;]+"
# `password=...`, `MLFLOW_TRACKING_TOKEN=...`, `"secret": "..."`, `--token ...`
_NAMED = rf"""(?ix) ((?<![a-z0-9]) (?:[\w-]*[-_.])? {_SECRET_NAME} ["']? (?: = | ["']\s*:\s* )
    | --[\w-]*{_SECRET_NAME}\s+ )
    ( "[^"\n]+" | '[^'\n]+' | [^\s"',;&)\]}}]+ )"""
_HEADER = r"(?i)\b(authorization[\"']?\s*[:=]\s*[\"']?\w+\s+|bearer\s+(?=\S{16}))[\w.~+/=-]+"
# Tokens that are known by their look: of GitHub, GitLab, PyPI, Hugging Face, Slack, AWS, Databricks, JSON web tokens.
_KNOWN = (
    r"\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|pypi-[\w-]{16,}|hf_\w{20,}|xox[abprs]-[\w-]{10,}"
    r"|A[KS]IA[0-9A-Z]{16}|dapi[0-9a-f]{32}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)"
)
# One of these stands in every text that holds a secret of any kind above.
_SUSPECT = re.compile(
    rf"(?i)://|{_SECRET_NAME}|bearer|authorization|gh[pousr]_|github_pat|glpat|pypi-|hf_|xox|A[KS]IA|dapi|eyJ"
)


def _address(match: re.Match[str]) -> str:
    scheme, rest = match.groups()
    server = re.split(r"[/?#]", rest, maxsplit=1)[0]
    # a password may hold a slash or a mark: what looks like a server with a port is a user with the start of one then
    end = rest.rfind("@") if ":" in server.rpartition("]")[2] else server.rfind("@")
    if end >= 0:
        rest = f"{HIDDEN}@{rest[end + 1 :]}"
    return scheme + re.sub(_PARAMETER, rf"\1{HIDDEN}", rest)


def without_secrets(text: str) -> str:
    """The text without users and passwords in addresses, tokens in their parameters, and values of secret names."""
    if not _SUSPECT.search(text):
        return text
    text = re.sub(_ADDRESS, _address, text)
    text = re.sub(_HEADER, rf"\1{HIDDEN}", text)
    return re.sub(_KNOWN, HIDDEN, re.sub(_NAMED, _named, text))


def _named(match: re.Match[str]) -> str:
    quote = match[2][0] if match[2][0] in "\"'" else ""
    return f"{match[1]}{quote}{HIDDEN}{quote}"


def all_without_secrets(value: Any, limit: int = 0) -> Any:
    """The same data of JSON's types, with every text in it without secrets, and with about `limit` characters.

    What is left out of a text may have begun in the middle of a secret: cut it again, to half of that at most.
    """
    if isinstance(value, str):
        return without_secrets(cut(value, limit))
    if isinstance(value, list):
        return [all_without_secrets(v, limit) for v in value]
    if isinstance(value, dict):
        return {k: all_without_secrets(v, limit) for k, v in value.items()}
    return value
