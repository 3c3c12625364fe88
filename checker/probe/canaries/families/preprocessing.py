"""Scaling, encoding, imputing."""

from __future__ import annotations

from ..parts import ITERATIVE, LETTERS, RARE, UNKNOWN
from ..rows import (
    ACCENTS,
    CATEGORIES,
    DOUBLE_GAPS,
    DOUBLES,
    GAPS,
    INTEGERS,
    LABELS,
    POSITIVE,
    STRINGS,
    WORD_GAPS,
    WORDS,
    columns,
    regressor,
    row,
    unsupervised,
)

ROWS = (
    unsupervised("preprocessing.StandardScaler()"),
    unsupervised("preprocessing.StandardScaler(with_mean=False)", INTEGERS, tag="integer"),
    unsupervised("preprocessing.StandardScaler()", DOUBLES, tag="double"),
    unsupervised("preprocessing.MinMaxScaler()"),
    unsupervised("preprocessing.MaxAbsScaler()"),
    unsupervised("preprocessing.RobustScaler()"),
    unsupervised("preprocessing.Normalizer()"),
    unsupervised("preprocessing.Normalizer(norm='max')", tag="max"),
    unsupervised("preprocessing.Binarizer(threshold=0.5)"),
    unsupervised("preprocessing.PowerTransformer()"),
    unsupervised("preprocessing.QuantileTransformer(n_quantiles=20, random_state=0)"),
    unsupervised("preprocessing.KBinsDiscretizer(n_bins=3, encode='onehot-dense')"),
    unsupervised("preprocessing.KBinsDiscretizer(n_bins=3)", tag="sparse"),
    unsupervised("preprocessing.KBinsDiscretizer(n_bins=3, encode='ordinal')", tag="ordinal"),
    unsupervised("preprocessing.SplineTransformer()", since="1.0", converts=False),
    unsupervised("preprocessing.FunctionTransformer()"),
    unsupervised("preprocessing.OneHotEncoder()", CATEGORIES, tag="number"),
    unsupervised("preprocessing.OneHotEncoder(drop='first')", STRINGS, tag="drop", since="0.21"),
    unsupervised("preprocessing.OneHotEncoder(drop='if_binary')", STRINGS, tag="binary", since="0.23"),
    unsupervised(f"preprocessing.OneHotEncoder({RARE})", STRINGS, tag="rare", since="1.1"),
    unsupervised("preprocessing.OrdinalEncoder()", STRINGS, tag="plain"),
    row("preprocessing.TargetEncoder(cv=2, random_state=0)", STRINGS, since="1.3"),
    unsupervised("preprocessing.LabelEncoder()", WORDS),
    unsupervised("preprocessing.LabelEncoder()", LABELS, tag="integer"),
    unsupervised("impute.SimpleImputer()", GAPS, tag="mean"),
    unsupervised("impute.SimpleImputer(add_indicator=True)", GAPS, tag="indicator", since="0.21"),
    unsupervised("impute.SimpleImputer(strategy='constant', fill_value=-1.0)", GAPS, tag="constant"),
    unsupervised("impute.KNNImputer(n_neighbors=2)", GAPS, since="0.22"),
    unsupervised(
        "impute.IterativeImputer(max_iter=2, random_state=0)", GAPS, also=ITERATIVE, since="0.21", converts=False
    ),
    unsupervised("impute.MissingIndicator()", GAPS, since="0.20", converts=False),
    # what changes the conversion
    unsupervised("preprocessing.StandardScaler(with_std=False)", tag="mean"),
    unsupervised("preprocessing.StandardScaler()", GAPS, tag="gaps"),
    unsupervised("preprocessing.MinMaxScaler(feature_range=(-2, 3))", tag="range"),
    unsupervised("preprocessing.MinMaxScaler()", DOUBLES, tag="double"),
    unsupervised("preprocessing.MaxAbsScaler()", DOUBLES, tag="double"),
    unsupervised("preprocessing.RobustScaler(with_centering=False)", tag="scale"),
    unsupervised("preprocessing.RobustScaler(with_scaling=False, quantile_range=(10.0, 90.0))", tag="centre"),
    unsupervised("preprocessing.RobustScaler(unit_variance=True)", tag="unit", since="0.24"),
    unsupervised("preprocessing.Normalizer(norm='l1')", tag="sum"),
    unsupervised("preprocessing.Normalizer()", DOUBLES, tag="double"),
    unsupervised("preprocessing.Binarizer()", INTEGERS, tag="integer"),
    unsupervised("preprocessing.PowerTransformer(method='box-cox')", POSITIVE, tag="box"),
    unsupervised("preprocessing.PowerTransformer(standardize=False)", tag="raw"),
    unsupervised(
        "preprocessing.QuantileTransformer(n_quantiles=10, output_distribution='normal', random_state=0)", tag="normal"
    ),
    unsupervised("preprocessing.KBinsDiscretizer(3, encode='ordinal', strategy='uniform')", tag="uniform"),
    unsupervised("preprocessing.KBinsDiscretizer(3, encode='ordinal', strategy='kmeans')", tag="means"),
    unsupervised("preprocessing.KBinsDiscretizer([2, 3, 4, 5], encode='onehot-dense')", tag="bins"),
    unsupervised("preprocessing.PolynomialFeatures(degree=3, interaction_only=True)", tag="products"),
    unsupervised("preprocessing.PolynomialFeatures(include_bias=False)", INTEGERS, tag="integer"),
    unsupervised("preprocessing.PolynomialFeatures(degree=2)", DOUBLES, tag="double"),
    unsupervised("preprocessing.SplineTransformer(extrapolation='linear')", tag="linear", since="1.0", converts=False),
    unsupervised(
        "preprocessing.FunctionTransformer(numpy.log1p)", POSITIVE, tag="log", also=("numpy",), converts=False
    ),
    unsupervised("preprocessing.KernelCenterer()", columns("float32", 120), converts=False),
    unsupervised("preprocessing.OneHotEncoder()", ACCENTS, tag="accents"),
    unsupervised("preprocessing.OneHotEncoder(handle_unknown='ignore')", ACCENTS, tag="ignore"),
    unsupervised("preprocessing.OneHotEncoder(handle_unknown='ignore')", CATEGORIES, tag="numbers"),
    unsupervised("preprocessing.OneHotEncoder(handle_unknown='ignore')", INTEGERS, tag="integer"),
    unsupervised("preprocessing.OneHotEncoder(handle_unknown='ignore')", WORD_GAPS, tag="gaps"),
    unsupervised("preprocessing.OneHotEncoder(sparse=False)", STRINGS, tag="old-dense", until="1.4"),
    unsupervised("preprocessing.OneHotEncoder(sparse_output=False)", STRINGS, tag="dense", since="1.2"),
    unsupervised("preprocessing.OneHotEncoder(dtype=numpy.int64)", STRINGS, tag="whole", also=("numpy",)),
    unsupervised(
        f"preprocessing.OneHotEncoder(categories=[['b', 'a'], {LETTERS}, {LETTERS}], handle_unknown='ignore')",
        STRINGS,
        tag="given",
    ),
    unsupervised("preprocessing.OneHotEncoder(drop=['a', 'a', 'a'])", STRINGS, tag="drop-named", since="0.21"),
    unsupervised(
        "preprocessing.OneHotEncoder(drop='first', handle_unknown='ignore')", STRINGS, tag="drop-ignore", since="1.0"
    ),
    unsupervised(
        "preprocessing.OneHotEncoder(min_frequency=0.2, handle_unknown='ignore')", STRINGS, tag="share", since="1.1"
    ),
    unsupervised("preprocessing.OneHotEncoder(max_categories=2)", STRINGS, tag="most", since="1.1"),
    unsupervised("preprocessing.OneHotEncoder(min_frequency=30, drop='first')", STRINGS, tag="rare-drop", since="1.1"),
    unsupervised("preprocessing.OneHotEncoder(min_frequency=30)", CATEGORIES, tag="rare-numbers", since="1.1"),
    unsupervised("preprocessing.OrdinalEncoder()", ACCENTS, tag="accents"),
    unsupervised("preprocessing.OrdinalEncoder()", CATEGORIES, tag="numbers"),
    unsupervised(f"preprocessing.OrdinalEncoder({UNKNOWN})", CATEGORIES, tag="unknown-numbers", since="0.24"),
    unsupervised(f"preprocessing.OrdinalEncoder({UNKNOWN}, min_frequency=30)", STRINGS, tag="rare", since="1.3"),
    unsupervised("preprocessing.OrdinalEncoder(max_categories=2)", STRINGS, tag="most", since="1.3"),
    unsupervised(
        f"preprocessing.OrdinalEncoder({UNKNOWN}, encoded_missing_value=-2)", WORD_GAPS, tag="gaps", since="1.1"
    ),
    unsupervised("preprocessing.OrdinalEncoder(dtype=numpy.int64)", STRINGS, tag="whole", also=("numpy",)),
    row("preprocessing.TargetEncoder(cv=2, random_state=0)", STRINGS, tag="three", target="three", since="1.4"),
    regressor("preprocessing.TargetEncoder(cv=2, random_state=0)", STRINGS, tag="continuous", since="1.3"),
    row("preprocessing.TargetEncoder(cv=2, random_state=0)", CATEGORIES, tag="numbers", since="1.3"),
    unsupervised("preprocessing.LabelEncoder()", (ACCENTS[0],), tag="accents"),
    unsupervised("preprocessing.LabelBinarizer(neg_label=-1, pos_label=2)", LABELS, tag="signs"),
    unsupervised("preprocessing.LabelBinarizer()", (ACCENTS[0],), tag="accents"),
    unsupervised("impute.SimpleImputer(strategy='most_frequent')", GAPS, tag="frequent"),
    unsupervised(
        "impute.SimpleImputer(missing_values='', strategy='most_frequent')", WORD_GAPS, tag="words", layout="matrix"
    ),
    unsupervised(
        "impute.SimpleImputer(missing_values='', strategy='constant', fill_value='none')",
        WORD_GAPS,
        tag="named",
        layout="matrix",
    ),
    unsupervised("impute.SimpleImputer(missing_values=0, strategy='most_frequent')", INTEGERS, tag="integer"),
    unsupervised("impute.SimpleImputer()", DOUBLE_GAPS, tag="double"),
    unsupervised("impute.SimpleImputer(keep_empty_features=True)", GAPS, tag="empty", since="1.2"),
    unsupervised("impute.KNNImputer(n_neighbors=2, weights='distance')", GAPS, tag="distance", since="0.22"),
    unsupervised("impute.KNNImputer(n_neighbors=2, add_indicator=True)", GAPS, tag="indicator", since="0.22"),
    unsupervised("impute.MissingIndicator(features='all')", GAPS, tag="all", converts=False),
)
