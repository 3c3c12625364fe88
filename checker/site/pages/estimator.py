"""One estimator: since when it works, where it is wrong, how it fails, and the measurement behind each of these."""

from __future__ import annotations

from collections.abc import Sequence

from ...matrix.pages import pinned
from ...texts import line, shell_word
from ..facts.estimators import Estimator, Variant
from ..facts.failures import Failing, Failures, Seen
from ..facts.kinds import Kind
from ..facts.spans import told, works
from ..html import Child, Html, el, joined, row, table
from ..shell import Sheet
from .between import of_estimator
from .words import SHOWN, code, legend, sign, wrong_with

#: characters of what a canary constructs, and of a failure's text; names of canaries beside a failure
MAKE, TEXT, NAMES = 300, 600, 6
#: packages of whose pairs an estimator has a table
BESIDE = (("scikit-learn", "skl2onnx"), ("onnx", "onnxruntime"))


def page(one: Estimator, failures: Failures) -> Sheet:
    """Its page."""
    found = failures.of(v.canary.name for v in one.variants)
    wrong = [f for f in found if f.kind in (Kind.WRONG, Kind.EDGE)]
    others = [f for f in found if f not in wrong]
    body = joined(
        el("h1", one.name),
        el("p", el("code", one.dotted), " to ONNX: ", _lead(one)),
        _by_package(one),
        el("h2", "Wrong answers", id="wrong"),
        _list(wrong) if wrong else el("p", "None was seen."),
        el("h2", "How it fails", id="failures"),
        _others(others),
        el("h2", "Releases beside each other", id="pairs"),
        [_beside(one, names) for names in BESIDE],
        legend(),
        el("h2", "What was tried", id="models"),
        table(
            "Models that were tried",
            ("Model", "Constructed as", *SHOWN, "Wrong"),
            map(_variant, one.variants),
            "models",
        ),
    )
    about = f"Whether {one.dotted} converts to ONNX, since which releases, and where it is silently wrong: measured."
    return Sheet(one.file, f"{one.name} to ONNX", about, body)


def _lead(one: Estimator) -> Child:
    good, wrong = one.counts.get(Kind.WORKS, 0), one.counts.get(Kind.WRONG, 0)
    share = (
        f"it works in {f'{good:,}' if good else 'none'} of {one.tried:,} measured sets of versions that can be imported"
    )
    more = f", and in {wrong:,} it runs and its answers are wrong." if wrong else "."
    several = (
        f" {len(one.variants)} models of it were tried, and each is counted by itself." if one.variants[1:] else ""
    )
    return share + more + several


def _by_package(one: Estimator) -> Html:
    releases = {package: one.releases(package) for package in SHOWN}
    rows = (
        row(package, told(works(counts)), wrong_with({package: counts}).removeprefix(f"{package} ") or "none seen")
        for package, counts in releases.items()
    )
    return table("By package", ("Package", "Works", "Wrong answers with"), rows)


def _list(found: Sequence[Failing]) -> Html:
    return joined(el("details", _summary(one), _evidence(one), class_="failure") for one in found)


def _others(found: Sequence[Failing]) -> Html:
    """Failures that come before the answers; what a runtime refuses is much and folded, since it differs by release."""
    if not found:
        return el("p", "No failure was seen, but of packages that cannot be imported together.")
    refused = [one for one in found if one.kind is Kind.REFUSED]
    words = f"{len(refused)} way{'s' * (len(refused) > 1)} in which the checker of ONNX or a runtime refuses the model"
    folded = el("details", el("summary", words), _list(refused), class_="folded") if refused else None
    return joined(_list([one for one in found if one not in refused]), folded)


def _summary(one: Failing) -> Html:
    what = f"{one.signature.stage.value}: {one.signature.type}"
    place = f" in {one.signature.where}" if one.signature.where else ""
    names = [*one.seen]
    few = ", ".join(names[:NAMES]) + (", ..." if names[NAMES:] else "")
    count = f"{one.sets:,} set" + ("s" if one.sets > 1 else "")
    return el("summary", sign(one.kind, what), place, el("small", f" {count}: {few}"))


def _evidence(one: Failing) -> Html:
    name, seen = max(one.seen.items(), key=lambda told: (told[1].cell.date, told[1].sets))
    return joined(
        el(
            "blockquote",
            line(one.signature.text, TEXT),
            el("small", " (# stands for a number)") if "#" in one.signature.text else None,
        ),
        el(
            "p",
            f"Measured on {seen.cell.date} with {pinned(seen.pins)}",
            f" ({seen.cell.id})" if seen.cell.id else "",
            ".",
        ),
        code(why(seen, name)),
    )


def why(seen: Seen, canary: str) -> str:
    """The command that names the measurements behind it."""
    pins = " ".join(shell_word(f"{name}=={version}") for name, version in seen.pins.items() if version)
    return f"checker matrix why {pins} {shell_word(canary)}"


def _beside(one: Estimator, names: tuple[str, str]) -> Child:
    pairs = one.pairs(*names)
    return of_estimator(names, pairs, f"{one.name} with each {names[0]} and {names[1]}") if pairs else None


def _variant(variant: Variant) -> Html:
    reach = variant.reach
    since = (told(works(reach.releases(package))) for package in SHOWN)
    made = el("code", line(variant.canary.make, MAKE))
    wrong = reach.counts().get(Kind.WRONG, 0)
    return row(variant.canary.name, made, *since, f"{wrong:,} sets" if wrong else "none seen", id=variant.canary.name)
