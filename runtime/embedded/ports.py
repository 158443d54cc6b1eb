"""Free loopback ports."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"


def free_port(preferred: int | None = None) -> int:
    """Return `preferred` if nobody listens there, else any port that is free now.

    Somebody else may take it before it is used; a server's start has to reckon with that.
    """
    with socket.socket() as probe:
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
