"""Tables that are scored: what is read of a file, what is said of them beside a model, and the SQL that scores them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checker.artifact import read
from checker.cli import main
from checker.errors import CheckerError
from checker.knowledge import load
from checker.model import Case, Stage, Tensor
from checker.model.forms.mlmodel import MlModel, ModelSignature, SignatureColumn
from checker.model.tables import Table, TableColumn
from checker.tables import read_table
from checker.targets import find_target
from checker.targets.sql import statements

from .cases import BLOCKER, NOTE, WARNING, Fires
from .onnxfiles import bytes_field, floats, model, node, number, value
from .test_rules_places import SQL, at, made

CREATE = """
-- rides, as they are kept
CREATE TABLE [dbo].[rides] (
    [id] INT NOT NULL PRIMARY KEY, /* no input */
    fare DECIMAL(10, 2) NULL,
    [pickup bin] nvarchar (30),
    "seconds" BIGINT NOT NULL,
    CONSTRAINT pk PRIMARY KEY (id)
) WITH (HEAP);
"""


def saved(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_create_table(tmp_path: Path) -> None:
    table = read_table(saved(tmp_path, "rides.sql", CREATE))
    assert (table.name, table.declared) == ("[dbo].[rides]", True)
    assert [(c.name, c.type, c.told, c.missing) for c in table.columns] == [
        ("id", "int", "int", False),
        ("fare", "decimal", "decimal(10, 2)", None),
        ("pickup bin", "nvarchar", "nvarchar(30)", None),
        ("seconds", "bigint", "bigint", False),
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_rows_tell_what_columns_hold(tmp_path: Path, mark: str) -> None:
    rows = [["fare", "seconds", "bin", "cash", "gap"], ["1.5", "60", "AM", "true", ""], ["2", "-7", "3", "false", "4"]]
    table = read_table(saved(tmp_path, "rides.csv", "".join(mark.join(row) + "\n" for row in rows)))
    assert [(c.name, c.type, c.missing) for c in table.columns] == [
        ("fare", "float", False), ("seconds", "int", False), ("bin", "string", False), ("cash", "bool", False), ("gap", "int", True),
    ]  # fmt: skip


def thrift(*fields: tuple[int, int, bytes]) -> bytes:
    """A struct of Thrift's compact protocol: (number, type, value)."""
    last, parts = 0, b""
    for field, kind, content in fields:
        parts += bytes([(field - last) << 4 | kind]) + content
        last = field
    return parts + b"\x00"


def zigzag(value: int) -> bytes:
    return bytes([value << 1])


def element(
    name: str, physical: int | None = None, converted: int | None = None, repetition: int = 1, children: int = 0
) -> bytes:
    """A SchemaElement."""
    fields = [(1, 5, zigzag(physical))] if physical is not None else []
    fields += [(3, 5, zigzag(repetition)), (4, 8, bytes([len(name)]) + name.encode())]
    fields += [(5, 5, zigzag(children))] if children else []
    fields += [(6, 5, zigzag(converted))] if converted is not None else []
    return thrift(*fields)


def parquet(*elements: bytes) -> bytes:
    """A file that is only its footer."""
    footer = thrift((1, 5, zigzag(1)), (2, 9, bytes([len(elements) << 4 | 12]) + b"".join(elements)), (3, 6, zigzag(0)))
    return b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def test_a_parquet_footer(tmp_path: Path) -> None:
    root = element("schema", children=4)
    inner = element("place", children=1), element("street", 6, 0)
    content = parquet(root, element("fare", 5), element("seconds", 2, repetition=0), element("bin", 6, 0), *inner)
    table = read_table(saved(tmp_path, "rides.parquet", content))
    assert [(c.name, c.type, c.missing) for c in table.columns] == [
        ("fare", "double", None), ("seconds", "int64", False), ("bin", "string", None), ("place", "nested", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.parquet", b"", 3),
        ("a.parquet", b"PAR1" + b"\xff" * 40 + b"PAR1", 3),
        ("a.parquet", b"PAR1\x19\xfc\xff\xff\xff\x7f" + b"\x06\x00\x00\x00PAR1", 3),
        ("a.parquet", parquet(element("schema", children=0)), 3),
        ("a.parquet", b"PAR1" + thrift((2, 5, zigzag(1))) + b"\x03\x00\x00\x00PAR1", 3),
        ("a.csv", '"' * 200_000, 3),
        ("a.sql", "SELECT 1", 3),
        ("a.sql", "CREATE TABLE x (", 3),
        ("a.csv", "", 3),
        ("a.xlsx", "x", 2),
    ],
)
def test_what_is_no_table_is_told(tmp_path: Path, name: str, content: str | bytes, code: int) -> None:
    with pytest.raises(CheckerError) as raised:
        read_table(saved(tmp_path, name, content))
    assert raised.value.code == code


def test_a_table_of_very_many_columns_is_read_in_part(tmp_path: Path) -> None:
    table = read_table(saved(tmp_path, "wide.sql", f"CREATE TABLE t ({'a int, ' * 100_000} b int)"))
    assert len(table.columns) == 5_000


# --- rules: FIRES and STAYS are read by test_rules ---------------------------------------------------------------


def table(**columns: str) -> Table:
    return Table("/rides.sql", tuple(TableColumn(n, t.partition("(")[0], t) for n, t in columns.items()), "rides")


def beside(rows: Table, name: str = SQL, **fields: Any) -> Case[Any]:
    case = at(name, **fields)
    return replace(case, subject=replace(case.subject, table=rows))


def signed(rows: Table, **kinds: str) -> Case[Any]:
    """A folder of MLflow's whose signature has these columns."""
    signature = ModelSignature(tuple(SignatureColumn(name, kind) for name, kind in kinds.items()))
    return at(SQL, replace(folder(signature), table=rows))


def folder(signature: ModelSignature | None, **fields: Any) -> Any:
    """A folder of MLflow's with a signature, and an example where it has one."""
    return replace(made(**fields), form="mlflow", mlmodel=MlModel(signature=signature, has_example=bool(signature)))


ONE = (Tensor("X", "float", (None, 4)),)


WHOLE = (Tensor("fare", "int64", (None, 1)), Tensor("bin", "string", (None, 1)))
GAPS = Table("/rides.csv", (TableColumn("fare", "int", "int", True), TableColumn("bin", "string")), "rides", False)
RIDES = table(fare="float", bin="nvarchar(30)")

FIRES: Mapping[str, tuple[Fires, ...]] = {
    "input-without-column": (
        Fires(beside(table(fares="float", bin="nvarchar(9)")), BLOCKER, Stage.TARGET, (), "asks for fare; the table rides has fares, bin. Did you mean fares?"),
        Fires(signed(RIDES, fare="float", zone="string"), BLOCKER, Stage.TARGET, (), "The signature of taxi.onnx asks for zone"),
    ),
    "signature-for-target": (
        Fires(at("fabric-predict", folder(None, inputs=ONE)), BLOCKER, Stage.TARGET, (), "has no signature: Microsoft Fabric PREDICT needs it"),
        Fires(at(SQL, folder(None)), WARNING, Stage.TARGET, (), "taxi.onnx has no signature"),
        Fires(at("synapse-sql-predict"), NOTE, Stage.TARGET, (), "since it is no MLflow model"),
    ),
    "column-not-fitting": (
        Fires(beside(table(fare="nvarchar(9)", bin="nvarchar(9)")), BLOCKER, Stage.TARGET, (), "The column fare is nvarchar(9), and the input fare is float"),
        Fires(beside(RIDES, inputs=WHOLE), WARNING, Stage.TARGET, (), "what stands behind the point is cut"),
        Fires(beside(GAPS, inputs=WHOLE), WARNING, Stage.TARGET, (), "it may be missing"),
        Fires(beside(table(fare="int", bin="char(2)")), WARNING, Stage.TARGET, (), "feeds int to int64 or int32"),
        Fires(signed(RIDES, fare="string", bin="string"), BLOCKER, Stage.TARGET, (), "The column fare is float, and the signature says string"),
    ),
}  # fmt: skip
STAYS: Mapping[str, tuple[Case[Any], ...]] = {
    "input-without-column": (
        beside(RIDES),
        beside(table(FARE="float", bin="nvarchar(9)", tipped="int")),
        beside(table(a="float", b="float"), "onnxruntime==1.10", inputs=(Tensor("X", "float", (None, 2)),)),
        signed(RIDES, fare="float"),
        at(SQL),
    ),
    "signature-for-target": (
        at(SQL, replace(folder(ModelSignature()), mlmodel=MlModel(signature=ModelSignature(), has_example=True))),
        at("onnxruntime==1.10", folder(None)),
        at("bigquery-ml"),
    ),
    "column-not-fitting": (beside(RIDES), beside(table(fare="real", bin="varchar(3)")), signed(RIDES, fare="float"), at(SQL)),
}  # fmt: skip


def test_no_verdict_without_a_place() -> None:
    from checker.rules import diagnose

    lone = replace(beside(table(fares="float")), places=())
    assert {f.severity for f in diagnose(lone)} == {NOTE}


# --- SQL -----------------------------------------------------------------------------------------------------------


def test_the_statements_of_a_pool() -> None:
    rows = Table("/r.sql", (TableColumn("tipped", "int", "int"), *RIDES.columns), "dbo.rides")
    found = made(outputs=(Tensor("label", "int64", (None,)), Tensor("p", "float", (None, 2))))
    assert found.model
    create, insert, query = statements(find_target(SQL, load()), "it's", found.model, b"\x08\x06", rows)
    assert "varbinary(max)" in create
    assert "HEAP" in create
    assert insert == "INSERT INTO [dbo].[models] ([name], [model])\nVALUES (N'it''s', 0x0806);"
    assert query.splitlines() == [
        "SELECT [d].*, [p].[label]",
        "FROM PREDICT(",
        "    MODEL = (SELECT [model] FROM [dbo].[models] WHERE [name] = N'it''s'),",
        "    DATA = (",
        "      SELECT",
        "        [tipped],",
        "        CAST([fare] AS real) AS [fare],",
        "        CAST([bin] AS nvarchar(30)) AS [bin]",
        "      FROM [dbo].[rides]",
        "    ) AS [d],",
        "    RUNTIME = ONNX",
        ")",
        "WITH ([label] bigint) AS [p];",
        "-- p is left out: it is no single value of a row",
    ]


def test_a_large_model_comes_from_a_file() -> None:
    found = made()
    assert found.model
    assert "COPY INTO" in statements(find_target(SQL, load()), "m", found.model, bytes(9000), None)[1]
    assert statements(find_target("bigquery-ml", load()), "m", found.model, b"", None) == ()


def test_the_command_compares_and_prints_what_is_typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = bytes_field(1, number(1, 7) + bytes_field(2, bytes_field(1, b"")))
    inputs, outputs = value(11, "fare", floats(None, 1)), value(12, "Y", one)
    content = model(ir=6, opset=11, nodes=node("ArgMax", "fare", "Y"), inputs=inputs, outputs=outputs)
    path, rides = saved(tmp_path, "m.onnx", content), saved(tmp_path, "rides.sql", CREATE)
    assert read(path).model
    assert main(["inspect", str(path), "--target", SQL, "--columns", str(rides), "--no-prove"]) == 0
    told = capsys.readouterr().out
    assert "CAST([fare] AS real) AS [fare]" in told
    assert f"0x{content.hex().upper()}" in told
    assert main(["inspect", str(path), "--columns", str(rides)]) == 0
    assert "PREDICT" not in capsys.readouterr().out
