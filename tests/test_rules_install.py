"""Tables for the rules of resolving and installing."""

from __future__ import annotations

from dataclasses import replace

from checker.model import Case, Damage, Install, Observation, Stage
from checker.rules.installation.wanted import look_at_wishes

from .cases import BLOCKER, NOTE, SITE, WARNING, Fires, at, case, dist, failed, logged, script, seen, sound, works

NO_WHEEL = failed(
    Stage.RESOLVE,
    "requirements.txt",
    "Refused",
    "No solution found: Because scikit-learn==0.22.2.post1 has no usable wheels and you require scikit-learn==0.22.2.post1, we can conclude that your requirements are unsatisfiable.",
)
RANGE = failed(
    Stage.RESOLVE,
    "numpy",
    "Refused",
    "Because numpy>=1.16.0,<=1.21.1 has no usable wheels and you require numpy>=1.16,<=1.21.1",
)
CONFLICT = failed(
    Stage.RESOLVE,
    "requirements.txt",
    "Refused",
    "No solution found: Because mlflow==2.9.2 depends on protobuf>=3.12.0,<5 and you require mlflow==2.9.2, we can conclude that you require protobuf>=3.12.0,<5. "
    "And because you require protobuf==6.30.2, we can conclude that your requirements are unsatisfiable.",
)
GONE = failed(Stage.IMPORT, "fare_features", "ModuleNotFoundError", "No module named 'fare_features'")
TORN = failed(
    Stage.IMPORT, "sklearn", "ImportError", "cannot import name '_tags' from 'sklearn.utils'", at("sklearn/base.py", 20)
)


def damage(kind: str, name: str, text: str, *examples: str, modules: tuple[str, ...] = (), path: str = SITE) -> Damage:
    return Damage(kind, name, path, text, examples, modules)


TWO_FOLDERS = damage(
    "duplicate-metadata",
    "scikit-learn",
    "scikit-learn has 2 metadata folders: 1.2.2, 1.5.2; its code is 1.2.2",
    modules=("sklearn",),
)
OTHER_CODE = damage(
    "version-mismatch", "numpy", "the metadata of numpy say 1.26.4, its code says 2.2.6", modules=("numpy",)
)
MISSING = damage(
    "missing-files", "scikit-learn", "9 of 633 code files of scikit-learn 1.5.2 are missing", modules=("sklearn",)
)
EMPTY = damage("no-code", "onnx", "/env/onnx holds no code, yet `import onnx` finds it", modules=("onnx",))
TILDE = damage("leftover", "~ikit-learn", "an interrupted installation left ~ikit-learn", "~ikit-learn")
WHEEL = damage(
    "wrong-wheel", "onnx", "onnx 1.16.2 is built for cp312, this Python takes cpython-311", modules=("onnx",)
)
SOURCE = damage(
    "editable-gone", "fare-features", "fare-features 0.3 is an editable install of /src/fare_features, which is gone"
)
SHARED = damage(
    "shared-folder",
    "onnxruntime",
    "onnxruntime and onnxruntime-gpu both own 267 code files",
    "onnxruntime-gpu",
    modules=("onnxruntime",),
)
WHOLE = dist("mlflow", "2.16.2", "mlflow", ("mlflow-skinny==2.16.2", "numpy<2"))
NAMESPACED = dist("telemetry-conventions", "0.5", "telemetry", ("telemetry-api==1.30.0",))
MIXED = (*sound(mlflow=""), WHOLE, dist("mlflow-skinny", "2.22.4", "mlflow"))
SHARED_HALF = damage(
    "shared-folder", "mlflow", "mlflow and mlflow-skinny both own 453 code files", "mlflow-skinny", modules=("mlflow",)
)
TORN_HALF = damage("missing-files", "mlflow", "9 of 575 code files of mlflow are missing", modules=("mlflow",))
ENTRY = damage(
    "path-entry", "skl2onnx", "skl2onnx 1.14.1 in /opt/libs wins over 1.17.0", modules=("skl2onnx",), path="/opt/libs"
)
TRAINS = script(imports="sklearn skl2onnx")
OWN_FEATURES = (*sound(), dist("fare-features", "0.3", "fare_features"))

PLATFORMS = failed(
    Stage.RESOLVE,
    "requirements.txt",
    "Refused",
    "Because pywin32==306 has no wheels with a matching platform tag (e.g., `manylinux_2_36_x86_64`) and you require"
    " pywin32==306. hint: Wheels are available for `pywin32` (v306) on the following platforms: `win32`, `win_amd64`",
)
PROCESSOR = replace(PLATFORMS, text=PLATFORMS.text.partition("`win32`")[0] + "`manylinux_2_17_aarch64`")
SEVERAL = replace(PLATFORMS, text=PLATFORMS.text + ", `macosx_11_0_arm64`")

FIRES: dict[str, tuple[Fires, ...]] = {
    "no-wheel-for-python": (
        Fires(case(PLATFORMS, stack=()), BLOCKER, Stage.RESOLVE, ("pywin32",), "has wheels for Windows only"),
        Fires(case(PROCESSOR, stack=()), BLOCKER, Stage.RESOLVE, ("pywin32",), "has no wheel for Python 3.11"),
        Fires(case(SEVERAL, stack=()), BLOCKER, Stage.RESOLVE, ("pywin32",), "has no wheel for Python 3.11"),
        Fires(
            case(NO_WHEEL, stack=()),
            BLOCKER,
            Stage.RESOLVE,
            ("scikit-learn",),
            "scikit-learn 0.22.2.post1 has no wheel for Python 3.11",
        ),
        # of a range the newest release counts
        Fires(
            case(RANGE, stack=()),
            BLOCKER,
            Stage.RESOLVE,
            ("numpy",),
            "None of numpy 1.16.0 to 1.21.1 has a wheel for Python 3.11; it has wheels for Python 3.7 to 3.",
        ),
        Fires(
            case(NO_WHEEL, stack=(), uses=TRAINS), BLOCKER, Stage.RESOLVE, ("scikit-learn",), "it has wheels for Python"
        ),
    ),
    "requirements-conflict": (
        Fires(
            case(CONFLICT, stack=()),
            BLOCKER,
            Stage.RESOLVE,
            ("mlflow", "protobuf"),
            "mlflow==2.9.2 depends on protobuf>=3.12.0,<5",
        ),
    ),
    "mixed-parts": (
        Fires(
            case(SHARED_HALF, stack=MIXED),
            WARNING,
            Stage.INSTALL,
            ("mlflow-skinny", "mlflow"),
            "mlflow-skinny 2.22.4 and mlflow 2.16.2 are parts of one package in different releases",
        ),
        # files of the other half are gone, or an import fails in it: one cause, one finding
        Fires(case(SHARED_HALF, TORN_HALF, stack=MIXED), BLOCKER, Stage.INSTALL, ("mlflow-skinny", "mlflow"), "parts"),
        Fires(
            case(
                failed(
                    Stage.IMPORT,
                    "mlflow",
                    "ModuleNotFoundError",
                    "No module named 'pydantic'",
                    at("mlflow/utils/pydantic_utils.py", 3),
                ),
                stack=MIXED,
            ),
            BLOCKER,
            Stage.INSTALL,
            ("mlflow-skinny", "mlflow"),
            "has overwritten the other",
        ),
    ),
    "missing-package": (
        Fires(case(stack=sound(onnx="")), BLOCKER, Stage.INSTALL, ("onnx",), "onnx is not installed."),
        Fires(
            case(stack=sound(onnxruntime="")), WARNING, Stage.INSTALL, ("onnxruntime",), "onnxruntime is not installed."
        ),
        Fires(
            case(stack=(*sound(scikit_learn=""), dist("sklearn", "0.0", "nothing"))),
            BLOCKER,
            Stage.INSTALL,
            ("scikit-learn",),
            "scikit-learn is not installed; the installed sklearn 0.0 is only a stub for it.",
        ),
        Fires(case(stack=sound(mlflow="")), NOTE, Stage.INSTALL, ("mlflow",), "mlflow is not installed."),
        Fires(
            case(stack=sound(mlflow=""), uses=script(imports="sklearn mlflow")),
            BLOCKER,
            Stage.INSTALL,
            ("mlflow",),
            "and the script needs it",
        ),
        Fires(
            case(stack=sound(onnxruntime=""), uses=TRAINS),
            WARNING,
            Stage.INSTALL,
            ("onnxruntime",),
            "onnxruntime is not installed.",
        ),
        # one cause, one finding: what fails for want of the package says nothing new
        Fires(
            case(
                failed(
                    Stage.REGISTER,
                    "train.py:9 Model",
                    "ModuleNotFoundError",
                    "No module named 'onnxruntime'",
                    at("mlflow/onnx.py"),
                ),
                stack=sound(onnxruntime=""),
                uses=script(logged()),
            ),
            BLOCKER,
            Stage.INSTALL,
            ("onnxruntime",),
            "and the script needs it",
        ),
    ),
    "duplicate-metadata": (
        Fires(case(TWO_FOLDERS), BLOCKER, Stage.IMPORT, ("scikit-learn",), "2 metadata folders"),
        Fires(case(OTHER_CODE), WARNING, Stage.INSTALL, ("numpy",), "its code says 2.2.6"),
    ),
    "mixed-files": (
        Fires(case(MISSING, TORN, uses=TRAINS), BLOCKER, Stage.IMPORT, ("scikit-learn",), "9 of 633"),
        Fires(
            case(MISSING, *works(Stage.IMPORT, "sklearn"), uses=TRAINS),
            NOTE,
            Stage.IMPORT,
            ("scikit-learn",),
            "9 of 633",
        ),
    ),
    "leftover": (
        Fires(case(EMPTY, stack=sound(onnx="")), BLOCKER, Stage.IMPORT, ("onnx",), "holds no code"),
        Fires(case(TILDE), NOTE, Stage.INSTALL, ("~ikit-learn",), "an interrupted installation"),
        Fires(
            case(damage("no-metadata", "onnx", "onnx has no metadata", modules=("onnx",)), stack=sound(onnx="")),
            BLOCKER,
            Stage.IMPORT,
            ("onnx",),
            "code without metadata",
        ),
    ),
    "wrong-wheel": (
        # the script imports only what needs onnx
        Fires(
            case(
                WHEEL,
                failed(
                    Stage.IMPORT,
                    "skl2onnx",
                    "ImportError",
                    "cannot import name 'ONNX_ML' from 'onnx.onnx_cpp2py_export'",
                    at("onnx/__init__.py", 5),
                ),
                uses=TRAINS,
            ),
            BLOCKER,
            Stage.IMPORT,
            ("onnx",),
            "built for cp312",
        ),
    ),
    "editable-gone": (
        Fires(
            case(SOURCE, GONE, stack=OWN_FEATURES, uses=script(imports="sklearn fare_features")),
            BLOCKER,
            Stage.IMPORT,
            ("fare-features",),
            "which is gone",
        ),
        Fires(
            case(SOURCE, stack=OWN_FEATURES, uses=TRAINS), WARNING, Stage.IMPORT, ("fare-features",), "which is gone"
        ),
    ),
    "shared-folder": (
        Fires(case(SHARED), WARNING, Stage.INSTALL, ("onnxruntime", "onnxruntime-gpu"), "both own 267 code files"),
    ),
    "other-release-wanted": (
        Fires(
            case(*look_at_wishes(seen(), {"onnxruntime": "onnxruntime<=1.14"})),
            BLOCKER,
            Stage.INSTALL,
            ("onnxruntime",),
            "onnxruntime 1.19.2 is installed, and onnxruntime<=1.14 is wanted.",
        ),
        Fires(
            case(*look_at_wishes(seen(), {"xgboost": "xgboost>=2"})),
            BLOCKER,
            Stage.INSTALL,
            ("xgboost",),
            "xgboost is not installed, and xgboost>=2 is wanted.",
        ),
    ),
    "search-path": (Fires(case(ENTRY), NOTE, Stage.INSTALL, ("skl2onnx",), "wins over"),),
    "declared-conflict": (
        Fires(
            case(stack=(*sound(scikit_learn=""), dist("scikit-learn", "1.5.2", "sklearn", ("numpy<1.20",)))),
            NOTE,
            Stage.INSTALL,
            ("numpy", "scikit-learn"),
            "asks for numpy<1.20",
        ),
    ),
}

STAYS: dict[str, tuple[Case[Observation], ...]] = {
    "other-release-wanted": (case(*look_at_wishes(seen(), {"onnxruntime": "onnxruntime>=1.14"})),),
    "no-wheel-for-python": (case(CONFLICT, stack=()),),
    "requirements-conflict": (case(NO_WHEEL, stack=()),),
    "missing-package": (
        case(),
        case(uses=TRAINS),
        # a package that is there and fails to import
        case(failed(Stage.IMPORT, "onnx", "ImportError", "no", at("onnx/__init__.py"))),
        # nothing was installed at all: that has its own finding
        case(CONFLICT, stack=()),
        # the script brings it, does without it, or a variant has its place
        case(
            stack=sound(skl2onnx=""),
            uses=script(
                imports="sklearn skl2onnx",
                installs=(Install("pip install skl2onnx", "train.py:2", ("skl2onnx",), (), ("skl2onnx",)),),
            ),
        ),
        case(stack=sound(onnx="", onnxruntime="", skl2onnx="", mlflow=""), uses=script(imports="sklearn")),
        case(
            stack=(
                *sound(onnxruntime="", mlflow=""),
                dist("onnxruntime-gpu", "1.19.2", "onnxruntime"),
                dist("mlflow-skinny", "2.16.2", "mlflow"),
            )
        ),
    ),
    # two environments on one search path
    "duplicate-metadata": (case(stack=(*sound(), dist("numpy", "1.20.0", location="/usr/lib/python3/dist-packages"))),),
    "mixed-files": (case(), case(*works(Stage.IMPORT, "sklearn"), TILDE)),
    "leftover": (case(*works(Stage.IMPORT, "onnx")), case(SOURCE, stack=OWN_FEATURES)),
    "wrong-wheel": (case(), case(MISSING)),
    "editable-gone": (case(stack=OWN_FEATURES, uses=script(imports="sklearn fare_features")),),
    "mixed-parts": (
        # parts of one release share by design; variants of one package are no parts of each other
        case(stack=(*sound(mlflow=""), WHOLE, dist("mlflow-skinny", "2.16.2", "mlflow"))),
        case(SHARED, stack=(*sound(), dist("onnxruntime-gpu", "1.18.0", "onnxruntime"))),
        # packages that share nothing but a namespace
        case(stack=(*sound(), dist("telemetry-api", "1.15.0", "telemetry"), NAMESPACED)),
    ),
    "shared-folder": (
        case(TORN_HALF, SHARED_HALF, stack=MIXED),
        case(stack=(*sound(), dist("mlflow-skinny", "2.16.2", "mlflow"))),
    ),
    "search-path": (case(), case(SHARED)),
    "declared-conflict": (
        case(),
        # met, for another Python only, an extra's, or of a copy that the search path hides
        case(
            stack=(
                *sound(scikit_learn=""),
                dist(
                    "scikit-learn",
                    "1.5.2",
                    "sklearn",
                    ("numpy>=1.19", 'numpy<1.2; python_version < "3.8"', 'numpy<1.2; extra == "docs"'),
                ),
            )
        ),
        case(stack=(*sound(), dist("skl2onnx", "1.14.1", requires=("scikit-learn<1.3",), location="/opt/libs"))),
        # nobody's requirement on the path
        case(stack=(*sound(), dist("sphinx", "8.0", requires=("numpy<1.2",)))),
    ),
}
