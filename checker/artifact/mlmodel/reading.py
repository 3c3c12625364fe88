"""A folder with an MLmodel file, as a value; and the model's own file in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from ...errors import CannotLook
from ...model import Artifact, Fault
from ...model.forms.mlmodel import MlModel
from ...world.files import entries
from ...world.foreign.opening import kind_of, opened, size_of
from .plain_yaml import NotPlain, plain_yaml
from .signatures import read_signature

#: keys under which flavours name files of the folder
NAMES_FILE = ("data", "model_data", "pickled_model", "model_path", "python_model", "model_code_path")
#: a flavour's own file, where it does not say so
_AGAIN = "Log the model again with MLflow, and copy the whole folder."
#: what an MLmodel file without python_function is made with
_PYFUNC = ("mlflow.onnx.save_model(onnx_model, path)",)


@dataclass
class _Seen:
    """What is found on the way."""

    folder: Path
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_folder(path: Path) -> Artifact:
    """The folder of an MLflow model, as far as it can be told without loading it. Raises CannotLook."""
    seen = _Seen(path)
    told = _yaml(seen, "MLmodel", "MLmodel")
    if not isinstance(told, Mapping):
        if not seen.faults:
            what = "is empty" if told is None else "holds no table"
            seen.faults.append(Fault("malformed", f"MLmodel of {path.name} {what}.", (_AGAIN,)))
        return Artifact(str(path), "mlflow", faults=tuple(seen.faults))
    model = _model(seen, told)
    made = Artifact(
        str(path),
        "mlflow",
        producer=f"mlflow {model.mlflow}" if model.mlflow else "",
        size=sum(size_of(path / name) for name in model.files),
        faults=tuple(seen.faults),
        told=tuple((name, text) for name, text in _card(model) if text),
        remarks=tuple(seen.remarks),
        modules=("mlflow",),
        mlmodel=model,
    )
    return _with_content(made, model)


def _yaml(seen: _Seen, name: str, called: str) -> Any:
    """What a YAML file of the folder says, None where it cannot be read: then that is a fault, or a remark."""
    try:
        with opened(seen.folder / name) as content:
            return plain_yaml(bytes(content[: (4 << 20) + 1]))
    except NotPlain as wrong:
        said = f"{called} of {seen.folder.name} cannot be read as plain data: {wrong}."
        if name == "MLmodel":
            seen.faults.append(Fault(wrong.kind, said, (_AGAIN,)))
        else:
            seen.remarks.append(f"Not read: {said}")
    return None


def _model(seen: _Seen, told: Mapping[str, Any]) -> MlModel:
    """What the MLmodel file says, with what lies beside it."""
    flavors = {str(k): v for k, v in _table(told.get("flavors")).items() if isinstance(v, Mapping)}
    if not flavors:
        said = f"MLmodel of {seen.folder.name} names no flavour: nothing tells how it is loaded."
        seen.faults.append(Fault("malformed", said, (_AGAIN,)))
    pyfunc = flavors.get("python_function", {})
    try:
        signature = read_signature(told.get("signature"))
    except ValueError as error:
        signature = None
        said = f"The signature in MLmodel of {seen.folder.name} cannot be read: {str(error)[:160]}."
        seen.faults.append(Fault("signature", said, ("Log the model again with a signature.",)))
    files = tuple(dict.fromkeys(_files(seen, flavors)))
    example = _table(told.get("saved_input_example_info")).get("artifact_path")
    conda = _table(_beside(seen, "conda.yaml"))
    env = _table(_beside(seen, "python_env.yaml"))
    code = tuple(dict.fromkeys(_codes(seen, flavors)))
    return MlModel(
        flavors=flavors,
        mlflow=_text(told.get("mlflow_version")),
        python=_text(pyfunc.get("python_version")),
        loader=_text(pyfunc.get("loader_module")),
        code=code,
        signature=signature,
        example=_text(example),
        has_example=bool(example) and _lies(seen.folder, _text(example)),
        requirements=tuple(_requirements(seen)),
        conda=tuple(_of_conda(conda)),
        wanted_python=_text(env.get("python")) or _python_of_conda(conda),
        files=files,
        brings=tuple(dict.fromkeys(_modules(seen, code))),
    )


def _table(told: Any) -> Mapping[str, Any]:
    return told if isinstance(told, Mapping) else {}


def _modules(seen: _Seen, code: Sequence[str]) -> Iterator[str]:
    """Modules and packages at the top of folders of code."""
    for name in code:
        if _lies(seen.folder, name):
            yield from (one.removesuffix(".py") for one in sorted(entries(seen.folder / name)))


def _text(told: Any) -> str:
    return str(told)[:300] if isinstance(told, (str, int, float)) and not isinstance(told, bool) else ""


def _lies(folder: Path, name: str) -> bool:
    """Whether a file of that name lies in the folder, and is no link out of it."""
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or PurePosixPath(name).is_absolute() or "\\" in name:
        return False
    places = [folder.joinpath(*parts[: n + 1]) for n in range(len(parts))]
    return not any(kind_of(p, follow=False) == "a symbolic link" for p in places) and bool(kind_of(places[-1]))


def _files(seen: _Seen, flavors: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Files that flavours name; one that is not there, or leaves the folder, is a fault."""
    for flavor, told in flavors.items():
        for key in NAMES_FILE:
            name = _text(told.get(key))
            if not name:
                continue
            if _lies(seen.folder, name):
                yield name
            else:
                _lacks(seen, name, f"{key} of {flavor}")


def _lacks(seen: _Seen, name: str, what: str) -> None:
    """Remember that what MLmodel names is not there, or leaves the folder."""
    outside = ".." in PurePosixPath(name).parts or PurePosixPath(name).is_absolute()
    where = "lies outside of the folder" if outside else "is not there"
    said = f"MLmodel of {seen.folder.name} names {name} as {what}, which {where}."
    if said not in [fault.text for fault in seen.faults]:
        seen.faults.append(Fault("incomplete", said, (_AGAIN,)))


def _codes(seen: _Seen, flavors: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Code that is put on the search path; what is not there is a fault where the module that loads has to be of it.

    MLflow itself goes on without the folder; classes that a pickle wants of it are looked for in the consumer.
    """
    for flavor, told in flavors.items():
        code, loader = told.get("code"), _text(told.get("loader_module"))
        for one in code if isinstance(code, list) else [code]:
            if name := _text(one):
                if loader and not loader.startswith("mlflow.") and not _lies(seen.folder, name):
                    _lacks(seen, name, f"code of {flavor}")
                yield name


def _beside(seen: _Seen, name: str) -> Any:
    return _yaml(seen, name, name) if kind_of(seen.folder / name, follow=False) == "file" else None


def _requirements(seen: _Seen) -> Iterator[str]:
    """The lines of requirements.txt that ask for a package."""
    if kind_of(seen.folder / "requirements.txt", follow=False) != "file":
        return
    with opened(seen.folder / "requirements.txt") as content:
        text = bytes(content[: 1 << 20]).decode("utf-8", "replace")
    for row in text.splitlines()[:2000]:
        line = row.partition(" #")[0].strip()
        if line and not line.startswith(("#", "-")):
            yield line


def _of_conda(told: Mapping[str, Any]) -> Iterator[str]:
    """What conda.yaml asks of pip."""
    wanted = told.get("dependencies")
    for one in wanted if isinstance(wanted, list) else []:
        pip = one.get("pip") if isinstance(one, Mapping) else None
        yield from (str(line)[:300] for line in (pip if isinstance(pip, list) else []) if isinstance(line, str))


def _python_of_conda(told: Mapping[str, Any]) -> str:
    wanted = told.get("dependencies")
    found = (str(one).partition("=")[2].strip("=") for one in wanted or () if str(one).startswith("python="))
    return next(found, "") if isinstance(wanted, list) else ""


def _card(model: MlModel) -> Iterator[tuple[str, str]]:
    """Rows that tell what the folder is."""
    yield "Flavours", ", ".join(model.flavors)
    yield "Made with", ", ".join(filter(None, (model.python and f"Python {model.python}", _versions(model))))
    yield "Loaded by", f"{model.loader}{f' with code from {chr(44).join(model.code)}' if model.code else ''}"
    if model.signature:
        kind = "tensors" if model.signature.tensors else "columns"
        rows = (f"{c.name or '(no name)'}: {c.kind}" for c in model.signature.inputs[:12])
        yield "Signature", f"{len(model.signature.inputs)} {kind}: {', '.join(rows)}"
    else:
        yield "Signature", "none"
    yield "Example", model.example or "none"
    yield "Requires", ", ".join((model.requirements or model.conda)[:12])


def _versions(model: MlModel) -> str:
    told = {k: v for flavor in model.flavors.values() for k, v in flavor.items() if k.endswith("_version")}
    names = {k.removesuffix("_version").replace("sklearn", "scikit-learn"): v for k, v in told.items()}
    return ", ".join(f"{name} {v}" for name, v in names.items() if name != "python" and isinstance(v, str))


# --- the model's own file ----------------------------------------------------------------------------------------


def _with_content(made: Artifact, model: MlModel) -> Artifact:
    """With what the file of the model tells: its graph, or its pickled objects."""
    from .. import read

    for name in model.files:
        path = Path(made.path, *PurePosixPath(name).parts)
        if kind_of(path) == "a folder":
            path = next((path / n for n in ("model.onnx", "model.pkl") if kind_of(path / n) == "file"), path)
        if kind_of(path) != "file":
            continue
        try:
            inner = read(path)
        except CannotLook:
            continue
        if inner.form == "unknown":
            continue
        faults = tuple(replace(f, text=f"{made.path.rpartition('/')[2]}: {f.text}") for f in inner.faults)
        return replace(
            made,
            faults=(*made.faults, *faults),
            remarks=(*made.remarks, *inner.remarks),
            model=inner.model,
            pickled=inner.pickled,
            ir=inner.ir,
            opsets=inner.opsets,
        )
    return made
