from __future__ import annotations
import pytest
from datetime import timedelta

pytestmark = pytest.mark.server


async def test_x(worker, cases):
    case = await cases.open()
    await case.reply()
    await case.propose()
    await case.accept()
    from schemas.vocabulary import Stage

    await case.stage(Stage.FOLLOWING_UP)
    await case.wait(timedelta(days=3))
    await case.call_back()
    await case.stage(Stage.CLOSED)
    record = await case.finish()
