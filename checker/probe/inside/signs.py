"""Signs: quick looks at a module's text that save most of the syntax trees."""

import re

PATH_OF_PACKAGE = re.compile(
    r"meta_path|_LazyModule|\bexec\(|__path__(?: *\+?=[^=]|\.(?:append|extend|insert))|extend_path"
)
INNER_STAR = re.compile(r"\n[ \t]+from[ \t]+([.\w]+)[ \t]+import[ \t]*\(?[ \t]*\*")


def looks_bound(text: str, name: str) -> bool:
    """Whether some line has one of the common shapes of a binding: definition, assignment, import, `as`."""
    at = text.find(name)
    while at >= 0:
        start, end = text.rfind("\n", 0, at) + 1, at + len(name)
        before, after = text[start:at], text[end : end + 40].lstrip(" \t")
        if text[end : end + 1] in " \t:=,)\n" and (not before or before[-1] in " \t,("):
            head = before.split()
            alone = not head and after[:1] in (",", "\n", ":", "=", "")
            if alone or head[:1] == ["from"] or "import" in head or head[-1:] in (["def"], ["class"], ["as"]):
                return True
            if after[:1] == "=" and after[1:2] != "=":
                return True
        elif before.split()[-1:] in (["def"], ["class"]) and text[end : end + 1] == "(":
            return True
        at = text.find(name, end)
    return False


def occurs(text: str, name: str) -> bool:
    """Whether a word occurs anywhere in a text; a pattern for each of a thousand names would have to be compiled."""
    at = text.find(name)
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(name) : at + len(name) + 1]
        if not any(c.isalnum() or c == "_" for c in around):
            return True
        at = text.find(name, at + 1)
    return False


def tests_names(text: str) -> bool:
    """Whether a module has a `__getattr__` that tests for names."""
    for asked in re.findall(r"def __getattr__\((\w+)\)", text):
        if "if %s in " % asked in text or "if %s == " % asked in text:
            return True
    return False


def conjures(text: str, name: str) -> bool:
    """Whether a package's `__init__` makes a submodule appear: by a finder of its own, a longer path, or by name."""
    if PATH_OF_PACKAGE.search(text):
        return True
    return "sys.modules" in text and re.search(r"\b%s['\"]" % re.escape(name), text) is not None
