"""From what a script was seen to do to the canary rows that try the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...model import Canary, Column, Logging
from ..uses.estimators import Estimator, Written
from ..uses.record import Conversion, Fit, Uses
from ..values.arrays import Array, array_of
from ..values.frames import Frame
from ..values.proxies import Instance, Shape, Unknown
from . import graphs
from .feeds import fed_names, feed_of, from_sample
from .own import unconverted
from .tracking import tracked
from .training import fitted_data, known_columns, one_matrix

Inputs = tuple[tuple[str, str, "Shape | None"], ...]
DATA_GUESS = "the columns of the data cannot be read: they are made up"


def build(uses: Uses) -> tuple[Canary, ...]:
    """A row for every model that is converted; if none is (or none can be read), for every one that is fitted."""
    rows = [*(list(converted(uses)) or list(fitted(uses))), *unconverted(uses), *logged(uses)]
    rows += tracked(uses, rows)
    rows += graphs.graphs(uses.graphs)
    named: dict[str, int] = {}
    unique: list[Canary] = []
    for row in rows:
        named[row.name] = named.get(row.name, 0) + 1
        unique.append(row if named[row.name] == 1 else replace(row, name=f"{row.name} ({named[row.name]})"))
    return tuple(unique)


def readable(uses: Uses, made: Estimator, converts: bool = False) -> Written | None:
    """The estimator as an expression, its notes kept; None, and a note, where it cannot be made again."""
    text = Written(made)
    problem = text.problem
    if converts and not problem:
        problem = next((why for name, why in uses.own_converters.items() if f"{name}(" in text.make), "")
    if problem:
        uses.miss(f"Not all tried: {problem}, so {made.short or 'it'} is left out")
        return None
    for sentence in text.notes:
        uses.note(sentence)
    return text


def converted(uses: Uses) -> Iterator[Canary]:
    """The rows of the conversions."""
    for conversion in uses.conversions:
        model = conversion.model
        if isinstance(model, Instance) and model.of:
            uses.miss(
                f"Not all tried: {model.where} {model.of.name} is a class of the script, so {model.of.name} is left out"
            )
        elif not isinstance(model, Estimator):
            short = conversion.converter.rpartition(".")[2]
            uses.miss(f"Not all tried: {conversion.where} the model that {short} converts cannot be read")
        elif text := readable(uses, model, converts=True):
            uses.read += 1
            yield converted_row(uses, text, conversion)


def fitted(uses: Uses) -> Iterator[Canary]:
    """The rows of a script that converts nothing; an empty converter says that."""
    as_they_are = {made.key for made, _, _ in uses.logged}
    for key, fit in uses.fits.items():
        if key not in as_they_are and not fit.earlier and (text := readable(uses, fit.model)):
            one = row(uses, fit.model, text, fit, fitted_data(fit.model, fit, ()), converter="", runs=False)
            own = any(f"{name}(" in text.make for name in uses.own_converters)
            yield replace(one, unread=(*one.unread, "converters")) if own else one


def logged(uses: Uses) -> Iterator[Canary]:
    """The rows of fitted models that are logged with MLflow as they are: nothing of them is converted."""
    for made, where, found in uses.logged:
        text = readable(uses, made)
        if text is None:
            continue
        fit = uses.fits.get(made.key) or Fit(Unknown(), Unknown(), where, made)
        data = fitted_data(made, fit, ())
        of = found["signature_of"] or ("frame" if data[1] == "frame" else "array")
        logging = without_guesses(fit, Logging(**{**found, "signature_of": of, **uses.kept_in()}))
        one = row(uses, made, text, fit, data, converter="", runs=False, logging=logging)
        yield replace(one, name=f"{where} {made.short}", where=where)


def row(
    uses: Uses, made: Estimator, text: Written, fit: Fit, data: tuple[tuple[Column, ...], str, str], **more: Any
) -> Canary:
    """A canary of one estimator."""
    columns, layout, target = data
    imports = tuple(dict.fromkeys([*uses.experimental, *sorted(text.imports)]))
    known = array_of(fit.target).dims if isinstance(fit.target, (Array, Frame)) else None
    unread = (*more.pop("unread", ()), *["arguments"] * text.incomplete)
    return Canary(
        f"{made.where} {made.short}",
        text.make,
        imports,
        columns,
        layout,
        target,
        where=made.where,
        methods=() if text.guesses else tuple(fit.methods),
        target_2d=known is not None and known[1:] == (1,) and target not in ("targets", "none"),
        unread=unread,
        guesses=(
            *(("parameters", g) for g in text.guesses),
            *(("data", g) for g in guessed_data(fit)),
            *(("branch", g) for g in dict.fromkeys([*text.branches, *fit.why, *more.pop("why", ())])),
        ),
        **more,
    )


def guessed_data(fit: Fit) -> Iterator[str]:
    """A sentence where the columns are not those of the script."""
    known, _ = known_columns(fit.data, fit.model)
    if known is None or any(not c.kind for c in known):
        yield f"{fit.where} {DATA_GUESS}"


def converted_row(uses: Uses, text: Written, conversion: Conversion) -> Canary:
    """A canary of one conversion."""
    made = conversion.model
    sample = Unknown() if conversion.sample is None else conversion.sample
    fit = uses.fits.get(made.key) or Fit(sample, Unknown(), conversion.where, made)
    declared = conversion.inputs or ()
    columns, layout, _ = data = fitted_data(made, fit, declared, conversion.sample)
    inputs = declared or from_sample(conversion.sample, columns, layout)
    return row(
        uses,
        made,
        text,
        fit,
        data,
        inputs=inputs,
        typed=conversion.typed,
        converter=conversion.converter,
        options=conversion.options,
        target_opset=conversion.target_opset,
        operators=conversion.operators,
        caught=conversion.caught,
        catches=conversion.catches,
        unread=conversion.unread,
        why=conversion.why,
        registered=tuple(r for r in uses.registered.values() if f"{r.model}(" in text.make),
        output_names=conversion.output_names,
        providers=conversion.providers,
        outputs=conversion.outputs,
        feed=feed_of(conversion, inputs, columns, layout),
        fed=fed_names(conversion),
        feeds=() if any(guessed_data(fit)) else conversion.handed,
        unpacks=conversion.unpacks,
        takes=tuple(sorted(conversion.takes.items())),
        runs=conversion.sessions > 0,
        proto=conversion.proto,
        listed=conversion.listed,
        reference=conversion.reference,
        logging=logging_of(uses, conversion, fit, "matrix" if one_matrix(declared, columns) else layout),
        converted=conversion.where,
        unfitted=conversion.unfitted,
    )


def logging_of(uses: Uses, conversion: Conversion, fit: Fit, layout: str) -> Logging | None:
    """What the script does with MLflow; a signature written by hand is replaced by an inferred one, with a note."""
    found = conversion.logging
    if found is None:
        return None
    of = found["signature_of"] or ("frame" if layout == "frame" else "array")
    if found["signature"] and not found["signature_of"] and not found["signed"]:
        uses.note(f"{conversion.where} the signature of the logged model cannot be read: one is inferred from the data")
    return without_guesses(fit, Logging(**{**found, "signature_of": of, **uses.kept_in()}))


def without_guesses(fit: Fit, logging: Logging) -> Logging:
    """What is handed to MLflow is made again only for a model whose own columns are known."""
    return replace(logging, signed=None, answered=None, shown=None, scored=()) if any(guessed_data(fit)) else logging
