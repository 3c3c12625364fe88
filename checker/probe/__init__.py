"""Asking the patient: one program over stdin, frames back, parsed into an `Observation`."""

from __future__ import annotations

from .asking import DEFAULT_OPTIONS, ProbeOptions, observe
from .assemble import program
from .parsing import parse, read_frame
from .plan import make_plan

__all__ = ["DEFAULT_OPTIONS", "ProbeOptions", "make_plan", "observe", "parse", "program", "read_frame"]
