"""Parts of one package that were installed in different releases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...model import Advice, Basis, Case, Distribution, Failure, Finding, Observation, Severity, Stage, rule
from ...model.actions import Reinstall
from ...names import pinned_version, required_name
from ...texts import shell_word
from ..evidence import involved, missing_reference, module_severity, unique, versions


@dataclass(frozen=True)
class Mixture:
    """A package that asks for very releases of its parts, and has others."""

    whole: Distribution
    #: the parts that share its modules; those of another release are `strange`
    parts: tuple[str, ...]
    strange: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All of it, the strange parts first."""
        return unique((*self.strange, self.whole.name, *self.parts))

    @property
    def pins(self) -> tuple[str, ...]:
        """All of it at the release of the whole."""
        ties = {required_name(text): pinned_version(text) for text in self.whole.requires}
        return (f"{self.whole.name}=={self.whole.version}", *(f"{name}=={ties[name]}" for name in self.parts))


def find_mixtures(observation: Observation) -> Iterator[Mixture]:
    """Every package with parts in the same modules whose releases are not the ones that it asks for."""
    first = {d.name: d for d in reversed(observation.distributions)}
    for whole in first.values():
        ties = {required_name(text): pinned_version(text) for text in whole.requires if _is_always(text)}
        known = [name for name, v in ties.items() if v and name in first and _is_part(name, whole.name)]
        parts = [name for name in known if {*first[name].modules} & {*whole.modules}]
        if strange := tuple(n for n in parts if first[n].version != ties[n]):
            yield Mixture(whole, tuple(parts), strange)


def _is_part(one: str, other: str) -> bool:
    """Whether of two packages that share a module one is called after the other; a namespace is shared by strangers."""
    return one.startswith(f"{other}-") or other.startswith(f"{one}-")


def _is_always(text: str) -> bool:
    """Whether a requirement counts in every environment."""
    return ";" not in text


def mixed_names(observation: Observation) -> frozenset[str]:
    """The packages of all mixtures: what is wrong with their files has one cause."""
    return frozenset(name for mixture in find_mixtures(observation) for name in mixture.names)


@rule("Parts of one package in different releases", Stage.INSTALL)
def mixed_parts(case: Case[Observation]) -> Iterator[Finding]:
    """Two parts of one package are installed in different releases, and share the same files.

    What happens: whichever part was installed last has overwritten the files of the other; imports fail with names or
    packages that neither release misses, or code of two releases runs together.
    Why: one part was upgraded alone or without its dependencies (mlflow-skinny over mlflow).
    Remedy: reinstall all parts at one release; to move the part alone would leave the holes in the other.
    Not this rule: parts of one release, which share by design; packages that are no parts of each other.
    """
    for mixture in find_mixtures(case.subject):
        modules = unique(m for d in case.subject.distributions if d.name in mixture.names for m in d.modules)
        broken = tuple(f.step for f in case.subject.failures() if _takes_part(case, f, mixture))
        torn = any(d.distribution in mixture.names and d.kind == "missing-files" for d in case.subject.damages)
        told, release = versions(case.subject, mixture.names), mixture.whole.version
        together = " and ".join(pin.partition("==")[0] for pin in mixture.pins)
        yield Finding(
            module_severity(case, (*modules, *(step.subject for step in broken)))
            if broken or torn
            else Severity.WARNING,
            Stage.INSTALL,
            Basis.SEEN,
            mixture.whole.name,
            f"{told} are parts of one package in different releases: the one installed last has overwritten the other.",
            culprits=mixture.names,
            evidence=tuple(text for text in mixture.whole.requires if required_name(text) in mixture.strange),
            advice=(
                Advice(
                    "action",
                    f"Reinstall {together} together, at release {release}.",
                    lines=(
                        f"uv pip install --python {shell_word(case.subject.executable)} --reinstall --no-deps "
                        + " ".join(mixture.pins),
                    ),
                    trial=Reinstall(mixture.pins),
                ),
            ),
            explains=broken,
        )


def _takes_part(case: Case[Observation], failure: Failure, mixture: Mixture) -> bool:
    """Whether a failure comes out of one of the parts."""
    missing = missing_reference(case.subject, failure)
    parties = {*involved(case.subject, failure), *((missing.provider, missing.consumer) if missing else ())}
    return bool(parties & {*mixture.names})
