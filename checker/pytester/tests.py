"""The tests that pytest is given: one for the environment, and one a model."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ..cli import configured
from ..commands.preflight import request_of
from ..errors import CheckerError
from ..model import Finding, Report, Severity
from ..request import Remedies, Request

if TYPE_CHECKING:
    from _pytest._code.code import ExceptionInfo, TerminalRepr

#: the test of what concerns no model of the scripts
ENVIRONMENT = "environment"


class Fails(Exception):
    """What is found of a model, or of the environment."""


class Models:
    """Adds the tests; looks once, when the first of them runs."""

    def __init__(self, config: pytest.Config) -> None:
        self.scripts = config.getoption("checker_script")

    @cached_property
    def asked(self) -> tuple[Request, bool]:
        """What is asked of the interpreter that runs the tests, and whether warnings fail. Raises CheckerError."""
        options = configured(["preflight", "--python", sys.executable, *self.scripts])
        # a test says what is wrong; remedies take minutes, and are for the command line
        return replace(request_of(options), remedies=Remedies.OFFLINE), options.strict

    @cached_property
    def report(self) -> Report:
        """What was seen. Raises CheckerError."""
        from ..pipeline import preflight

        return preflight(self.asked[0])

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """Add the tests, before anything is selected."""
        try:
            made = Group.from_parent(session, name="checker", nodeid="checker", models=self).collect()
        except CheckerError as error:
            raise pytest.UsageError(f"--checker: {error}") from error
        items += made
        # so that they are counted
        session.ihook.pytest_collectreport(report=pytest.CollectReport("checker", "passed", None, list(made)))


class Group(pytest.Collector):
    """All of them."""

    def __init__(self, *, models: Models, **known: Any) -> None:
        super().__init__(**known)
        self.models = models
        #: the models that are tests
        self.names: frozenset[str] = frozenset()

    def collect(self) -> list[pytest.Item]:
        """The environment, then each model of the scripts. Raises CheckerError."""
        from ..ask import prepare
        from ..errors import UsageError

        request = self.models.asked[0]
        if not request.scripts:
            hint = "name them in checker.toml, or with --checker-script"
            raise UsageError("there are no scripts to look at", hint)
        script = prepare(request.scripts, request.canaries, request.static).script
        names = dict.fromkeys(model_of(canary.name) for canary in (script.canaries if script else ()))
        self.names = frozenset(names)
        return [Test.from_parent(self, name=name) for name in (ENVIRONMENT, *names)]


def model_of(subject: str) -> str:
    """A model without the form of data that it is tried with: `train.py:50 SVC [three]` is `train.py:50 SVC`."""
    return subject.partition(" [")[0]


class Test(pytest.Item):
    """One model, or the environment."""

    parent: Group

    def runtest(self) -> None:
        """Look at what was seen. Raises Fails."""
        report, strict = self.parent.models.report, self.parent.models.asked[1]
        worst = Severity.WARNING if strict else Severity.BLOCKER
        bad = [f for f in self._found(report.findings) if f.severity.order <= worst.order and not f.out_of_scope]
        if bad:
            raise Fails("\n\n".join([f"{f.message} [{f.rule}]" for f in bad] + list(_remedy(report, bad))))
        if ignored := [one.why for one in report.ignored if any(self._found((one.finding,)))]:
            pytest.skip(f"ignored: {ignored[0]}")
        if self.name != ENVIRONMENT and not any(model_of(o.subject) == self.name for o in report.subject.outcomes):
            pytest.skip("it was not tried: see the test of the environment")

    def _found(self, findings: tuple[Finding, ...]) -> Iterator[Finding]:
        """The findings about this model; of the environment those about no model that is a test."""
        for finding in findings:
            about = {model_of(one) for one in (finding.subject, *(step.subject for step in finding.explains))}
            if self.name in about or (self.name == ENVIRONMENT and not about & self.parent.names):
                yield finding

    def repr_failure(self, excinfo: ExceptionInfo[BaseException], style: Any = None) -> str | TerminalRepr:
        """What is found, without the frames of this file."""
        if isinstance(excinfo.value, (Fails, CheckerError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The script, and the line on which the model is made."""
        place, _, rest = self.name.partition(":")
        number = rest.partition(" ")[0]
        return Path(place), int(number) - 1 if number.isdecimal() else None, f"checker: {self.name}"


def _remedy(report: Report, bad: list[Finding]) -> Iterator[str]:
    """What settles one of these, in words."""
    rules = {finding.rule for finding in bad}
    yield from (f"What to do: {way.text}" for way in report.remedies if rules & {*way.settles})
    yield "`checker preflight` tries what would mend it; `checker explain RULE` tells more."
