"""Tables for the rules of importing."""

from __future__ import annotations

from dataclasses import replace

from checker.model import Case, Install, Interface, Loaded, Observation, Origin, Stage, Unresolved

from .cases import BLOCKER, SITE, WARNING, Fires, at, case, dist, failed, script, sound, works

IMPORT = Stage.IMPORT
VARIABLE = "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION"
TRAINS = script(imports="sklearn skl2onnx")
UPGRADES = Install("pip install scikit-learn==1.6.1", "train.py:4", ("scikit-learn==1.6.1",), ("sklearn",))
KEEPS = Install("pip install 'scikit-learn>=1.2'", "train.py:4", ("scikit-learn>=1.2",), ("sklearn",))
BEFORE = Install("pip install scikit-learn==1.6.1", "train.py:1", ("scikit-learn==1.6.1",), ())
ADDS = Install("pip install tqdm", "train.py:4", ("tqdm",), ("sklearn",))

OWN_ONNX = Origin("onnx", "/project/onnx.py", "script-folder", "onnx", f"{SITE}/onnx/__init__.py")
OWN_QUEUE = Origin("queue", "/project/queue.py", "script-folder", "", "")
NO_PB = failed(
    IMPORT,
    "skl2onnx",
    "ModuleNotFoundError",
    "No module named 'onnx.onnx_pb'; 'onnx' is not a package",
    at("skl2onnx/proto/__init__.py", 8),
)
MAPPING = failed(
    IMPORT,
    "skl2onnx",
    "ImportError",
    "cannot import name 'mapping' from 'onnx' (/env/onnx/__init__.py)",
    at("skl2onnx/proto/__init__.py", 8),
)
OBJECT = failed(
    IMPORT,
    "onnx",
    "AttributeError",
    "module 'numpy' has no attribute 'object'",
    at("onnx/__init__.py", 20),
    at("onnx/mapping.py", 27),
    at("numpy/__init__.py", 305, "__getattr__"),
)
RESOURCES = failed(
    IMPORT,
    "mlflow",
    "ModuleNotFoundError",
    "No module named 'pkg_resources'",
    at("mlflow/__init__.py", 30),
    at("mlflow/utils/requirements_utils.py", 20),
)
#: the import that fails stands under `try`; what is told is the lack of a name
GUARDED = failed(
    IMPORT,
    "mlflow.models",
    "ImportError",
    "cannot import name 'infer_signature' from 'mlflow.models' (/env/mlflow/models/__init__.py)",
    at("mlflow/models/signature.py", 13),
    chain=(
        ("ModuleNotFoundError", "No module named 'pandas'"),
        ("ImportError", "cannot import name 'infer_signature' from 'mlflow.models' (/env/mlflow/models/__init__.py)"),
    ),
    facts={"lacking": ("infer_signature",), "hidden": True},
)
#: the same chain of an import that was tried first, and is not the reason
TRIED_FIRST = replace(GUARDED, facts={"lacking": ("infer_signature",)})
ASKED = replace(GUARDED, subject="mlflow.models.infer_signature", facts={"where": "train.py:7", "hidden": True})
SIZE = failed(
    IMPORT,
    "pandas",
    "ValueError",
    "numpy.dtype size changed, may indicate binary incompatibility. Expected 96 from C header, got 88 from PyObject",
    at("pandas/__init__.py", 22),
)
BARE = failed(
    IMPORT,
    "onnxruntime",
    "ImportError",
    "",
    at("onnxruntime/__init__.py", 23),
    output="AttributeError: _ARRAY_API not found",
)
DESCRIPTORS = failed(
    IMPORT,
    "onnx",
    "TypeError",
    "Descriptors cannot be created directly.\nIf this call came from a _pb2.py file, your generated code is out of date",
    at("onnx/onnx_ml_pb2.py", 33),
    at("google/protobuf/descriptor.py", 553),
)
BUILDER = failed(
    IMPORT,
    "onnx",
    "ImportError",
    "cannot import name 'builder' from 'google.protobuf.internal'",
    at("onnx/onnx_ml_pb2.py", 5),
)
BACKEND = failed(
    IMPORT,
    "onnx",
    "ImportError",
    "cannot import name '_message' from 'google.protobuf.pyext'",
    at("onnx/onnx_ml_pb2.py", 5),
    at("google/protobuf/internal/api_implementation.py", 60),
)
CPP = Interface("protobuf-backend", "protobuf", f"{SITE}/google/protobuf", "cpp", "upb", "protobuf")
CRASH = failed(IMPORT, "onnxruntime", "Crash", "the process died of SIGSEGV")

LINK = Unresolved(
    "skl2onnx",
    "skl2onnx.proto",
    f"{SITE}/skl2onnx/proto/__init__.py",
    13,
    "missing-name",
    "onnx",
    "mapping",
    "onnx",
    True,
    ("skl2onnx",),
)
BY_SCRIPT = Unresolved(
    "",
    "",
    "train.py",
    4,
    "missing-name",
    "sklearn.datasets",
    "load_boston",
    "scikit-learn",
    True,
    ("sklearn.datasets",),
)
LAZY = Unresolved(
    "skl2onnx",
    "skl2onnx.proto",
    f"{SITE}/skl2onnx/proto/__init__.py",
    13,
    "missing-name",
    "onnx",
    "mapping",
    "onnx",
    False,
    ("skl2onnx",),
)
LOST = Unresolved(
    "mlflow",
    "mlflow.utils",
    f"{SITE}/mlflow/utils.py",
    20,
    "missing-module",
    "pkg_resources",
    "",
    "",
    True,
    ("mlflow",),
)
NUMPY_1 = Interface("numpy", "pandas", f"{SITE}/pandas/_libs/lib.so", "numpy 1", "numpy 2.2.6", "numpy", ("pandas",))
OLD_CODE = Interface(
    "protobuf", "onnx", f"{SITE}/onnx/onnx_ml_pb2.py", "protoc before 3.20", "protobuf 4.25.8", "protobuf", ("onnx",)
)

FIRES: dict[str, tuple[Fires, ...]] = {
    "stale-kernel": (
        Fires(
            case(Loaded("sklearn", "scikit-learn", "1.2.2", "1.5.2")),
            BLOCKER,
            IMPORT,
            ("scikit-learn",),
            "scikit-learn 1.2.2 in memory while 1.5.2 is on disk",
        ),
    ),
    "installs-over-import": (
        Fires(
            case(uses=script(imports="sklearn", installs=(UPGRADES,))),
            BLOCKER,
            IMPORT,
            ("scikit-learn",),
            "train.py:4 installs scikit-learn==1.6.1 after sklearn",
        ),
    ),
    "shadowed-module": (
        # what needs the hidden module fails for the same cause
        Fires(
            case(OWN_ONNX, NO_PB, uses=TRAINS),
            BLOCKER,
            IMPORT,
            ("onnx",),
            "loads /project/onnx.py, which hides the installed onnx 1.16.2",
        ),
        Fires(
            case(OWN_QUEUE, *works(IMPORT, "queue"), uses=script(imports="sklearn skl2onnx queue")),
            WARNING,
            IMPORT,
            (),
            "hides the standard library's module",
        ),
    ),
    "environment-variable": (
        Fires(case(CPP, BACKEND, variables={VARIABLE: "cpp"}), BLOCKER, IMPORT, ("protobuf",), f"{VARIABLE}=cpp"),
        Fires(
            case(CPP, variables={VARIABLE: "cpp"}, imported=False), BLOCKER, IMPORT, ("protobuf",), f"{VARIABLE}=cpp"
        ),
    ),
    "numpy-interface": (
        Fires(
            case(SIZE, uses=script(imports="pandas sklearn")),
            BLOCKER,
            IMPORT,
            ("numpy", "pandas"),
            "pandas 2.2.3 was built for another binary interface than that of numpy 1.26.4",
        ),
        Fires(case(SIZE, uses=TRAINS), WARNING, IMPORT, ("numpy", "pandas"), "pandas 2.2.3"),
        Fires(case(BARE), BLOCKER, IMPORT, ("numpy", "onnxruntime"), "onnxruntime 1.19.2"),
        Fires(
            case(NUMPY_1, imported=False),
            BLOCKER,
            IMPORT,
            ("numpy", "pandas"),
            "was built for numpy 1, and numpy 2.2.6 is installed",
        ),
    ),
    "protobuf-code": (
        Fires(
            case(DESCRIPTORS),
            BLOCKER,
            IMPORT,
            ("protobuf", "onnx"),
            "The generated code of onnx 1.16.2 does not fit protobuf 4.25.8",
        ),
        Fires(case(BUILDER), BLOCKER, IMPORT, ("protobuf", "onnx"), "The generated code of onnx 1.16.2"),
        Fires(
            case(OLD_CODE, imported=False), BLOCKER, IMPORT, ("protobuf", "onnx"), "was built for protoc before 3.20"
        ),
    ),
    "undeclared-dependency": (
        Fires(
            case(RESOURCES),
            BLOCKER,
            IMPORT,
            ("setuptools", "mlflow"),
            "mlflow imports pkg_resources, which is not installed; setuptools brings it",
        ),
        Fires(case(RESOURCES, uses=TRAINS), WARNING, IMPORT, ("setuptools", "mlflow"), "mlflow imports pkg_resources"),
        Fires(case(LOST, imported=False), BLOCKER, IMPORT, ("setuptools", "mlflow"), "no installed package has it"),
        *(
            Fires(
                case(told, stack=sound(pandas=""), uses=script(imports="mlflow")),
                BLOCKER,
                IMPORT,
                ("pandas", "mlflow"),
                "mlflow imports pandas, which is not installed; pandas brings it. Without it there is no mlflow.models.inf",
            )
            for told in (GUARDED, ASKED)
        ),
        Fires(
            case(
                failed(IMPORT, "tqdm", "ModuleNotFoundError", "No module named 'tqdm'"),
                uses=script(imports="sklearn tqdm"),
            ),
            BLOCKER,
            IMPORT,
            ("tqdm",),
            "the script imports tqdm, which is not installed",
        ),
    ),
    "removed-name": (
        Fires(
            case(MAPPING, uses=TRAINS),
            BLOCKER,
            IMPORT,
            ("onnx", "skl2onnx"),
            "skl2onnx 1.17.0 uses onnx.mapping, which onnx 1.16.2 does not have",
        ),
        Fires(
            case(OBJECT),
            BLOCKER,
            IMPORT,
            ("numpy", "onnx"),
            "onnx 1.16.2 uses numpy.object, which numpy 1.26.4 does not have",
        ),
        Fires(
            case(LINK, imported=False, uses=TRAINS),
            BLOCKER,
            IMPORT,
            ("onnx", "skl2onnx"),
            "skl2onnx 1.17.0 uses onnx.mapping",
        ),
        Fires(
            case(BY_SCRIPT, imported=False, uses=TRAINS),
            BLOCKER,
            IMPORT,
            ("scikit-learn",),
            "train.py:4 uses sklearn.datasets.load_boston, which scikit-learn 1.5.2 does not have",
        ),
    ),
    "import-failed": (
        Fires(
            case(CRASH),
            BLOCKER,
            IMPORT,
            ("onnxruntime",),
            "import onnxruntime fails with Crash: the process died of SIGSEGV",
        ),
        Fires(
            case(failed(IMPORT, "onnx", "KeyError", "", at("onnx/defs.py"))),
            BLOCKER,
            IMPORT,
            ("onnx",),
            "KeyError: no words",
        ),
    ),
}

STAYS: dict[str, tuple[Case[Observation], ...]] = {
    "stale-kernel": (
        case(
            stack=(*sound(), dist("numpy", "1.20.0", location="/usr/lib")),
        ),
    ),
    "installs-over-import": (
        case(uses=script(imports="sklearn", installs=(BEFORE,))),
        case(uses=script(imports="sklearn", installs=(ADDS,))),
        case(uses=script(imports="sklearn", installs=(KEEPS,))),
        case(),
    ),
    "shadowed-module": (case(MAPPING), case()),
    "environment-variable": (
        # the variable is set, and the import works; or it is set to what is there
        case(CPP, *works(IMPORT, "onnx", "skl2onnx"), variables={VARIABLE: "cpp"}),
        case(variables={VARIABLE: "python"}),
        case(variables={"PYTHONPATH": "/opt/libs"}),
    ),
    "numpy-interface": (
        case(NUMPY_1, *works(IMPORT, "pandas")),
        case(
            Interface("protobuf", "onnx", "x.py", "protoc before 3.20", "protobuf 4", "protobuf", ("onnx",)),
            imported=False,
        ),
    ),
    "protobuf-code": (case(OLD_CODE, *works(IMPORT, "onnx")), case(CPP, BACKEND, variables={VARIABLE: "cpp"})),
    "undeclared-dependency": (
        case(MAPPING),
        case(TRIED_FIRST, stack=sound(pandas="")),
        case(LOST, *works(IMPORT, "mlflow")),
    ),
    "removed-name": (
        case(RESOURCES),
        case(GUARDED, stack=sound(pandas="")),
        case(ASKED, stack=sound(pandas="")),
        case(LINK, *works(IMPORT, "skl2onnx")),
        case(LAZY, imported=False),
        case(BY_SCRIPT, *works(IMPORT, "sklearn.datasets")),
        case(SIZE),
        case(BUILDER),
    ),
    "import-failed": (case(*works(IMPORT, "onnx")), case(MAPPING), case(RESOURCES), case(SIZE), case(DESCRIPTORS)),
}
