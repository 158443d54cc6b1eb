"""The timesheet: how much of the time of many cases each party had (rule 21, H7).

Every figure is a sum of segments of ownership ledgers. Nobody is charged with time that another
party consumed, and all parties together have all the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from schemas.base import Wire
from schemas.ledger import NOTHING, OWNERS, Waiting
from schemas.views import CaseView
from schemas.vocabulary import Department, Party


class Share(Wire):
    """What a party had of the time of all cases: in how many, altogether, on average, at most.

    Departments without a name are those of which none has ended the wait yet.
    """

    party: Party
    department: Department | None = None
    cases: int
    total: timedelta
    mean: timedelta
    longest: timedelta


def times(view: CaseView, now: datetime) -> tuple[Waiting, ...]:
    """Return who had the time of a case, up to now; after its closing nobody is counted."""
    if view.closed_at is not None:
        return view.waiting
    owed = max(now - view.owned_since, NOTHING)
    return (*view.waiting, Waiting(party=view.owned_by, total=owed))


def timesheet(cases: Iterable[Iterable[Waiting]]) -> tuple[Share, ...]:
    """Return the share of every party that had any time, in the order of the words."""
    found: dict[tuple[Party, Department | None], list[timedelta]] = {}
    for case in cases:
        of_case: dict[tuple[Party, Department | None], timedelta] = {}
        for each in case:
            owner = (each.party, each.department)
            of_case[owner] = of_case.get(owner, NOTHING) + each.total
        for owner, total in of_case.items():
            if total:
                found.setdefault(owner, []).append(total)
    return tuple(_share(owner, found[owner]) for owner in OWNERS if owner in found)


def _share(owner: tuple[Party, Department | None], totals: list[timedelta]) -> Share:
    total = sum(totals, NOTHING)
    return Share(
        party=owner[0],
        department=owner[1],
        cases=len(totals),
        total=total,
        mean=total / len(totals),
        longest=max(totals),
    )
