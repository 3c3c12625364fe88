"""What the site's scripts conclude is what the checker concludes: both are asked the same, on made-up measurements."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import checker
from checker.matrix.measured import Measured, Question
from checker.matrix.measured.values import unfold
from checker.probe.canaries import every
from checker.site.facts.estimators import Estimator, estimators
from checker.site.tables import as_json, document

from .matrices import AXES, RELEASES, made_up

ASSETS = Path(checker.__file__).parent / "site" / "assets"
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(not NODE, reason="no node to run the scripts")

#: asks every model of every question, and answers as `asked` does
ASK = """
for (const name of ["judge.js", "lists.js"]) require("vm").runInThisContext(require("fs").readFileSync(`${process.argv[1]}/${name}`, "utf8"));
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
const answers = {
  verdicts: ({ data, questions }) => {
    const matrix = new checkerJudge.Matrix(data), id = (n) => (n > 0 ? data.signatures[n].id : null);
    const pins = ({ where }, place) => Object.fromEntries(where.axes.map((name, n) => [name, where.releases[name][where.cells[place][n]]]));
    return questions.map((asked) => {
      const question = matrix.ask(asked);
      return data.models.map((model) => {
        const told = question.verdict(model);
        return [told.works, told.basis, id(told.number), id(told.likely), told.why, told.cells.map((place) => pins(told, place))];
      });
    });
  },
  order: ({ versions }) => versions.map((one) => versions.map((other) => {
    const [a, b] = [one, other].map(checkerJudge.parse);
    return a && b ? Math.sign(checkerJudge.compare(a, b)) : null;
  })),
  lists: ({ texts, names }) => texts.map((text) => checkerLists.read(text, names)),
};
process.stdout.write(JSON.stringify(answers[given.what](given)));
"""


def run(what: str, **given: Any) -> Any:
    """What the scripts answer."""
    assert NODE
    told = json.dumps({"what": what, **given})
    done = subprocess.run([NODE, "-e", ASK, str(ASSETS)], input=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def asked(matrix: Measured, pins: dict[str, str], everyone: tuple[Estimator, ...]) -> list[list[Any]]:
    """The same of the checker's own."""
    question = Question(matrix, pins)
    found = [question.verdict(v.canary.name) for one in everyone for v in one.variants]
    return [
        [
            v.works,
            v.basis.value if v.basis else None,
            v.signature.id if v.signature else None,
            v.likely.id if v.likely else None,
            v.why,
            [dict(cell.pins) for cell in v.cells],
        ]
        for v in found
    ]


def drawn(chance: random.Random, matrix: Measured) -> dict[str, str]:
    """A measured set, one with other releases, one with packages left open, or nothing like any."""
    pins = dict(chance.choice(matrix.cells).pins)
    for name in chance.sample(AXES, chance.randrange(4)):
        pins[name] = chance.choice(RELEASES[name].split()[::2])
    for name in chance.sample(AXES, chance.choice([0, 0, 0, 1, 3])):
        del pins[name]
    if chance.random() < 0.8:
        pins["onnxruntime"] = chance.choice([*matrix.runtimes, "1.16.1", "0.5", "99", "1.14.1.post1"])
    if chance.random() < 0.05:
        pins["numpy"] = "no version"
    return pins


def with_names(raw: dict[str, Any], flows: bool) -> dict[str, Any]:
    """The made-up canaries under names of the catalogue; the last of them in a table of a library beside."""
    names = [c.name for c in every() if c.make][: len(raw["canaries"])]
    raw = {**raw, "canaries": names}
    if flows:
        chance = random.Random(1)
        cells = [[f"3.{chance.randrange(8, 12)}", f"2.{chance.randrange(9)}.0"] for _ in range(30)]
        told = ",".join(str(chance.choice([0, 0, 4, 6, -1])) for _ in cells)
        raw["flows"] = [{"axes": ["python", "mlflow"], "cells": cells, "dates": ["2026-11-28"] * 30, "outcomes": {names[-1]: told, names[0]: told}}]  # fmt: skip
        raw["canaries"], raw["outcomes"] = names[:-1], raw["outcomes"][:-1]
    return raw


@pytest.mark.parametrize("seed", range(3))
def test_the_page_judges_as_the_checker_does(seed: int) -> None:
    matrix = unfold(with_names(made_up(160, 20, seed), flows=seed > 0))
    everyone, chance = estimators(matrix, every()), random.Random(seed)
    questions = [drawn(chance, matrix) for _ in range(16)]
    if seed:
        questions = [{**pins, "mlflow": f"2.{n % 10}.0"} if n % 3 else pins for n, pins in enumerate(questions)]
    data = json.loads(as_json(document(matrix, everyone)))
    told = run("verdicts", data=data, questions=questions)
    expected = [asked(matrix, pins, everyone) for pins in questions]
    assert {one[1] for answer in expected for one in answer} & {"measured", "inferred"}
    for pins, here, there in zip(questions, told, expected, strict=True):
        assert here == there, pins


def test_releases_are_ordered_as_python_orders_them() -> None:
    from checker.knowledge.facts import parse

    versions = ["1", "1.0", "1.0.0", "1.10", "1.9", "1.4.1.post1", "1.4.1", "1.4.1rc1", "1.4.1a2", "1.4.1.dev3", "1.4.1rc1.dev2", "1.4.1-1", "v1.4", "1!0.1", "1.4.1b1", "1.4.1.post1.dev1", "0.dev0", "2.0.0+cpu", "x", "1..2"]  # fmt: skip
    told = run("order", versions=versions)
    for one, row in zip(versions, told, strict=True):
        for other, found in zip(versions, row, strict=True):
            a, b = parse(one), parse(other)
            if "+" not in one + other:  # what stands behind a plus is cut off before
                assert found == ((a > b) - (a < b) if a and b else None), (one, other)


NAMES = ["python", "scikit-learn", "numpy", "onnx", "onnxruntime"]
LISTS = {
    "numpy==1.26.4\nscikit-learn==1.4.2 ; python_version>'3'\nonnx >= 1.2\n# x\n-e git+https://a\n-r x.txt": ("numpy 1.26.4 scikit-learn 1.4.2", "onnx"),
    "Package    Version\n---------- -------\nnumpy 1.26.4\nscikit-learn 1.4.2   /x": ("numpy 1.26.4 scikit-learn 1.4.2", ""),
    "# Name  Version Build Channel\nnumpy   1.26.4  py311_0 conda-forge\npython  3.11.7 h_0": ("numpy 1.26.4 python 3.11", ""),
    "name: x\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.11\n  - numpy=1.26.4=py311\n  - pip:\n    - scikit-learn==1.4.2\n": ("numpy 1.26.4 python 3.11 scikit-learn 1.4.2", ""),
    'version = 1\n[[package]]\nname = "numpy"\nversion = "1.26.4"\n[[package]]\nname = "onnx"\nversion = "1.15.0"\n': ("numpy 1.26.4 onnx 1.15.0", ""),
    'lock-version = "1.0"\n[[packages]]\nname = "numpy"\nversion = "1.26.4"\n': ("numpy 1.26.4", ""),
    '{"default":{"numpy":{"version":"==1.26.4"}, "onnx": {"git": "x"}}}': ("numpy 1.26.4", "onnx"),
    '[{"name":"numpy","version":"1.26.4"}]': ("numpy 1.26.4", ""),
    "sklearn==1.4.2\nnumpy==1.26.*\nonnxruntime==1.16.3+cpu\nonnx==1.1\nonnx==1.2": ("onnxruntime 1.16.3 scikit-learn 1.4.2", "numpy onnx"),
    "@EXPLICIT\nhttps://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda#abc": ("numpy 1.26.4", ""),
    "numpy @ file:///croot/numpy-1.26.4-cp311-cp311-linux.whl\nonnx @ file:///x": ("numpy 1.26.4", "onnx"),
    "Python 3.11.4\nnumpy[extra]==1.26.4 --hash=sha256:1": ("numpy 1.26.4 python 3.11", ""),
    "numpy>=1.2,==1.26.4\nOnnx_Runtime==9": ("numpy 1.26.4", ""),
    "    numpy==1.26.4 \\\n        --hash=sha256:abc": ("numpy 1.26.4", ""),
    "SciKit_Learn===1.4.2": ("scikit-learn 1.4.2", ""),
    "": ("", ""),
    "garbage ☃ <b>\n\n:::\n{": ("", ""),
}  # fmt: skip


def test_lists_are_read() -> None:
    for text, told in zip(LISTS, run("lists", texts=[*LISTS], names=NAMES), strict=True):
        pins, left = LISTS[text]
        words = pins.split()
        assert told["pins"] == dict(zip(words[::2], words[1::2], strict=True)), text
        assert sorted(told["left"]) == sorted(left.split()), text
