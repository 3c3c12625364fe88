"""Literal reports for the reporters' tests: one for each kind of answer."""

from __future__ import annotations

from dataclasses import replace

from checker.model import (
    Basis,
    Canary,
    Change,
    Column,
    Distribution,
    Failure,
    Finding,
    Frame,
    Import,
    Observation,
    Outcome,
    Passed,
    Patient,
    Plan,
    Proven,
    Refuted,
    Remedy,
    Report,
    Script,
    Severity,
    Stage,
    Step,
    Unproven,
)

SITE = "/home/ana/taxi/.venv/lib/python3.6/site-packages"
UNTRIED = Unproven("remedies are not tried out in this release")
PATIENT = Patient(
    ("/home/ana/taxi/.venv/bin/python",),
    "/home/ana/taxi/.venv/bin/python",
    "VIRTUAL_ENV names it, the active virtual environment of this shell",
)
KERNEL = Patient(("live",), "this notebook's kernel", "%preflight looks at the kernel that runs it")
MODEL = "Pipeline(ColumnTransformer, LogisticRegression)"
QUICK = (
    "LinearRegression",
    "LogisticRegression",
    "RandomForestClassifier",
    "GradientBoostingRegressor",
    "StandardScaler",
)
IMPORTS = ("numpy", "scipy", "pandas", "sklearn", "google.protobuf", "onnx", "onnxruntime", "skl2onnx", "mlflow")
TUTORIAL = {
    "mlflow": "1.10.0",
    "numpy": "1.16.6",
    "onnx": "1.6.0",
    "onnxconverter-common": "1.6.0",
    "onnxruntime": "1.0.0",
    "packaging": "20.4",
    "pandas": "0.25.3",
    "protobuf": "3.13.0",
    "scikit-learn": "0.22.2.post1",
    "scipy": "1.4.1",
    "skl2onnx": "1.4.9",
}
RECENT = {
    "mlflow-skinny": "2.14.1",
    "numpy": "1.26.4",
    "onnx": "1.16.1",
    "onnxruntime": "1.18.0",
    "pandas": "2.2.2",
    "protobuf": "4.25.3",
    "scikit-learn": "1.5.0",
    "scipy": "1.13.1",
    "setuptools": "70.0.0",
    "skl2onnx": "1.16.0",
}


def installed(pins: dict[str, str], site: str = SITE) -> tuple[Distribution, ...]:
    """Distributions of one folder."""
    return tuple(Distribution(name, version, site) for name, version in pins.items())


def passed(subject: str, *stages: Stage, seconds: float = 0.01) -> list[Outcome]:
    """Steps that worked."""
    return [Passed(stage, subject, seconds) for stage in stages]


def imported(*modules: str) -> list[Outcome]:
    """Imports that worked."""
    return [o for m in modules for o in passed(m, Stage.IMPORT, seconds=0.21)]


def walked(*models: str) -> list[Outcome]:
    """Models that passed every step."""
    steps = (Stage.FIT, Stage.CONVERT, Stage.CHECK, Stage.LOAD, Stage.RUN, Stage.PARITY)
    return [o for m in models for o in passed(m, *steps)]


def pins(text: str, name: str, was: str, to: str, rule: str) -> Remedy:
    """A remedy that moves one package."""
    wanted = f"{name}=={to}"
    commands = {
        "uv": f"uv pip install --python /home/ana/taxi/.venv/bin/python '{wanted}'",
        "pip": f"/home/ana/taxi/.venv/bin/python -m pip install '{wanted}'",
    }
    return Remedy("pins", text, (Change(name, was, to),), (wanted,), commands, (rule,), UNTRIED)


SCRIPT = Script(
    ("train.py",),
    (Import("pandas", "", "train.py:1"), Import("skl2onnx", "convert_sklearn", "train.py:4")),
    (
        Canary(
            MODEL,
            "sklearn.linear_model.LogisticRegression()",
            ("sklearn.linear_model",),
            (Column("fareAmount", "float32"),),
            where="train.py:31",
        ),
    ),
    notes=("train.py:12: the parameter C of LogisticRegression is not a literal; its default was used",),
)

ITERABLE = "You passed in an iterable attribute but I cannot figure out its applicable type."
CONVERT = Failure(
    Stage.CONVERT,
    MODEL,
    0.11,
    "ValueError",
    ITERABLE,
    (("ValueError", ITERABLE),),
    (
        Frame(
            f"{SITE}/skl2onnx/operator_converters/OneHotEncoder.py",
            "skl2onnx.operator_converters.OneHotEncoder",
            "convert_sklearn_one_hot_encoder",
            97,
        ),
        Frame(f"{SITE}/onnx/helper.py", "onnx.helper", "make_attribute", 353),
    ),
)


def blocked() -> Report:
    """Python 3.6, the tutorial with a scikit-learn that is newer than its converter."""
    outcomes = [*imported(*IMPORTS), *passed(MODEL, Stage.FIT), CONVERT, *walked(*QUICK[:2])]
    finding = Finding(
        Severity.BLOCKER,
        Stage.CONVERT,
        Basis.SEEN,
        MODEL,
        "OneHotEncoder does not convert: skl2onnx 1.4.9 hands onnx 1.6.0 an attribute that it cannot type, since "
        "scikit-learn 0.22.2.post1 keeps its categories in another way than the "
        "releases that skl2onnx 1.4.9 was written for",
        ("skl2onnx", "scikit-learn"),
        (f"ValueError: {ITERABLE}", "skl2onnx/operator_converters/OneHotEncoder.py:97", "asked for at train.py:31"),
        explains=(Step(Stage.CONVERT, MODEL),),
        rule="converter-behind",
    )
    note = Finding(
        Severity.NOTE,
        Stage.INSTALL,
        Basis.DECLARED,
        "mlflow",
        "mlflow 1.10.0 asks for sqlalchemy<=1.3.13, which is not installed; it imports all the same",
        rule="metadata-conflict",
    )
    ways = (
        pins(
            "Go back to scikit-learn 0.20.3, the newest release that skl2onnx 1.4.9 was tested with",
            "scikit-learn",
            "0.22.2.post1",
            "0.20.3",
            "converter-behind",
        ),
        pins("Or raise skl2onnx to 1.5.2", "skl2onnx", "1.4.9", "1.5.2", "converter-behind"),
    )
    seen = Observation(
        "3.6.15", PATIENT.label, "Linux-5.15.0-x86_64", {}, installed(TUTORIAL), outcomes=tuple(outcomes)
    )
    return Report(
        seen, SCRIPT, PATIENT, (finding, note), ways, {"look": 0.21, "import": 1.9, "try": 0.64}, "2026-07-01"
    )


def ready() -> Report:
    """The tutorial's own pins: everything works."""
    outcomes = [*imported(*IMPORTS), *walked(MODEL, *QUICK), *passed(MODEL, Stage.REGISTER, seconds=1.2)]
    seen = Observation(
        "3.6.15",
        PATIENT.label,
        "Linux-5.15.0-x86_64",
        {},
        installed({**TUTORIAL, "scikit-learn": "0.20.3"}),
        outcomes=tuple(outcomes),
    )
    return Report(seen, SCRIPT, PATIENT, (), (), {"look": 0.2, "import": 1.8, "try": 14.3}, "2026-07-01")


def stale() -> Report:
    """A kernel that loaded scikit-learn before another version was installed in place: an action, not a pin."""
    text = "cannot import name '_is_arraylike_not_scalar' from 'sklearn.utils.validation'"
    failure = Failure(
        Stage.IMPORT,
        "sklearn.cluster",
        0.02,
        "ImportError",
        text,
        (("ImportError", text),),
        (Frame(f"{SITE}/sklearn/cluster/_kmeans.py", "sklearn.cluster._kmeans", "<module>", 31),),
    )
    finding = Finding(
        Severity.BLOCKER,
        Stage.IMPORT,
        Basis.SEEN,
        "sklearn",
        "This kernel holds scikit-learn 0.20.3 in memory, while the files on disk are those of 0.22.2.post1",
        ("scikit-learn",),
        ("sys.modules['sklearn'].__version__ is 0.20.3", f"{SITE}/scikit_learn-0.22.2.post1.dist-info"),
        ("https://example.org/stale-kernel",),
        explains=(Step(Stage.IMPORT, "sklearn.cluster"),),
        rule="stale-kernel",
    )
    way = Remedy(
        "action",
        "Restart the kernel, then run the notebook from the top; do not install into a running kernel",
        (),
        (),
        {"notebook": "Kernel > Restart Kernel"},
        ("stale-kernel",),
        Unproven("only you can restart this kernel"),
    )
    seen = Observation(
        "3.6.15",
        "/usr/bin/python3",
        "Linux-5.15.0-x86_64",
        {},
        installed(TUTORIAL),
        outcomes=(*imported("numpy", "pandas"), failure),
    )
    return Report(seen, Script(("taxi tips.ipynb",)), KERNEL, (finding,), (way,), {"look": 0.2}, "2026-07-01")


def parity() -> Report:
    """Everything runs, and the numbers are wrong."""
    wrong = (
        "the runtime disagrees with scikit-learn on 57 of 64 rows: largest difference 0.482, 31 % of the labels flipped"
    )
    facts = {"max_abs_difference": 0.4817, "max_rel_difference": 0.4817, "label_flips": 0.3125, "tolerance": 0.001}
    steps = (Stage.FIT, Stage.CONVERT, Stage.CHECK, Stage.LOAD, Stage.RUN)
    bad = [
        o
        for m in ("LogisticRegression(multi_class)", "OneVsRestClassifier")
        for o in (*passed(m, *steps), Failure(Stage.PARITY, m, 0.02, "Disagreement", wrong, facts=facts))
    ]
    finding = Finding(
        Severity.BLOCKER,
        Stage.PARITY,
        Basis.SEEN,
        "LogisticRegression(multi_class)",
        "onnxruntime 1.18.0 answers, but its results are wrong: probabilities differ by up to 0.482, 31 % of the labels flip",
        ("skl2onnx", "scikit-learn"),
        (
            "64 rows compared, 57 wrong, tolerance 0.001",
            "onnx.reference agrees with onnxruntime: the conversion is wrong, not the runtime",
        ),
        explains=(Step(Stage.PARITY, "OneVsRestClassifier"),),
        rule="silent-disagreement",
    )
    warning = Finding(
        Severity.WARNING,
        Stage.CONVERT,
        Basis.SEEN,
        "HistGradientBoosting",
        "The models above are ready, but HistGradientBoostingClassifier would not convert here",
        ("skl2onnx",),
        rule="no-converter",
    )
    way = pins("Raise skl2onnx to 1.17.0", "skl2onnx", "1.16.0", "1.17.0", "silent-disagreement")
    seen = Observation(
        "3.11.9",
        PATIENT.label,
        "Linux-6.1.0-x86_64",
        {},
        installed(RECENT),
        outcomes=(*imported(*IMPORTS), *bad, *walked(*QUICK)),
    )
    return Report(
        seen, None, PATIENT, (finding, warning), (way,), {"look": 0.09, "import": 3.4, "try": 2.2}, "2026-07-01"
    )


def static() -> Report:
    """Nothing imported: the files alone say that a name is gone."""
    finding = Finding(
        Severity.BLOCKER,
        Stage.IMPORT,
        Basis.INFERRED,
        "skl2onnx",
        "skl2onnx 1.16.0 imports onnx.mapping, which onnx 1.19.0 no longer has",
        ("skl2onnx", "onnx"),
        ("skl2onnx/common/data_types.py:10: from onnx import mapping",),
        rule="removed-name",
    )
    way = pins("Go back to onnx 1.18.0", "onnx", "1.19.0", "1.18.0", "removed-name")
    remark = "not everything could be read: permission denied for /opt/shared/lib"
    seen = Observation(
        "3.12.4",
        PATIENT.label,
        "Linux-6.1.0-x86_64",
        {},
        installed({**RECENT, "onnx": "1.19.0"}),
        remarks=(remark,),
        imported=False,
    )
    return Report(seen, None, PATIENT, (finding,), (way,), {"look": 0.31}, "2026-07-01")


def mended() -> Report:
    """The wrong numbers again, with one plan that was seen to mend them and one that was tried in vain."""
    report = parity()
    moved = Change("skl2onnx", "1.16.0", "1.17.0")
    after = {**RECENT, "skl2onnx": "1.17.0"}
    lock = tuple(f"{name}=={version}" for name, version in sorted(after.items()))
    seen = (*imported(*IMPORTS), *walked("LogisticRegression(multi_class)", "OneVsRestClassifier", *QUICK))
    proof = Proven("it was tried in a throwaway environment with Python 3.11.9", 14.2, lock, seen)
    way = pins("Move skl2onnx from 1.16.0 to 1.17.0.", "skl2onnx", "1.16.0", "1.17.0", "silent-disagreement")
    back = (Change("scikit-learn", "1.5.0", "1.4.2"),)
    older = Plan(
        back, tuple(f"{n}=={v}" for n, v in sorted({**RECENT, "scikit-learn": "1.4.2"}.items())), ("scikit-learn<1.5",)
    )
    vain = Refuted(older, "probabilities differ by up to 0.482, 31 % of the labels flip")
    return replace(report, remedies=(replace(way, changes=(moved,), proof=proof),), refuted=(vain,))


REPORTS = {"blocked": blocked, "ready": ready, "stale": stale, "parity": parity, "static": static, "mended": mended}
