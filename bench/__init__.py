"""Measured comparisons: printed, never asserted."""
