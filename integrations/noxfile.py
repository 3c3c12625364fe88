"""For nox: the checker looks at the environment of a session from its own, which uv makes."""

import os

import nox

#: the release of the checker, or where it lies
CHECKER = os.environ.get("CHECKER", "sklearn-onnx-checker")


@nox.session(python=["3.11", "3.12"])
def checker(session: nox.Session) -> None:
    """Whether scikit-learn to ONNX to MLflow works in this environment."""
    session.install("-r", "requirements.txt")
    asked = ["checker", "preflight", "--python", session.virtualenv.location, *session.posargs]
    session.run("uv", "tool", "run", "--from", CHECKER, *asked, external=True)
