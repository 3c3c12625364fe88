"""Which changes a place asks for."""

from __future__ import annotations

from ..knowledge import Knowledge, Limits
from ..model import Artifact
from ..rules.artifacts.needs import as_stamped, as_used, beyond
from .edits import Edit, lower_stamps


def stamps_for(artifact: Artifact, limits: Limits | None, knowledge: Knowledge) -> Edit | None:
    """Stamps that a runtime takes, None where the file needs none, or its operators need higher ones."""
    found = beyond(as_stamped(artifact), limits)
    used = as_used(artifact.model, knowledge) if artifact.model else None
    if not found or used is None or beyond(used, limits):
        return None
    return lower_stamps({one.what: one.has for one in found}, {one.what: one.most for one in found})
