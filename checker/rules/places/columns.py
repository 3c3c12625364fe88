"""The table that is to be scored against the model: every column with the input, and the signature, of its name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Advice, Artifact, Basis, Case, Finding, Severity, Stage, Tensor, rule
from ...names import meant
from ..artifacts.reading import file_name
from ..evidence import subjects_text

if TYPE_CHECKING:
    from ...model.tables import Table, TableColumn

#: what a column, an input or a signature holds -> the types that say so
KINDS = {
    "whole numbers": "int bigint smallint tinyint integer long int8 int16 int32 int64 uint8 uint16 uint32 uint64",
    "numbers": "float real double decimal numeric number money float16 bfloat16 float32 float64 binary_double",
    "texts": "char varchar nvarchar nchar string text ntext varchar2 str object bytes",
    "truths": "bit bool boolean",
}
HOLDS = {name: kind for kind, names in KINDS.items() for name in names.split()}


@rule("An input of the model has no column in the table", Stage.TARGET)
def input_without_column(case: Case[Artifact]) -> Iterator[Finding]:
    """The model, or its signature, asks for a column that the table does not have.

    What happens: scoring fails, or a wizard leaves the input unmapped.
    Why: inputs are matched with columns by their names; one was renamed, or belongs to another table.
    Remedy: rename the column where the rows are fed, or the input where the model is converted.
    Not this rule: columns that the model does not ask for: they may be there.
    """
    table, made = case.subject.table, case.subject
    if not table:
        return
    names = {column.name for column in table.columns}
    for who, wanted in _asked(made, names):
        lost = [name for name in wanted if name.lower() not in {n.lower() for n in names}]
        if lost:
            guesses = " ".join(filter(None, (_guess(name, sorted(names)) for name in lost[:1])))
            has = subjects_text([c.name for c in table.columns], 8)
            text = f"{who} asks for {subjects_text(lost, 6)}; {_called(table)} has {has}."
            yield _finding(case, f"{text} {guesses}".strip(), Severity.BLOCKER, _renamed(lost[0], table))


def _asked(made: Artifact, names: set[str]) -> Iterator[tuple[str, list[str]]]:
    """Who asks for which columns."""
    inputs = [one.name for one in made.model.inputs] if made.model else []
    if len(inputs) > 1 or names & {*inputs}:
        yield f"{file_name(made)}", inputs
    signature = made.mlmodel.signature if made.mlmodel else None
    if signature and not signature.tensors:
        yield f"the signature of {file_name(made)}", [c.name for c in signature.inputs if c.name and c.required]


def _guess(name: str, names: list[str]) -> str:
    guess = meant(name, names)
    return guess[:1].upper() + guess[1:]


def _renamed(name: str, table: Table) -> tuple[Advice, ...]:
    near = meant(name, [c.name for c in table.columns]).removeprefix("did you mean ").rstrip("?").split(" or ")[0]
    if not near:
        return ()
    said = f"Feed the column {near} under the name {name}."
    return (Advice("code", said, lines=(f"table.rename(columns={{{near!r}: {name!r}}})",)),)


@rule("A column of the table does not fit the input of its name", Stage.TARGET)
def column_not_fitting(case: Case[Artifact]) -> Iterator[Finding]:
    """A column holds other values than the input, or the signature, of its name declares.

    What happens: "Unexpected input data type", a failed cast, or numbers that are cut.
    Why: the model was converted for the types of the table that it was trained on, and this one has others. A text
    cannot be fed to an input of numbers, nor a number to one of texts; whole numbers cannot hold a missing value.
    Remedy: cast the column where the rows are fed, or declare the input as the column is.
    Not this rule: a column that is not there.
    """
    table, made = case.subject.table, case.subject
    for column in table.columns if table else ():
        for one in made.model.inputs if made.model else ():
            if one.name.lower() == column.name.lower():
                yield from _misfits(case, column, one)
        signature = made.mlmodel.signature if made.mlmodel else None
        for told in signature.inputs if signature else ():
            if told.name == column.name and (wrong := _against(column.type, told.kind)):
                text = f"the column {column.name} is {_told(column)}, and the signature says {told.kind}: {wrong}."
                yield _finding(case, text, Severity.BLOCKER if _mixed(column.type, told.kind) else Severity.WARNING)


def _misfits(case: Case[Artifact], column: TableColumn, one: Tensor) -> Iterator[Finding]:
    """What a column has against the input of its name."""
    sides = f"the column {column.name} is {_told(column)}, and the input {one.name} is {one.kind}"
    if wrong := _against(column.type, one.element):
        mixed = _mixed(column.type, one.element)
        yield _finding(case, f"{sides}: {wrong}.", Severity.BLOCKER if mixed else Severity.WARNING, _cast(column, one))
        return
    for place in case.places:
        known = [t for t in place.target.types if t.column == column.type and one.element not in t.onnx]
        if known and case.subject.table and case.subject.table.declared:
            fed = f"{place.target.title} feeds {column.type} to {' or '.join(known[0].onnx)}"
            yield _finding(case, f"{sides}: {fed}.", Severity.WARNING, _cast(column, one))
    if column.missing and HOLDS.get(one.element) == "whole numbers":
        yield _finding(case, f"{sides}: it may be missing, and whole numbers have no value for that.", Severity.WARNING)


def _mixed(one: str, other: str) -> bool:
    """Whether one of two types holds texts and the other does not."""
    return (HOLDS.get(one) == "texts") != (HOLDS.get(other) == "texts")


def _against(column: str, wanted: str) -> str:
    """Why a column cannot be what is wanted; "" where it can, and where nothing is known."""
    has, wants = HOLDS.get(column), HOLDS.get(wanted)
    if not has or not wants or has == wants:
        return ""
    if "texts" in (has, wants):
        return f"it has {has} where {wants} are declared"
    if (has, wants) == ("numbers", "whole numbers"):
        return "what stands behind the point is cut"
    return ""


def _cast(column: TableColumn, one: Tensor) -> tuple[Advice, ...]:
    said = f"Declare the input {one.name} as the column is, or cast the column where the rows are fed."
    return (Advice("code", said, lines=(f"CAST({column.name} AS ...)",)),)


def _told(column: TableColumn) -> str:
    return column.told or column.type


def _called(table: Table) -> str:
    return f"the table {table.name}" if table.name else "the table"


def _finding(case: Case[Artifact], text: str, severity: Severity, advice: tuple[Advice, ...] = ()) -> Finding:
    """What two sides say; without a place or an environment that is named nothing is decided by it."""
    decided = bool(case.places or case.subject.consumer)
    return Finding(
        severity=severity if decided else Severity.NOTE,
        stage=Stage.TARGET,
        basis=Basis.SEEN,
        subject=file_name(case.subject),
        message=text[:1].upper() + text[1:] if text.startswith("the ") else text,
        evidence=(case.subject.table.path,) if case.subject.table else (),
        advice=advice,
    )
