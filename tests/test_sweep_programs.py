"""The programs that measure, in a real interpreter, beside packages that were written for the test."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy
import pytest

from checker.errors import CannotLook
from checker.probe.canaries import CATALOGUE
from checker.probe.inside.measure import batches
from checker.probe.inside.measure.packed import pack, unpack
from checker.probe.plan import canary_fields
from checker.sweep.bench import Bench, planned
from checker.sweep.cells import Measured
from checker.sweep.factors import conversions, imports, runtimes
from checker.sweep.local.packs import piece, spread

pytestmark = pytest.mark.skipif(os.name != "posix", reason="measured in forked processes")
NUMPY = "float32 = 'f4'\ndef array(values, dtype=None): return values\n"
#: a runtime whose models are Python: what a session says, and what running it comes to
RUNTIME = """
__version__ = "1.0"
class SessionOptions: pass
class InferenceSession:
    def __init__(self, model, options, providers=()): pass
    def run(self, names, fed):
        class Answer:
            def tolist(self): return [[8.0, 12.0]]
        return [Answer()]
"""


def write(folder: Path, **modules: str) -> str:
    """A folder with packages: name -> the text of its __init__."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in modules.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(text)
    return str(folder)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Bench(tmp_path / "evidence", tmp_path / "store", {"3": Path(sys.executable)})


def frames(bench: Bench, kind: str, folders: tuple[str, ...] = (), **more: Any) -> Iterator[dict[str, Any]]:
    with planned(kind, folders, **{"seconds": 20, **more}) as plan:
        if "models" in more:
            plan["models"] = spread(more["models"], Path(plan["store"]))
        yield from bench.answers("3", kind, plan)


# --- arrays --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        numpy.array([[1.5, -0.0], [float("inf"), 2]], dtype="float32"),
        numpy.array([[1, 2, 3]], dtype="int64")[:, ::2],
        numpy.array([[True], [False]]),
        numpy.array(["é", "", "два"]),
        numpy.array([["a", None], [1, 2.5]], dtype=object),
        numpy.zeros((0, 3)),
        numpy.float64(3),
    ],
    ids=str,
)
def test_arrays_come_back_as_they_were(values: Any) -> None:
    arrays, facts = unpack(numpy, pack(numpy, {"a": values, "b": numpy.arange(5)}, {"order": ["a"]}))
    expected = numpy.asarray(values)
    assert facts == {"order": ["a"]}
    assert arrays["a"].shape == expected.shape
    assert arrays["a"].dtype == (expected.dtype if expected.dtype.kind in "fib" else object)
    assert arrays["a"].tolist() == expected.tolist()
    assert arrays["b"].tolist() == list(range(5))


def test_missing_values_come_back_as_they_were() -> None:
    arrays, _ = unpack(
        numpy,
        pack(numpy, {"a": numpy.array([1, float("nan")]), "b": numpy.array(["x", float("nan")], dtype=object)}, {}),
    )
    assert [str(v) for v in [*arrays["a"], *arrays["b"]]] == ["1.0", "nan", "x", "nan"]


def test_the_same_arrays_are_the_same_bytes() -> None:
    one, two = {"a": numpy.arange(3), "b": numpy.ones(2)}, {"b": numpy.ones(2), "a": numpy.arange(6)[::2] // 2}
    assert pack(numpy, one, {}) == pack(numpy, two, {})


def test_models_lie_where_they_are_said_to(tmp_path: Path) -> None:
    told = spread([("one", b"model", b"data"), ("two", b"", b"more")], tmp_path / "s")
    assert [[piece(tmp_path / "s", *one["model"]), piece(tmp_path / "s", *one["data"])] for one in told] == [
        [b"model", b"data"],
        [b"", b"more"],
    ]


# --- imports -------------------------------------------------------------------------------------------------------

IMPORTS = {
    "works": (RUNTIME, None),
    "does not import": ("raise ImportError('numpy.core.multiarray failed to import')", ("import", "ImportError")),
    "crashes in its import": ("import os; os.abort()", ("import", "Crash")),
    "ends in its import": ("import sys; sys.exit(4)", ("import", "Exit")),
    "hangs": ("import time; time.sleep(60)", ("import", "TimeOut")),
    "crashes in its work": (RUNTIME.replace("        class Answer:", "        import os; os.abort()\n        class Answer:"), ("run", "Crash")),
    "loads nothing": (RUNTIME.replace("providers=()): pass", "providers=()): raise ValueError('opset 7')"), ("load", "ValueError")),
    "answers something else": (RUNTIME.replace("12.0", "11.0"), ("run", "ValueError")),
}  # fmt: skip


def test_each_set_is_imported_in_a_process_of_its_own(bench: Bench, tmp_path: Path) -> None:
    sets, cells = [], {}
    for number, (runtime, _) in enumerate(IMPORTS.values()):
        folder = write(tmp_path / str(number), numpy=NUMPY, onnxruntime=runtime)
        sets.append({"id": str(number), "folders": [folder], "imports": ["numpy", "onnxruntime"]})
        cells[str(number)] = Measured({})
    told = [name for name, _ in imports.ended(cells, frames(bench, "imports", sets=sets, seconds=3))]
    assert told == [*cells]
    found = [[(f["stage"], f["type"]) for f in cell.failures] for cell in cells.values()]
    assert found == [[said] if said else [] for _, said in IMPORTS.values()]


@pytest.mark.parametrize(
    "told",
    [[], [{"frame": "step"}], [{"frame": "remark", "text": "our fault"}, {"frame": "done"}]],
    ids=["nothing", "only begun", "a fault of ours"],
)
def test_an_import_of_whose_end_nothing_is_told_is_no_cell(told: list[dict[str, Any]]) -> None:
    cells = {"1": Measured({}), "3": Measured({})}
    given = imports.ended(cells, [*({**frame, "set": "1"} for frame in told), {"frame": "done", "set": "3"}])
    assert [name for name, _ in given] == ["3"]


#: as installers of old write it for a package whose top level is shared
NSPKG = (
    "import sys, types, os;p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('shared',));"
    "m = sys.modules.setdefault('shared', types.ModuleType('shared'));"
    "mp = m.__dict__.setdefault('__path__',[]);(p not in mp) and mp.append(p)\n"
)


def imported(bench: Bench, text: str, *folders: Path) -> list[tuple[str, str]]:
    """What an import that runs this text comes to, beside folders."""
    last = write(folders[-1].with_name("asking"), asking=text)
    one = {"id": "1", "folders": [*map(str, folders), last], "imports": ["asking"]}
    return [(f["type"], f["text"]) for f in frames(bench, "imports", sets=[one]) if f["frame"] == "failure"]


def test_the_standard_library_is_found_before_packages_of_its_names(bench: Bench, tmp_path: Path) -> None:
    write(tmp_path / "one", colorsys="raise ImportError('a backport')")
    assert imported(bench, "import colorsys; colorsys.rgb_to_hls", tmp_path / "one") == []


def test_a_package_of_path_files_reaches_into_all_folders(bench: Bench, tmp_path: Path) -> None:
    """As `google` does, of which protobuf has one part and others have other ones."""
    for name in ("one", "two", "three"):
        write(tmp_path / name / "shared", **{name: "x = 1"})
    (tmp_path / "one" / "one-nspkg.pth").write_text(NSPKG)
    text = "import shared.one, shared.two, shared.three"
    assert imported(bench, text, tmp_path / "two", tmp_path / "one", tmp_path / "three") == []


def test_path_files_and_metadata_are_read(bench: Bench, tmp_path: Path) -> None:
    write(tmp_path / "one" / "inner", deep="x = 1")
    (tmp_path / "one" / "a.pth").write_text("inner\n")
    write(tmp_path / "one" / "thing-1.2.dist-info")
    (tmp_path / "one" / "thing-1.2.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: thing\nVersion: 1.2\n"
    )
    text = "import deep\nfrom importlib.metadata import version\nassert version('thing') == '1.2'"
    assert imported(bench, text, tmp_path / "one") == []


# --- runtimes ------------------------------------------------------------------------------------------------------

#: the "model" is a line of Python that the session runs
RUNS = RUNTIME.replace("self, model, options, providers=()): pass", "self, model, options, providers=()):\n        self.model = model\n        if b'LOAD' in model: exec(model)").replace(
    "        class Answer:", "        exec(self.model)\n        import numpy; return [numpy.array([1.0, 2.0])]\n        class Answer:"
)  # fmt: skip
FACTS = {
    "order": {"want:": ["predict"], "edge:": [], "instead:": []},
    "classifies": False,
    "ordinary": 0,
    "tolerance": 1e-3,
    "scores_count": 0,
}
DATA = pack(numpy, {"want:predict": numpy.array([1.0, 2.0]), "feed:X": numpy.ones((2, 1))}, FACTS)
MODELS = {
    "passes": (b"pass", None),
    "raises": (b"raise ValueError('x')", ("run", "ValueError")),
    "kills": (b"import os; os.abort()", ("run", "Crash")),
    "passes too": (b"1", None),
    "loads not": (b"raise TypeError('LOAD')", ("load", "TypeError")),
    "loads and dies": (b"import os; os.kill(os.getpid(), 9)#LOAD", ("load", "Killed")),
    "hangs": (b"import time; time.sleep(60)", ("run", "TimeOut")),
    "last": (b"pass", None),
}


@pytest.fixture
def folders(tmp_path: Path) -> tuple[str, ...]:
    """A fake runtime beside the numpy that the tests have."""
    return write(tmp_path / "runtime", onnxruntime=RUNS), str(Path(numpy.__file__).parents[1])


def test_what_fails_of_many_models_is_told_of_each(bench: Bench, folders: tuple[str, ...]) -> None:
    models = [(name, model, DATA) for name, (model, _) in MODELS.items()]
    told = list(frames(bench, "runtimes", folders, imports=["onnxruntime"], models=models, seconds=4))
    found = {f["subject"]: (f["stage"], f["type"]) for f in told if f["frame"] == "failure"}
    assert found == {name: said for name, (_, said) in MODELS.items() if said}
    assert [f["count"] for f in told if f["frame"] == "ran"] == [len(MODELS)]


def test_an_answer_that_differs_is_a_failure_of_parity(bench: Bench, folders: tuple[str, ...]) -> None:
    other = pack(numpy, {"want:predict": numpy.array([1.0, 7.0]), "feed:X": numpy.ones((2, 1))}, FACTS)
    told = list(frames(bench, "runtimes", folders, imports=["onnxruntime"], models=[("m", b"pass", other)]))
    assert [(f["stage"], f["type"]) for f in told if f["frame"] == "failure"] == [("parity", "Disagreement")]


@pytest.mark.parametrize(
    ("end", "whole"),
    [({}, True), ({"status": 7}, False), ({"status": -9}, False), ({"late": True}, False)],
    ids=str,
)
def test_a_process_that_ends_between_two_models_has_not_run_them(
    end: dict[str, Any], whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows what was done, and nothing is called passed."""
    told = {"step": None, "late": False, "status": 0, "output": b"", **end}
    monkeypatch.setattr(batches, "in_fork", lambda *given, **more: told)
    assert batches.in_batches(print, [{"subject": "a", "stage": "load"}], 1, None) is whole


class Fake(Bench):
    """A bench whose environments and answers are given."""

    def compose(self, label: str, pins: Any, beside: Any = ()) -> Any:
        from checker.sweep.bench import Composed

        return Composed({**pins}, "", ())


def answering(bench: Bench, told: list[dict[str, Any]]) -> Fake:
    class Answering(Fake):
        def answers(self, label: str, kind: str, plan: Any) -> Iterator[dict[str, Any]]:
            yield from told

    return Answering(bench.evidence_folder, bench.store, bench.pythons)


MODEL = [("m1", b"1", b""), ("m2", b"2", b"")]
BROKEN = {"frame": "failure", "stage": "import", "subject": "onnxruntime", "type": "ImportError", "text": "no"}


def test_where_a_runtime_cannot_be_imported_every_model_fails_of_it(bench: Bench) -> None:
    cell, ran = runtimes.run(answering(bench, [BROKEN]), "3", {"onnxruntime": "1.0"}, MODEL)
    assert ran == ["m1", "m2"]
    assert runtimes.failed(cell, ran) == {"m1": BROKEN, "m2": BROKEN}


def test_a_run_without_an_end_is_no_cell(bench: Bench) -> None:
    with pytest.raises(CannotLook, match="not measured to its end"):
        runtimes.run(answering(bench, []), "3", {"onnxruntime": "1.0"}, MODEL)


def test_a_fault_of_ours_is_neither_passed_nor_failed(bench: Bench) -> None:
    told = [{"frame": "remark", "subject": "m1", "text": "KeyError"}, {"frame": "ran", "count": 2}]
    cell, ran = runtimes.run(answering(bench, told), "3", {"onnxruntime": "1.0"}, MODEL)
    assert (cell.faults, cell.failures, ran) == ({"m1": "KeyError"}, [], ["m1", "m2"])


# --- conversions ---------------------------------------------------------------------------------------------------

SKLEARN = {
    "sklearn": "",
    "sklearn/linear_model": """
import numpy
class Ridge:
    def __init__(self, **more): self.more = more
    def fit(self, x, y):
        if self.more.get("hangs"): import time; time.sleep(60)
        if self.more.get("dies"): import os; os.abort()
        if self.more.get("fails"): raise ValueError("will not fit")
        return self
    def predict(self, x): return numpy.asarray(x)[:, 0] * 2
""",
}
CONVERTER = {
    "onnx": "class ModelProto: pass\n",
    "skl2onnx": """
def convert_sklearn(model, name, types, **more):
    if "{stop}" in str(model.more): raise RuntimeError("no converter")
    if "{kill}" in str(model.more): import os; os.abort()
    if "waits" in str(model.more): import time; time.sleep(60)
    class Thing:
        def __init__(self, **more): self.__dict__.update(more)
        def HasField(self, name): return False
        def SerializeToString(self): return repr(sorted(model.more)).encode()
        def CopyFrom(self, other): pass
    graph = Thing(initializer=[], input=[Thing(name="X", type=Thing(tensor_type=Thing(elem_type=1, HasField=lambda n: False)))])
    return Thing(ir_version=1, opset_import=[], graph=graph)
""",
    "skl2onnx/common": "",
    "skl2onnx/common/data_types": "def __getattr__(name): return lambda *shape: name\n",
}


def canaries(*parameters: str) -> list[dict[str, Any]]:
    """Rows that fit the fake Ridge with these parameters."""
    row = canary_fields(next(c for c in CATALOGUE if c.name == "LinearRegression"))
    make = "sklearn.linear_model.Ridge({})"
    return [{**row, "name": p or "plain", "make": make.format(f"{p}=1" if p else "")} for p in parameters]


@pytest.fixture
def fitting(tmp_path: Path) -> tuple[str, ...]:
    return write(tmp_path / "fitting", **SKLEARN), str(Path(numpy.__file__).parents[1])


def converters(folder: Path, stop: str = "-", kill: str = "-", **more: str) -> str:
    texts = {name: text.replace("{stop}", stop).replace("{kill}", kill) for name, text in CONVERTER.items()}
    return write(folder, **{**texts, **more})


def gathered(
    bench: Bench, fitting: tuple[str, ...], rows: list[dict[str, Any]], *folders: str, seconds: int = 20
) -> list[conversions.Converted]:
    sets = [{"id": str(n), "folders": [folder], "imports": ["onnx", "skl2onnx"]} for n, folder in enumerate(folders)]
    cells = {str(n): conversions.Converted({"set": str(n)}) for n in range(len(folders))}
    with planned("conversions", fitting, imports=["sklearn"], sets=sets, canaries=rows, seconds=seconds) as plan:
        return list(conversions.gather(bench.answers("3", "conversions", plan), cells, Path(plan["store"])))


def told(cell: conversions.Converted) -> dict[str, tuple[str, str]]:
    return {f["subject"]: (f["stage"], f["type"]) for f in cell.failures if f["stage"] != "check"}


def test_what_is_fitted_once_is_converted_by_every_set(bench: Bench, fitting: tuple[str, ...], tmp_path: Path) -> None:
    one, two = converters(tmp_path / "one", stop="alpha"), converters(tmp_path / "two", kill="beta")
    rows = canaries("alpha", "dies", "", "fails", "beta")
    first, second = gathered(bench, fitting, rows, one, two)
    fits = {"dies": ("fit", "Crash"), "fails": ("fit", "ValueError")}
    assert told(first) == {**fits, "alpha": ("convert", "RuntimeError")}
    assert told(second) == {**fits, "beta": ("convert", "Crash")}
    assert (sorted(first.models), sorted(second.models)) == (["beta", "plain"], ["alpha", "plain"])
    assert first.models["plain"] == second.models["plain"], "the same model, the same bytes"


def test_what_hangs_is_a_failure_and_no_end(bench: Bench, fitting: tuple[str, ...], tmp_path: Path) -> None:
    folders = [converters(tmp_path / "one"), converters(tmp_path / "two")]
    cells = gathered(bench, fitting, canaries("hangs", "waits", ""), *folders, seconds=3)
    assert [told(cell) for cell in cells] == [{"hangs": ("fit", "TimeOut"), "waits": ("convert", "TimeOut")}] * 2
    assert [[*cell.models] for cell in cells] == [["plain"]] * 2


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("raise ImportError('builder')", "ImportError"),
        ("import os; os.abort()", "Crash"),
        ("import sys; sys.exit(1)", "Exit"),
    ],
)
def test_converters_that_cannot_be_imported_are_a_cell(
    text: str, kind: str, bench: Bench, fitting: tuple[str, ...], tmp_path: Path
) -> None:
    one = write(tmp_path / "one", onnx=text, skl2onnx="import onnx")
    cells = gathered(bench, fitting, canaries(""), one, converters(tmp_path / "two"))
    assert [cell.failures[0]["type"] if cell.failures and told(cell) else "" for cell in cells] == [kind, ""]
    assert told(cells[0])["onnx"] == ("import", kind)
    assert not cells[0].models
    assert [*cells[1].models] == ["plain"]


def test_packages_for_fitting_that_cannot_be_imported_are_failures_of_every_cell(bench: Bench, tmp_path: Path) -> None:
    fitting = write(tmp_path / "fitting", sklearn="import os; os.abort()")
    cells = gathered(bench, (fitting,), canaries(""), converters(tmp_path / "one"), converters(tmp_path / "two"))
    assert [told(cell) for cell in cells] == [{"sklearn": ("import", "Crash")}] * 2


def test_a_cell_of_whose_end_nothing_is_told_is_given_up(tmp_path: Path) -> None:
    cells = {"0": conversions.Converted({}), "1": conversions.Converted({})}
    frames = [{"frame": "converted", "set": "0", "whole": True}, {"frame": "converted", "set": "1", "whole": False}]
    given = conversions.gather(frames, cells, tmp_path)
    assert next(given) is cells["0"]
    with pytest.raises(CannotLook, match="1 cells were not measured"):
        next(given)


def test_a_canary_fails_of_the_first_package_it_needs() -> None:
    row = next(c for c in CATALOGUE if c.name == "LinearRegression")
    frames: list[dict[str, Any]] = [
        {"stage": "import", "subject": "onnx"},
        {"stage": "import", "subject": "skl2onnx"},
        {"stage": "convert", "subject": "other"},
        {"stage": "check", "subject": "LinearRegression"},
    ]
    assert conversions.failed(Measured({}, failures=[*frames]), [row]) == {
        "LinearRegression": frames[0],
        "other": frames[2],
    }
    assert conversions.failed(Measured({}, failures=[*frames[2:]]), [row]) == {"other": frames[2]}


def test_folders_that_come_later_are_known_to_who_was_imported_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """pkg_resources looks at the search path once, when it is imported: of a converter that comes later it would say
    that it is not installed."""
    known: list[str] = []
    resources = SimpleNamespace(working_set=SimpleNamespace(add_entry=known.append))
    monkeypatch.setitem(sys.modules, "pkg_resources", resources)
    monkeypatch.setattr(sys, "path", ["old"])
    batches.add_folders([str(tmp_path)])
    assert (sys.path, known) == ([str(tmp_path), "old"], [str(tmp_path)])
