"""Graphs that a script builds with onnx.helper, built and loaded again: what they and the packages refuse."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ...model import Advice, Canary, Case, Failure, Finding, Observation, Severity, Stage, rule
from ..advice import move, newer_with, newest
from ..evidence import Cause, canary_of, each, says
from ..models.canary_findings import canary_finding, last_words, with_versions
from ..models.runtime import IR
from .graphs import UNCOMPUTED, as_float, fault_of, misfit_of
from .needs import Needs, takes

_KERNEL = r"Could not find an implementation for (?:the node )?(?P<node>[^\s]+)"
_NO_OPERATOR = r"No Op(?:Schema)? registered for (?P<name>\S+) with domain_version of (?P<stamp>\d+)"
_OWN_DOMAIN = r"Fatal error: (?:(?P<domain>[\w.]+):)?(?P<name>\w+)(?:\(-?\d+\))? is not a registered function/op"
_OPSET = r"Opset (?P<opset>\d+) is under development|ONNX Runtime only \*guarantees\* support for models stamped"
_FED = (
    r"Unexpected input data type|Invalid rank for input|Got invalid dimensions for input|Required inputs|[Ii]nput name"
)
#: errors with which a package refuses what another release of it takes
OF_RELEASES = ("TypeError", "AttributeError", "ImportError", "ModuleNotFoundError")
#: what a rule says of a failure: a sentence without its end, culprits, advice
Told = tuple[str, tuple[str, ...], tuple[Advice, ...]]


@rule("A graph of the script's own is refused", Stage.CONVERT)
def graph_of_script(case: Case[Observation]) -> Iterator[Finding]:
    """The graph that a script puts together with onnx.helper is refused where it is built, checked, loaded or run.

    What happens: NOT_IMPLEMENTED, INVALID_GRAPH, Type Error, ShapeInferenceError, ValidationError.
    Why: the graph contradicts itself or the specification; or the runtime has no kernel for a type (bfloat16, ...),
    does not know an operator of a domain of one's own, or is older than the stamps that onnx.helper writes by itself.
    Remedy: mend the graph; another release only where the cause is one of releases.
    Not this rule: graphs that converters write; what the script tries and goes on after.
    """
    for stage in (Stage.CONVERT, Stage.CHECK, Stage.LOAD, Stage.RUN):
        for cause in each(case, stage):
            own = canary_of(case, cause.first.subject)
            if own is None or not (own.form == "graph" or _rehearsed(case, own, cause.first)):
                continue
            where = str(cause.first.facts.get("called") or own.where)
            text, culprits, advice = _told(case, cause)
            yield canary_finding(case, cause, f"{where} {text}.", culprits, *advice, worth=Severity.BLOCKER)


def _rehearsed(case: Case[Observation], own: Canary, failure: Failure) -> bool:
    """Whether it is a line of a rehearsed script that loads a graph, of which no converter has made any."""
    line = not (own.make or own.converter or own.logging or own.artifact)
    converts = case.script is None or case.script.conversions > 0
    return line and not converts and fault_of(failure) is not None


def _told(case: Case[Observation], cause: Cause) -> Told:
    """What is wrong, who is to blame, and what to do."""
    failure = cause.first
    if fault := fault_of(failure) or (misfit_of(failure) if failure.stage is Stage.RUN else None):
        alike = "" if fault.moves or failure.stage is Stage.CHECK else ", in every release of onnxruntime"
        newer = _newer(case) if fault.moves else ()
        return f"the graph is wrong{alike}: {fault.wrong}", (), (fault.advice, *newer)
    for told in (_no_kernel, _no_operator, _own_domain, _stamps, _fed):
        if found := told(case, failure):
            return found
    does = {Stage.CONVERT: "cannot be built", Stage.CHECK: "is refused by the checker of onnx", Stage.RUN: "fails"}
    name = "onnx" if failure.stage in (Stage.CONVERT, Stage.CHECK) else "onnxruntime"
    mend = Advice("code", "Mend the statement that builds or uses the graph.")
    runs = does.get(failure.stage, "is not loaded")
    said = f"the graph {runs} with {with_versions(case, name)}: {last_words(failure).rstrip('.')}"
    hangs = failure.stage in (Stage.LOAD, Stage.RUN) or failure.type in OF_RELEASES
    return said, (name,), (mend, *([move(case, (name,))] if hangs else []))


def _newer(case: Case[Observation]) -> tuple[Advice, ...]:
    """Advice to move the runtime, where a newer one is known."""
    return (move(case, ("onnxruntime",)),) if newest(case, "onnxruntime") else ()


def _no_kernel(case: Case[Observation], failure: Failure) -> Told | None:
    found = says(failure, _KERNEL)
    if not found and not says(failure, "NOT_IMPLEMENTED"):
        return None
    inputs = [(str(name), str(kind)) for name, kind in failure.facts.get("inputs") or ()]
    element = next((kind for _, kind in inputs if kind not in ("float", "string", "bool", "undefined")), "")
    names = tuple(name for name, kind in inputs if element and kind == element)
    which = f"{found['node'] if found else 'an operator'}{f' with {element}' if element else ''}"
    text = f"{with_versions(case, 'onnxruntime')} has no implementation of {which}"
    advice = (as_float(names, element),) if element else (Advice("code", "Use an operator or a type that it has."),)
    return text, ("onnxruntime",), advice if UNCOMPUTED.match(element) else (*advice, *_newer(case))


def _no_operator(case: Case[Observation], failure: Failure) -> Told | None:
    """An operator that the opset of the graph does not have yet, or that nobody has."""
    if not (found := says(failure, _NO_OPERATOR)):
        return None
    name, stamp = found["name"], int(found["stamp"])
    known = [(d, o[name][0]) for d, o in case.knowledge.operators.items() if name in o]
    if not known:
        text = f"no opset of ONNX has the operator {name}"
        return text, (), (Advice("code", "Write an operator that there is, by its exact name."),)
    domain, first = known[0]
    short = "" if domain == "ai.onnx" else domain
    text = f"the graph is stamped with opset {stamp}, and {name} ({domain}) came with {first}"
    line = f'helper.make_opsetid("{short}", {first})'
    if first <= stamp:
        text = f"{name} is an operator of {domain}, and its node or the graph does not name that domain"
        line = f'helper.make_node("{name}", ..., domain="{short}")'
    advice = Advice("code", f"Name the domain and an opset that has {name}.", lines=(line,))
    return text, (), (advice,)


def _own_domain(case: Case[Observation], failure: Failure) -> Told | None:
    if not (found := says(failure, _OWN_DOMAIN)):
        return None
    domain = f" of {found['domain']}" if found["domain"] else ""
    known = next((d for d, o in case.knowledge.operators.items() if found["name"] in o), "")
    if known and found["domain"]:
        line = f'helper.make_node("{found["name"]}", ..., domain="{"" if known == "ai.onnx" else known}")'
        text = f"onnxruntime has no operator {found['name']}{domain}: it is one of {known}"
        return text, (), (Advice("code", "Name the domain of the operator.", lines=(line,)),)
    text = f"onnxruntime has no operator {found['name']}{domain}: a library has to bring it"
    line = 'options.register_custom_ops_library("libcustom.so")'
    library = Advice("code", "Register the custom-ops library with the session.", lines=(line,))
    return text, (), (library, Advice("code", "Or put the graph together of operators of ONNX."))


def _stamps(case: Case[Observation], failure: Failure) -> Told | None:
    """An IR version or an opset that the runtime does not know yet: make_model writes the newest of onnx."""
    ir, opset = says(failure, IR), says(failure, _OPSET)
    limits = case.knowledge.limits(case.subject.version("onnxruntime") or "0")
    if not (ir or opset):
        return None
    if ir:
        what, line = f"IR version {ir['ir']}, it takes {ir['top']}", f"model.ir_version = {ir['top']}"
        needs = Needs(int(ir["ir"]), {})
    else:
        most = limits.opset if limits and limits.opset else "..."
        stamp = int(opset["opset"] or 0) if opset else 0
        what, line = f"opset {stamp or 'too new'}, it takes {most}", f'helper.make_opsetid("", {most})'
        needs = Needs(None, {"ai.onnx": stamp})
    text = f"{with_versions(case, 'onnxruntime')} refuses the graph, which has {what}"
    advice = Advice("code", "Write what the runtime takes: onnx.helper writes its own newest.", lines=(line,))
    known = any(r.checks_stamps and takes(needs, r) for r in case.knowledge.releases("onnxruntime"))
    newer = (newer_with(case, "onnxruntime", partial(takes, needs), "this version"),) if known else ()
    return text, ("onnxruntime", "onnx"), (advice, *newer)


def _fed(case: Case[Observation], failure: Failure) -> Told | None:
    if failure.stage is not Stage.RUN or not says(failure, _FED):
        return None
    advice = Advice(
        "code", "Feed what the graph declares: its names, types and shapes.", lines=("x.astype(np.float32)",)
    )
    return f"what is fed is not what the graph declares: {last_words(failure).rstrip('.')}", (), (advice,)
