"""Discriminant analysis, Bayes, neighbours."""

from __future__ import annotations

from ..rows import BOOLEANS, CATEGORIES, COUNTS, DOUBLES, INTEGERS, regressor, row, unsupervised

ROWS = (
    row("discriminant_analysis.LinearDiscriminantAnalysis()", target="three"),
    row("discriminant_analysis.QuadraticDiscriminantAnalysis()", target="three"),
    row("naive_bayes.GaussianNB()", target="three"),
    row("naive_bayes.MultinomialNB()", COUNTS),
    row("naive_bayes.BernoulliNB()", target="three"),
    row("naive_bayes.ComplementNB()", COUNTS),
    row("naive_bayes.CategoricalNB(min_categories=6)", CATEGORIES, since="0.24"),
    row("neighbors.KNeighborsClassifier(n_neighbors=3, weights='distance')", tag="distance", target="three"),
    regressor("neighbors.KNeighborsRegressor(n_neighbors=3)"),
    unsupervised("neighbors.KNeighborsTransformer(n_neighbors=3)", since="0.22"),
    row("neighbors.RadiusNeighborsClassifier(radius=2000.0)"),
    regressor("neighbors.RadiusNeighborsRegressor(radius=2000.0)"),
    unsupervised("neighbors.RadiusNeighborsTransformer(radius=2.0)", since="0.22", converts=False),
    row("neighbors.NearestCentroid()", target="three", converts=False),
    row("neighbors.NeighborhoodComponentsAnalysis(max_iter=5, random_state=0)", since="0.21"),
    unsupervised("neighbors.LocalOutlierFactor(n_neighbors=5, novelty=True)", since="0.20"),
    unsupervised("neighbors.KernelDensity()", converts=False),
    # what changes the conversion
    row("discriminant_analysis.LinearDiscriminantAnalysis()", tag="binary"),
    row(
        "discriminant_analysis.LinearDiscriminantAnalysis(solver='eigen', shrinkage='auto')",
        tag="eigen",
        target="three",
    ),
    row("discriminant_analysis.LinearDiscriminantAnalysis(solver='lsqr')", tag="lsqr", target="names"),
    row("discriminant_analysis.QuadraticDiscriminantAnalysis(reg_param=0.1)", tag="binary"),
    row("naive_bayes.GaussianNB()", tag="names", target="names"),
    row("naive_bayes.GaussianNB()", DOUBLES, tag="double", options={"zipmap": False}),
    row("naive_bayes.MultinomialNB()", COUNTS, tag="three", target="three"),
    row("naive_bayes.MultinomialNB(fit_prior=False)", COUNTS, tag="uniform"),
    row("naive_bayes.BernoulliNB(binarize=0.5)", tag="binarize"),
    row("naive_bayes.BernoulliNB(binarize=None)", BOOLEANS, tag="bool"),
    row("naive_bayes.ComplementNB(norm=True)", COUNTS, tag="norm", target="three"),
    row("naive_bayes.CategoricalNB(min_categories=6)", CATEGORIES, tag="three", target="three", since="0.24"),
    row("neighbors.KNeighborsClassifier(n_neighbors=3)", tag="names", target="names"),
    row("neighbors.KNeighborsClassifier(n_neighbors=3)", tag="labels", target="labels", options={"zipmap": False}),
    row("neighbors.KNeighborsClassifier(n_neighbors=3, metric='manhattan')", tag="manhattan"),
    row("neighbors.KNeighborsClassifier(n_neighbors=3, metric='chebyshev')", tag="chebyshev"),
    row("neighbors.KNeighborsClassifier(n_neighbors=3, metric='cosine', algorithm='brute')", tag="cosine"),
    row("neighbors.KNeighborsClassifier(n_neighbors=3, p=3)", tag="cubic"),
    row("neighbors.KNeighborsClassifier(n_neighbors=4)", CATEGORIES, tag="ties"),
    regressor("neighbors.KNeighborsRegressor(n_neighbors=3, weights='distance')", tag="distance"),
    regressor("neighbors.KNeighborsRegressor(n_neighbors=3)", DOUBLES, tag="double"),
    regressor("neighbors.KNeighborsRegressor(n_neighbors=3)", tag="optimised", options={"optim": "cdist"}),
    row("neighbors.KNeighborsRegressor(n_neighbors=3)", tag="targets", target="targets"),
    row("neighbors.NearestCentroid(shrink_threshold=0.1)", tag="shrunken", target="three", converts=False),
    unsupervised(
        "neighbors.KNeighborsTransformer(n_neighbors=3, mode='connectivity')", tag="connectivity", since="0.22"
    ),
    unsupervised("neighbors.LocalOutlierFactor(n_neighbors=5, novelty=True)", DOUBLES, tag="double"),
    row(
        "neighbors.NeighborhoodComponentsAnalysis(n_components=2, max_iter=5, random_state=0)", tag="two", since="0.21"
    ),
    row("naive_bayes.CategoricalNB()", CATEGORIES, tag="plain", since="0.22"),
    row("neighbors.KNeighborsClassifier(n_neighbors=3)", DOUBLES, tag="double", options={"zipmap": False}),
    row(
        "discriminant_analysis.LinearDiscriminantAnalysis()",
        DOUBLES,
        tag="double",
        target="three",
        options={"zipmap": False},
    ),
    row("neighbors.KNeighborsClassifier(n_neighbors=3)", INTEGERS, tag="integer"),
)
