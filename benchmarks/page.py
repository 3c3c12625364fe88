"""The compatibility page in Chromium: how large it is, when it can be used, how long what a reader does takes, and axe.

    python benchmarks/page.py [--runs 9] [--folder OUT]

Needs a Chromium on the PATH, and the packages of the group `browser`; axe-core comes from npm. OUT is a folder that
`checker matrix site` has written; without it one is made. Milliseconds of an interaction are those from the event to
the frame that shows what came of it, medians and the worst; the longest task is what ever blocked the browser.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from checker.matrix.measured import load
from checker.probe.canaries import every, quick
from checker.site.build import Given, build
from checker.world.project.folder import write_folder
from tests.browsers import axe, chromium, opened, violations

LIST = """python==3.11
scikit-learn==1.5.2
numpy==1.26.4
scipy==1.14.1
skl2onnx==1.16.0
onnx==1.16.2
protobuf==5.29.6
onnxruntime==1.19.2
"""
#: from an event to the frame behind it
FRAME = """async ([what, value]) => {
  const grid = document.querySelector('.grid');
  const change = (id, event) => {
    const field = document.getElementById(id);
    field.value = value;
    field.dispatchEvent(new Event(event));
  };
  const acts = {
    search: () => change('search', 'input'),
    list: () => change('list', 'paste'),
    runtime: () => change('runtime', 'change'),
    scroll: () => { grid.scrollTop = value; },
    key: () => grid.dispatchEvent(new KeyboardEvent('keydown', { key: value, bubbles: true })),
  };
  const before = performance.now();
  acts[what]();
  await new Promise((done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(0);
  }));
  return performance.now() - before;
}"""
#: what a reader does -> the events, in turn
DOING = {
    "a letter in the search": [
        ("search", "o"),
        ("search", "on"),
        ("search", "one"),
        ("search", "onehot"),
        ("search", ""),
    ],
    "scrolling all cells by a page": [("scroll", 500 * n) for n in range(1, 12)],
    "an arrow key among the cells": [("key", key) for key in ("ArrowDown", "ArrowRight", "PageDown", "End")],
    "another onnxruntime": [("runtime", "3"), ("runtime", "30"), ("runtime", "")],
    "pasting a list": [("list", LIST), ("list", LIST.replace("1.16.0", "1.17.0"))],
}
#: from a paste to the whole answer
ANSWERED = """async (text) => {
  const field = document.getElementById('list'), before = performance.now();
  document.querySelectorAll('.yours').forEach((cell) => cell.remove());
  field.value = text;
  field.dispatchEvent(new Event('paste'));
  while (!document.querySelector('.yours')) await new Promise((done) => setTimeout(done, 5));
  return performance.now() - before;
}"""
#: how long the browser was ever blocked
LONG = """new Promise((done) => {
  new PerformanceObserver((list) => done(list.getEntries().map((entry) => entry.duration)))
    .observe({ type: 'longtask', buffered: true });
  setTimeout(done, 300, [0]);
})"""
#: pages that axe looks at
PAGES = ("index.html", "pairs/index.html", "rules/index.html", "data/index.html", "estimators/Pipeline.html")


def loaded(folder: Path) -> dict[str, int]:
    """The files of the first page with their bytes, those that it reads later among them."""
    page = (folder / "index.html").read_text(encoding="utf-8")
    names = ["index.html", *re.findall(r'(?:href|src)="(assets/[^"]+)"', page), "assets/tables.js"]
    return {name: (folder / name).stat().st_size for name in names}


def told(what: str, values: list[float], goal: int) -> str:
    """A line: median, worst, goal."""
    return f"  {what:40}{statistics.median(values):8.0f} ms{max(values):8.0f} ms worst   (goal {goal} ms)"


def measure(browser: Any, folder: Path, runs: int) -> None:
    """Print everything."""
    sizes, address = loaded(folder), (folder / "index.html").as_uri()
    print(f"{sum(sizes.values()):,} bytes: " + ", ".join(f"{name} {size:,}" for name, size in sizes.items()))
    ready, longest, found = [], [], {name: list[float]() for name in (*DOING, "the whole answer to a list")}
    for _ in range(runs):
        with opened(browser, address, bypass_csp=True) as (page, wrong):
            page.wait_for_selector("html[data-ready]")
            ready.append(float(page.get_attribute("html", "data-ready")))
            page.evaluate("document.getElementById('cells').scrollIntoView()")
            page.wait_for_selector("#cells[data-ready]", timeout=60_000)
            for name, events in DOING.items():
                found[name] += [page.evaluate(FRAME, event) for event in events]
            found["the whole answer to a list"].append(page.evaluate(ANSWERED, LIST))
            longest.append(max(page.evaluate(LONG)))
            if wrong:
                raise SystemExit(f"the console, or another server: {wrong}")
    print(told("ready", ready, 300))
    for name, values in found.items():
        print(told(name, values, 50 if name in DOING else 1000))
    print(told("the longest task", longest, 50))


def main() -> None:
    """Measure, then ask axe."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--runs", type=int, default=9)
    ap.add_argument("--folder", type=Path)
    options = ap.parse_args()
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser:
        folder = options.folder or Path(scratch) / "site"
        if not options.folder:
            write_folder(folder, build(Given(load(), every(), quick())))
        measure(browser, folder.resolve(), options.runs)
        program = axe(Path(scratch))
        for name in PAGES:
            with opened(browser, (folder.resolve() / name).as_uri(), bypass_csp=True) as (page, _):
                print(f"  axe, {name}: {violations(page, program) or 'nothing'}")


if __name__ == "__main__":
    main()
