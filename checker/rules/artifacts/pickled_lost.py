"""What a pickled file needs and its consumer has not: seen there, without the file being loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...knowledge.facts import within
from ...model import Advice, Artifact, Case, Failure, Finding, Stage, rule
from ...names import distribution_of, is_known
from ..evidence import first_words, subjects_text
from .pickled_findings import convert_instead, here, install, pickled_finding, pin, with_release
from .reading import file_name


def failing(case: Case[Artifact], kind: str) -> Iterator[Failure]:
    """The failures of a kind of the file itself."""
    return (f for f in case.subject.failures() if f.type == kind and f.subject == file_name(case.subject))


def saved(case: Case[Artifact], package: str) -> str:
    """The release of a package that saved the file, "" where the file does not tell."""
    found = case.subject.pickled
    return next(iter(found.saved.get(package, ())), "") if found else ""


def saver(case: Case[Artifact], package: str) -> str:
    """Who saved it, as the end of a sentence: ": it was saved by scikit-learn 1.2.2"."""
    release = saved(case, package)
    return f": it was saved by {package} {release}" if release else ""


def _by(case: Case[Artifact], package: str) -> str:
    """Who saved it, in brackets."""
    release = saved(case, package)
    return f" (it was saved by {package} {release})" if release else ""


def go_back(case: Case[Artifact], package: str, bound: str = "", *otherwise: Advice) -> tuple[Advice, ...]:
    """What to do about a file that another release saved; `bound` is known of the releases that take it."""
    release, found = saved(case, package), list(otherwise)
    known = [r.version for r in case.knowledge.releases_for_python(package, here(case).minor)]
    if release in known:
        found.append(with_release(case, package, release))
        found.append(pin(package, f"=={release}", f"Move {package} to {release}, which saved it."))
    elif bound:
        found.append(install(case, f"{package}{bound}", f"Install {package}{bound}, which has what it needs."))
        found.append(pin(package, bound, f"Move {package} to a release {bound}, which has what it needs."))
    elif release:
        found.append(with_release(case, package, release))
    return (*found, convert_instead(case))


def bound_of(case: Case[Artifact], package: str, module: str) -> str:
    """The releases of a package that are known to have a module, as a bound; "" where nothing is known."""
    parts = module.split(".")
    for length in range(len(parts), 1, -1):
        for change in case.knowledge.name_changes(".".join(parts[:length])):
            if change.package == package:
                version = here(case).version(package) or ""
                return "" if within(version, change.needs) else change.needs
    return ""


@rule("The file needs names that its consumer does not have", Stage.LOAD)
def saved_name_lost(case: Case[Artifact]) -> Iterator[Finding]:
    """The file names modules, classes or functions that are not there, or no longer, where it is to be loaded.

    What happens: ModuleNotFoundError: No module named 'sklearn.ensemble.forest'; AttributeError: Can't get attribute.
    Why: a pickle keeps the places of classes by their names, private ones too, and these move between releases.
    Remedy: load it with the release that saved it, or train, save or convert it anew.
    Not this rule: what is there and no longer fits.
    """
    for failure in failing(case, "NamesLost"):
        lost = [one for one in failure.facts.get("lost", ()) if one.get("kind") in ("module", "name")]
        for package, ones in _by_owner(case, lost).items():
            name, first = failure.subject, ones[0]
            installed = here(case).version(package)
            whose = f"{package} {installed} does not have" if installed else "is not there"
            said = f"{name} needs {_named(ones)}, which {whose}{saver(case, package)}."
            bound = bound_of(case, package, first["module"])
            if not bound and first["module"].startswith("numpy._core"):
                bound = ">=2"  # 1.26 has a part of it, for files of 2 that need no more
            culprits = (package,) if package else ()
            advice = go_back(case, package, bound)
            yield pickled_finding(case, said, culprits, *advice, evidence=_said(ones), part=package or first["module"])


def _by_owner(case: Case[Artifact], lost: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """What is lost, by the distribution that should have it."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in lost:
        module = str(one.get("home") or one["module"])
        found.setdefault(here(case).owner(module) or distribution_of(module), []).append(one)
    return found


def _named(lost: Sequence[Mapping[str, Any]]) -> str:
    return subjects_text([f"{one['module']}.{one['name']}".rstrip(".") for one in lost], 2)


def _said(lost: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(first_words(str(one["text"]), 200) for one in lost[:3] if one.get("text"))


@rule("The file needs a package that its consumer does not have", Stage.LOAD)
def saved_package_missing(case: Case[Artifact]) -> Iterator[Finding]:
    """The file holds objects of a package that is not installed where it is to be loaded.

    What happens: ModuleNotFoundError: No module named 'lightgbm'.
    Why: a pickle holds no code: whoever loads it must have all packages that its objects come from.
    Remedy: install the package, in the release that the model was trained with.
    Not this rule: modules of the maker's own.
    """
    for failure in failing(case, "NamesLost"):
        tops = dict.fromkeys(str(one["missing"]) for one in failure.facts.get("lost", ()) if one["kind"] == "package")
        for top in tops:
            package = distribution_of(top)
            if not (package and is_known(package)):
                continue
            release = saved(case, package)
            text = f"Install {package} where it is to be loaded{f': {release} saved it' if release else ''}."
            line = f"{here(case).executable or 'python'} -m pip install '{package}{f'=={release}' if release else ''}'"
            bring = Advice("action", text, lines=(line,))
            change = pin(package, f"=={release}" if release else "", f"Install {package}.")
            said = f"{failure.subject} needs {package}, which is not installed where it is to be loaded."
            yield pickled_finding(case, said, (package,), bring, change, convert_instead(case), part=package)


@rule("The file needs code of its maker's own", Stage.LOAD)
def own_code_missing(case: Case[Artifact]) -> Iterator[Finding]:
    """The file names classes or functions of the script or project that made it, and these are not in it.

    What happens: AttributeError: Can't get attribute 'MyTransformer' on <module '__main__'>; ModuleNotFoundError.
    Why: pickle and joblib keep the names of classes and functions only; what was defined in a script or notebook is
    called __main__, which is another program wherever the file is loaded.
    Remedy: keep such code in a module that is installed on both sides, or save with cloudpickle, which takes it along.
    Not this rule: packages from an index.
    """
    for failure in failing(case, "NamesLost"):
        lost = failure.facts.get("lost", ())
        own = [one for one in lost if one["kind"] == "own" or (one["kind"] == "package" and not _known(one))]
        if own:
            said = f"{failure.subject} needs {_named(own)}, which its maker wrote, and which is not in the file."
            keep = Advice("code", "Keep such code in a module that both sides import, and save the model again.")
            line = f'cloudpickle.dump(model, open("{failure.subject}", "wb"))'
            take = Advice("code", "Or save it with cloudpickle, which takes the code along.", lines=(line,))
            yield pickled_finding(case, said, (), keep, take, part="own code")


def _known(one: Mapping[str, Any]) -> bool:
    return bool(distribution_of(str(one["missing"])))


@rule("Arrays in the file have another layout than the library reads", Stage.LOAD)
def array_layout_changed(case: Case[Artifact]) -> Iterator[Finding]:
    """The nodes of trees are kept as they lie in memory, and the consumer's release lays them out otherwise.

    What happens: ValueError: node array from the pickle has an incompatible dtype; Buffer dtype mismatch.
    Why: a release that adds a field to a node (such as missing_go_to_left) reads no nodes without it.
    Remedy: load it with the release that saved it, or train or convert it anew.
    Not this rule: numbers of another width, which are converted.
    """
    for failure in failing(case, "LayoutRefused"):
        one = failure.facts["layouts"][0]
        there, now = list(one["there"]), list(one["here"])
        more, less = [f for f in now if f not in there], [f for f in there if f not in now]
        parts = [f"its nodes lack {subjects_text(more)}"] if more else []
        parts += [f"its nodes have {subjects_text(less)}, which is unknown there"] if less else []
        package = here(case).owner(one["where"]) or "scikit-learn"
        said = f"{failure.subject} keeps its trees otherwise than {package} {here(case).version(package)} reads them: "
        said += f"{'; '.join(parts) or 'their fields stand in another order'}{_by(case, package)}."
        yield pickled_finding(case, said, (package,), *go_back(case, package), stage=failure.stage)


@rule("An older joblib cannot read the file's arrays", Stage.LOAD)
def arrays_padded(case: Case[Artifact]) -> Iterator[Finding]:
    """A newer joblib wrote the file, and the consumer's takes bytes between its arrays for numbers.

    What happens: KeyError: 0; EOFError; TypeError: 'str' object is not callable; nothing that names joblib.
    Why: joblib puts a few bytes before the numbers of each array, so that they lie at whole words; releases before it
    did so do not know these bytes, and read everything behind them one byte off.
    Remedy: a newer joblib where the file is loaded; or plain pickle, which keeps arrays otherwise.
    Not this rule: files whose arrays hold objects only, which are not padded.
    """
    for failure in failing(case, "PaddingUnknown"):
        version = here(case).version("joblib")
        said = (
            f"{failure.subject} was written by a newer joblib, and joblib {version} reads its arrays at wrong places."
        )
        line = 'pickle.dump(model, open("model.pkl", "wb"))'
        plain = Advice("code", "Save it with pickle, which puts nothing between.", lines=(line,))
        newer = pin("joblib", f">{version}" if version else "", f"Move joblib to a release newer than {version}.")
        yield pickled_finding(case, said, ("joblib",), plain, newer)


@rule("A library refuses what the file hands to it", Stage.LOAD)
def helper_refuses(case: Case[Artifact]) -> Iterator[Finding]:
    """A private helper that makes an object of the file takes other arguments in the consumer's release.

    What happens: ValueError: MT19937 is not a known BitGenerator module; Incompatible checksums.
    Why: objects with a state of their own (generators of random numbers, compiled classes) are made by helpers that
    change between releases.
    Remedy: load it with the release that saved it; for random_state, give numbers instead of RandomState objects.
    Not this rule: names that are gone.
    """
    for failure in failing(case, "HelperRefuses"):
        helper, words = failure.facts["refused"][0]
        package = here(case).owner(helper) or distribution_of(helper)
        said = (
            f"{failure.subject} calls {helper}, and {package} {here(case).version(package)} refuses what it hands on."
        )
        other = (Advice("code", "Give random_state a number instead of a RandomState, and save the model again."),)
        advice = go_back(case, package, "", *other) if package == "scikit-learn" else (*other, _newer(package))
        yield pickled_finding(case, said, (package,), *advice, evidence=(first_words(str(words), 200),))


def _newer(package: str) -> Advice:
    return pin(package, "", f"Move {package} to the release that was there when it was saved.")


@rule("A class misses attributes in the file", Stage.RUN)
def saved_attribute_missing(case: Case[Artifact]) -> Iterator[Finding]:
    """The file loads, and its objects lack an attribute that the consumer's release reads when it predicts.

    What happens: AttributeError: 'DecisionTreeClassifier' object has no attribute 'monotonic_cst'.
    Why: loading a pickle restores attributes and calls no constructor: what a later, or an earlier, release has added
    is not there.
    Remedy: load it with the release that saved it, or train or convert it anew.
    Not this rule: what only a refit would need.
    """
    for failure in failing(case, "AttributesLost"):
        one = failure.facts["lacks"][0]
        package = here(case).owner(one["kind"]) or distribution_of(one["kind"])
        short = str(one["kind"]).rpartition(".")[2]
        said = f"{failure.subject} loads, and {one['method']} of its {short} fails: {package} "
        said += f"{here(case).version(package)} reads {one['attribute']}, which the file does not have"
        evidence = (first_words(str(one["text"]), 200),)
        advice = go_back(case, package)
        yield pickled_finding(
            case, f"{said}{saver(case, package)}.", (package,), *advice, stage=Stage.RUN, evidence=evidence
        )
