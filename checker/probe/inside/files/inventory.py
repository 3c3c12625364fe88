"""The inventory: every installed distribution in search order, read by hand from its metadata folder."""

import json
import os
import re

FIELD = re.compile(r"^(Name|Version|Requires-Dist|Requires-Python):[ \t]*(.*?)[ \t]*$", re.M | re.I)


class Installed:
    """One distribution: what its metadata folder tells, and where that folder is."""

    def __init__(self, location: str, folder: str) -> None:
        self.location = location
        #: the metadata folder or file
        self.folder = folder
        self.name = ""
        self.version = ""
        self.requires = []  # type: list
        self.requires_python = ""
        self.modules = []  # type: list
        self.installer = ""
        self.editable = ""
        #: names of others in its folder that list some of its code files too
        self.shares = []  # type: list
        #: True: nothing lists its files, so that what it owns is a guess
        self.guessed = False
        #: text of RECORD, "" when there is none
        self.record = ""
        self._files = None  # type: object

    @property
    def base(self) -> str:
        """What the paths of its files begin with: its folder, or the source of an editable install."""
        return (self.editable or self.location).rstrip(os.sep) + os.sep

    def files(self) -> dict:
        """Path in `location` -> size in bytes (-1 where RECORD does not say) of every file that RECORD lists there."""
        if self._files is None:
            self._files = record_rows(self.record)
        return self._files  # type: ignore[return-value]

    def fields(self) -> dict:
        """What travels in the frame."""
        names = ("name", "version", "location", "requires", "requires_python", "modules", "installer", "editable")
        return {name: getattr(self, name) for name in (*names, "shares")}


def canonical_name(name: str) -> str:
    """The normalised distribution name of PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


#: every file that was read and folder that was listed: what is seen is true as long as they are the same
RESTS_ON = set()  # type: set


def text_of(path: str, limit: int = -1) -> str:
    """A file's text, "" when it cannot be read; Latin-1, since only ASCII is ever looked for."""
    RESTS_ON.update([path] if path else [])
    try:
        with open(path, "rb") as file:
            data = file.read(limit)
    except OSError:
        return ""
    text = data.decode("latin-1")
    return text.replace("\r\n", "\n") if "\r" in text else text


def names_in(folder: str) -> list:
    """The sorted names in a folder, none when it cannot be listed."""
    RESTS_ON.add(folder or ".")
    try:
        return sorted(os.listdir(folder or "."))
    except OSError:
        return []


def record_rows(record: str) -> dict:
    """RECORD as path -> size; bytecode and whatever lies outside the folder (scripts, data) are left out."""
    rows = {}
    for line in record.split("\n"):
        path, _, rest = line.partition(",")
        if path and path[0] not in './"' and path[-4:] != ".pyc":
            size = rest.rpartition(",")[2].strip()
            rows[path] = int(size) if size.isdigit() else -1
    return rows


def read_header(found: Installed, path: str) -> None:
    """Take name, version and requirements from a METADATA or PKG-INFO file."""
    text = text_of(path, 16384)
    if len(text) == 16384 and "\n\n" not in text:
        text = text_of(path)
    for key, value in FIELD.findall(text.partition("\n\n")[0]):
        key = key.lower()
        if key == "name":
            found.name = canonical_name(value)
        elif key == "version":
            found.version = value
        elif key == "requires-python":
            found.requires_python = value
        elif value:
            found.requires.append(value)


def required_by_egg(folder: str) -> list:
    """Requirements of an egg-info folder; a section `[extra:marker]` becomes a marker."""
    found, marker = [], ""
    for line in text_of(os.path.join(folder, "requires.txt")).splitlines():
        line = line.strip()
        if line.startswith("["):
            extra, _, condition = line.strip("[]").partition(":")
            parts = [condition] if condition else []
            parts += ['extra == "%s"' % extra] if extra else []
            marker = "; " + " and ".join(parts) if parts else ""
        elif line and not line.startswith("#"):
            found.append(line + marker)
    return found


def top_levels(found: Installed) -> list:
    """Top-level modules that a distribution owns: from its list of files, else as it declares, else by its name."""
    lines = found.record.split("\n")
    if not found.record:
        folder = os.path.basename(found.folder)
        listed = text_of(os.path.join(found.folder, "installed-files.txt")).split("\n")
        lines = [line[3:] if line.startswith("../") else folder + "/" + line for line in listed if line]
    tops = set()
    for line in lines:
        first, slash, _ = line.partition(",")[0].partition("/")
        if not slash and first.endswith((".py", ".so", ".pyd")):
            first = first.partition(".")[0]
        if first.isidentifier() and first != "__pycache__":
            tops.add(first)
    if not tops:
        declared = text_of(os.path.join(found.folder, "top_level.txt")).split()
        tops = {name.replace("/", ".") for name in declared}
    found.guessed = not tops
    return sorted(tops) or guessed_modules(found)


def guessed_modules(found: Installed) -> list:
    """A folder or module named like the distribution, the last resort."""
    name = found.name.replace("-", "_")
    beside = {n.lower(): n for n in names_in(found.location)}
    for candidate in (name, name + ".py"):
        if candidate in beside:
            return [beside[candidate].partition(".")[0]]
    return []


def editable_source(found: Installed) -> str:
    """The source folder of an editable install, "" otherwise."""
    try:
        told = json.loads(text_of(os.path.join(found.folder, "direct_url.json")) or "{}")
    except ValueError:
        return ""
    url = str(told.get("url", ""))
    if not told.get("dir_info", {}).get("editable") or not url.startswith("file://"):
        return ""
    from urllib.request import url2pathname

    return str(url2pathname(url[7:]))


def read_distribution(location: str, entry: str) -> Installed:
    """Read one metadata folder (or Debian's single egg-info file)."""
    folder = os.path.join(location, entry)
    found = Installed(location, folder)
    stem = entry.rpartition(".")[0].split("-")
    wheel = entry.endswith(".dist-info")
    read_header(found, os.path.join(folder, "METADATA" if wheel else "PKG-INFO") if os.path.isdir(folder) else folder)
    found.name = found.name or canonical_name(stem[0])
    found.version = found.version or (stem[1] if len(stem) > 1 else "")
    if wheel:
        found.record = text_of(os.path.join(folder, "RECORD"))
        found.editable = editable_source(found)
    else:
        found.requires = found.requires or required_by_egg(folder)
        link = os.path.join(location, found.name + ".egg-link")
        found.editable = location if not is_site_folder(location) or os.path.exists(link) else ""
    found.installer = text_of(os.path.join(folder, "INSTALLER")).strip()
    found.modules = top_levels(found)
    return found


def is_site_folder(folder: str) -> bool:
    """Whether a folder is one that installers write to, judged by its name."""
    return os.path.basename(os.path.normpath(folder)) in ("site-packages", "dist-packages") or folder.endswith(".egg")


def find_distributions(path: list, remarks: list) -> list:
    """All distributions along a search path, duplicates included; one that cannot be read costs a remark."""
    found = []
    for location in dict.fromkeys(os.path.abspath(p or ".") for p in path):
        for entry in names_in(location):
            if entry.endswith((".dist-info", ".egg-info")) or entry == "EGG-INFO":
                try:
                    found.append(read_distribution(location, entry))
                except Exception as error:
                    remarks.append("%s could not be read: %s" % (os.path.join(location, entry), error))
    return found
