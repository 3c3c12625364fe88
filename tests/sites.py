"""Small site-packages folders written for one test, and the static look at them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from checker.probe.inside.files.static import look_closely
from checker.probe.inside.frames import Channel

Frames = list[tuple[str, dict[str, Any]]]


class Told(Channel):
    """A channel that keeps what is sent."""

    def __init__(self) -> None:
        super().__init__("", -1)
        self.frames: Frames = []

    def send(self, frame: str, **fields: object) -> None:
        self.frames.append((frame, fields))


class Site:
    """A site-packages folder and a script's folder below `root`."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = root / "site-packages"
        self.work = root / "work"
        self.folder.mkdir()
        self.work.mkdir()
        for module in ("places", "integrity"):
            monkeypatch.setattr(f"checker.probe.inside.files.{module}.site_folders", lambda: [str(self.folder)])

    def write(self, files: dict[str, str | bytes], folder: Path | None = None) -> None:
        """Write files, given as path -> text."""
        for name, text in files.items():
            path = (folder or self.folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def add(self, name: str, version: str, files: dict[str, str | bytes], *, header: str = "", **extra: str) -> Path:
        """Install a distribution: its files, METADATA and a RECORD with sizes; `extra` are further metadata files."""
        self.write(files)
        meta = self.folder / f"{name.replace('-', '_')}-{version}.dist-info"
        rows = [f"{path},sha256=x,{len(text)}" for path, text in files.items()]
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{header}\n\nText\n"
        self.write({"METADATA": metadata, "RECORD": "\n".join(rows) + "\n", **extra}, meta)
        return meta

    def look(self, *roots: str, path: tuple[Path, ...] = (), **plan: Any) -> Frames:
        """The frames of a static look with these roots."""
        told = Told()
        folders = [self.work, *path, self.folder]
        import sysconfig

        library = [sysconfig.get_path("stdlib"), str(Path(sysconfig.get_path("stdlib")) / "lib-dynload")]
        asked = {"roots": list(roots), "folder": str(self.work), "cache": "", **plan}
        look_closely(told, asked, [str(p) for p in folders] + library)
        return told.frames

    def told(self, kind: str, *roots: str, **plan: Any) -> list[dict[str, Any]]:
        """The fields of the frames of one kind."""
        return [fields for frame, fields in self.look(*roots, **plan) if frame == kind]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """An empty site-packages."""
    return Site(tmp_path, monkeypatch)
