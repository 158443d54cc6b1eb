"""Rule 26 on real servers: an authority's rule becomes a clock, and a rule of law refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from schemas.offer import Option
from schemas.refusals import RefusalCode
from schemas.vocabulary import Category, Channel, RemedyKind, UnmetReason, Verdict
from starter.errors import InputRejected
from tests.support.actors import SHOP
from tests.support.caseload import Caseload
from tests.support.cases import complaint
from tests.support.commands import coupon, repair
from tests.support.policies import hours

pytestmark = pytest.mark.server


async def test_a_date_of_an_authority_tightens_the_clocks_and_is_answered(
    served: Caseload,
) -> None:
    due_at = await served.house.case_time(None) + hours(20)
    case = await served.open(channel=Channel.AUTHORITY, external_due_at=due_at)
    view = await case.view()
    assert {clock.key: clock.due_at for clock in view.clocks} == dict.fromkeys(
        ("external", "reply", "solution"), due_at
    )
    await case.propose()
    external = await case.clock("external")
    assert (external.verdict, external.due_at) == (Verdict.MET, due_at)


async def test_what_the_age_of_the_sale_gives_is_offered_or_the_proposal_is_refused(
    served: Caseload,
) -> None:
    yesterday = await served.house.case_time(None) - timedelta(days=1)
    case = await served.open(
        category=Category.PRODUCT_QUALITY, demand=RemedyKind.REPAIR, sold_at=yesterday
    )
    less, enough = Option(steps=(coupon(),)), Option(steps=(repair(),))
    reason: dict[str, Any] = {"unmet": UnmetReason.NOT_AVAILABLE, "text": "No parts are left."}
    answer = await case.refused(
        RefusalCode.NOT_ALLOWED_BY_RULE, "propose", options=(less,), **reason
    )
    assert "Rule cn-three-guarantees-7, edition 1995-08-25" in (answer.explanation or "")
    await case.send("propose", options=(less, enough))


async def test_a_date_and_a_rule_are_one_too_many(served: Caseload) -> None:
    due_at = await served.house.case_time(None) + hours(20)
    both = complaint(external_due_at=due_at, external_rule="cn-courier")
    with pytest.raises(InputRejected, match="the answer date is given already"):
        await served.house.door().open(both, by=SHOP)
