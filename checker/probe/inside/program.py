"""The wrapper around the program: a version gate that parses on any Python, then the program and its plan as text."""

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
            "    code = compile(PROGRAM, '<checker probe>', 'exec')",
            "    exec(code, {'__name__': 'checker_probe', 'PLAN': PLAN, 'FOLDER_FIRST': FOLDER_FIRST})",
            "",
        ]
    )
