"""The user's own installer: which one it is."""

from __future__ import annotations

from typing import Literal

from ..model import Observation

Installer = Literal["uv", "pip", "conda"]


def find_installer(observation: Observation, configuration: str) -> Installer:
    """The environment's own; `configuration` is the text of its pyvenv.cfg, "" where there is none."""
    if observation.system.get("conda"):
        return "conda"
    made_by_uv = any(line.partition("=")[0].strip() == "uv" for line in configuration.splitlines())
    return "uv" if made_by_uv or observation.version("pip") is None else "pip"
