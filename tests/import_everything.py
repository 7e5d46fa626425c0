"""Imports the modules that it is told, and stops at the first one that touches the world."""

import os
import sys
import threading
from importlib import import_module

FORBIDDEN = {"socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen", "os.mkdir"}


def refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in FORBIDDEN or (event == "open" and writes(arguments)):
        raise RuntimeError(f"an import must have no effect, but this one did: {event} {arguments}")


def writes(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))


def main(names: list[str]) -> None:
    sys.addaudithook(refuse)
    for name in names:
        import_module(name.removesuffix(".__init__"))
    started = [thread.name for thread in threading.enumerate() if thread.name != "MainThread"]
    if started:
        raise RuntimeError(f"an import must start no thread: {started}")


if __name__ == "__main__":
    main(sys.argv[1:])
