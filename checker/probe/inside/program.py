"""The wrapper around the program: a version gate that parses on any Python, then the program and its plan as text."""

import hashlib
import json


def wrap(program: str, plan: dict) -> str:
    """The text to hand to `python -`: plain ASCII, so that no terminal, shell or locale can change it.

    Nothing but `sys` is imported before the version is known, and Python 2 can parse every line.
    """
    gate = '\'%s {"frame": "too-old", "python": "\' + sys.version.split()[0] + \'"}\\n\'' % plan["token"]
    if plan["role"] == "standalone":
        gate = "'this is Python ' + sys.version.split()[0] + ': the script needs Python 3.6 or later\\n'"
    return "\n".join(
        [
            "import sys",
            "PROGRAM = " + ascii(program),
            "PLAN = " + ascii(json.dumps(plan)),
            "if sys.version_info < (3, 6):",
            "    sys.stdout.write(" + gate + ")",
            "else:",
            "    if sys.path[:1] == ['']:  # no file there is to answer for what the probe itself imports",
            "        del sys.path[0]",
            "        FOLDER_FIRST = True",
            "    else:",
            "        FOLDER_FIRST = False",
            "    KEPT = " + ascii(kept(program, plan)),
            *COMPILE,
            "    exec(code, {'__name__': 'checker_probe', 'PLAN': PLAN, 'FOLDER_FIRST': FOLDER_FIRST})",
            "",
        ]
    )


#: compiles the program, or takes the code that an earlier look left in the private cache
COMPILE = """\
    import marshal, os
    KEPT = KEPT and KEPT + '.' + str(sys.implementation.cache_tag) + '-' + sys.version.split()[0]
    try:
        with open(KEPT, 'rb') as file:
            code = marshal.load(file)
    except Exception:
        code = compile(PROGRAM, '<checker probe>', 'exec')
        try:
            if KEPT:
                os.makedirs(os.path.dirname(KEPT), exist_ok=True)
                with open(KEPT + str(os.getpid()), 'wb') as file:
                    marshal.dump(code, file)
                os.replace(KEPT + str(os.getpid()), KEPT)
        except Exception:
            pass""".splitlines()


def kept(program: str, plan: dict) -> str:
    """Where the compiled program is kept between looks, "" where nothing is."""
    if not plan.get("programs"):
        return ""
    name = hashlib.sha1(program.encode("utf-8")).hexdigest()
    return plan["programs"] + "/" + name
