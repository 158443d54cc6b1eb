"""What doors take as a code: never a mail address, and for people no telephone number."""

from __future__ import annotations

import pytest

from runtime.config import load_config
from runtime.settings import load_settings
from schemas.commands import Actor
from schemas.vocabulary import Role
from starter.complaint import NewComplaint, PlainCustomer, Sealer, sealed_opening
from starter.composing import By, Composer, real_time
from starter.errors import InputRejected
from starter.hygiene import clean_code, code_of_somebody, impersonal_code
from starter.policies import Policies
from store.sealing import DataKey
from tests.contract.stores import memory_stores
from tests.support.actors import AGENT, SHOP
from tests.support.story import START

MAILS = ["ada@example.com", "a.b+c@mail.example.co", "mailto:ada@example.com", "x/ada@example.org"]
TELEPHONES = ["13800138000", "0086-138-0013-8000", "010.8888.8888", "tel:+5550100"]
CODES = ["agent-07", "u@crm", "a@b/c.d", "123456", "C-10002345", "store-7", "2026-W47-0000001-x"]


@pytest.mark.parametrize("mail", MAILS)
def test_a_mail_address_is_no_code(mail: str) -> None:
    for take in (impersonal_code, code_of_somebody):
        with pytest.raises(InputRejected, match="mail address") as refused:
            take("owner", mail)
        assert mail not in str(refused.value)
    assert clean_code("source_key", mail) == mail


@pytest.mark.parametrize("number", TELEPHONES)
def test_a_telephone_number_is_nobodys_code(number: str) -> None:
    with pytest.raises(InputRejected, match="put letters before it") as refused:
        code_of_somebody("owner", number)
    assert number not in str(refused.value)
    assert impersonal_code("order", number) == number


@pytest.mark.parametrize("code", CODES)
def test_what_has_letters_is_a_code(code: str) -> None:
    assert code_of_somebody("owner", code) == code


MAIL = "ada@example.com"


@pytest.mark.parametrize(
    ("name", "sender", "fields"),
    [
        ("assign_owner", AGENT.id, {"owner": MAIL}),
        ("assign_owner", AGENT.id, {"owner": "13800138000"}),
        ("assign_owner", MAIL, {"owner": "agent-9"}),
        ("accept_option", AGENT.id, {"version": 1, "option": 1, "evidence": MAIL}),
        ("settle_step", AGENT.id, {"version": 1, "step": 1, "reference": MAIL}),
        ("complete_check", AGENT.id, {"check": 1, "finding": "confirmed", "references": [MAIL]}),
    ],
)
async def test_no_command_carries_an_address_in_the_clear(
    name: str, sender: str, fields: dict[str, object]
) -> None:
    stores = memory_stores()
    config = load_config(load_settings().config_dir)
    policies = Policies(stores.register, config.policy)
    composer = Composer(stores.register, stores.vault, config.phrases, policies, real_time)
    with pytest.raises(InputRejected, match=r"mail address|telephone number"):
        await composer.compose(1, name, By(Actor(id=sender, role=Role.AGENT)), fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"store": "13800138000"},
        {"recorded_by": MAIL},
        {"order": MAIL},
        {"customer": PlainCustomer(ref="13800138000")},
    ],
)
def test_no_opening_carries_one_either(fields: dict[str, object]) -> None:
    usual = {"channel": "web", "content": "The lid is missing.", "source_key": MAIL}
    complaint = NewComplaint.model_validate(usual)
    sealer = Sealer(DataKey(b"k" * 32), "cid")
    assert sealed_opening(complaint, sealer, SHOP, START).source_key == MAIL
    with pytest.raises(InputRejected, match=r"mail address|telephone number"):
        sealed_opening(complaint.model_copy(update=fields), sealer, SHOP, START)
    with pytest.raises(InputRejected, match="actor: this is a mail address"):
        sealed_opening(complaint, sealer, SHOP.model_copy(update={"id": MAIL}), START)
