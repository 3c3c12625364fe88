"""Choosing features."""

from __future__ import annotations

from ..parts import FOREST, LOGISTIC, TREE
from ..rows import COUNTS, DOUBLES, INTEGERS, regressor, row, unsupervised

ROWS = (
    row("feature_selection.SelectKBest(k=2)"),
    row("feature_selection.SelectPercentile(percentile=50)"),
    row("feature_selection.SelectFpr()"),
    row("feature_selection.SelectFdr()"),
    row("feature_selection.SelectFwe()"),
    row("feature_selection.GenericUnivariateSelect(mode='k_best', param=2)"),
    unsupervised("feature_selection.VarianceThreshold()"),
    row(f"feature_selection.SelectFromModel({TREE})"),
    row(f"feature_selection.RFE({TREE}, n_features_to_select=2)"),
    row(f"feature_selection.RFECV({TREE}, cv=2)"),
    row(
        f"feature_selection.SequentialFeatureSelector({LOGISTIC}, n_features_to_select=2, cv=2)",
        since="0.24",
        converts=False,
    ),
    # other ways of choosing
    row("feature_selection.SelectKBest(sklearn.feature_selection.chi2, k=2)", COUNTS, tag="chi"),
    row("feature_selection.SelectKBest(k=2)", DOUBLES, tag="double"),
    row("feature_selection.SelectKBest(k=2)", INTEGERS, tag="integer"),
    regressor("feature_selection.SelectKBest(sklearn.feature_selection.f_regression, k=2)", tag="regressor"),
    unsupervised("feature_selection.VarianceThreshold(1.5)", tag="some"),
    row(f"feature_selection.SelectFromModel({LOGISTIC}, threshold='median')", tag="median", target="three"),
    row(f"feature_selection.RFE({LOGISTIC}, n_features_to_select=1)", tag="one", target="three"),
    row(
        f"pipeline.Pipeline([('a', feature_selection.SelectPercentile(percentile=50)), ('b', {TREE})])",
        tag="percentile",
    ),
    row(f"feature_selection.SelectFromModel({FOREST})", tag="forest"),
)
