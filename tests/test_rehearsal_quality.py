"""A script that asks for a quality which a small training does not reach has not failed."""

from __future__ import annotations

import linecache
import sys
from typing import Any

import pytest

from checker.probe.inside.rehearse.given.quality import below_quality
from checker.probe.inside.rehearse.reasons import places_of

CUT = "1000 of 2400000 rows"


def said(text: str, cut: str = CUT) -> str:
    """What is said of the exception with which these lines end."""
    name = "<quality>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    given: dict[str, Any] = {"acc": 0.7, "scores": {"f1": 0.7}, "rows": 3, "sys": sys, "same": False, "result": None}
    try:
        exec(compile(text, name, "exec"), given)
    except BaseException as error:
        return below_quality(error, places_of(error)[-1], cut)
    raise AssertionError("it goes on")


@pytest.mark.parametrize(
    "text",
    [
        "assert acc > 0.9, 'too low'\n",
        "assert (\n    scores['f1'] > 0.9\n)\n",
        "def gate(test_accuracy):\n    if test_accuracy < 0.9:\n        raise ValueError('too low')\ngate(acc)\n",
        "if scores['f1'] < 0.9:\n    print('too low')\n    sys.exit(1)\n",
        "if acc > 0.9:\n    pass\nelse:\n    raise SystemExit('too low')\n",
        "try:\n    rows / 0\nexcept ZeroDivisionError:\n    if acc < 0.9:\n        raise ValueError\n",
    ],
)
def test_a_quality_that_was_asked_for_may_not_be_reached(text: str) -> None:
    assert said(text) == "asks for a quality that a training on 1000 of 2400000 rows may not reach"
    assert said(text, cut="") == ""


@pytest.mark.parametrize(
    "text",
    [
        "assert rows > 3\n",
        "import math\nassert math.isclose(scores['f1'], acc + 1)\n",
        "max_diff_score = 1\nassert max_diff_score < 0.9\n",
        "if rows < 9:\n    raise ValueError('too few')\n",
        "if acc < 0.9:\n    result.save(acc)\n",
        "if acc < 0.9:\n    raise_it = 1\nraise ValueError(acc)\n",
        "accuracy(1)\n",
    ],
)
def test_any_other_failure_is_one(text: str) -> None:
    assert said(text) == ""
