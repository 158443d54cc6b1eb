"""Wiring: settings, logs, the Temporal plugin and the embedded servers."""
