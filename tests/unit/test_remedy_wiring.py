"""Which remedy service and which records of orders a worker gets from its settings."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from gateways.errors import SecretUnusable
from gateways.order_http import HttpOrderRecords
from gateways.remedy_http import HttpRemedyService
from runtime.settings import Settings
from store.balances import OrderBalances
from store.remedies import RemedyLedger
from worker import order_records, remedy_service

SECRET = "whsec_" + "A" * 32
POOL: Any = object()


def settings(**given: str) -> Settings:
    named = {"remedy_url": None, "remedy_secret": None, "order_url": None, "order_secret": None}
    return Settings.model_validate({**named, **given})


async def test_without_systems_our_own_tables_serve() -> None:
    async with httpx.AsyncClient() as http:
        assert isinstance(remedy_service(settings(), POOL, http), RemedyLedger)
        assert isinstance(order_records(settings(), POOL, http), OrderBalances)


async def test_each_system_is_asked_where_it_is() -> None:
    chosen = settings(
        remedy_url="https://erp.example",
        remedy_secret=SECRET,
        order_url="https://shop.example",
        order_secret=SECRET,
    )
    async with httpx.AsyncClient() as http:
        remedies = remedy_service(chosen, POOL, http)
        orders = order_records(chosen, POOL, http)
    assert isinstance(remedies, HttpRemedyService)
    assert isinstance(orders, HttpOrderRecords)
    assert (remedies.url, orders.url) == ("https://erp.example", "https://shop.example")
    assert remedies.secrets == orders.secrets == (bytes(24),)


async def test_a_ledger_asks_the_shop_that_is_configured() -> None:
    chosen = settings(order_url="https://shop.example", order_secret=SECRET)
    async with httpx.AsyncClient() as http:
        ledger = remedy_service(chosen, POOL, http)
    assert isinstance(ledger, RemedyLedger)
    assert isinstance(getattr(ledger._paid, "__self__", None), HttpOrderRecords)


async def test_a_secret_that_is_none_is_found_at_start() -> None:
    chosen = settings(remedy_url="https://erp.example", remedy_secret="short")
    async with httpx.AsyncClient() as http:
        with pytest.raises(SecretUnusable):
            remedy_service(chosen, POOL, http)
