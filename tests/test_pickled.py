"""Files of pickled objects, followed on paper: what they tell, and that nothing of them ever runs."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import pickle
import struct
import subprocess
import time
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest

from checker.artifact.pickled import Broken, read_pickled

HERE = Path(__file__).parent / "pickles"


def read(name: str) -> Any:
    """A file that a real environment wrote."""
    return read_pickled((HERE / name).read_bytes())


@pytest.mark.parametrize(
    ("name", "form", "protocol", "root", "release"),
    [
        ("forest-0.21.pkl", "pickle", 3, "sklearn.ensemble.forest.RandomForestClassifier", "0.21.3"),
        ("forest-1.2.joblib", "joblib", 4, "sklearn.ensemble._forest.RandomForestClassifier", "1.2.2"),
        ("columns-1.2-xz.joblib", "joblib", 4, "sklearn.pipeline.Pipeline", "1.2.2"),
        ("columns-1.6.pkl", "pickle", 4, "sklearn.pipeline.Pipeline", "1.6.1"),
        ("externals-0.20.joblib", "joblib", 3, "sklearn.linear_model.logistic.LogisticRegression", "0.20.4"),
        ("function-3.10.pkl", "cloudpickle", 5, "sklearn.preprocessing._function_transformer.FunctionTransformer", "1.2.2"),
        ("own-class.skops", "skops", 2, "sklearn.pipeline.Pipeline", "1.2.2"),
    ],
)  # fmt: skip
def test_who_wrote_it_and_what_it_is(name: str, form: str, protocol: int, root: str, release: str) -> None:
    found = read(name)
    assert (found.form, found.protocol, found.root) == (form, protocol, root)
    assert found.saved["scikit-learn"] == (release,)
    assert found.whole
    assert not found.dangers


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("forest-0.21.pkl", "sklearn.ensemble.forest.RandomForestClassifier"),
        ("externals-0.20.joblib", "sklearn.externals.joblib.numpy_pickle.NumpyArrayWrapper"),
        ("columns-1.6.pkl", "sklearn.compose._column_transformer._RemainderColsList"),
        ("random-numpy-2.pkl", "numpy._core.multiarray._reconstruct"),
        ("own-class.pkl", "__main__.Mine"),
        ("own-class.skops", "__main__.Mine"),
    ],
)
def test_what_whoever_loads_it_must_have(name: str, needed: str) -> None:
    assert needed in {n.dotted for n in read(name).needs}


def test_the_layout_of_a_tree_and_the_attributes_of_a_model_are_told() -> None:
    found = read("forest-1.2.joblib")
    assert [name for name, _ in found.records[0]][:3] == ["left_child", "right_child", "feature"]
    assert dict(found.records[0])["threshold"] == "<f8"
    tree = next(k for k in found.kinds if k.kind == "sklearn.tree._classes.DecisionTreeClassifier")
    assert {"criterion", "tree_"} <= {*tree.attributes}
    assert tree.settings["criterion"] == "gini"
    assert "random_state" not in tree.settings  # another one in each tree


def test_how_the_generator_of_random_numbers_is_made_is_told() -> None:
    calls = {(c.name, c.arguments) for c in read("random-numpy-2.pkl").calls}
    assert ("__bit_generator_ctor", (("numpy.random._mt19937.MT19937",),)) in calls


@pytest.mark.parametrize(
    ("name", "pythons"), [("function-3.10.pkl", ("3.8", "3.9", "3.10")), ("function-3.12.pkl", ("3.11", "3.12"))]
)
def test_byte_code_tells_its_python(name: str, pythons: tuple[str, ...]) -> None:
    assert read(name).python == pythons


# --- the whole language of pickle --------------------------------------------------------------------------------


class Plain:
    """Something with every kind of value in it."""

    def __init__(self) -> None:
        self.mine = [
            1,
            -2,
            1 << 40,
            -(1 << 70),
            1.5,
            None,
            True,
            b"ab",
            "ä" * 300,
            {"k": (1, 2, 3, 4)},
            {3},
            frozenset({4}),
        ]
        self.itself = self


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_protocol_is_followed_to_its_end(protocol: int) -> None:
    found = read_pickled(pickle.dumps([Plain(), Plain(), bytearray(b"x" * 100_000)], protocol))
    assert found.whole
    assert "builtins.bytes" not in {
        n.dotted for n in found.needs if n.called and n.module not in ("builtins", "_codecs")
    }
    assert f"{__name__}.Plain" in {n.dotted for n in found.needs}
    assert {"mine", "itself"} == {*found.kinds[0].attributes}


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("zlib", zlib.compress),
        ("gzip", gzip.compress),
        ("bz2", bz2.compress),
        ("xz", lzma.compress),
        ("lzma", lambda data: lzma.compress(data, lzma.FORMAT_ALONE)),
        ("zlib of an old joblib", lambda data: b"ZF" + hex(len(data)).ljust(19).encode() + zlib.compress(data)),
    ],
)
def test_every_container_is_unpacked(name: str, pack: Any) -> None:
    found = read_pickled(pack(pickle.dumps(Plain(), 4)))
    assert (found.container, found.whole, found.kinds[0].kind) == (name, True, f"{__name__}.Plain")


def test_what_is_packed_with_lz4_is_told_and_not_read() -> None:
    found = read_pickled(b"\x04\x22\x4d\x18" + b"\0" * 40)
    assert (found.container, found.whole) == ("lz4", False)
    assert "lz4" in found.why


def test_names_of_python_2_are_those_of_python_3() -> None:
    found = read_pickled(b"\x80\x02c__builtin__\nset\nq\x00]q\x01K\x01a\x85R.")
    assert [n.dotted for n in found.needs] == ["builtins.set"]
    assert not found.python2
    assert read_pickled(b"\x80\x02U\x05caf\xc3\xa9.").python2


# --- what would run ----------------------------------------------------------------------------------------------


class Runs:
    """Runs something while it is loaded."""

    def __init__(self, call: Any, *arguments: Any) -> None:
        self.call, self.arguments = call, arguments

    def __reduce__(self) -> Any:
        return self.call, self.arguments


@pytest.mark.parametrize("protocol", [0, 2, 4])
@pytest.mark.parametrize(
    ("runs", "told"),
    [
        (Runs(os.system, "touch pwned"), f"{os.name}.system"),
        (Runs(eval, "1"), "builtins.eval"),
        (Runs(exec, "1"), "builtins.exec"),
        (Runs(subprocess.Popen, ["touch", "pwned"]), "subprocess.Popen"),
        (Runs(open, "pwned", "w"), "io.open"),
        (Runs(map, os.system, ["touch pwned"]), f"{os.name}.system"),
        (Runs(getattr, os.system, "__call__"), f"{os.name}.system"),
        (Runs(__import__, "os"), "builtins.__import__"),
        ([1, {"deep": [Runs(os.system, "touch pwned")]}], f"{os.name}.system"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)  # fmt: skip
def test_what_would_run_commands_is_named_and_does_not_run(
    runs: Any, told: str, protocol: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert told in read_pickled(pickle.dumps(runs, protocol)).dangers
    assert not (tmp_path / "pwned").exists()


def test_a_function_that_the_file_holds_and_calls_is_named() -> None:
    """Byte code that becomes a function and is called: nothing else of the file looks dangerous."""
    code = b"ctypes\nCodeType\n(I0\nI0\nI0\nI0\nI1\nI0\nC\x00(t(t(tVx\nVf\nVf\nI1\nC\x00C\x00(t(ttR"
    file = b"\x80\x04ctypes\nFunctionType\n(" + code + b"}tR(tR."
    assert read_pickled(file).dangers == ("a function that the file itself holds",)


@pytest.mark.parametrize(
    "value",
    [Plain(), {1, 2}, os.path.join, pickle.PicklingError("x"), range(3), ValueError("x"), complex(1, 2), slice(1)],
)
def test_what_models_hold_is_no_danger(value: Any) -> None:
    assert read_pickled(pickle.dumps(value, 4)).dangers == ()


@pytest.mark.parametrize("name", sorted(p.name for p in HERE.iterdir()))
def test_no_real_model_looks_dangerous(name: str) -> None:
    assert read(name).dangers == ()


# --- broken and hostile files --------------------------------------------------------------------------------------

WHOLE = (HERE / "forest-1.2.joblib").read_bytes()


@pytest.mark.parametrize("cut", [*range(1, len(WHOLE), 97), len(WHOLE) - 1])
def test_a_cut_file_is_broken(cut: int) -> None:
    with pytest.raises(Broken, match="it ends after"):
        read_pickled(WHOLE[:cut])


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x04.", b"\x80\x04q\x00.", b"\x80\x04h\x07.", b"\x80\x04R.", b"\x80\x04K\x01K\x02\x93.", b"\x80\x04u.", b"\xff", b"\x80\x04\x95",
        b"\x80\x04Ixyz\n.", b"\x80\x04o.", b"\x80\x04(o.", b"\x80\x040.", b"x\x9c\x01\x02\x03", b"BZh91AY", b"\x1f\x8b\x08\x00",
        b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18,
    ],
)  # fmt: skip
def test_nonsense_is_broken_and_nothing_else(data: bytes) -> None:
    with pytest.raises(Broken):
        read_pickled(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x04\x8e" + struct.pack("<Q", 1 << 62) + b"x",
        b"\x80\x04\x8b" + struct.pack("<I", 1 << 31) + b"x",
        b"\x80\x04X" + struct.pack("<I", 1 << 31) + b"x",
        b"\x80\x04\x96" + struct.pack("<Q", 1 << 40) + b"x",
    ],
)
def test_more_is_promised_than_is_there(data: bytes) -> None:
    with pytest.raises(Broken):
        read_pickled(data)


#: seconds that a bomb may take where others work too; a quiet machine needs one
PATIENCE = 30


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x04" + b"(" * 1_200_000,
        b"\x80\x04" + b"]\x94" * 600_000 + b".",
        b"\x80\x04]" + b"2" * 1_200_000,
        b"\x80\x04]" + b"]\x85" * 600_000 + b".",
    ],
    ids=["marks", "memo", "copies", "tuples"],
)
def test_a_bomb_is_left_in_time(data: bytes) -> None:
    start = time.perf_counter()
    found = read_pickled(data)
    assert not found.whole
    assert time.perf_counter() - start < PATIENCE


def test_deep_tuples_are_followed() -> None:
    assert read_pickled(b"\x80\x04" + b"(" * 100_000 + b"t" * 100_000 + b".").whole


def test_a_bomb_that_is_packed_is_left_in_time() -> None:
    packer = zlib.compressobj(1)
    data = packer.compress(b"\x80\x04\x8e" + struct.pack("<Q", 1 << 40))
    data += b"".join(packer.compress(bytes(1 << 24)) for _ in range(13)) + packer.flush()
    start = time.perf_counter()
    found = read_pickled(data)
    assert not found.whole
    assert time.perf_counter() - start < PATIENCE


def test_a_zip_with_a_deep_description_is_broken() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", "[" * 2_000_000)
    with pytest.raises(Broken, match=r"schema\.json"):
        read_pickled(file.getvalue())


def test_skops_lacks_an_array() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(
            "schema.json",
            '{"__class__": "ndarray", "__module__": "numpy", "__loader__": "NdArrayNode", "file": "1.npy"}',
        )
    with pytest.raises(Broken, match="lacks 1 of its arrays"):
        read_pickled(file.getvalue())


@pytest.mark.parametrize(
    ("name", "padded"), [("forest-1.2.joblib", True), ("externals-0.20.joblib", False), ("forest-0.21.pkl", False)]
)
def test_bytes_before_the_numbers_of_arrays_are_told(name: str, padded: bool) -> None:
    assert read(name).padded is padded
