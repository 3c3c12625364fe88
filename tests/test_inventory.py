"""The inventory: every kind of metadata folder, read by hand."""

from __future__ import annotations

from checker.probe.inside.files.inventory import find_distributions

from .sites import Site, site

__all__ = ["site"]


def test_wheel(site: Site) -> None:
    header = "Requires-Python: >=3.8\nRequires-Dist: numpy>=1.17\nRequires-Dist: pytest ; extra == 'tests'"
    site.add("Scikit_Learn", "1.5.2", {"sklearn/__init__.py": ""}, header=header, INSTALLER="uv\n")
    (seen,) = site.told("distribution")
    assert (seen["name"], seen["version"], seen["modules"]) == ("scikit-learn", "1.5.2", ["sklearn"])
    assert seen["requires"] == ["numpy>=1.17", "pytest ; extra == 'tests'"]
    assert (seen["requires_python"], seen["installer"], seen["editable"]) == (">=3.8", "uv", "")


def test_header_longer_than_one_read(site: Site) -> None:
    site.add(
        "numpy", "2.0.0", {"numpy/__init__.py": ""}, header="License: " + "\n  line" * 9000 + "\nRequires-Python: >=3.9"
    )
    assert site.told("distribution")[0]["requires_python"] == ">=3.9"


def test_egg_info_folder(site: Site) -> None:
    requires = 'six\n\n[:python_version<"3"]\nenum34\n\n[test]\npytest\n'
    info = {"PKG-INFO": "Name: onnx\nVersion: 1.2\n", "requires.txt": requires, "top_level.txt": "onnx\n"}
    site.write({f"onnx-1.2-py3.6.egg-info/{name}": text for name, text in info.items()})
    (seen,) = site.told("distribution")
    assert seen["requires"] == ["six", 'enum34; python_version<"3"', 'pytest; extra == "test"']
    assert (seen["version"], seen["modules"]) == ("1.2", ["onnx"])


def test_egg_info_file_of_debian(site: Site) -> None:
    site.write({"six-1.16.0.egg-info": "Name: six\nVersion: 1.16.0\n\n", "six.py": ""})
    (seen,) = site.told("distribution")
    assert (seen["name"], seen["version"], seen["modules"]) == ("six", "1.16.0", ["six"])


def test_folder_without_metadata_file_is_still_named(site: Site) -> None:
    (site.folder / "onnx-1.15.0.dist-info").mkdir()
    (seen,) = site.told("distribution")
    assert (seen["name"], seen["version"]) == ("onnx", "1.15.0")


def test_modules_of_a_wheel_come_from_its_record(site: Site) -> None:
    files = {
        "a/__init__.py": "",
        "_b.cpython-312-x86_64-linux-gnu.so": "",
        "c.py": "",
        "d.libs/x.so": "",
        "e-1.data/f": "",
    }
    site.add("many", "1", files)
    assert site.told("distribution")[0]["modules"] == ["_b", "a", "c"]


def test_editable(site: Site) -> None:
    url = '{"url": "file:///home/me/my%20code", "dir_info": {"editable": true}}'
    site.add("mine", "1", {}, **{"direct_url.json": url})
    assert site.told("distribution")[0]["editable"] == "/home/me/my code"


def test_search_order_and_duplicates(site: Site) -> None:
    site.write({"onnx-2.0.dist-info/METADATA": "Name: onnx\nVersion: 2.0\n"}, site.work)
    site.add("onnx", "1.0", {})
    assert [d["version"] for d in site.told("distribution")] == ["2.0", "1.0"]


def test_what_cannot_be_listed_is_no_error(site: Site) -> None:
    remarks: list[str] = []
    assert find_distributions([str(site.folder / "absent")], remarks) == []
    assert not remarks


def test_who_lies_in_whose_files_is_told(site: Site) -> None:
    """A namespace, the file that makes a package of a folder, and tests at the top are nobody's alone."""
    whole: dict[str, str | bytes] = {"whole/__init__.py": "", "whole/api.py": "", "whole/entities/run.py": ""}
    site.add("whole", "3.1", whole)
    site.add("whole-part", "3.1", {"whole/__init__.py": "", "whole/entities/run.py": ""})
    site.add("near", "1", {"whole/__init__.py": "", "whole/near.py": "", "tests/conftest.py": ""})
    site.add("google-a", "1", {"google/a.py": "", "tests/conftest.py": ""})
    site.add("google-b", "1", {"google/b.py": ""})
    shares = {seen["name"]: seen["shares"] for seen in site.told("distribution")}
    none: list[str] = []
    both = {"whole": ["whole-part"], "whole-part": ["whole"]}
    assert shares == {**both, "near": none, "google-a": none, "google-b": none}
