"""Time zones from the pinned package `tzdata`, never from the machine, which may know others.

Nothing else of Redress is imported here: also a program that has only Python may start a server.
"""

from __future__ import annotations

import zoneinfo
from zoneinfo import ZoneInfo


def use_pinned_zones() -> None:
    """Let every zone of this process come from the package; those read before are forgotten."""
    zoneinfo.reset_tzpath(())
    ZoneInfo.clear_cache()
