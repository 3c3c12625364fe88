"""The frozen values that travel from the probe to the report.

One direction: `Patient` -> `Observation` -> `Case` -> `Finding` -> `Remedy` -> `Report` -> text.
Nothing here touches the world, and what failed in the patient is a value (`Failure`), never an exception.
"""

from __future__ import annotations

from .asked import FORMS, Canary, Column, Import, Install, Logging, Patient, Script
from .concluded import Advice, Case, Change, Finding, Plan, Proven, Refuted, Remedy, Report, Rule, Unproven
from .seen import (
    Damage,
    Distribution,
    Failure,
    Frame,
    Interface,
    Loaded,
    Observation,
    Origin,
    Outcome,
    Passed,
    Unresolved,
)
from .words import Basis, Severity, Stage

__all__ = [
    "FORMS",
    "Advice",
    "Basis",
    "Canary",
    "Case",
    "Change",
    "Column",
    "Damage",
    "Distribution",
    "Failure",
    "Finding",
    "Frame",
    "Import",
    "Install",
    "Interface",
    "Loaded",
    "Logging",
    "Observation",
    "Origin",
    "Outcome",
    "Passed",
    "Patient",
    "Plan",
    "Proven",
    "Refuted",
    "Remedy",
    "Report",
    "Rule",
    "Script",
    "Severity",
    "Stage",
    "Unproven",
    "Unresolved",
]
