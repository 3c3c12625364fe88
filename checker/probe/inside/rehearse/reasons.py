"""Why a script could not be rehearsed to its end for no fault of its own."""

import errno
import linecache
import re
from typing import Any

from ..apart import TRACKING
from ..errors import attribute, chain_of, is_a, name_of, said_by, trace_of
from ..frames import text_of_any
from .given.quality import below_quality
from .lock import LARGEST_FILE, NO_NETWORK, Refused, TimeIsUp
from .redirect import is_refusal

#: modules whose function `error` ends a script for its arguments -> the name under which it has the words
PARSERS = {"argparse": "message", "optparse": "msg"}
#: a text that tells how a script is to be called; the list in which it finds its arguments
USAGE, GIVEN_WORDS = re.compile(r"(?i)\s*usage:"), re.compile(r"\bargv\b")


def ended_well(error: BaseException) -> bool:
    """Whether an exception is only a script's way of ending: `sys.exit()`."""
    return is_a(error, SystemExit) and getattr(error, "code", 1) in (None, 0)


def why_unfinished(error: BaseException, watch: Any, stores: Any) -> str:
    """Why a script could not be rehearsed further for no fault of its own, "" where the fault is its own."""
    links = chain_of(error)
    over = [link for link in links if is_a(link, TimeIsUp)]
    if over:
        return str(over[0]) or "time"
    for link in links:
        known = refused(link, watch) or withheld(link) or stores.missing(link)
        known = known or watch.small.parts.uneven(link) or watch.small.too_few(link)
        if known:
            return str(known)
    places = places_of(error)
    if places and watch.is_own(places[-1].tb_frame.f_code.co_filename):
        known = below_quality(error, places[-1], watch.small.cut_to())
        if known:
            return known
    said = lacks_arguments(error, links)
    return said and "needs other arguments (%s): write them behind --" % said


def refused(link: BaseException, watch: Any) -> str:
    """What the rehearsal refuses, where an exception comes of that."""
    if is_a(link, Refused):
        return str(link)
    if is_refusal(link, watch.shadow):
        return "the rehearsal cannot lead this into its own folder: %s" % link
    if is_a(link, OSError) and getattr(link, "errno", 0) == errno.EFBIG:
        return "the rehearsal lets no file grow over %d MB" % (LARGEST_FILE >> 20)
    if is_a(link, OSError) and "lets no canary use the network" in str(link):
        return NO_NETWORK
    return ""


def withheld(link: BaseException) -> str:
    """Which variable of a server's is kept from the script, where an exception comes of that."""
    places = places_of(link) if is_a(link, KeyError) else []
    if not places or places[-1].tb_frame.f_code.co_name != "__getitem__" or module_of(places[-1]) != "os":
        return ""
    name = text_of_any((link.args or ("",))[0])
    return "reads %s, and a rehearsal is told of no server" % name if TRACKING.match(name) else ""


# --- arguments


def lacks_arguments(error: BaseException, links: list) -> str:
    """What is said of the arguments of a script that ends for them, "" where it does not."""
    for place in places_of(error) if is_a(error, SystemExit) else ():
        if place.tb_frame.f_code.co_name == "error" and module_of(place) in PARSERS:
            return text_of_any(place.tb_frame.f_locals.get(PARSERS[module_of(place)]))
    shown = [attribute(p.tb_frame.f_locals.get("report"), "__self__") for p in places_of(error)]  # by newer clicks
    for link in links + shown:
        if any(kind.__module__.startswith("click.") for kind in type(link).__mro__ if name_of(kind) == "UsageError"):
            return said_by_click(link)
        if name_of(type(link)) == "GetoptError":
            return said_by(link)
    if is_a(error, SystemExit):
        return " ".join(said_by(error).split())[:200] if USAGE.match(said_by(error)) else ""
    return reads_too_many(error)


def said_by_click(error: Any) -> str:
    """The words of click, which makes some of them only when they are shown."""
    try:
        return text_of_any(error.format_message())
    except Exception:
        return said_by(error)


def reads_too_many(error: BaseException) -> str:
    """What a script reads of `sys.argv` that is not there."""
    places = places_of(error)
    if not places or not is_a(error, (IndexError, ValueError)):
        return ""
    code, number = places[-1].tb_frame.f_code, places[-1].tb_lineno
    written = linecache.getline(code.co_filename, number, places[-1].tb_frame.f_globals)
    return "%s: %s" % (written.strip()[:100], said_by(error)) if GIVEN_WORDS.search(written) else ""


def places_of(error: BaseException) -> list:
    """The steps of a traceback, outermost first."""
    found, step = [], trace_of(error)
    while step is not None:
        found.append(step)
        step = step.tb_next
    return found


def module_of(step: Any) -> str:
    """The module whose line a step of a traceback is."""
    return str(attribute(step.tb_frame, "f_globals", {}).get("__name__"))
