"""What is asked of the resolver, and what is read from its answer and from requirement files."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from checker.errors import CannotLook, UsageError
from checker.model import Change, Distribution, Plan
from checker.names import pinned_version, required_name
from checker.remedy.search.moves import distance
from checker.remedy.solve.resolution_input import ResolutionInput, read_installed, read_written
from checker.remedy.solve.uv_solver import UvSolver
from checker.requirements.lines import read_lines
from checker.world.process import Children
from checker.world.sandbox import Refused

from .cases import SITE, dist, seen
from .fake_uv import FakeUv, uv

__all__ = ["uv"]
posix = pytest.mark.skipif(os.name != "posix", reason="a script in the place of uv")

# --- an environment as it is -----------------------------------------------------------------------------

STACK = (
    dist("numpy", "1.26.4"),
    dist("numpy", "1.24.0", location="/hidden"),
    dist("torch", "2.3.1+cu121"),
    dist("odd", "of yesterday"),
    Distribution("own", "0.1", SITE, editable="/src/own"),
    dist("onnx", "1.16.2", requires=("protobuf>=3.20.2", "numpy>=1.20", "numpy>=2; python_version<'3.0'")),
    dist("protobuf", "3.19.6"),
    dist("mlflow", "2.16.2", requires=("docker>=4", "own>=1")),
)
GIVEN = read_installed(seen(stack=STACK))


def test_what_is_installed_is_what_is_resolved() -> None:
    pins = {"numpy": "1.26.4", "onnx": "1.16.2", "protobuf": "3.19.6", "mlflow": "2.16.2"}
    assert GIVEN.pins == pins
    assert GIVEN.lines == {n: n for n in pins}
    assert GIVEN.left_out == ("torch", "odd", "own")


def test_what_is_kept_is_pinned() -> None:
    kept = read_installed(seen(stack=STACK), ["numpy", "torch", "nothing"])
    assert kept.lines == {**GIVEN.lines, "numpy": "numpy==1.26.4"}


def test_what_is_broken_already_is_known() -> None:
    assert set(GIVEN.broken) == {("onnx", "protobuf", "3.19.6"), ("mlflow", "docker", ""), ("mlflow", "own", "0.1")}


def test_one_package_is_left_alone() -> None:
    given = GIVEN.without("onnx")
    assert "onnx" not in given.lines
    assert given.left_out[-1] == "onnx"
    assert given.pins == GIVEN.pins


# --- questions -------------------------------------------------------------------------------------------


def resolver(folder: Path, given: ResolutionInput = GIVEN) -> UvSolver:
    return UvSolver(given, Path("/env/bin/python"), folder, Children())


SAME = "".join(f"{n}=={v}\n" for n, v in GIVEN.pins.items())


@posix
def test_a_question_names_the_wish_first_and_what_is_there(uv: FakeUv, tmp_path: Path) -> None:
    given = replace(GIVEN, options=("--extra-index-url https://own",))
    uv.answers({"pins": SAME.replace("onnx==1.16.2", "ONNX==1.17.0 ; python_version > '3'")})
    answer = resolver(tmp_path, given).ask(["onnx>1.16.2"], up=True)
    assert answer == {**GIVEN.pins, "onnx": "1.17.0"}
    assert uv.asked("asked.in") == ["--extra-index-url https://own\nonnx>1.16.2\nnumpy\nprotobuf\nmlflow\n"]
    assert uv.asked("pins.txt") == [SAME]
    (command,) = uv.asked()
    assert command[command.index("--resolution") + 1] == "lowest-direct"
    assert command[command.index("--python") + 1] == "/env/bin/python"
    assert "--no-build" in command


@posix
def test_downwards_the_highest_is_asked_for(uv: FakeUv, tmp_path: Path) -> None:
    resolver(tmp_path).ask(["onnx<1.16.2"], up=False)
    (command,) = uv.asked()
    assert command[command.index("--resolution") + 1] == "highest"


@posix
def test_rigid_means_that_nothing_else_moves(uv: FakeUv, tmp_path: Path) -> None:
    resolver(tmp_path).ask(["onnxruntime"], up=False, rigid=True)
    assert uv.asked("asked.in") == ["onnxruntime\nnumpy==1.26.4\nonnx==1.16.2\nprotobuf==3.19.6\nmlflow==2.16.2\n"]


NEVER = " ; python_version < '3'"


@posix
@pytest.mark.parametrize(
    ("wish", "overrides"),
    [
        ("numpy<2", [f"docker{NEVER}", "own==0.1", "protobuf==3.19.6"]),
        ("protobuf>=3.20", [f"docker{NEVER}", "own==0.1"]),
        ("onnx<1.16", [f"docker{NEVER}", "own==0.1"]),
        ("mlflow>2.16.2", ["protobuf==3.19.6"]),
    ],
)
def test_what_is_broken_stays_so_unless_it_is_asked_about(
    wish: str, overrides: list[str], uv: FakeUv, tmp_path: Path
) -> None:
    resolver(tmp_path).ask([wish], up=False)
    assert uv.asked("overrides.txt") == ["".join(f"{line}\n" for line in overrides)]


@posix
def test_a_refusal_and_an_index_that_is_gone(uv: FakeUv, tmp_path: Path) -> None:
    uv.answers({"status": 1, "err": "  × No solution found:\n  ╰─▶ Because of numpy"})
    assert resolver(tmp_path).solve(["onnx>1.16.2"], up=True) == Refused("No solution found: Because of numpy")
    uv.answers({"status": 2, "err": "error sending request for url (https://ana:secret@own/)"})
    with pytest.raises(CannotLook, match="the package index cannot be used") as found:
        resolver(tmp_path).solve(["onnx>1.16.2"], up=True)
    assert "secret" not in found.value.message


@posix
def test_what_the_index_does_not_have_is_left_alone(uv: FakeUv, tmp_path: Path) -> None:
    """One package after another, until the rest resolves to itself."""
    refused = "Because {} was not found in the package registry and you require it"
    uv.answers(
        {"when": ["--no-deps"], "status": 1, "err": "nothing has a wheel"},
        {"when": ["\nmlflow\n"], "status": 1, "err": refused.format("mlflow")},
        {"when": ["\nprotobuf\n"], "status": 1, "err": "Because only protobuf<=3.19.6 has no usable wheels and you"},
        {"pins": SAME.replace("numpy==1.26.4", "numpy==1.26.3")},
    )
    given = resolver(tmp_path).trim().input
    assert list(given.lines) == ["onnx"]
    assert given.left_out == ("torch", "odd", "own", "mlflow", "protobuf", "numpy")
    assert (given.replaced, given.pins) == ({}, GIVEN.pins)


@posix
@pytest.mark.parametrize(("newer", "older", "found"), [("1.26.5", "", "1.26.5"), ("", "1.25.0", "1.25.0")])
def test_a_release_without_a_wheel_is_replaced_by_the_nearest(
    newer: str, older: str, found: str, uv: FakeUv, tmp_path: Path
) -> None:
    """Who asks for it in its metadata is not asked; a wish about it starts from the release that is there."""
    refused = "numpy==1.26.4 has no usable wheels"
    uv.answers(
        {"when": ["--no-deps", "numpy==1.26.4"], "status": 1, "err": refused},
        {"when": ["--no-deps", "numpy>1.26.4"], "pins": f"numpy=={newer}\n" if newer else None, "status": not newer},
        {"when": ["--no-deps", "numpy<1.26.4"], "pins": f"numpy=={older}\n"},
        {"when": ["--no-deps", "onnx==1.16.2"], "pins": "onnx==1.16.2\n"},
        {"when": ["numpy>=2"], "pins": SAME.replace("numpy==1.26.4", "numpy==2.0.2")},
        {"when": ["onnx>=1.17"], "pins": SAME.replace("numpy==1.26.4", f"numpy=={found}").replace("1.16.2", "1.17.0")},
        {"pins": SAME.replace("numpy==1.26.4", "numpy==2.1.0").replace("1.16.2", "1.15.0")},
    )
    solver = resolver(tmp_path)
    given = solver._without(GIVEN, ["numpy", "onnx"])
    assert (given.replaced, given.pins["numpy"], given.left_out) == ({"numpy": "1.26.4"}, found, GIVEN.left_out)
    plans = [resolver(tmp_path, given).solve([wish], up=True) for wish in ("numpy>=2", "onnx>=1.17")]
    changes = [p.changes for p in plans if isinstance(p, Plan)]
    assert changes == [(Change("numpy", "1.26.4", "2.0.2"),), (Change("onnx", "1.16.2", "1.17.0"),)]
    assert [f"numpy=={found}" in text for text in uv.asked("overrides.txt")[-2:]] == [False, True]


@posix
def test_what_was_left_alone_and_is_asked_for_is_a_change(uv: FakeUv, tmp_path: Path) -> None:
    uv.answers({"pins": SAME.replace("1.16.2", "1.17.0")})
    plan = resolver(tmp_path, GIVEN.without("onnx")).solve(["onnx>=1.17"], up=True)
    assert isinstance(plan, Plan)
    assert plan.moved == (Change("onnx", "1.16.2", "1.17.0"),)


@posix
def test_the_way_that_moves_less_is_taken(uv: FakeUv, tmp_path: Path) -> None:
    """Where nothing fits all that is there, the lowest of everything may move others far: the release is asked again."""
    uv.answers(
        {"when": ["onnx>1.16.2", "numpy==1.26.4\n"], "status": 1, "err": "No solution found"},
        {"when": ["lowest-direct"], "pins": "numpy==1.22.0\nonnx==1.17.0\nprotobuf==3.20.3\nmlflow==2.16.2\n"},
        {"when": ["onnx==1.17.0"], "pins": "numpy==1.26.4\nonnx==1.17.0\nprotobuf==3.20.3\nmlflow==2.16.2\n"},
    )
    plan = resolver(tmp_path).solve(["onnx>1.16.2"], up=True)
    assert isinstance(plan, Plan)
    assert plan.changes == (Change("onnx", "1.16.2", "1.17.0"), Change("protobuf", "3.19.6", "3.20.3"))
    assert len(uv.asked()) == 3


@posix
def test_what_fits_all_that_is_there_is_taken(uv: FakeUv, tmp_path: Path) -> None:
    """Nothing else moves where it need not: everything is pinned in the first question."""
    uv.answers({"pins": SAME.replace("onnx==1.16.2", "onnx==1.17.0")})
    plan = resolver(tmp_path).solve(["onnx>1.16.2"], up=True)
    assert isinstance(plan, Plan)
    assert plan.changes == (Change("onnx", "1.16.2", "1.17.0"),)
    assert len(uv.asked()) == 1


@posix
def test_what_is_missing_has_to_fit_what_is_there(uv: FakeUv, tmp_path: Path) -> None:
    uv.answers({"when": ["numpy==1.26.4"], "pins": f"{SAME}onnxruntime==1.19.2\ncoloredlogs==15.0\n"})
    plan = resolver(tmp_path).solve(["onnxruntime"], up=False)
    assert isinstance(plan, Plan)
    assert plan.changes == (Change("onnxruntime", "", "1.19.2"), Change("coloredlogs", "", "15.0"))
    assert plan.moved == plan.changes[:1]
    assert len(uv.asked()) == 1
    uv.answers(
        {"when": ["numpy==1.26.4"], "status": 1, "err": "No solution found"},
        {"pins": f"{SAME.replace('1.26.4', '2.0.0')}onnxruntime==1.19.2\n"},
    )
    plan = resolver(tmp_path).solve(["onnxruntime"], up=False)
    assert isinstance(plan, Plan)
    assert plan.moved == (Change("onnxruntime", "", "1.19.2"), Change("numpy", "1.26.4", "2.0.0"))


# --- parts that lie in the files of what moves -----------------------------------------------------------

WHOLE = (
    dist("numpy", "1.26.4"),
    dist("whole", "3.1", requires=("numpy", "whole-small==3.1", "whole-part==3.1")),
    replace(dist("whole-small", "3.1", "whole", requires=("whole-part",)), shares=("whole", "whole-part")),
    replace(dist("whole-part", "3.1", "whole", requires=("numpy",)), shares=("whole", "whole-small")),
)
MOVED = "numpy==1.26.4\nwhole==2.9\n"


def spares(*stack: Distribution, keep: tuple[str, ...] = (), moving: tuple[str, ...] = ("whole",)) -> set[str]:
    return {*read_installed(seen(stack=(*WHOLE, *stack)), keep).find_spare(moving)}


def test_what_lies_in_the_files_of_what_moves_is_spare() -> None:
    assert spares() == {"whole-small", "whole-part"}


@pytest.mark.parametrize(
    ("stack", "keep", "moving", "left"),
    [
        # somebody else requires it, and what it requires itself
        ((dist("other", "1", requires=("whole-small>=3",)),), (), ("whole",), set()),
        # for an extra only, and nobody knows whether that was asked for
        ((dist("other", "1", requires=("whole-part; extra == 'small'",)),), (), ("whole",), set()),
        # whoever requires it moves too
        ((dist("other", "1", requires=("whole-small>=3",)),), (), ("whole", "other"), {"whole-small", "whole-part"}),
        # an own package of which no index knows
        ((Distribution("own", "1", SITE, ("whole-part",), editable="/src"),), (), ("whole",), set()),
        # it is to stay as it is
        ((), ("whole-part",), ("whole",), set()),
        # its files lie in those of something that stays as well
        ((replace(dist("whole-more", "1", requires=("whole-part",)), shares=("whole-part",)),), (), ("whole",), set()),
        # nothing moves in whose files it lies
        ((), (), ("numpy",), set()),
        # it is moved itself
        ((), (), ("whole", "whole-part"), {"whole-small"}),
    ],
)
def test_what_somebody_else_has_a_say_in_is_not_spare(
    stack: tuple[Distribution, ...], keep: tuple[str, ...], moving: tuple[str, ...], left: set[str]
) -> None:
    assert spares(*stack, keep=keep, moving=moving) == left


def test_what_shares_no_file_or_is_required_by_nobody_is_not_spare() -> None:
    """A mere dependency stays, and so does what the user has installed beside it."""
    alone = replace(WHOLE[3], shares=())
    assert read_installed(seen(stack=(*WHOLE[:2], alone))).find_spare(["whole"]) == frozenset()
    wished = (WHOLE[0], dist("whole", "3.1"), replace(WHOLE[3], shares=("whole",)))
    assert read_installed(seen(stack=wished)).find_spare(["whole"]) == frozenset()


@posix
def test_what_nothing_requires_any_more_goes_with_what_it_was_a_part_of(uv: FakeUv, tmp_path: Path) -> None:
    uv.answers({"pins": MOVED})
    plan = resolver(tmp_path, read_installed(seen(stack=WHOLE))).solve(["whole<3"], up=False)
    assert isinstance(plan, Plan)
    assert uv.asked("asked.in") == ["whole<3\nnumpy\n"]
    assert plan.gone == ("whole-part", "whole-small")
    assert plan.moved[0] == Change("whole", "3.1", "2.9")
    assert plan.lock == ("numpy==1.26.4", "whole==2.9")
    assert distance(plan)[0] == 1


@posix
def test_what_is_still_required_stays(uv: FakeUv, tmp_path: Path) -> None:
    uv.answers({"pins": f"{MOVED}whole-small==2.9\nwhole-part==3.1\n"})
    plan = resolver(tmp_path, read_installed(seen(stack=WHOLE))).solve(["whole<3"], up=False)
    assert isinstance(plan, Plan)
    assert plan.gone == ()
    assert plan.moved == (Change("whole", "3.1", "2.9"), Change("whole-small", "3.1", "2.9"))


@posix
def test_parts_of_what_moves_along_are_asked_about_once_it_is_known(uv: FakeUv, tmp_path: Path) -> None:
    uv.answers(
        {"when": ["numpy<1.26\n", "whole==3.1\n"], "status": 1, "err": "No solution found"},
        {"when": ["whole-part\n"], "pins": "numpy==1.25.0\nwhole==2.9\nwhole-part==3.1\nwhole-small==3.1\n"},
        {"pins": "numpy==1.25.0\nwhole==2.9\n"},
    )
    plan = resolver(tmp_path, read_installed(seen(stack=WHOLE))).solve(["numpy<1.26"], up=False)
    assert isinstance(plan, Plan)
    assert uv.asked("asked.in")[1:] == ["numpy<1.26\nwhole\nwhole-small\nwhole-part\n", "numpy<1.26\nwhole\n"]
    assert plan.gone == ("whole-part", "whole-small")


@posix
def test_nothing_goes_that_would_take_away_the_files_of_what_stays(uv: FakeUv, tmp_path: Path) -> None:
    """One part is still required at its release: it would lose the files that it shares with the other."""
    uv.answers(
        {"when": ["whole-part\n"], "pins": f"{MOVED}whole-small==3.1\nwhole-part==3.1\n"},
        {"pins": f"{MOVED}whole-small==3.1\n"},
    )
    plan = resolver(tmp_path, read_installed(seen(stack=WHOLE))).solve(["whole<3"], up=False)
    assert isinstance(plan, Plan)
    assert plan.moved == (Change("whole", "3.1", "2.9"),)


# --- plans -----------------------------------------------------------------------------------------------


def test_a_plan_names_what_was_asked_first_then_what_moves_then_what_comes() -> None:
    answer = {"typing-extensions": "4", "numpy": "1.26.3", "onnx": "1.17.0", "mlflow": "2.16.2", "ml-dtypes": "0.4"}
    plan = resolver(Path()).make_plan(answer, ["onnx>1.16.2"])
    assert [(c.name, c.was, c.to) for c in plan.changes] == [
        ("onnx", "1.16.2", "1.17.0"),
        ("numpy", "1.26.4", "1.26.3"),
        ("protobuf", "3.19.6", ""),
        ("ml-dtypes", "", "0.4"),
        ("typing-extensions", "", "4"),
    ]
    assert [c.name for c in plan.moved] == ["onnx", "numpy", "protobuf"]
    assert plan.lock == ("ml-dtypes==0.4", "mlflow==2.16.2", "numpy==1.26.3", "onnx==1.17.0", "typing-extensions==4")
    assert plan.wishes == ("onnx>1.16.2",)


def test_a_plan_of_requirements_changes_what_they_pin() -> None:
    lines = {"onnx": "onnx==1.16.2 ; python_version > '3'", "numpy": "numpy>=1.20", "scipy": "scipy==1.13.1"}
    given = ResolutionInput(lines)
    plan = resolver(Path(), given).make_plan(
        {"onnx": "1.17.0", "numpy": "1.26.4", "scipy": "1.13.1", "protobuf": "5"}, ["onnx>1.16.2"]
    )
    assert Change("onnx", "1.16.2", "1.17.0") in plan.changes
    assert {c.name for c in plan.changes} <= {"onnx", "numpy"}


# --- requirement files -----------------------------------------------------------------------------------

FILES = {
    "main.txt": """# the whole line is a comment
--index-url https://own/simple
numpy>=1.20   # why
Scikit_Learn[alldeps]==1.5.2 ; python_version > "3.8"

onnx==1.16.2 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
-r more/base.txt
--requirement=more/base.txt
-r gone.txt
-e ../own
./local/wheel.whl
=nonsense=
numpy<2
pkg @ https://example.org/pkg-1.0-py3-none-any.whl#sha256=aa
""",
    "more/base.txt": "scipy\n-r deep.txt\n-c limits.txt\n",
    "more/limits.txt": "protobuf<5\n",
    "more/deep.txt": "pandas~=2.2\n-r deep.txt\n",
}


def test_requirement_files_are_read(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    given = read_written(read_lines([tmp_path / "main.txt"]))
    assert given.lines == {
        "numpy": "numpy>=1.20\nnumpy<2",
        "scikit-learn": 'Scikit_Learn[alldeps]==1.5.2 ; python_version > "3.8"',
        "onnx": "onnx==1.16.2",
        "scipy": "scipy",
        "pandas": "pandas~=2.2",
        "pkg": "pkg @ https://example.org/pkg-1.0-py3-none-any.whl#sha256=aa",
    }
    # a path is meant from where its file lies
    assert given.options == ("--index-url https://own/simple", f"-c {(tmp_path / 'more' / 'limits.txt').resolve()}")
    assert given.left_out == ("-e ../own",)
    assert given.pins == {}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", {}),
        ("numpy", {"numpy": "numpy"}),
        ("numpy\r\nscipy==1.13.1\r\n", {"numpy": "numpy", "scipy": "scipy==1.13.1"}),
        # one name on two lines, with other markers perhaps
        (
            "numpy<2 ; python_version < '3.9'\nnumpy>=2 ; python_version >= '3.9'",
            {"numpy": "numpy<2 ; python_version < '3.9'\nnumpy>=2 ; python_version >= '3.9'"},
        ),
        ("numpy\nNumPy<2\nnumpy", {"numpy": "numpy\nNumPy<2"}),
        ("--pre\n-c gone.txt\n--no-index\nnumpy", {"numpy": "numpy"}),
        ("\ufeffnumpy<2", {"numpy": "numpy<2"}),
    ],
)
def test_lines_of_a_requirement_file(text: str, lines: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_bytes(text.encode())
    assert read_written(read_lines([file])).lines == lines


def test_what_cannot_be_had_is_left_out(tmp_path: Path) -> None:
    """A package without a wheel stays away even where others ask for it; a name that stands for another one is none."""
    (tmp_path / "a.txt").write_text("numpy\nopenml==0.12.2\nsklearn\n")
    given = read_written(read_lines([tmp_path / "a.txt"]), ["openml"], ["sklearn"])
    assert (given.lines, given.left_out, given.broken) == ({"numpy": "numpy"}, ("openml",), (("", "openml", ""),))


def test_files_that_include_each_other_end(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("numpy\n-r b.txt\n")
    (tmp_path / "b.txt").write_text("scipy\n-r a.txt\n")
    assert read_written(read_lines([tmp_path / "a.txt"])).lines == {"numpy": "numpy", "scipy": "scipy"}


@pytest.mark.parametrize(
    ("line", "was"),
    [
        ("onnx==1.16.2", "1.16.2"),
        ("onnx[reference]==1.16.2 ; python_version > '3'", "1.16.2"),
        ("onnx", ""),
        ("onnx>=1.16", ""),
        ("onnx==1.16.*", ""),
        ("onnx==1.15.0 ; python_version < '3.9'\nonnx==1.16.2 ; python_version >= '3.9'", ""),
    ],
)
def test_the_release_that_a_line_pins(line: str, was: str) -> None:
    plan = resolver(Path(), ResolutionInput({"onnx": line})).make_plan({"onnx": "1.17.0"}, ["onnx>1.16.2"])
    assert plan.changes == (Change("onnx", was, "1.17.0"),)


@pytest.mark.parametrize(
    ("text", "name", "version"),
    [
        ("Scikit_Learn[all] == 1.5.2 ; python_version > '3'", "scikit-learn", "1.5.2"),
        ("numpy (>=1.20,==1.26.4)", "numpy", "1.26.4"),
        ("onnx==1.16.*", "onnx", ""),
        ("numpy>of yesterday", "", ""),
        ("torch>2.3.1+cu121", "", ""),
        ("numpy\nscipy", "", ""),
        ("-e ../own", "", ""),
        ("", "", ""),
    ],
)
def test_what_is_no_requirement_names_nothing(text: str, name: str, version: str) -> None:
    assert (required_name(text), pinned_version(text)) == (name, version)


# --- wishes that every plan meets ------------------------------------------------------------------------


@posix
def test_a_wish_is_part_of_every_question(uv: FakeUv, tmp_path: Path) -> None:
    """The nearest release that meets it is where the others begin, and every plan is about it."""
    uv.answers({"pins": "onnx==1.14.1\n"})
    solver = resolver(tmp_path).honour({"onnx": "onnx<1.15"})
    assert (solver.input.pins["onnx"], solver.input.unlike) == ("1.14.1", {"onnx": "1.16.2"})
    solver.ask(["numpy>1.26.4"], up=True)
    assert uv.asked("asked.in")[-1] == "numpy>1.26.4\nonnx<1.15\nprotobuf\nmlflow\n"
    solver.ask(["onnx>1.12"], up=True)
    assert uv.asked("asked.in")[-1] == "onnx>1.12\nonnx<1.15\nnumpy\nprotobuf\nmlflow\n"
    plan = solver.make_plan({**GIVEN.pins, "onnx": "1.14.1", "numpy": "2.0.0"}, ["numpy>1.26.4"])
    assert plan.asked == {"numpy", "onnx"}
    assert set(plan.moved) == {Change("numpy", "1.26.4", "2.0.0"), Change("onnx", "1.16.2", "1.14.1")}


@posix
def test_a_wish_that_is_met_stays_met(uv: FakeUv, tmp_path: Path) -> None:
    solver = resolver(tmp_path).honour({"onnx": "onnx>=1.16"})
    assert uv.asked() == []
    assert (solver.input.pins, solver.input.unlike) == (GIVEN.pins, {})
    assert solver.input.lines["onnx"] == "onnx>=1.16"
    assert solver.make_plan({**GIVEN.pins, "numpy": "2.0.0"}, ["numpy>1"]).asked == {"numpy"}


@posix
def test_a_wish_that_no_release_meets(uv: FakeUv, tmp_path: Path) -> None:
    uv.answers({"status": 1, "err": "Because only onnx<=1.20 is available and you require onnx>99, we can conclude"})
    with pytest.raises(UsageError, match="no release for this Python meets it"):
        resolver(tmp_path).honour({"onnx": "onnx>99"})
