"""One preflight, from the request to the report."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from .ask import ProbeRequest, asked, prepare
from .errors import UsageError
from .model import Case, Observation, Patient, Place, Report, Script, with_rehearsed
from .names import STACK, distribution_of, meant, read_requirement
from .policy import UNDECIDED, Policy, apply, serious
from .request import Clock, Remedies, Request
from .sources import with_sources
from .standin import check_rehearsed
from .world.files import check_files
from .world.terminal import Progress, silent

if TYPE_CHECKING:
    from .places import Places

#: adds to what was seen of a patient
See = Callable[[Observation], Observation]


@dataclass(frozen=True)
class Looked:
    """A report of what was seen, and what it takes to see the same elsewhere."""

    report: Report
    asked: ProbeRequest
    #: an interpreter of this machine that can make environments like the patient; None: one has to be found
    base: Path | None
    #: the request, with what its files ask for
    request: Request


def preflight(
    request: Request,
    progress: Progress = silent,
    see: See = lambda observation: observation,
    meanwhile: Callable[[], None] = lambda: None,
) -> Report:
    """Look at the environment that the request names, and conclude; where something blocks, try what would mend it.

    `see` adds to the observation what only this process can see; `meanwhile` is done while the patient is busy.
    Raises UsageError for contradictory options and CannotLook when a file or the patient cannot be reached.
    """
    request.check()
    if request.remedies is not Remedies.ADVISED:
        from .world.cache import cache_trouble
        from .world.sandbox import collect

        if trouble := cache_trouble():
            progress("restore", trouble)
        # what killed runs have left is put right before anything is seen
        collect(lambda text: progress("restore", text))
    with look(request, progress, see, meanwhile) as looked:
        if request.remedies is Remedies.ADVISED or request.static or not serious(looked.report.findings, strict=False):
            return looked.report
        from .remedy.plan_and_prove import plan_and_prove

        return plan_and_prove(looked.report, looked.asked, looked.base, looked.request, progress=progress)


@contextmanager
def look(
    request: Request,
    progress: Progress,
    see: See = lambda observation: observation,
    meanwhile: Callable[[], None] = lambda: None,
) -> Iterator[Looked]:
    """What is seen of the environment that the request names, concluded; one that was built for it lives inside."""
    check_files(request.scripts)
    clock = Clock()

    def use_the_time() -> None:
        _prepare()
        meanwhile()

    with clock.phase("script"):
        wanted = prepare(request.scripts, request.canaries, request.static, request.rehearsal, request.standin)
    request = with_needs(with_training_place(request))
    with ExitStack() as stack:
        opened = stack.enter_context(_open_places(request, progress))
        if opened:
            wanted = opened.serve(wanted)
        if opened and opened.judges:
            own = frozenset(c.name.partition(" [")[0] for c in wanted.script.canaries) if wanted.script else frozenset()
            wanted = replace(wanted, judge=partial(opened.judge, own=own))
        found = stack.enter_context(asked(request, wanted, clock, progress, use_the_time))
        check_keep(request.keep, found.observation)
        check_wanted(request.wishes, found.observation)
        if request.standin:
            check_rehearsed(request.standin, found.observation)
        observation = with_wishes(see(found.observation), request.wishes)
        places = opened.told if opened else ()
        report = conclude(found.patient, observation, wanted.script, clock, places, request.policy)
        yield Looked(with_sources(report, request), wanted, found.base, request)


@contextmanager
def _open_places(request: Request, progress: Progress) -> Iterator[Places | None]:
    """The places that are named, with their runtimes where these are made. Raises UsageError."""
    from .knowledge import load
    from .places.hints import hinted

    named = places_of(request)
    may_try = bool(named) and request.makes_places
    named = named or (() if request.static else hinted(request.scripts, load().targets))
    if not named:
        yield None
        return
    from .places import open_places

    with open_places(named, load(), progress, request.pythons, may_try) as opened:
        yield opened


def places_of(request: Request) -> tuple[Place, ...]:
    """The places in which what is made is to be used. Raises UsageError for one that nobody knows."""
    if not request.targets:
        return ()
    from .knowledge import load
    from .targets import find_target

    return tuple(Place(find_target(name, load())) for name in dict.fromkeys(request.targets))


def with_training_place(request: Request) -> Request:
    """The request, with the place among its targets that trains as its environment. Raises UsageError."""
    trains = [place.target for place in places_of(request) if place.target.kind == "trains"]
    if not trains:
        return request
    if len(trains) > 1:
        raise UsageError(f"{trains[0].name} and {trains[1].name} both train models", "name one of them")
    against = [("--via", request.via), ("--from", request.recorded), ("--static", request.static)]
    against.append(("--python", request.python and not re.fullmatch(r"3(\.\d+){1,2}", request.python)))
    if wrong := [option for option, given in against if given]:
        raise UsageError(f"{wrong[0]} and --target {trains[0].name} contradict each other", "name one environment")
    minor = ".".join(trains[0].python.split(".")[:2])
    return replace(request, python=request.python or minor or None, trained_in=trains[0])


def with_needs(request: Request) -> Request:
    """The request, with what its files ask for, on the Python that they are for. Raises CannotLook."""
    if not request.requirements:
        return request
    from .requirements.choosing import choose_needs
    from .requirements.needs import Choice

    choice = Choice(request.extras, request.groups)
    chosen = choose_needs(request.requirements, choice, request.python, request.pythons, static=request.static)
    return replace(request, needs=chosen.needs, python=chosen.python)


def check_keep(keep: Iterable[str], observation: Observation, option: str = "--keep") -> None:
    """Raises UsageError for packages that an option names and are not there; one of the path may well be missing."""
    known = {d.name for d in observation.distributions} | {distribution_of(module) for module in STACK}
    unknown = [name for name in keep if observation.distributions and name not in known]
    if unknown:
        guesses = dict.fromkeys(filter(None, (meant_package(name, observation) for name in unknown)))
        raise UsageError(
            f"{option} {', '.join(unknown)}: not installed there", " ".join(guesses) or "name a package that is there"
        )


def check_wanted(wishes: Mapping[str, str], observation: Observation) -> None:
    """Raises UsageError for wishes about packages that nobody knows, and for those that no known release meets."""
    from .knowledge import load

    check_keep(wishes, observation, "--wanted")
    for name, text in wishes.items():
        releases, wish = load().releases_for_python(name, observation.python), read_requirement(text)
        if releases and wish and not any(wish.specifier.contains(r.parsed, prereleases=True) for r in releases):
            known = f"known are {releases[0].version} to {releases[-1].version}"
            raise UsageError(f"--wanted {text}: there is no such release for Python {observation.minor}", known)


def with_wishes(observation: Observation, wishes: Mapping[str, str]) -> Observation:
    """The same, with whether it is what is wished for."""
    from .rules.installation.wanted import look_at_wishes

    told = tuple(look_at_wishes(observation, wishes))
    return replace(observation, outcomes=(*observation.outcomes, *told)) if told else observation


def meant_package(name: str, observation: Observation) -> str:
    """A question for the installed package that a name means, "" where none looks like it; a module's name counts."""
    installed = sorted({d.name for d in observation.distributions})
    brings = distribution_of(name.replace("-", "_"))
    return f"did you mean {brings}?" if brings in installed else meant(name, installed)


def _prepare() -> None:
    """Import what concludes."""
    from .knowledge import load
    from .rules import environment

    load()
    del environment


def conclude(
    patient: Patient,
    observation: Observation,
    script: Script | None,
    clock: Clock,
    places: tuple[Place, ...] = (),
    policy: Policy = UNDECIDED,
) -> Report:
    """Findings and remedies of what was seen, as the policy has them."""
    from .knowledge import load
    from .remedy.wording import make_remedies
    from .rules import diagnose

    script = with_rehearsed(script, observation)
    if not observation.imported:
        observation = with_expected(observation, script)
    else:
        observation = with_otherwise(observation, script)
    with clock.phase("rules"):
        knowledge = load()
        judged = apply(diagnose(Case(observation, script, knowledge, places)), policy, script)
    return Report(
        observation,
        script,
        patient,
        judged.findings,
        make_remedies(judged.findings, observation, patient.lasts),
        dict(clock.seconds),
        knowledge.date,
        places=places,
        ignored=judged.ignored,
        decided=judged.told,
    )


def with_expected(observation: Observation, script: Script | None) -> Observation:
    """What was read of an environment, with what was measured elsewhere of its versions; and what nobody knows."""
    from . import knowledge
    from .matrix.expected import expect
    from .matrix.lacking import find_lacking
    from .matrix.measured import load
    from .probe.canaries import every, quick
    from .probe.plan import may_convert

    if not observation.executable:  # releases, and no files that could be looked at
        observation = replace(observation, unresolved=tuple(find_lacking(observation, script)))
    matrix = load()
    if not matrix.cells:
        return observation
    models = script.canaries if script else quick()
    found = expect(matrix, observation, models, every(), knowledge.load(), may_convert(script))
    return replace(observation, outcomes=(*observation.outcomes, *found.outcomes), unmeasured=found.unknown)


def with_otherwise(observation: Observation, script: Script | None) -> Observation:
    """What was seen, with where it contradicts what was measured under the very same versions."""
    from .matrix.measured import load
    from .matrix.otherwise import find_otherwise
    from .probe.canaries import every, quick

    found = find_otherwise(load(), observation, script.canaries if script else quick(), every())
    return replace(observation, otherwise=tuple(found))
