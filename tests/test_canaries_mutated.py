"""A wrong converter is noticed: what skl2onnx writes is changed on the way, and canaries of the catalogue disagree."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from checker.probe.canaries import named
from checker.probe.inside.canary.flow import try_canary
from checker.probe.plan import canary_fields

#: in the environment that runs the tests, which must hold a sound stack
pytestmark = pytest.mark.live

Attributes = dict[str, Any]


def exchanged(name: str) -> Callable[[Attributes], None]:
    """The first two of a list change places."""

    def change(attributes: Attributes) -> None:
        values = list(attributes[name])
        attributes[name] = [*reversed(values[:2]), *values[2:]]

    return change


def set_to(**values: Any) -> Callable[[Attributes], None]:
    return lambda attributes: attributes.update(values)


#: what is changed -> the operator, the attribute that it must have, the change, and a canary that must notice
MUTATIONS: dict[str, tuple[str, str, Callable[[Attributes], None], str]] = {
    "categories": ("OneHotEncoder", "cats_strings", exchanged("cats_strings"), "OneHotEncoder"),
    "categories with accents": ("OneHotEncoder", "cats_strings", exchanged("cats_strings"), "OneHotEncoder-accents"),
    "numbers as categories": ("OneHotEncoder", "cats_int64s", exchanged("cats_int64s"), "OneHotEncoder-integer"),
    "order of words": ("LabelEncoder", "keys_strings", exchanged("keys_strings"), "OrdinalEncoder-plain"),
    "order of labels": ("LabelEncoder", "keys_strings", exchanged("keys_strings"), "LabelEncoder-accents"),
    "names of classes": ("ZipMap", "classlabels_strings", exchanged("classlabels_strings"), "LogisticRegression-names"),
    "numbers of classes": (
        "ZipMap",
        "classlabels_int64s",
        exchanged("classlabels_int64s"),
        "DecisionTreeClassifier-numbers",
    ),
    "link of a linear model": (
        "LinearClassifier",
        "post_transform",
        set_to(post_transform="SOFTMAX"),
        "OneVsRestClassifier",
    ),
    "no link": ("LinearClassifier", "post_transform", set_to(post_transform="NONE"), "LogisticRegression-saturated"),
    "link of boosted trees": (
        "TreeEnsembleClassifier",
        "post_transform",
        set_to(post_transform="NONE"),
        "GradientBoostingClassifier",
    ),
    "tokens of letters": ("Tokenizer", "tokenexp", set_to(tokenexp="[a-zA-Z]+"), "CountVectorizer-ascii-letters"),
    "words of one letter": ("Tokenizer", "tokenexp", set_to(tokenexp="\\w\\w+"), "CountVectorizer-ascii-letters"),
    "case": (
        "StringNormalizer",
        "case_change_action",
        set_to(case_change_action="NONE"),
        "CountVectorizer-ascii-letters",
    ),
    "pairs of words": (
        "TfIdfVectorizer",
        "max_gram_length",
        set_to(max_gram_length=1),
        "CountVectorizer-pattern-pairs",
    ),
    "weights of words": ("TfIdfVectorizer", "mode", set_to(mode="IDF"), "TfidfVectorizer-raw"),
    "imputed values": ("Imputer", "imputed_value_floats", exchanged("imputed_value_floats"), "SimpleImputer"),
    "norm": ("Normalizer", "norm", set_to(norm="L1"), "Normalizer"),
    "kernel": ("SVMRegressor", "kernel_type", set_to(kernel_type="LINEAR"), "SVR"),
    "offsets": ("Scaler", "offset", exchanged("offset"), "StandardScaler"),
}


class Frames:
    """What the flow tells of a canary."""

    def __init__(self) -> None:
        self.failed: dict[str, str] = {}

    def send(self, kind: str, **frame: Any) -> None:
        if kind == "failure" and frame["stage"] != "check":
            self.failed[frame["stage"]] = frame["type"]


def failures(name: str, folder: Any) -> dict[str, str]:
    """Stage and type of what fails of a canary."""
    frames = Frames()
    os.chdir(folder)
    try_canary(canary_fields(named([name])[0]), [], frames)  # type: ignore[arg-type]
    return frames.failed


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_wrong_converter_is_noticed(mutation: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    container = pytest.importorskip("skl2onnx.common._container").ModelComponentContainer
    operator, attribute, change, name = MUTATIONS[mutation]
    monkeypatch.chdir(tmp_path)
    if failures(name, tmp_path):
        pytest.skip(f"{name} does not pass here as it is")
    add_node, changed = container.add_node, []

    def wrong(self: Any, kind: str, *arguments: Any, **attributes: Any) -> Any:
        if kind == operator and attribute in attributes:
            change(attributes)
            changed.append(kind)
        return add_node(self, kind, *arguments, **attributes)

    monkeypatch.setattr(container, "add_node", wrong)
    found = failures(name, tmp_path)
    if not changed:
        pytest.skip(f"this skl2onnx writes no {operator} with {attribute} for {name}")
    assert set(found) <= {"parity", "run"}
    assert found
