"""Functions that a script of a bug report takes along, as text: what the probe does, as short as it can be said."""

from __future__ import annotations

#: what a session is fed
FEED = """\
def feed(x):
    \"\"\"What the session asks for.\"\"\"
    kinds = {"tensor(double)": np.float64, "tensor(int64)": np.int64, "tensor(int32)": np.int32,
             "tensor(string)": object, "tensor(bool)": bool}
    fed = {}
    for place, node in enumerate(session.get_inputs()):
        values = x.iloc[:, place].values if len(session.get_inputs()) > 1 else getattr(x, "values", x)
        values = values.astype(kinds.get(node.type, np.float32))
        rank = len(node.shape) if node.shape is not None else 2
        fed[node.name] = values.reshape(-1, 1) if values.ndim < rank else values.reshape(-1) if rank == 1 else values
    return fed
"""

#: what scikit-learn says; METHODS stands for the names of its scoring methods
ANSWERS = """\
def answers(model, x):
    \"\"\"What scikit-learn says: labels or values, then probabilities or scores.\"\"\"
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    if not hasattr(model, "predict") or hasattr(last, "get_support"):
        return [model.transform(x)]
    methods = [m for m in METHODS if hasattr(model, m)]
    return [model.predict(x)] + [getattr(model, m)(x) for m in methods[:1]]
"""

#: three functions that compare both
COMPARE = (
    """\
def plain(value):
    \"\"\"An answer as an array; probabilities by class as columns.\"\"\"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        classes = list(getattr(model, "classes_", sorted(value[0])))
        return np.array([[row.get(c, row.get(str(c), np.nan)) for c in classes] for row in value])
    return value.toarray() if hasattr(value, "toarray") else np.asarray(value)
""",
    """\
def compare(want, got):
    \"\"\"Raise AssertionError where the runtime's answers are others than scikit-learn's.\"\"\"
    wrong, largest = np.zeros(len(want[0]), dtype=bool), 0.0
    scores = plain(want[1]).astype(float) if len(want) > 1 else None
    for place, (a, b) in enumerate(zip(map(plain, want), map(plain, got))):
        if a.size != b.size and (place == 0 or probable):
            names = ["predict" if hasattr(model, "predict") else "transform", "predict_proba"]
            said = "the runtime's %s has shape %s, scikit-learn's %s"
            raise AssertionError(said % (names[place], b.shape, a.shape))
        if a.dtype.kind in "OUS" or (place == 0 and a.ndim == 1 and is_label(a)):
            apart = np.array([str(p) != str(q) for p, q in zip(a.reshape(-1), b.reshape(-1).astype(a.dtype))])
            if scores is not None and len(scores) == len(apart):  # a tie may fall to either side
                best = np.sort(scores.reshape(len(apart), -1), axis=1)
                apart &= (np.abs(best[:, 0]) if best.shape[1] == 1 else best[:, -1] - best[:, -2]) > TOLERANCE
            wrong |= apart.reshape(len(a), -1).any(axis=1)
        elif a.size == b.size and (place == 0 or probable):
            a, b = a.astype(float), b.reshape(a.shape).astype(float)
            apart = np.where((a == b) | np.isnan(a) & np.isnan(b), 0.0, np.abs(a - b))
            apart = np.where(np.isnan(apart), np.inf, apart)
            scale = np.maximum(1.0, np.abs(np.where(np.isfinite(a), a, 1.0)))
            wrong |= (apart / scale > TOLERANCE).reshape(len(a), -1).any(axis=1)
            largest = max(largest, apart.max())
    said = "the runtime disagrees with scikit-learn on %d of %d rows: largest difference %.6g"
    assert not wrong.any(), said % (wrong.sum(), len(wrong), largest)
""",
    """\
def is_label(values):
    \"\"\"Whether `predict` names classes rather than numbers.\"\"\"
    return values.dtype.kind in "iub" or set(values.tolist()) <= set(np.ravel(getattr(model, "classes_", [])).tolist())
""",
)
