"""Rows as a workflow of GitHub's: a job for each, and one that takes their reports together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from .asked import Asked
from .rows import Row

#: what comes before the rows
BEFORE = """\
name: environments
on:
  push:
  pull_request:
  schedule:
    - cron: "23 4 * * 1" # new releases come without a push
permissions:
  contents: read
jobs:
  row:
    name: ${{ matrix.name }}
    runs-on: ubuntu-latest
    strategy:
      fail-fast: false
      matrix:
        include:"""
#: steps of every job: the checker in a Python of its own, with uv, which it brings along
SET_UP = """\
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: python -m pip install "$SOURCE"
        env:
          SOURCE: {source}"""
#: what a row does, and what takes them together
STEPS = """\
      - name: Install the row
        run: |
          printf '%s\\n' "$REQUIREMENTS" > "$RUNNER_TEMP/row.txt"
          uv venv --python "$PYTHON" "$RUNNER_TEMP/row"
          uv pip install --python "$RUNNER_TEMP/row" --requirements "$RUNNER_TEMP/row.txt"
        env:
          PYTHON: ${{ matrix.python }}
          REQUIREMENTS: ${{ matrix.requirements }}
      - name: Look at it
        run: |
          mkdir rows
          CHECKER preflight --python "$RUNNER_TEMP/row"SCRIPTS --format json --output "rows/$ROW.json"
        env:
          ROW: ${{ matrix.name }}
      - if: always()
        run: |
          CHECKER report "rows/$ROW.json" --format junit --output "rows/$ROW.xml" || true
        env:
          ROW: ${{ matrix.name }}
      - if: always()
        uses: actions/upload-artifact@v4
        with:
          name: row-${{ matrix.name }}
          path: rows
  report:
    needs: row
    if: always()
    runs-on: ubuntu-latest
SET_UP
      - uses: actions/download-artifact@v4
        with:
          pattern: row-*
          path: rows
          merge-multiple: true
      - name: Take the rows together
        run: |
          status=0
          CHECKER report rows --expect NAMES --format markdown --output rows.md || status=$?
          cat rows.md >> "$GITHUB_STEP_SUMMARY"
          exit $status
"""


def render(rows: Sequence[Row], asked: Asked) -> str:
    """The whole workflow."""
    set_up = SET_UP.replace("{source}", json.dumps(asked.source))
    steps = STEPS.replace("SET_UP", set_up).replace("NAMES", ",".join(row.name for row in rows))
    steps = steps.replace("CHECKER", asked.checker).replace("SCRIPTS", asked.script_words)
    included = [line for row in rows for line in _row(row)]
    return "\n".join([*asked.head(rows), BEFORE, *included, set_up, steps])


def _row(row: Row) -> Iterator[str]:
    """One entry of the matrix."""
    yield f"          # {row.why}"
    yield f"          - name: {row.name}"
    yield f'            python: "{row.python}"'
    yield "            requirements: |-"
    yield from (f"              {requirement}" for requirement in row.requirements)
