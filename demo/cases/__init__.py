"""The eight cases that the demonstration plays (docs/requirements.md), as data."""

from __future__ import annotations

from demo.cases.counter_staff import COUNTER_STAFF
from demo.cases.late_gift import LATE_GIFT
from demo.cases.missing_parts import MISSING_PARTS
from demo.cases.misunderstanding import MISUNDERSTANDING
from demo.cases.repairer import REPAIRER
from demo.cases.return_abuse import RETURN_ABUSE
from demo.cases.silence import SILENCE
from demo.cases.television import TELEVISION
from demo.script import DemoCase

CASES: tuple[DemoCase, ...] = (
    MISSING_PARTS,
    LATE_GIFT,
    TELEVISION,
    COUNTER_STAFF,
    REPAIRER,
    RETURN_ABUSE,
    MISUNDERSTANDING,
    SILENCE,
)
