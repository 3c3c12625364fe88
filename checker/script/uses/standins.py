"""What stands in for functions of the script, where any function is one to the converter."""

from __future__ import annotations

#: parameter of a vectorizer -> a function that it takes
_OF_VECTORIZERS = {"tokenizer": "str.split", "preprocessor": "str.lower", "analyzer": "str.split"}
#: (estimator, parameter) -> what stands in
_STANDINS = {
    ("FunctionTransformer", "func"): "copy.copy",
    ("FunctionTransformer", ""): "copy.copy",
    ("FunctionTransformer", "inverse_func"): "copy.copy",
    **{(f"{kind}Vectorizer", n): f for kind in ("Count", "Tfidf", "Hashing") for n, f in _OF_VECTORIZERS.items()},
}


def standin_for(estimator: str, parameter: str) -> str:
    """The function that stands in, "" where none does; the parameter "" is the first one."""
    return _STANDINS.get((estimator, parameter), "")
