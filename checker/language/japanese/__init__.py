"""Japanese, polite and plain; names of packages, stages and options stay as they are."""

from __future__ import annotations

from .found import ADVICE, INSTALLED, MODELS
from .labels import HEADINGS, LABELS, MERGED, SHORTENED
from .made import CHANGES, PLACES, PROOFS
from .sentences import BASES, COUNTED, FACTS, REMEDIES, STAGES, VERDICTS

#: what a report's frame says
SENTENCES = {
    **STAGES,
    **COUNTED,
    **VERDICTS,
    **FACTS,
    **REMEDIES,
    **BASES,
    **HEADINGS,
    **LABELS,
    **SHORTENED,
    **MERGED,
}
#: what a report holds in English
MADE = {**CHANGES, **PROOFS, **PLACES, **INSTALLED, **MODELS, **ADVICE}
