"""One question to any patient: what is imported, which models are tried, and in which folder."""

from __future__ import annotations

from dataclasses import dataclass

from .model import Canary, Observation, Patient, Script
from .probe import DEFAULT_OPTIONS, ProbeOptions, make_plan, observe, program


@dataclass(frozen=True)
class ProbeRequest:
    """What a patient is asked; the same can be asked of an environment in which a remedy is tried."""

    script: Script | None
    canaries: tuple[Canary, ...]
    #: folder of the script, from which it would be run; "" for the working folder
    folder: str = ""
    static: bool = False

    def at(
        self,
        patient: Patient,
        manner: ProbeOptions = DEFAULT_OPTIONS,
        *,
        canaries: tuple[Canary, ...] | None = None,
        folder: str = "",
        bytecode: str = "",
    ) -> tuple[Observation, str]:
        """What is seen of a patient, and the frames to save; other canaries or another folder where they are given.

        `bytecode` is for throwaway environments: the folder that keeps it. Raises CannotLook.
        """
        plan = make_plan(
            patient,
            self.script,
            self.canaries if canaries is None else canaries,
            folder=folder or self.folder,
            static=self.static,
            bytecode=bytecode,
        )
        return observe(patient, plan, program(), manner)
