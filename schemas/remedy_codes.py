"""Codes by which it is told what became of a remedy step; other codes are those of its service."""

from __future__ import annotations

OUTCOME_UNKNOWN = "outcome_unknown"
"""The step may have acted: even the last look got no answer."""

NOT_CARRIED_OUT = "not_carried_out"
"""The service knows nothing of the step, so that there is nothing to take back."""

NOT_REVERSIBLE = "not_reversible"
"""No service can take it back: it was said or done by people."""
