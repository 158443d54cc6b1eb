"""Wiring: settings, logs, the Temporal plugin and the embedded servers."""

from __future__ import annotations

from runtime.pinned_zones import use_pinned_zones

# Whoever wires Redress imports this, and no entry must forget it: worker, door, replay or test.
use_pinned_zones()
