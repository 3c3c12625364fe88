"""A real browser for the tests of pages: Chromium as the system has it, driven by playwright, and axe's rules."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

#: names of Chromium on the PATH
NAMES = ("chromium", "chromium-browser", "google-chrome")
#: the release of axe-core whose rules are asked
AXE = "axe-core@4.10.2"


@contextmanager
def chromium() -> Iterator[Any]:
    """The browser; the test is skipped where there is none, or no playwright."""
    driver = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if not found:
        pytest.skip("there is no Chromium on the PATH")
    with driver.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Any, address: str, **settings: Any) -> Iterator[tuple[Any, list[str]]]:
    """A page in a window of its own, and what goes wrong there: errors on the console, requests to anywhere else."""
    context = browser.new_context(**settings)
    page, wrong = context.new_page(), []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith("file:") else wrong.append(request.url))
    page.goto(address)
    try:
        yield page, wrong
    finally:
        context.close()


def axe(folder: Path) -> str:
    """The program of axe-core, from npm; the test is skipped without npm or an index."""
    npm = shutil.which("npm")
    if not npm:
        pytest.skip("axe-core comes from npm")
    packed = subprocess.run([npm, "pack", "--silent", AXE], cwd=folder, capture_output=True, text=True, check=False)
    if packed.returncode:
        pytest.skip(f"npm has no {AXE} here")
    with tarfile.open(folder / packed.stdout.strip().splitlines()[-1]) as archive:
        file = archive.extractfile("package/axe.min.js")
        assert file is not None
        return file.read().decode("utf-8")


def violations(page: Any, program: str) -> list[str]:
    """What axe finds wrong, with the first element of each."""
    page.evaluate(program)
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in page.evaluate("axe.run()")["violations"]]
