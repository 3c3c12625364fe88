"""Linking: what `import root` would run into, and everything that must not be mistaken for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .sites import Site, site

__all__ = ["site"]

#: (what the consumer's module says, files of the provider) -> (kind, target, name) of what does not resolve
BROKEN: list[tuple[str, dict[str, str], tuple[str, str, str]]] = [
    ("import absent\n", {}, ("missing-module", "absent", "")),
    ("from absent.deep import x\n", {}, ("missing-module", "absent", "")),
    ("import lib.gone\n", {}, ("missing-module", "lib.gone", "")),
    ("from lib import gone\n", {"lib/__init__.py": "here = 1\n"}, ("missing-name", "lib", "gone")),
    (
        "from lib import (\n    here,  # (really)\n    gone as g,\n)\n",
        {"lib/__init__.py": "here = 1\n"},
        ("missing-name", "lib", "gone"),
    ),
    (
        "from lib import gone\n",
        {"lib/__init__.py": "from .a import *\n", "lib/a.py": "x = 1\n"},
        ("missing-name", "lib", "gone"),
    ),
    ("from lib import gone\n", {"lib/readme.txt": "x"}, ("missing-name", "lib", "gone")),
    (
        "import lib as l\ntable = {1: l.gone}\n",
        {"lib/__init__.py": "def _gone(): pass\n"},
        ("removed-attribute", "lib", "gone"),
    ),
    ("import lib\ndef f(x=lib.gone): pass\n", {}, ("removed-attribute", "lib", "gone")),
    (
        "from lib import gone\n",
        {"lib/__init__.py": "type here = int\ntype = 'gone'\n"},
        ("missing-name", "lib", "gone"),
    ),
    (
        "import lib\nx = lib.old\n",
        {
            "lib/__init__.py": (
                "_names = [('old', '')]\n_gone = {n: 'no' for n, _ in _names}\ndef __getattr__(attr):\n"
                "    if attr in _gone:\n        raise AttributeError(attr)\n    return elsewhere(attr)\n"
            )
        },
        ("removed-attribute", "lib", "old"),
    ),
    (
        "from lib import old\n",
        {
            "lib/__init__.py": (
                "from ._gone import gone\ndef __getattr__(name):\n    if name in gone:\n"
                "        raise AttributeError\n    return magic(name)\n"
            ),
            "lib/_gone.py": "gone = {'old': 'use new'}\n",
        },
        ("missing-name", "lib", "old"),
    ),
    (
        "import lib\nx = lib.never\n",
        {
            "lib/__init__.py": (
                "def __getattr__(attr):\n    if attr == 'sub':\n        import lib.sub as sub\n"
                "        return sub\n    raise AttributeError(f'no {attr}')\n"
            )
        },
        ("removed-attribute", "lib", "never"),
    ),
    (
        "import lib\n",
        {"lib/__init__.py": "if __LIB_SETUP__:\n    pass\nelse:\n    from .a import gone\n", "lib/a.py": ""},
        ("missing-name", "lib.a", "gone"),
    ),
    (
        "from lib import *\n",
        {"lib/__init__.py": "__all__ = ['sub']\n", "lib/sub.py": "import absent\n"},
        ("missing-module", "absent", ""),
    ),
    (
        "import lib\n",
        {"lib/__init__.py": "from . import sub\n", "lib/sub.py": "import absent\n"},
        ("missing-module", "absent", ""),
    ),
]

#: what must stay silent
SOUND: list[tuple[str, dict[str, str]]] = [
    ("try:\n    import absent\nexcept ImportError:\n    absent = None\n", {}),
    ("import sys\nif sys.version_info < (3,):\n    import absent\n", {}),
    ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import absent\n", {}),
    ("def f():\n    import absent\n", {}),
    ('"""Doc.\n\nimport absent\n"""\n', {}),
    ("import os.path, collections.abc, xml.etree.ElementTree\nfrom concurrent import futures\n", {}),
    ("from lib import x\n", {"lib/__init__.py": "try:\n    from fast import x\nexcept ImportError:\n    x = None\n"}),
    ("from lib import x\n", {"lib/__init__.py": "for x in (1, 2): pass\n"}),
    ("from lib import x\n", {"lib/__init__.py": "def set():\n    global x\n    x = 1\nset()\n"}),
    ("from lib import x\n", {"lib/__init__.py": "globals().update(make())\n"}),
    ("from lib import x\n", {"lib/__init__.py": "import sys\nsys.modules[__name__] = Lazy()\n"}),
    ("from lib import x\n", {"lib/__init__.py": "def __getattr__(name):\n    return load(name)\n"}),
    ("from lib import x\n", {"lib/__init__.py": "from _socket import *\n"}),
    (
        "from lib import x\n",
        {"lib/__init__.py": "from .a import *\n", "lib/a.py": "from .b import *\n", "lib/b.py": "x = 1\n"},
    ),
    ("from lib import x\n", {"lib/__init__.py": "a, x = 1, 2\n"}),
    ("from lib.moves import x\n", {"lib.py": "import sys\nsys.meta_path.append(object())\n"}),
    ("from lib import sub\nimport lib.sub\n", {"lib/sub.py": ""}),
    ("import lib\nx = lib.sub\n", {"lib/__init__.py": "", "lib/sub.py": ""}),
    ("import lib\nx = lib.fast.thing\n", {"lib/__init__.py": "", "lib/fast.abi3.so": ""}),
    ("import lib\nif hasattr(lib, 'gone'):\n    x = lib.gone\n", {"lib/__init__.py": ""}),
    ("import lib\nlib.gone = 1\nx = lib.gone\n", {"lib/__init__.py": ""}),
    ("import lib\ndef f():\n    return lib.gone\n", {"lib/__init__.py": ""}),
    ("import lib\nx = 'lib.gone'  # lib.gone\n", {"lib/__init__.py": ""}),
    (
        "import lib\n",
        {
            "lib/__init__.py": (
                "import sys, os\nsys.path.append(os.path.join(os.path.dirname(__file__), 'vendored'))\nimport absent\n"
            )
        },
    ),
    (
        "from distutils import log\n",
        {"setuptools/__init__.py": "", "setuptools/_distutils/__init__.py": "", "setuptools/_distutils/log.py": ""},
    ),
]


def install(site: Site, consumer: str, provider: dict[str, str]) -> None:
    files = provider or {"lib/__init__.py": ""}
    site.add("lib", "1", dict(files))
    site.add("user", "1", {"user/__init__.py": "from . import inner\n", "user/inner.py": consumer})


@pytest.mark.parametrize(("consumer", "provider", "expected"), BROKEN)
def test_broken(site: Site, consumer: str, provider: dict[str, str], expected: tuple[str, str, str]) -> None:
    install(site, consumer, provider)
    (seen,) = site.told("unresolved", "user")
    assert (seen["kind"], seen["target"], seen["name"]) == expected
    assert seen["eager"]
    assert seen["roots"] == ["user"]
    assert seen["line"] >= 1
    assert Path(seen["file"]).is_file()


@pytest.mark.parametrize(("consumer", "provider"), SOUND)
def test_sound(site: Site, consumer: str, provider: dict[str, str]) -> None:
    install(site, consumer, provider)
    assert site.told("unresolved", "user") == []


def test_owners_are_named(site: Site) -> None:
    install(site, "from lib import gone\n", {"lib/__init__.py": ""})
    (seen,) = site.told("unresolved", "user")
    assert (seen["consumer"], seen["module"], seen["provider"]) == ("user", "user.inner", "lib")


def test_only_the_roots_that_run_into_it(site: Site) -> None:
    install(site, "import absent\n", {"lib/__init__.py": '"""\nimport user\n"""\n'})
    assert [u["roots"] for u in site.told("unresolved", "user", "lib")] == [["user"]]


@pytest.mark.parametrize(
    ("body", "late"),
    [
        ("    return lib.gone\n", True),
        ("    from lib import gone\n", True),
        ("    if hasattr(self, 'a'):\n        return lib.gone\n", True),
        ("    if hasattr(lib, 'gone'):\n        return lib.gone\n", False),
        ("    if hasattr(lib, 'here'):\n        return 1\n    return lib.gone\n", False),
        ("    try:\n        return lib.gone\n    except AttributeError:\n        pass\n", False),
        ("    if lib.version > 3:\n        return lib.gone\n", False),
    ],
)
def test_functions_of_the_conversion_path(site: Site, body: str, late: bool) -> None:
    install(site, "import lib\ndef convert(self):\n" + body, {"lib/__init__.py": "here = version = 1\n"})
    assert [u["eager"] for u in site.told("unresolved", "user", lazy=["user"])] == [False] * late
    assert site.told("unresolved", "user", lazy=[]) == []


def test_the_cache_answers_alike_and_notices_changes(site: Site, tmp_path: Path) -> None:
    install(site, "from lib import gone\n", {"lib/__init__.py": ""})
    plan: dict[str, Any] = {"cache": str(tmp_path / "cache")}
    first = site.told("unresolved", "user", **plan)
    assert first
    assert list((tmp_path / "cache").iterdir())
    assert site.told("unresolved", "user", **plan) == first
    (site.folder / "lib/__init__.py").write_text("gone = 1\n")
    assert site.told("unresolved", "user", **plan) == []


def test_a_cache_that_cannot_be_used_is_no_failure(site: Site, tmp_path: Path) -> None:
    install(site, "import absent\n", {})
    (tmp_path / "cache").write_text("a file, not a folder")
    assert len(site.told("unresolved", "user", cache=str(tmp_path / "cache"))) == 1


#: what a script asks for -> whether it is lacking
ASKED = {
    "lib": False,
    "lib.here": False,
    "lib.gone": True,
    "lib.inner": False,
    "lib.inner.deep": False,
    "lib.inner.gone": True,
    "lib.absent.name": True,
    "lib.open.anything": False,
    "lib.passes.anything": False,
    "lib.Class.method": False,
    "lib.fast.anything": False,
    "absent.name": False,
}


@pytest.mark.parametrize(("asked", "lacking"), ASKED.items())
def test_what_a_script_asks_for(site: Site, asked: str, lacking: bool) -> None:
    files: dict[str, str | bytes] = {
        "lib/__init__.py": "here = 1\nclass Class: pass\n",
        "lib/inner.py": "deep = 1\n",
        "lib/open.py": "def __getattr__(name): return 1\n",
        "lib/passes.py": (
            "def __getattr__(name):\n    import lib\n    if (found := getattr(lib, name, None)) is not None:\n"
            "        return found\n    raise AttributeError(name)\n"
        ),
        "lib/fast.cpython-311-x86_64-linux-gnu.so": b"",
    }
    site.add("lib", "2", files)
    seen = site.told("unresolved", "lib", asked={asked: "train.py:3"})
    assert [(u["consumer"], u["file"], u["line"], u["provider"]) for u in seen] == [
        ("", "train.py", 3, "lib")
    ] * lacking
    module, _, name = asked.removesuffix(".name").rpartition(".")
    assert [(u["target"], u["name"], u["eager"]) for u in seen] == [(module, name, True)] * lacking


ORIGINS: list[tuple[dict[str, str], str, list[tuple[str, str, str]]]] = [
    ({"lib.py": ""}, "import lib\n", [("lib", "script-folder", "lib")]),
    ({"lib/__init__.py": ""}, "import lib\n", [("lib", "script-folder", "lib")]),
    ({"lib/MLproject": ""}, "import lib\n", []),
    ({"helpers.py": ""}, "import lib\n", []),
    ({"random.py": ""}, "import random\n", [("random", "script-folder", "")]),
    ({"random.py": ""}, "import tempfile\n", [("random", "script-folder", "")]),
    ({"wave.py": ""}, "import lib\n", []),
    ({"os.py": ""}, "import os\n", []),
]


@pytest.mark.parametrize(("local", "consumer", "expected"), ORIGINS)
def test_origins(site: Site, local: dict[str, str], consumer: str, expected: list[tuple[str, str, str]]) -> None:
    install(site, consumer, {})
    site.write(dict(local), site.work)
    seen = site.told("origin", "user")
    assert [(o["module"], o["how"], o["distribution"]) for o in seen] == expected
    assert all(bool(o["expected"]) == bool(o["distribution"]) for o in seen)


def test_a_regular_package_hides_a_namespace(site: Site) -> None:
    site.add("google-auth", "2", {"google/auth/__init__.py": ""})
    site.add("protobuf", "5", {"google/protobuf/__init__.py": ""})
    site.add("onnx", "1", {"onnx/__init__.py": "import google.protobuf\n"})
    site.write({"google/__init__.py": ""}, site.work)
    (seen,) = site.told("origin", "onnx")
    assert (seen["module"], seen["distribution"], seen["path"]) == ("google", "protobuf", str(site.work / "google"))


def test_a_pth_file_brings_another_copy(site: Site, tmp_path: Path) -> None:
    install(site, "import lib\n", {})
    old = tmp_path / "old"
    site.write({"lib/__init__.py": ""}, old)
    site.write({"zz.pth": f"import sys; sys.path.insert(0, '{old}')\n"})
    (seen,) = site.told("origin", "user", path=(old,))
    assert (seen["how"], seen["path"], seen["distribution"]) == ("pth", str(old / "lib"), "lib")


def test_working_inside_an_editable_source_is_no_shadow(site: Site) -> None:
    url = json.dumps({"url": f"file://{site.work}", "dir_info": {"editable": True}})
    site.add("lib", "1", {"lib/__init__.py": ""}, **{"direct_url.json": url})
    site.write({"lib/__init__.py": ""}, site.work)
    assert site.told("origin", "lib") == []


def test_stale_modules_of_a_live_kernel(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import ModuleType

    install(site, "", {"lib/__init__.py": '__version__ = "2.0"\n'})
    loaded = ModuleType("lib")
    loaded.__dict__["__version__"] = "1.0"
    monkeypatch.setitem(__import__("sys").modules, "lib", loaded)
    assert site.told("loaded", "user", live=True) == [
        {"module": "lib", "distribution": "lib", "memory": "1.0", "disk": "2.0"}
    ]
    assert site.told("loaded", "user", live=False) == []
    loaded.__dict__["__version__"] = "2.0"
    assert site.told("loaded", "user", live=True) == []
