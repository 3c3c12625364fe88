"""Interfaces: binaries and generated code that were made for another numpy or protobuf than the installed one."""

import mmap
import os
import re

from .linking import Linker
from .places import BINARY, SOURCE
from .references import name_of_owner, roots_into
from .versions import code_version, numbers_of

#: what numpy's own header compiles into every module that calls `import_array()`
NUMPY_ONE, NUMPY_TWO = b"numpy.core._multiarray_umath", b"numpy._core._multiarray_umath"
#: binaries read a distribution, the smallest first; one answers for all, since a wheel is built at once
BINARIES = 8
LARGEST = 32 * 1024 * 1024
OLD_CODE = re.compile(r"\n_\w+ = _descriptor\.(?:Descriptor|EnumDescriptor|FileDescriptor)\(")
NEW_CODE = re.compile(r"\nfrom google\.protobuf\.internal import builder")
CHECKED = re.compile(r"\n_runtime_version\.ValidateProtobufRuntimeVersion\(\s*[\w.]+,\s*(\d+),\s*(\d+),\s*(\d+)")


def find_interfaces(linker: Linker, roots: list) -> list:
    """Everything reached by the roots that does not fit what is installed."""
    return numpy_interfaces(linker, roots) + protobuf_code(linker, roots) + protobuf_backend(linker, roots)


def reached(linker: Linker, kind: str) -> list:
    """The modules of one kind that the walk executes."""
    found = []
    for module, lost in sorted(linker.missing.items()):
        place = linker.finder.find(module)
        if not lost and place.kind == kind:
            found.append((module, place.file))
    return found


def numpy_interfaces(linker: Linker, roots: list) -> list:
    """Distributions built against numpy 1 while the installed code is numpy 2 or later."""
    runtime = code_version(linker.finder, "numpy")
    if not runtime or numbers_of(runtime)[:1] < (2,):
        return []
    groups = {}  # type: dict
    for module, file in reached(linker, BINARY):
        owner = name_of_owner(linker, module)
        if owner not in ("", "numpy"):
            groups.setdefault(owner, []).append((linker.entry(module)[0], module, file))
    found = []
    for owner, binaries in sorted(groups.items()):
        old = [(module, file) for _, module, file in sorted(binaries)[:BINARIES] if built_for_one(linker, module, file)]
        into = sorted({root for module, _ in old for root in roots_into(linker, roots, module)}, key=roots.index)
        if into:
            found.append(interface("numpy", owner, old[0][1], "numpy 1", "numpy " + runtime, "numpy", into))
    return found


def built_for_one(linker: Linker, module: str, file: str) -> bool:
    """Whether an extension module asks for the C interface of numpy 1 only."""

    def look() -> bool:
        return any(asks_for_one(path) for path in [file] + linked_beside(linker, file))

    try:
        return bool(linker.remember(module, "numpy 1", look))
    except (OSError, ValueError):
        return False


def asks_for_one(file: str) -> bool:
    """Whether a binary names the C interface of numpy 1 and not that of numpy 2."""
    if not 0 < os.path.getsize(file) <= LARGEST:
        return False
    with open(file, "rb") as binary, mmap.mmap(binary.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(NUMPY_ONE) >= 0 and data.find(NUMPY_TWO) < 0


def linked_beside(linker: Linker, file: str) -> list:
    """Shared libraries in the folder of an extension module that it names, as pyarrow keeps its numpy code in one."""
    folder = os.path.dirname(file)
    libraries = [n for n in linker.finder.listing(folder) if n.startswith("lib") and n.endswith((".so", ".dylib"))]
    if not libraries or os.path.getsize(file) > LARGEST:
        return []
    with open(file, "rb") as binary:
        data = binary.read()
    return [os.path.join(folder, n) for n in sorted(libraries) if data.find(n.encode()) >= 0]


def interface(kind: str, owner: str, file: str, built: str, runtime: str, provider: str, roots: list) -> dict:
    """The fields of one `interface` frame."""
    return {
        "kind": kind,
        "distribution": owner,
        "file": file,
        "built": built,
        "runtime": runtime,
        "provider": provider,
        "roots": roots,
    }


def generated_by(linker: Linker, module: str, text: object) -> str:
    """What generated a *_pb2 module: "old" (before protoc 3.20), "builder", the version that it checks for, or ""."""

    def look() -> str:
        source = "\n" + text()  # type: ignore[operator]
        checked = CHECKED.search(source)
        if checked:
            return ".".join(checked.groups())
        return "old" if OLD_CODE.search(source) else "builder" if NEW_CODE.search(source) else ""

    return str(linker.remember(module, "generated", look))


def misfit(made: str, runtime: str, compiled: bool) -> str:
    """What the generated code was made for, in words, when the runtime refuses it; "" when they fit."""
    now = numbers_of(runtime)
    if made == "old":
        return "protoc before 3.20" if now[:1] >= (4,) and compiled else ""
    if made == "builder":
        return "protoc 3.20 or later" if now < (3, 20) else ""
    needs = numbers_of(made)
    unchecked = os.environ.get("TEMPORARILY_DISABLE_PROTOBUF_VERSION_CHECK", "").lower() == "true"
    return "protobuf " + made if needs > now and not unchecked else ""


def protobuf_code(linker: Linker, roots: list) -> list:
    """Generated code that the installed protobuf refuses, one finding a distribution."""
    runtime = code_version(linker.finder, "google.protobuf")
    compiled = backend_in_use(linker) != "python"
    found = {}  # type: dict
    for module, file in reached(linker, SOURCE) if runtime else ():
        owner = name_of_owner(linker, module) if module.endswith("_pb2") else "protobuf"
        if owner != "protobuf" and owner not in found:
            built = misfit(generated_by(linker, module, lambda file=file: read_source(file)), runtime, compiled)
            into = roots_into(linker, roots, module) if built else []
            if into:
                found[owner] = interface("protobuf", owner, file, built, "protobuf " + runtime, "protobuf", into)
    return list(found.values())


def read_source(file: str) -> str:
    """The first megabyte of a source file."""
    with open(file, "rb") as source:
        return source.read(1 << 20).decode("latin-1")


def has_binary(linker: Linker, module: str) -> bool:
    """Whether an extension module is installed under that name."""
    return linker.finder.find(module).kind == BINARY


def backend_in_use(linker: Linker) -> str:
    """The protobuf implementation that will be chosen: the variable's, else the compiled one that is installed."""
    asked = os.environ.get("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", "")
    if asked:
        return asked
    for name, module in (("upb", "google._upb._message"), ("cpp", "google.protobuf.pyext._message")):
        if has_binary(linker, module):
            return name
    return "python"


def protobuf_backend(linker: Linker, roots: list) -> list:
    """An environment variable that asks for a compiled protobuf which is not installed."""
    asked = os.environ.get("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", "")
    runtime = code_version(linker.finder, "google.protobuf")
    known = asked in ("python", "cpp") or (asked == "upb" and numbers_of(runtime)[:1] >= (4,))
    absent = asked == "cpp" and not has_binary(linker, "google.protobuf.pyext._message")
    if not asked or not runtime or (known and not absent):
        return []
    into = roots_into(linker, roots, "google.protobuf.internal.api_implementation")
    file = linker.finder.find("google.protobuf").file
    found = interface("protobuf-backend", "protobuf", file, asked, "protobuf " + runtime, "protobuf", into)
    return [found] if into else []
