"""Free loopback ports."""

from __future__ import annotations

import socket
from contextlib import ExitStack

LOOPBACK = "127.0.0.1"


def free_ports(*preferred: int | None) -> list[int]:
    """Return one port for each argument: itself if nobody listens there, else any free one.

    The ports differ from each other. Somebody else may take one before it is used; a server's
    start has to reckon with that.
    """
    with ExitStack() as probes:
        # All are held until all are chosen, or the system might offer the same port twice.
        return [_reserve(probes.enter_context(socket.socket()), port) for port in preferred]


def free_port(preferred: int | None = None) -> int:
    return free_ports(preferred)[0]


def _reserve(probe: socket.socket, preferred: int | None) -> int:
    # A connection that has just ended on the port is no obstacle to a server.
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if preferred is None or not _binds(probe, preferred):
        probe.bind((LOOPBACK, 0))
    port: int = probe.getsockname()[1]
    return port


def _binds(probe: socket.socket, port: int) -> bool:
    try:
        probe.bind((LOOPBACK, port))
    except OSError:
        return False
    return True
