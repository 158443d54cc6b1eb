"""Who speaks as the customer: whom the opening names, and nobody else (H5)."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.commands import Actor
from schemas.refusals import RefusalCode
from schemas.vocabulary import Role
from tests.support.actors import AGENT, CUSTOMER
from tests.support.commands import accept_option, customer, propose, refuse_proposal
from tests.support.expectations import accepted, refused
from tests.support.story import Story

STRANGER = Actor(id="somebody-else", role=Role.CUSTOMER)
NAMED = customer().model_copy(update={"ref": CUSTOMER.id})


@pytest.mark.parametrize(
    "opened",
    [{"customer": NAMED}, {"customer": None, "actor": CUSTOMER}, {"actor": CUSTOMER}],
    ids=["named", "opened anonymously", "opened"],
)
def test_another_customer_consents_to_nothing(opened: dict[str, Any]) -> None:
    story = Story().opened(**opened).triaged().given(propose())
    for command in (accept_option(by=STRANGER), refuse_proposal(by=STRANGER)):
        story.when(command).then(refused(RefusalCode.NOT_YOUR_CASE))
    story.when(accept_option(by=CUSTOMER)).then(accepted())


def test_staff_speak_for_whatever_customer() -> None:
    story = Story().opened(customer=NAMED).triaged().given(propose())
    story.when(accept_option(by=AGENT, evidence="CALL-1")).then(accepted())


def test_who_names_no_customer_believes_whoever_a_door_calls_one() -> None:
    story = Story().opened().triaged().given(propose())
    story.when(accept_option(by=STRANGER)).then(accepted())
