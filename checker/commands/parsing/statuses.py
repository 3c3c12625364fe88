"""What exit statuses mean, and how names of scripts end: words that every help has."""

from __future__ import annotations

#: how names of scripts end
SCRIPTS = (".py", ".ipynb")
#: what the statuses mean that every command has, those of what looks at an environment, and those of what only tells
OTHER_STATUSES = "2 wrong usage, 3 could not look, 70 a bug of the checker, 130 or 143 interrupted"
STATUSES = f"exit status: 0 nothing blocks, 1 blockers (with --strict warnings too), {OTHER_STATUSES}"
STATUSES_TELLING = f"exit status: 0 done, {OTHER_STATUSES}"
