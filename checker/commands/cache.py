"""`checker cache`: what the checker keeps for itself, and how to get rid of it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from ..errors import READY, CannotLook
from ..world.cache import (
    LIMIT,
    SANDBOXES,
    Part,
    cache_folder,
    cache_parts,
    cache_place,
    cache_trouble,
    home_trouble,
    prune_cache,
    remove_part,
)
from ..world.progress import Live
from ..world.sandbox import collect, find_sandboxes
from ..world.terminal import Page
from .parsing.options import add_output

MB = 1 << 20
#: kind -> what its parts are
KINDS = {
    "answers": "answers of --static, whole",
    "bisect": "verdicts on releases that were tried",
    "bytecode": "compiled packages, a folder for each environment",
    "links": "symbol tables, a file for each package",
    "looks": "what was seen of the files of environments",
    SANDBOXES: "throwaway environments of runs that are going on, or were killed",
}


def add(command: argparse.ArgumentParser) -> None:
    """The options."""
    which = command.add_mutually_exclusive_group()
    which.add_argument("--clear", action="store_true", help="remove everything that no run is using")
    which.add_argument(
        "--prune",
        nargs="?",
        type=_megabytes,
        const=LIMIT // MB,
        metavar="MB",
        help=f"remove what was not used for longest, until at most so many megabytes are left (default: {LIMIT // MB})",
    )
    add_output(command)


def _megabytes(text: str) -> int:
    """A size; raises ArgumentTypeError for anything else."""
    if not text.isdecimal() or not text.isascii() or len(text) > 6:
        raise argparse.ArgumentTypeError(f"{text} is no number of megabytes")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Say where it is and what it holds; or remove it, or a part of it, and say what went."""
    try:
        place = cache_place()
    except RuntimeError as error:
        raise CannotLook(f"nobody knows where a cache would be: {error}", "set XDG_CACHE_HOME") from None
    if not cache_folder():
        why = cache_trouble() or home_trouble() or f"{place} cannot be written"
        Page(options.output).write(f"No cache is used: {why}.\n")
        return READY
    if options.clear:
        told = _cleared()
    elif options.prune is not None:
        gone = prune_cache(options.prune * MB)
        told = f"Removed {_size(gone)}; {_size(sum(part.size for part in cache_parts()))} are left.\n"
    else:
        told = render(place, [*cache_parts(), *find_sandboxes()])
    Page(options.output).write(told)
    return READY


def _cleared() -> str:
    """Remove everything but what is in use: what went, and what is left."""
    before = cache_parts()
    folders = collect(Live().say)
    left = [part for part in before if not remove_part(part.path)]
    size = _size(sum(part.size for part in before) - sum(part.size for part in left))
    told = f"Removed {size}, and {folders} throwaway environments of runs that were killed.\n"
    if left:
        told += f"Could not be removed: {left[0].path}, and {len(left) - 1} more.\n"
    if using := len(find_sandboxes()):
        told += f"Left: {using} throwaway environments, which runs are using.\n"
    return told


def render(place: str, parts: Iterable[Part]) -> str:
    """The table of kinds, below the folder."""
    found = [*parts]
    rows = [f"{place}\n"]
    for kind in sorted({part.kind for part in found}):
        sizes = [part.size for part in found if part.kind == kind]
        rows.append(
            f"  {kind:<10} {_size(sum(sizes)):>10} in {len(sizes):>4}   {KINDS.get(kind, 'of another version')}"
        )
    together = sum(part.size for part in found if part.kind != SANDBOXES)
    rows.append(
        f"  {'together':<10} {_size(together):>10}           of at most {LIMIT // MB} MB; sandboxes are not counted"
    )
    return (
        "\n".join(rows)
        + "\n\nRemove it at any time: `checker cache --clear`, or make it smaller: `checker cache --prune 100`.\n"
    )


def _size(number: int) -> str:
    """Bytes for people."""
    return f"{number / MB:.1f} MB" if number >= MB // 10 else f"{number / 1024:.1f} kB"
