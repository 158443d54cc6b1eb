"""Test vectors for working time, and what our calendars say to them."""

from __future__ import annotations
