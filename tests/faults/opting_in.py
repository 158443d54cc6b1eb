"""The tests of faults run where they are asked for: they kill real servers and take minutes."""

from __future__ import annotations

import os

import pytest

ONLY_IF_ASKED_FOR = [
    pytest.mark.server,
    pytest.mark.skipif(
        "REDRESS_FAULTS" not in os.environ,
        reason="set REDRESS_FAULTS=1: these kill real servers and take minutes",
    ),
]
