"""What a project has decided about findings, from its configuration and its baseline."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import CannotLook, UsageError
from ...world.files import check_output, is_file, read_text, write

if TYPE_CHECKING:
    from ...model import Report
    from ...policy import Baseline, Policy
    from ...settings import Settings

#: the baseline where none is named
BASELINE = Path("checker-baseline.json")


def add_baseline(command: Any) -> None:
    """What was there before."""
    command.add_argument(
        "--baseline", type=Path, metavar="FILE", help="only what is not in this file counts: what is new, or worse"
    )
    command.add_argument(
        "--update-baseline",
        action="store_true",
        help=f"write what is found now into the baseline (default: {BASELINE}), and let it pass",
    )


def policy_of(options: argparse.Namespace) -> Policy:
    """What was decided. Raises CannotLook for a baseline that cannot be read, UsageError for one not to be written."""
    from ...policy import Policy

    settings: Settings | None = getattr(options, "settings", None)
    policy = Policy(baseline=_baseline(options), today=date.today())
    if settings is None:
        return policy
    return Policy(settings.ignores, settings.severities, policy.baseline, policy.today, str(settings.path))


def _baseline(options: argparse.Namespace) -> Baseline | None:
    from ...policy import Baseline
    from ...policy.baseline import read_baseline

    if options.update_baseline:
        options.baseline = options.baseline or BASELINE
        check_output(options.baseline)
        return Baseline(str(options.baseline), {}, all_of_it=True)
    if not options.baseline:
        return None
    if not is_file(options.baseline):
        raise CannotLook(f"cannot read {options.baseline}: not found", "--update-baseline writes it")
    return read_baseline(str(options.baseline), read_text(options.baseline))


def keep_baseline(report: Report, options: argparse.Namespace) -> str:
    """Write what is found now where that was asked for; what to say of it, "" where nothing was written."""
    if not options.update_baseline:
        return ""
    from ...policy.baseline import write_baseline
    from ...reporters.printable import count

    old = [one.finding for one in report.ignored if one.old]
    write(options.baseline, write_baseline(old, report.script))
    return f"{count(len(old), 'finding')} written to the baseline {options.baseline}"


def check_fixing(options: argparse.Namespace) -> None:
    """Raises UsageError where what is found is to be mended, and to pass as it is."""
    if options.update_baseline and options.fix:
        raise UsageError("--update-baseline and --fix contradict each other", "leave one of them out")
