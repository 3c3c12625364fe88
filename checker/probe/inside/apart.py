"""What keeps a worker and its canaries apart from the user's own servers, registries and experiments."""

import importlib.util
import re

#: variables that name a server, a run, an experiment or a credential of MLflow's
TRACKING = re.compile(r"_?MLFLOW_|DATABRICKS_")
#: those that only switch something on or off
SWITCH = re.compile(r"(?i)true|false")

#: how sockets call this machine
THIS_MACHINE = ("", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::")


def without_servers(variables: dict, folder: str) -> dict:
    """The environment of a worker: MLflow's stores lie in `folder`, in the kind that they have; nothing else is known.

    Switches stay, since they change what MLflow does here.
    """
    kept = {k: v for k, v in variables.items() if not TRACKING.match(k) or SWITCH.fullmatch(v)}
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
        if variables.get(name):
            kept[name] = store_in(folder, name[7:15].lower(), variables[name])
    return kept


def store_in(folder: str, name: str, instead_of: str) -> str:
    """The address of a store in a folder: of files where the user's is one of files, else a database."""
    files = re.match(r"(?i)file:|(?![a-z][-+.\w]+:|databricks)", instead_of)
    if files or importlib.util.find_spec("sqlalchemy") is None:
        return "file:" + folder + "/" + name
    return "sqlite:///" + folder + "/" + name + ".db"


def is_this_machine(address: object, ports: set) -> bool:
    """Whether an address is one of this machine, with one of these ports."""
    host, port = address[:2]  # type: ignore[index]
    return host in THIS_MACHINE and str(port) in ports


def refuse_network(told: object = bool, reached: str = "") -> None:
    """Let no Python socket of this process reach anybody; each that tries is `told`. No name is looked up.

    What the process itself listens on may be reached, since event loops of some systems talk to themselves that way,
    and so may sockets that are files, and the one address of this machine that is to be `reached`.
    """
    import socket

    own, look_up, listen = {reached.rpartition(":")[2]}, socket.getaddrinfo, socket.socket.listen

    def refusal() -> OSError:
        told()  # type: ignore[operator]
        return ConnectionRefusedError("the checker lets no canary use the network")

    def listening(self: socket.socket, *backlog: int) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            own.add(str(self.getsockname()[1]))
        listen(self, *backlog)

    def guarded(name: str) -> object:
        call = getattr(socket.socket, name)

        def method(self: socket.socket, *arguments: object) -> object:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not is_this_machine(arguments[-1], own):
                raise refusal()
            return call(self, *arguments)

        return method

    def looking_name_up(look_up: object) -> object:
        def method(host: object) -> object:
            if host not in ("", "localhost", "127.0.0.1", socket.gethostname()):
                raise refusal()
            return look_up(host)  # type: ignore[operator]

        return method

    def looking_up(host: object, *arguments: object, **more: object) -> list:
        if host not in (None, "", "localhost", "127.0.0.1", "::1"):
            raise refusal()
        return look_up(host, *arguments, **more)  # type: ignore[arg-type]

    for name in ("connect", "connect_ex", "sendto"):
        setattr(socket.socket, name, guarded(name))
    socket.socket.listen = listening  # type: ignore[assignment, method-assign]
    socket.getaddrinfo = looking_up
    for name in ("gethostbyname", "gethostbyname_ex"):
        setattr(socket, name, looking_name_up(getattr(socket, name)))
