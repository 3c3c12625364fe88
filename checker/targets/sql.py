"""What is typed in a database to keep a model and to score with it, as its wizard would write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..knowledge import Target
from ..model import OnnxModel, Tensor

if TYPE_CHECKING:
    from ..model.tables import Table, TableColumn

#: ONNX type of an input or output -> the type of a column there
TYPES = {
    "float": "real", "double": "float", "int64": "bigint", "int32": "int", "int16": "smallint", "bool": "bit",
    "string": "nvarchar(4000)",
}  # fmt: skip
#: bytes of a model that are written into the statement itself
INLINE = 8_000
NOT_THERE = "dbo.rows_to_score"


def quoted(name: str) -> str:
    """A name of one part in brackets."""
    return f"[{name.replace(']', ']]')}]"


def qualified(name: str) -> str:
    """A name that may have a schema before it, each part in brackets."""
    parts = [part.strip().strip('[]"`') for part in re.split(r"\.(?![^\[]*\])", name)]
    return ".".join(quoted(part) for part in ([*parts] if len(parts) > 1 else ["dbo", *parts]))


def text(value: str) -> str:
    """A text as a literal."""
    return "N'" + value.replace("'", "''") + "'"


def statements(target: Target, name: str, model: OnnxModel, content: bytes, table: Table | None) -> tuple[str, ...]:
    """Where models are kept, the model itself, and the query; nothing where the place has no such statement."""
    if target.statement not in ("synapse", "edge"):
        return ()
    kept = "\nWITH (DISTRIBUTION = ROUND_ROBIN, HEAP)" if target.statement == "synapse" else ""
    create = "CREATE TABLE [dbo].[models] (\n    [name] nvarchar(200) NOT NULL,\n    [model] varbinary(max) NOT NULL\n)"
    return (f"{create}{kept};", _insert(target, name, content), "\n".join(_query(name, model, table)))


def _insert(target: Target, name: str, content: bytes) -> str:
    """The model as a row: written out where it is small, else from a file of hexadecimal digits."""
    if len(content) <= INLINE:
        return f"INSERT INTO [dbo].[models] ([name], [model])\nVALUES ({text(name)}, 0x{content.hex().upper()});"
    if target.statement == "synapse":
        lines = (
            f"-- models.csv holds one line: the name {name}, a comma, and the bytes of the model as hexadecimal digits",
            "COPY INTO [dbo].[models] ([name], [model])",
            "FROM 'https://ACCOUNT.blob.core.windows.net/CONTAINER/models.csv'",
            "WITH (FILE_TYPE = 'CSV');",
        )
        return "\n".join(lines)
    file = (
        f"SELECT {text(name)}, [bulk].[BulkColumn]\nFROM OPENROWSET(BULK N'/path/{name}.onnx', SINGLE_BLOB) AS [bulk];"
    )
    return f"INSERT INTO [dbo].[models] ([name], [model])\n{file}"


def _query(name: str, model: OnnxModel, table: Table | None) -> Iterator[str]:
    """The PREDICT over the table; each column that is fed becomes what its input declares."""
    inputs = {one.name: one for one in model.inputs}
    known = {c.name.lower(): c for c in table.columns} if table else {}
    columns = [c.name for c in table.columns] if table else []
    fed = [f"        {_fed(one, known.get(name.lower()))}" for name, one in inputs.items()]
    lost = [name for name in inputs if known and name.lower() not in known]
    others = [
        f"        {quoted(column)}" for column in columns if column.lower() not in {name.lower() for name in inputs}
    ]
    outputs = [one for one in model.outputs if is_column(one)]
    yield from (f"-- {name} has no column in the table: name the one that is meant" for name in lost)
    yield f"SELECT [d].*, {', '.join(f'[p].{quoted(one.name)}' for one in outputs) or '[p].*'}"
    yield "FROM PREDICT("
    yield f"    MODEL = (SELECT [model] FROM [dbo].[models] WHERE [name] = {text(name)}),"
    yield "    DATA = (\n      SELECT"
    yield ",\n".join([*others, *fed])
    yield f"      FROM {qualified(table.name if table and table.name else NOT_THERE)}\n    ) AS [d],"
    yield "    RUNTIME = ONNX"
    yield ")"
    yield f"WITH ({', '.join(f'{quoted(o.name)} {TYPES.get(o.element, o.element)}' for o in outputs)}) AS [p];"
    for one in model.outputs:
        if one not in outputs:
            yield f"-- {one.name} is left out: it is no single value of a row"


def _fed(one: Tensor, column: TableColumn | None) -> str:
    """A column as its input declares it; a text stays as long as it is."""
    kind = TYPES.get(one.element, one.element)
    if one.element == "string" and column and "char" in column.type:
        kind = column.told
    return f"CAST({quoted(column.name if column else one.name)} AS {kind}) AS {quoted(one.name)}"


def is_column(output: Tensor) -> bool:
    """Whether an output is one value of a row."""
    return not output.around and (len(output.shape or ()) < 2 or (output.shape is not None and output.shape[-1] == 1))
