"""The catalogue is data: every row names what exists, once, and the answers of both sides are compared fairly."""

from __future__ import annotations

import ast
import re
from types import SimpleNamespace
from typing import Any

import pytest

from checker.errors import UsageError
from checker.model import Canary, Failure, Patient
from checker.probe import make_plan, observe, program
from checker.probe.canaries import CATALOGUE, every, named, quick
from checker.probe.inside import errors
from checker.probe.inside.canary import compare, converting, data, parity, running
from checker.probe.inside.measure import conversions
from checker.probe.plan import canary_fields

KINDS = {"float32", "float64", "bool", "int64", "string", "text", "label", "category", "positive", "counts", "infinite"}
TARGETS = {
    "booleans",
    "numbers",
    "names",
    "labels",
    "binary",
    "three",
    "continuous",
    "positive",
    "targets",
    "strings",
    "none",
}
MODELS = [c for c in CATALOGUE if c.make]


def test_names_are_unique_whatever_their_case() -> None:
    assert len({c.name.lower() for c in every()}) == len(every())


def test_the_quick_set_comes_first_and_stays_small() -> None:
    assert every()[: len(quick())] == quick()
    assert 20 <= len(quick()) <= 32


@pytest.mark.parametrize("canary", MODELS, ids=lambda c: c.name)
def test_a_row_says_what_the_flow_understands(canary: Canary) -> None:
    used = {
        ast.unparse(n.value)
        for n in ast.walk(ast.parse(canary.make))
        if isinstance(n, ast.Attribute) and n.attr[0].isupper()
    }
    assert used <= set(canary.imports)
    assert canary.columns
    assert {c.kind for c in canary.columns} <= KINDS
    assert canary.target in TARGETS
    assert canary.layout == ("vector" if len(canary.columns) == 1 else canary.layout)
    assert canary.layout in ("matrix", "frame", "vector")
    assert all(re.fullmatch(r"|\d+\.\d+", bound) for bound in (canary.since, canary.until))


@pytest.mark.parametrize(
    ("asked", "some", "none"),
    [
        ("SVC", {"SVC"}, {"SVC-three", "NuSVC"}),
        ("svm", {"SVC", "SVC-three", "LinearSVR"}, {"Ridge"}),
        ("sklearn.svm", {"SVC", "SVC-three", "LinearSVR"}, {"Ridge"}),
        ("sklearn.linear_model.*", {"Ridge", "LogisticRegression-binary"}, {"SVC", "tutorial-pipeline"}),
        ("linear_model.Ridge*", {"Ridge", "RidgeCV", "Ridge-double"}, {"Lasso"}),
        ("OneHotEncoder*", {"OneHotEncoder", "OneHotEncoder-infrequent"}, {"OrdinalEncoder"}),
        ("MultiTask*", {"MultiTaskLasso"}, {"Lasso"}),
        ("xgboost", {"XGBClassifier", "XGBRegressor-base"}, {"LGBMClassifier"}),
        ("mlflow-*", {"mlflow-model", "mlflow-tracking"}, {"Ridge"}),
        ("PowerTransformer", {"PowerTransformer"}, {"PowerTransformer-box"}),
    ],
)
def test_canaries_are_chosen_by_name_module_or_pattern(asked: str, some: set[str], none: set[str]) -> None:
    found = {c.name for c in named([asked])}
    assert some <= found
    assert not none & found


def test_who_is_chosen_twice_comes_once() -> None:
    assert [c.name for c in named(["SVR", "svm.SVR"])][:2] == ["SVR", "SVR-linear"]


def test_a_pattern_that_matches_nothing_is_told_in_one_line() -> None:
    with pytest.raises(UsageError) as told:
        named(["svm.*", "linear_modell.*"])
    assert told.value.message == "no such canary: linear_modell.*"


@pytest.mark.parametrize("canary", MODELS, ids=lambda c: c.name)
def test_a_row_that_draws_says_from_where(canary: Canary) -> None:
    """Trees draw even where they need not, and boosters take as many threads as there are."""
    calls = [n for n in ast.walk(ast.parse(canary.make)) if isinstance(n, ast.Call)]
    for name, given in ((ast.unparse(n.func), {k.arg for k in n.keywords}) for n in calls):
        if re.search(r"\.(tree|ensemble)\.\w*(Tree|Forest|Bagging|AdaBoost|GradientBoosting)\w*$", name):
            assert given & {"random_state"} or "HistGradientBoosting" in name
        if re.search(r"^(xgboost|lightgbm|catboost)\.", name):
            assert given & {"n_jobs", "thread_count"}


def test_boosters_of_other_libraries_are_converted_by_onnxmltools() -> None:
    for canary in MODELS:
        library = canary.make.partition(".")[0]
        wanted = "skl2onnx.convert_sklearn" if library == "sklearn" else f"onnxmltools.convert_{library}"
        assert canary.converter in (wanted, "catboost.utils.convert_to_onnx_object" if library == "catboost" else "")


def test_names_are_answered_in_the_order_asked_for() -> None:
    assert [c.name for c in named(["SVC", "KMeans", "SVC"])] == ["SVC", "KMeans"]


def test_every_unknown_name_is_told_with_what_looks_alike() -> None:
    with pytest.raises(UsageError) as told:
        named(["kmeans", "SVC", "StandardScalar"])
    assert told.value.message == "no such canary: kmeans, StandardScalar"
    assert "KMeans" in told.value.hint
    assert "StandardScaler" in told.value.hint


def test_a_name_like_no_other_is_sent_to_the_list() -> None:
    with pytest.raises(UsageError) as told:
        named(["xyzzy-42"])
    assert "checker canaries" in told.value.hint


def test_trees_are_found_however_deep() -> None:
    leaf = SimpleNamespace(tree_="a")
    forest = SimpleNamespace(estimators_=[leaf, SimpleNamespace(tree_="b")])
    assert data.trees_of(SimpleNamespace(estimators_=[forest, SimpleNamespace()])) == ["a", "b"]
    assert data.trees_of(SimpleNamespace(estimators_="none")) == []


class TestComparing:
    """With numpy, where the tests have it."""

    @pytest.fixture
    def np(self) -> Any:
        return pytest.importorskip("numpy")

    def test_edge_rows_sit_on_the_split(self, np: Any) -> None:
        paths = SimpleNamespace(toarray=lambda: np.array([[1, 0], [1, 1]]))
        tree = SimpleNamespace(
            n_features=2, feature=np.array([1, -2]), threshold=np.array([0.1, -2.0]), decision_path=lambda x: paths
        )
        rows = data.edge_rows(np, SimpleNamespace(tree_=tree), np.zeros((2, 2), dtype=np.float32))
        assert [row[0] for row in rows] == [0, 0, 0]
        assert rows[0][1] < rows[1][1] == np.float32(0.1) < rows[2][1]
        assert rows[2][1] - rows[0][1] < 1e-7

    @pytest.mark.parametrize(("want", "got"), [([0.0, 1.0], [0, 1]), ([True, False], [1, 0]), (["a", "b"], ["a", "b"])])
    def test_the_same_label_may_have_another_type(self, np: Any, want: list[Any], got: list[Any]) -> None:
        flipped = compare.compare_labels(np, np.array(got), np.array(want), None, 1e-3)
        assert not flipped.any()

    def test_the_classes_of_several_targets_may_be_of_different_numbers(self, np: Any) -> None:
        assert compare.plain(np, [np.arange(3), np.arange(2)]).tolist() == [0, 1, 2, 0, 1]

    def test_several_targets_of_a_classifier_are_labels(self, np: Any) -> None:
        asked = {
            "columns": [{"kind": "float32", "low": None}],
            "layout": "matrix",
            "target": "targets",
            "target_2d": False,
        }
        numbers, labels = (data.make_data(np, asked, classifies)[1] for classifies in (False, True))
        assert numbers.shape == labels.shape == (len(labels), 2)
        assert numbers.dtype.kind == "f"
        assert [set(column) for column in labels.T.tolist()] == [{0, 1}] * 2

    def test_numbers_of_an_old_regression_tree_are_no_labels(self, np: Any) -> None:
        want = np.array([1.25, 2.5])
        assert not compare.is_label(SimpleNamespace(classes_=[None]), want)
        assert not compare.is_label(SimpleNamespace(classes_=np.array([1.0])), want)
        assert compare.is_label(SimpleNamespace(classes_=np.array([1.25, 2.5])), want)

    def test_a_selector_transforms_although_it_predicts(self, np: Any) -> None:
        selector = SimpleNamespace(get_support=None, predict=None, transform=lambda x: x)
        assert list(compare.expected_answers(selector, "x", {})) == ["transform"]

    def test_scores_count_only_with_a_flipped_label(self, np: Any) -> None:
        model = SimpleNamespace(classes_=np.array([0, 1, 2]))
        want = {"predict": np.array([0, 1]), "decision_function": np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 0.0]])}
        scores = want["decision_function"] / 4
        facts = compare.judge(np, model, want, [np.array([0, 1]), scores], 1e-3, 2)
        assert (facts["max_abs_difference"], facts["scores_difference"]) == (0.0, 2.25)
        with pytest.raises(compare.Disagreement):
            compare.judge(np, model, want, [np.array([0, 0]), scores], 1e-3, 2)

    @pytest.mark.parametrize("form", ["matrix", "maps", "columns", "label only", "scores only"])
    @pytest.mark.parametrize("sound", [True, False])
    def test_every_form_of_a_classifiers_answers(self, np: Any, form: str, sound: bool) -> None:
        model = SimpleNamespace(classes_=np.array(["no", "yes"]))
        scores = np.array([[0.2, 0.8], [0.9, 0.1], [0.7, 0.3]])
        want = {"predict": np.array(["yes", "no", "no"]), "predict_proba": scores}
        said = scores if sound else scores[:, ::-1]
        labels = want["predict"] if sound else want["predict"][::-1]
        got = {
            "matrix": [labels, said],
            "maps": [labels, [dict(zip(model.classes_, row, strict=True)) for row in said]],
            "columns": [labels, said[:, 0], said[:, 1:]],
            "label only": [labels],
            "scores only": [said.astype(np.float32)],
        }[form]
        if sound:
            assert compare.judge(np, model, want, got, 1e-3, 3)["max_abs_difference"] < 1e-6
        else:
            with pytest.raises(compare.Disagreement):
                compare.judge(np, model, want, got, 1e-3, 3)

    def test_a_method_that_parameters_rule_out_only_when_it_is_called_is_no_answer(self, np: Any) -> None:
        def refuse(x: Any) -> Any:
            raise AttributeError(refuse.__doc__)

        model = SimpleNamespace(predict=lambda x: x, predict_proba=refuse)
        refuse.__doc__ = "predict_proba is not available when voting='hard'"
        assert list(compare.expected_answers(model, np.array([1.0]), {})) == ["predict"]
        refuse.__doc__ = "module 'numpy' has no attribute 'float'"
        with pytest.raises(AttributeError):
            compare.expected_answers(model, np.array([1.0]), {})

    def test_a_model_draws_the_same_numbers_at_every_run(self, np: Any) -> None:
        drawn: list[float] = []
        model = SimpleNamespace(fit=lambda x: drawn.append(np.random.rand()))
        asked = canary_fields(named(["StandardScaler"])[0])
        for _ in range(2):
            converting.step_fit(asked, {"model": model})
        assert drawn[0] == drawn[1]

    def test_what_an_option_adds_is_compared(self, np: Any) -> None:
        def predict(x: Any, return_std: bool = False) -> Any:
            return (x, x + 0.5) if return_std else x

        model = SimpleNamespace(predict=predict)
        want = compare.expected_answers(model, np.array([1.0, 2.0]), {"return_std": True})
        assert list(want) == ["predict", "std"]
        compare.judge(np, model, want, [np.array([[1.0], [2.0]]), np.array([1.5, 2.5])], 1e-3, 2)
        with pytest.raises(compare.Disagreement):
            compare.judge(np, model, want, [np.array([[1.0], [2.0]]), np.array([1.5, 2.6])], 1e-3, 2)

    def test_scores_that_were_asked_for_count(self, np: Any) -> None:
        model = SimpleNamespace(classes_=np.array([0, 1]))
        want = {"predict": np.array([0, 1]), "decision_function": np.array([-1844.0, 3.0])}
        right = np.array([[1844.0, -1844.0], [-3.0, 3.0]])
        compare.judge(np, model, want, [np.array([0, 1]), right], 1e-3, 2, True)
        with pytest.raises(compare.Disagreement):
            compare.judge(np, model, want, [np.array([0, 1]), np.abs(right)], 1e-3, 2, True)

    def test_whole_numbers_within_bounds_have_a_median_that_is_one_of_them(self, np: Any) -> None:
        random, column = np.random.RandomState(0), {"kind": "int64", "low": 0, "high": 90}
        assert np.median(data.number_values(np, random, column, 0, 120)) == 45
        large = data.number_values(np, random, {"kind": "float32", "low": 12_000_000, "high": 99_000_000}, 0, 120)
        assert large.min() >= 12_000_000
        assert large.max() - large.min() < 64

    def test_inputs_are_fed_by_name_or_place(self, np: Any) -> None:
        nodes = [SimpleNamespace(name="_c_1", shape=[None, 1]), SimpleNamespace(name="rest", shape=[None, 2])]
        assert [p.tolist() for p in running.parts_of(np.array([[1, 2, 3]]), nodes)] == [[[1]], [[2, 3]]]
        assert running.plain_name("home.dest") == "home_dest"

    def test_a_tie_of_probabilities_alone_is_a_flip(self, np: Any) -> None:
        model = SimpleNamespace(classes_=np.array([0, 1]), decision_function=lambda x: x)
        state = {
            "model": model,
            "test": np.array([[3.0, 7.0], [2.0, 2.0], [1.0, 9.0]]),
            "want": {"predict": np.array([1, 1, 1]), "predict_proba": np.full((3, 2), 0.5)},
            "ordinary": 2,
        }
        decided = parity.decided_rows(np, state, 1e-3)
        assert decided.tolist() == [True, False, False]
        got = [np.array([0, 0, 0]), np.full((3, 2), 0.5)]
        compare.judge(np, model, state["want"], got, 1e-3, 2)
        with pytest.raises(compare.Disagreement) as raised:
            compare.judge(np, model, state["want"], got, 1e-3, 2, False, decided)
        assert raised.value.facts["tied_flips"] == pytest.approx(1 / 3)
        got[0][0] = 1
        compare.judge(np, model, state["want"], got, 1e-3, 2, False, decided)

    def test_rows_with_neighbours_by_chance_are_left_out(self, np: Any) -> None:
        far = np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 2.0], [0.0, 1.0, 1.5]])
        model = SimpleNamespace(n_neighbors=2, kneighbors=lambda x, count: (far[:, :count], None))
        state = {"model": model, "test": np.array([[0], [1], [2]]), "ordinary": 2}
        running.leave_ties_out(state)
        assert state["test"].tolist() == [[0], [2]]
        assert state["ordinary"] == 1

    def test_where_all_neighbours_are_by_chance_or_none_are_asked_all_rows_stay(self, np: Any) -> None:
        tied = SimpleNamespace(n_neighbors=1, kneighbors=lambda x, count: (np.ones((len(x), count)), None))
        few = SimpleNamespace(n_neighbors=3, kneighbors=lambda x, count: np.zeros(1)[count])
        for model in (tied, few, SimpleNamespace(n_neighbors=3)):
            state = {"model": model, "test": np.zeros((3, 1)), "ordinary": 3}
            running.leave_ties_out(state)
            assert (len(state["test"]), state["ordinary"]) == (3, 3)

    @pytest.mark.parametrize(("wrong", "said"), [(float("nan"), "NaN or infinity"), (4.0, "largest difference 2")])
    def test_what_is_no_number_is_told_as_that(self, np: Any, wrong: float, said: str) -> None:
        want = {"transform": np.array([[1.0], [2.0]])}
        with pytest.raises(compare.Disagreement, match=said):
            compare.judge(np, SimpleNamespace(), want, [np.array([[1.0], [wrong]])], 1e-3, 2)

    def test_a_tie_is_no_flip_and_a_flip_is_told(self, np: Any) -> None:
        model = SimpleNamespace(classes_=np.array([0, 1]))
        want = {"predict": np.array([0, 1]), "predict_proba": np.array([[0.5, 0.5], [0.1, 0.9]])}
        same = np.array([[0.5, 0.5], [0.1, 0.9]])
        assert compare.judge(np, model, want, [np.array([1, 1]), same], 1e-3, 2)["label_flips"] == 0
        with pytest.raises(compare.Disagreement) as told:
            compare.judge(np, model, want, [np.array([0, 0]), same], 1e-3, 0)
        assert told.value.facts["label_flips"] == 0.5
        assert told.value.facts["ordinary_wrong"] == 0.0


@pytest.mark.parametrize(
    ("code", "ours"),
    [
        ("def step_run(): {}['model']", True),
        ("def judge(): float('x')", True),
        ("def step_convert(): float('x')", False),
        ("def step_convert(): import nowhere_at_all", False),
        ("def judge():\n error = ValueError('told apart'); error.facts = {}; raise error", False),
    ],
)
def test_what_the_probe_itself_computes_wrong_is_no_finding(code: str, ours: bool) -> None:
    """As the program has it: all of it is one text under one name."""
    names: dict[str, Any] = {}
    exec(compile(code, "<checker probe>", "exec"), names)
    function = next(f for n, f in names.items() if n.startswith(("step", "judge")))
    with pytest.raises(Exception) as told:  # noqa: PT011 (of every kind)
        function()
    assert errors.is_ours(told.value) == ours


@pytest.mark.live
def test_the_quick_set_passes_here(tmp_path: Any) -> None:
    """In the environment that runs the tests, which must hold a sound stack."""
    import sys

    pytest.importorskip("skl2onnx")
    patient = Patient((sys.executable, "-"), "here", "")
    observation, _ = observe(patient, make_plan(patient, None, quick(), folder=str(tmp_path)), program())
    names = {c.name for c in quick()}
    assert [(o.subject, o.text) for o in observation.outcomes if isinstance(o, Failure) and o.subject in names] == []


@pytest.mark.live
def test_every_row_fits_here_and_what_no_converter_takes_is_not_converted(tmp_path: Any) -> None:
    """In the environment that runs the tests, which must hold a sound stack."""
    import sys

    pytest.importorskip("skl2onnx")
    patient = Patient((sys.executable, "-"), "here", "")
    observation, _ = observe(patient, make_plan(patient, None, every(), folder=str(tmp_path)), program())
    failed = {o.subject: (o.type, o.text) for o in observation.outcomes if isinstance(o, Failure) and o.stage == "fit"}
    assert not {c.name for c in every()} & set(failed), failed
    converted = {o.subject for o in observation.outcomes if not isinstance(o, Failure) and o.stage == "convert"}
    assert not converted & {c.name for c in every() if not c.converts}


def test_a_table_for_one_input_is_rounded_to_it() -> None:
    np, pandas = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    table = pandas.DataFrame({"a": [0.1, 1 / 3], "b": [1, 2]})
    asked = {"inputs": [["x", "FloatTensorType", [None, 2]]], "layout": "frame"}
    assert {str(k) for k in converting.rounded(asked, table).dtypes} == {"float32"}
    assert {str(k) for k in converting.kinds_of(table)} == {"float64", "int64"}
    asked["inputs"] = [["x", "Int64TensorType", [None, 2]]]
    assert str(converting.rounded(asked, table)["a"].dtype) == "float64"
    assert converting.rounded(asked, np.array([[1.0]])).dtype == np.int64


class Imports(list[Any]):
    """What a model says of the operators that it needs."""

    def add(self, **fields: Any) -> None:
        self.append(SimpleNamespace(**fields))


def test_the_bytes_that_are_kept_do_not_depend_on_the_order_of_operator_sets() -> None:
    def model(*domains: str) -> Any:
        imports = Imports(SimpleNamespace(domain=domain, version=len(domain) + 1) for domain in domains)
        told = SimpleNamespace(graph=SimpleNamespace(), opset_import=imports)
        told.SerializeToString = lambda: repr([(one.domain, one.version) for one in imports]).encode()
        return told

    kept = conversions.canonical(model("", "ai.onnx.ml"))
    assert kept == conversions.canonical(model("ai.onnx.ml", ""))
    assert kept != conversions.canonical(model(""))
