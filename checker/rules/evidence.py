"""Reading an observation: what failed for the same reason, who was involved, and how much it matters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..model import Canary, Case, Failure, Frame, Observation, Passed, Severity, Stage, Step, Subject, Unresolved
from ..names import PATH_MODULES, SHARED, canonicalize_name, distribution_of, required_name

#: packages without which nothing can be converted
CORE = ("scikit-learn", "skl2onnx", "onnx")

_NOT_NAMED = re.compile(
    r"cannot import name '?(?P<name>\w+)'?(?: from (?:partially initialized module )?'?(?P<module>[\w.]+)'?)?"
)
_NO_MODULE = re.compile(r"No module named '?(?P<module>[\w.]+)'?")
_NO_ATTRIBUTE = re.compile(r"module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'")


@dataclass(frozen=True)
class Cause:
    """Failures of one stage that share their first cause."""

    failures: tuple[Failure, ...]

    @property
    def first(self) -> Failure:
        """The failure that is shown for all of them."""
        return self.failures[0]

    @property
    def subjects(self) -> tuple[str, ...]:
        """The modules or canaries that failed."""
        return tuple(f.subject for f in self.failures)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What this cause explains."""
        return tuple(f.step for f in self.failures)


def links(failure: Failure) -> tuple[tuple[str, str], ...]:
    """The exception chain, first cause first; the failure's own words where there is none."""
    return failure.chain or ((failure.type, failure.text),)


def says(failure: Failure, pattern: str) -> re.Match[str] | None:
    """The first match of a pattern in what the chain, or the printed tail, says."""
    texts = [text for _, text in links(failure)] + [failure.output]
    return next((m for text in texts if (m := re.search(pattern, text))), None)


def first_words(text: str, limit: int = 240) -> str:
    """The first line that says something, without the runtime's codes and the converter's postscript, shortened."""
    text = re.sub(r"\[ONNXRuntimeError\] : \d+ : \w+ : |You may raise an issue at \S+", "", text)
    line = next((x.strip() for x in text.splitlines() if x.strip()), "")
    return line if len(line) <= limit else line[: limit - 1] + "…"


def quote(failure: Failure) -> tuple[str, ...]:
    """The chain as evidence lines, the innermost place, and the rehearsed script's call where that is another line."""
    lines = [f"{kind}: {first_words(text)}" for kind, text in links(failure)[-3:]]
    if failure.frames:
        last = failure.frames[-1]
        lines.append(f"in {last.function}, {last.file}:{last.line}")
    if (called := str(failure.facts.get("called") or "")) not in ("", failure.facts.get("where")):
        lines.append(f"called at {called}")
    return tuple(lines)


def cause_key(failure: Failure) -> tuple[str, str, str, str]:
    """What makes two failures the same: their type, the first cause's type and words, and where it was raised."""
    kind, text = links(failure)[0]
    place = (
        f"{failure.frames[-1].file}:{failure.frames[-1].line}"
        if failure.frames
        else failure.subject
        if kind in ("Crash", "TimeOut", "Exit", "Killed")
        else ""
    )
    return failure.type, kind, re.sub(r"0x[0-9a-f]+|\d+", "#", text)[:500], place


def causes(failures: Iterable[Failure]) -> list[Cause]:
    """Failures grouped by their first cause, in order of appearance."""
    groups: dict[tuple[str, str, str, str], list[Failure]] = {}
    for failure in failures:
        groups.setdefault(cause_key(failure), []).append(failure)
    return [Cause(tuple(group)) for group in groups.values()]


# --- who is involved ---------------------------------------------------------------------------------------


def owner(observation: Observation, module: str) -> str:
    """The distribution that owns a module, else the one that is known to bring it, "" where nothing is known."""
    shared = "." in module and module.partition(".")[0] in SHARED
    return (not shared and observation.owner(module)) or distribution_of(module)


def frame_distribution(observation: Observation, frame: Frame) -> str:
    """The distribution that a traceback line belongs to, "" for the standard library and the user's own files."""
    path = frame.file.replace("\\", "/")
    match = re.search(r"/(?:site|dist)-packages/([^/]+?)(?:/|\.py|\.pyx|$)", path)
    if match:
        return owner(observation, match.group(1))
    top = frame.module.partition(".")[0]
    if "/" not in path or path.startswith("<"):  # a Cython line names its source only
        return observation.owner(top)
    return observation.owner(top) if any(path.startswith(d.location + "/") for d in observation.distributions) else ""


def involved(observation: Observation, failure: Failure) -> tuple[str, ...]:
    """Distributions on the traceback, innermost first, without repetition."""
    return unique(frame_distribution(observation, f) for f in reversed(failure.frames))


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Names without repetition and without empty ones, in order."""
    return tuple(dict.fromkeys(n for n in names if n))


@dataclass(frozen=True)
class Missing:
    """A module or a name in a module that somebody asked for in vain."""

    module: str
    name: str
    provider: str
    consumer: str


def missing_reference(observation: Observation, failure: Failure) -> Missing | None:
    """What a failure asked for in vain; the last link counts, since an earlier one may have been a guarded try.

    Where such a try is seen to be the reason (`hidden`), the last link only says what came of it.
    """
    told = links(failure)
    for kind, text in reversed(told[:-1] if failure.facts.get("hidden") and told[1:] else told):
        found = _reference(kind, text)
        if found:
            break
    else:
        return None
    module, name = found
    link = linked(observation, module, name)
    # `No module named 'google'` of `import google.colab`: what was asked for says more
    if module in SHARED and failure.subject.startswith(f"{module}."):
        module = failure.subject
    provider = (link.provider if link else "") or (owner(observation, module) if module else "")
    others = (n for n in involved(observation, failure) if n != provider)
    consumer = link.consumer if link else next(others, "")
    provider = provider or provider_of(observation, module, consumer)
    return Missing(module or (link.target if link else ""), name, provider, consumer)


def provider_of(observation: Observation, module: str, consumer: str) -> str:
    """The distribution that brings a module which `consumer` imports, "" where nothing ties one to it.

    One that is called like the module counts where the consumer's own metadata require it by that name.
    """
    if known := owner(observation, module):
        return known
    name = canonicalize_name(module.partition(".")[0])
    requires = (text for d in observation.distributions if d.name == consumer for text in d.requires)
    return name if name and any(required_name(text) == name for text in requires) else ""


def asks_for(observation: Observation, failure: Failure, modules: Sequence[str]) -> bool:
    """Whether a failure is that something in one of these top-level modules was asked for in vain."""
    missing = missing_reference(observation, failure)
    return missing is not None and missing.module.partition(".")[0] in modules


def _reference(kind: str, text: str) -> tuple[str, str] | None:
    if match := _NO_MODULE.search(text) if kind in ("ModuleNotFoundError", "ImportError") else None:
        return match["module"], ""
    if match := _NOT_NAMED.search(text) if kind == "ImportError" else None:
        return match["module"] or "", match["name"]
    if match := _NO_ATTRIBUTE.search(text) if kind == "AttributeError" else None:
        return match["module"], match["name"]
    return None


def linked(observation: Observation, module: str, name: str) -> Unresolved | None:
    """The unresolved reference that linking saw for the same module and name."""
    for link in observation.unresolved:
        if link.name == name and (link.target == module or not module or (not name and link.target.startswith(module))):
            return link
    return None


# --- how much it matters -----------------------------------------------------------------------------------


def script_uses(case: Case[Subject], module: str) -> bool:
    """Whether the script surely imports that module or anything in it."""
    top = module.partition(".")[0]
    return case.script is not None and top in case.script.modules


def module_severity(case: Case[Subject], modules: Sequence[str]) -> Severity:
    """What the script uses blocks when it fails; without a script, what is on the path does."""
    if case.script is None:
        relevant = any(m.partition(".")[0] in (*PATH_MODULES, "numpy", "scipy", "pandas", "google") for m in modules)
    else:
        relevant = any(script_uses(case, m) for m in modules)
    return Severity.BLOCKER if relevant else Severity.WARNING


def canary_of(case: Case[Subject], subject: str) -> Canary | None:
    """The script's own canary of that name."""
    return next((c for c in case.script.canaries if c.name == subject), None) if case.script else None


def canary_severity(case: Case[Subject], subjects: Sequence[str]) -> Severity:
    """The script's own canaries block when they fail; the quick set's where no script says what is used."""
    if case.script is None or any(canary_of(case, s) for s in subjects):
        return Severity.BLOCKER
    return Severity.WARNING


def passed(case: Case[Subject], stage: Stage, subject: str) -> bool:
    """Whether that step worked."""
    return any(isinstance(o, Passed) and o.stage is stage and o.subject == subject for o in case.subject.outcomes)


def import_worked(case: Case[Subject], module: str) -> bool:
    """Whether a module, or anything in it, was really imported, from a file."""
    worked = (o for o in case.subject.outcomes if isinstance(o, Passed) and o.stage is Stage.IMPORT)
    return any(o.facts.get("file") and (o.subject == module or o.subject.startswith(module + ".")) for o in worked)


def converter_of(case: Case[Subject], subject: str) -> str:
    """The converting distribution of a canary."""
    canary = canary_of(case, subject)
    return _bringer(case, canary.converter) if canary and canary.converter else "skl2onnx"


def library_of(case: Case[Subject], subject: str, kind: str = "") -> str:
    """The distribution of a canary's estimator, or of the one in it whose class is named."""
    canary = canary_of(case, subject)
    inner = re.search(rf"(?<![\w.])([\w.]+\.{kind})\(", canary.make) if canary and kind else None
    return _bringer(case, inner[1] if inner else canary.make) if canary else "scikit-learn"


def beside_of(case: Case[Subject], subject: str) -> tuple[str, ...]:
    """The distributions beside scikit-learn whose estimators a canary is made of, with those that convert them."""
    canary = canary_of(case, subject)
    made = re.findall(r"(?<![\w.'\"])([A-Za-z_]\w*)\.[\w.]*\(", canary.make) if canary else []
    modules = [*made, *(one.convert for one in canary.registered)] if canary else []
    return unique(name for m in dict.fromkeys(modules) if (name := _bringer(case, m)) not in ("scikit-learn", "numpy"))


def _bringer(case: Case[Subject], dotted: str) -> str:
    """The distribution that brings what a canary uses, its module where nothing is known of it."""
    known = owner(case.subject, dotted) if isinstance(case.subject, Observation) else distribution_of(dotted)
    return known or dotted.partition(".")[0]


def versions(observation: Observation, names: Iterable[str]) -> str:
    """`onnx 1.18.0 and skl2onnx 1.18.0`, for a message."""
    parts = [f"{n} {observation.version(n)}" if observation.version(n) else n for n in names]
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] if parts else "the environment"


def subjects_text(subjects: Sequence[str], limit: int = 3) -> str:
    """`a, b, c and 4 more`."""
    shown = list(subjects[:limit])
    rest = len(subjects) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")


def each(case: Case[Subject], *stages: Stage) -> Iterator[Cause]:
    """The causes of the failures of some stages."""
    yield from causes(case.subject.failures(*stages))
