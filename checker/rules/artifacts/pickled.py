"""Files of pickled objects against the Python and the packages that are to load them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Advice, Artifact, Basis, Case, Finding, Severity, Stage, rule
from ..evidence import subjects_text
from .pickled_findings import consumer_python, convert_instead, here, pickled_finding, with_release
from .reading import file_name

if TYPE_CHECKING:
    from ...model.forms.pickled import Pickled

#: protocol -> the first Python that reads it
FIRST_PYTHON = {3: (3, 0), 4: (3, 4), 5: (3, 8)}


def pickles(case: Case[Artifact]) -> Iterator[tuple[str, Pickled]]:
    """The pickled files of an artifact, with their names."""
    if found := case.subject.pickled:
        yield file_name(case.subject), found


@rule("Loading the file runs commands", Stage.LOAD)
def pickle_runs_code(case: Case[Artifact]) -> Iterator[Finding]:
    """The file calls, or hands on, functions that no model needs: to load it is to run whatever it says.

    What happens: commands run, files are written or read, code is fetched, as the user who loads the file.
    Why: a pickle is a program. os.system, eval, subprocess and the like are put into one by hand.
    Remedy: do not load it. Get the model from whoever made it, as ONNX or as a file of skops.
    Not this rule: classes and functions of the libraries that models are made of, and functions of the maker's own
    that cloudpickle wrote into it, which run when the model is used.
    """
    for name, found in pickles(case):
        if found.dangers:
            said = f"Whoever loads {name} runs {subjects_text(found.dangers)}: no model needs that."
            no = Advice("action", f"Do not load {name}: get the model from whoever made it, as ONNX or saved by skops.")
            yield pickled_finding(case, said, (), no, evidence=found.dangers[:5])


@rule("The file is of a newer protocol than the Python that loads it", Stage.LOAD)
def pickle_protocol_too_new(case: Case[Artifact]) -> Iterator[Finding]:
    """The file is written in a protocol of pickle that the consumer's Python does not know.

    What happens: ValueError: unsupported pickle protocol: 5.
    Why: protocol 5 came with Python 3.8, and libraries write the newest that they have.
    Remedy: save it with protocol=4, or load it with a newer Python.
    Not this rule: byte code of another Python.
    """
    python = consumer_python(case)
    for name, found in pickles(case):
        first = FIRST_PYTHON.get(found.protocol, (3, 0))
        if python and found.form != "skops" and python < first:
            low = max(p for p, v in FIRST_PYTHON.items() if v <= python)
            said = f"{name} is of pickle's protocol {found.protocol}: Python {here(case).minor} reads up to {low}."
            line = f'joblib.dump(model, "{name}", protocol={low})'
            if found.form != "joblib":
                line = f'pickle.dump(model, open("{name}", "wb"), protocol={low})'
            again = Advice("code", f"Save it with protocol={low}.", lines=(line,))
            newer = Advice("action", f"Load it with Python {first[0]}.{first[1]} or later.")
            yield pickled_finding(case, said, ("python",), again, newer)


@rule("The file holds byte code of another Python", Stage.LOAD)
def byte_code_of_another_python(case: Case[Artifact]) -> Iterator[Finding]:
    """Functions or classes of the maker's own are in the file as byte code, which is of another Python.

    What happens: TypeError: code() takes at most 16 arguments (18 given); or a crash when the function is called.
    Why: cloudpickle writes what is defined in a notebook, and lambdas, as byte code: each minor release of Python has
    its own.
    Remedy: load it with the Python that made it, or keep such functions in a module that both sides import.
    Not this rule: functions that are kept by their names.
    """
    for name, found in pickles(case):
        if consumer_python(case) and found.functions and found.python and here(case).minor not in found.python:
            pythons = " or ".join(found.python)
            what = subjects_text([f or "a function" for f in found.functions], 2)
            said = f"{name} holds byte code of Python {pythons} ({what}), which Python {here(case).minor} does not run."
            own = Advice("code", "Keep functions and classes of your own in a module that both sides import.")
            made = "which made it" if len(found.python) == 1 else "or with another of these that made it"
            same = Advice("action", f"Load it with Python {found.python[-1]}, {made}.")
            yield pickled_finding(case, said, ("python",), same, own)


@rule("Python 2 wrote the file", Stage.LOAD)
def python_2_wrote_it(case: Case[Artifact]) -> Iterator[Finding]:
    """The file has texts of Python 2 that are no ASCII, as every array of numpy's is written there.

    What happens: UnicodeDecodeError: 'ascii' codec can't decode byte.
    Why: Python 2 writes bytes and texts alike, without an encoding; Python 3 takes them for ASCII.
    Remedy: say encoding="latin1" where it is loaded, and save the model anew.
    Not this rule: files of Python 3 in an old protocol.
    """
    for name, found in pickles(case):
        if found.python2:
            line = f'model = pickle.load(open("{name}", "rb"), encoding="latin1")'
            say = Advice("code", 'Load it with encoding="latin1", and save it anew with Python 3.', lines=(line,))
            said = f"{name} was written by Python 2: its texts and arrays are no ASCII, as Python 3 expects."
            yield pickled_finding(case, said, ("python",), say)


@rule("What the file is packed with is not installed", Stage.LOAD)
def packing_not_installed(case: Case[Artifact]) -> Iterator[Finding]:
    """The file is packed with lz4, and the consumer cannot unpack it.

    What happens: ValueError: LZ4 is not installed.
    Why: joblib packs with whatever is installed where the model is saved; lz4 is no part of Python.
    Remedy: install lz4, or save with compress=3, which needs nothing.
    Not this rule: zlib, gzip, bz2, lzma and xz, which Python itself has.
    """
    for name, found in pickles(case):
        if found.container == "lz4" and consumer_python(case) and not here(case).version("lz4"):
            said = f"{name} is packed with lz4, which is not installed where it is to be loaded."
            plain = Advice("code", "Save it with compress=3.", lines=(f'joblib.dump(model, "{name}", compress=3)',))
            bring = Advice("pins", "Install lz4.", changes=(("lz4", ""),))
            yield pickled_finding(case, said, ("lz4",), plain, bring)


@rule("Another release saved the file", Stage.LOAD)
def saved_by_other_release(case: Case[Artifact]) -> Iterator[Finding]:
    """The file was saved by another minor release of a library than the one that is to load it.

    What happens: InconsistentVersionWarning; often nothing else, sometimes wrong answers or a missing attribute later.
    Why: scikit-learn promises a file to no release but the one that saved it.
    Remedy: load it with that release, or save the model as ONNX, which does not depend on it.
    Not this rule: names, layouts and attributes that are seen to be missing, which block.
    """
    for name, found in pickles(case):
        for package, releases in found.saved.items():
            version = here(case).version(package) or ""
            others = [r for r in releases if version and r.split(".")[:2] != version.split(".")[:2]]
            if not others or package == "skops" or _fails(case):
                continue
            said = f"{name} was saved by {package} {others[0]}, and is to be loaded by {package} {version}: "
            said += f"{package} promises files to the release that saved them only."
            advice = (with_release(case, package, others[0]), convert_instead(case))
            yield pickled_finding(
                case, said, (package,), *advice, severity=Severity.WARNING, basis=Basis.DECLARED, explains=False
            )


def _fails(case: Case[Artifact]) -> bool:
    """Whether something of the file was seen to fail."""
    return any(f.subject == file_name(case.subject) for f in case.subject.failures(Stage.LOAD, Stage.RUN))
