"""The journal, real and in memory."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from schemas.events import Envelope
from store.errors import JournalForked, JournalGap
from store.read_model import by_complaint
from tests.contract.examples import chained, envelope, flush, owners, view
from tests.contract.stores import Stores

EVENTS = chained(1, owners("a", "b", "c", "d"))
EARLIER = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = EARLIER + timedelta(seconds=1)


async def test_events_are_read_as_they_were_appended(stores: Stores) -> None:
    assert await stores.journal.append(flush(EVENTS)) == 4
    assert await stores.journal.read(1) == EVENTS
    assert await stores.journal.read(1, after=2) == EVENTS[2:]
    assert await stores.journal.read(2) == []


async def test_a_batch_appended_twice_stands_once(stores: Stores) -> None:
    await stores.journal.append(flush(EVENTS[:2]))
    assert await stores.journal.append(flush(EVENTS[:2])) == 2
    assert await stores.journal.read(1) == EVENTS[:2]


async def test_a_batch_that_overlaps_the_journal_adds_what_is_new(stores: Stores) -> None:
    await stores.journal.append(flush(EVENTS[:2]))
    await stores.journal.append(flush(EVENTS[1:]))
    assert await stores.journal.read(1) == EVENTS


async def test_an_old_batch_that_comes_again_late_changes_nothing(stores: Stores) -> None:
    await stores.journal.append(flush(EVENTS, owner="d"), began_at=LATER)
    assert await stores.journal.append(flush(EVENTS[:2], owner="b"), began_at=EARLIER) == 4
    assert await stores.journal.read(1) == EVENTS
    case = await stores.read_model.case(1)
    assert case is not None
    assert (case.seq, case.owner) == (4, "d")


async def test_unsettled_events_are_read_but_may_be_decided_anew(stores: Stores) -> None:
    """A workflow task that was lost is done again, and may decide otherwise."""
    lost = chained(1, owners("a", "b", "x", "y"))
    first = flush(lost, settled=2)
    assert await stores.journal.append(first, began_at=EARLIER) == 2
    assert await stores.journal.read(1) == lost
    anew = flush(EVENTS[2:3], settled=2)
    assert await stores.journal.append(anew, began_at=LATER) == 2
    assert await stores.journal.read(1) == EVENTS[:3]
    assert [e async for e in stores.journal.stream_all()] == EVENTS[:3]
    assert await stores.journal.append(flush(EVENTS[2:], settled=4), began_at=LATER) == 4
    assert await stores.journal.read(1) == EVENTS


async def test_settled_events_are_never_decided_anew(stores: Stores) -> None:
    await stores.journal.append(flush(EVENTS, settled=4), began_at=EARLIER)
    other = chained(1, owners("a", "b", "x"))
    with pytest.raises(JournalForked):
        await stores.journal.append(flush(other, settled=2), began_at=LATER)
    with pytest.raises(JournalForked):
        await stores.journal.append(flush(other, settled=3), began_at=LATER)
    assert await stores.journal.read(1) == EVENTS


async def test_unsettled_events_follow_what_is_settled(stores: Stores) -> None:
    await stores.journal.append(flush(EVENTS[:1], settled=1), began_at=EARLIER)
    with pytest.raises(JournalGap):
        await stores.journal.append(flush(EVENTS[2:], settled=1), began_at=LATER)
    assert await stores.journal.read(1) == EVENTS[:1]


async def test_the_view_of_a_lost_task_gives_way(stores: Stores) -> None:
    lost = flush(EVENTS, settled=2, owner="lost")
    await stores.journal.append(lost, began_at=EARLIER)
    await stores.journal.append(flush(EVENTS[:3], settled=2, owner="kept"), began_at=LATER)
    case = await stores.read_model.case(1)
    assert case is not None
    assert (case.seq, case.owner) == (3, "kept")


async def test_concurrent_batches_of_a_complaint_end_in_one_journal(stores: Stores) -> None:
    await asyncio.gather(*(stores.journal.append(flush(EVENTS)) for _ in range(8)))
    assert await stores.journal.read(1) == EVENTS


async def test_the_same_seq_with_another_hash_is_a_fork_and_nothing_is_written(
    stores: Stores,
) -> None:
    await stores.journal.append(flush(EVENTS[:2]))
    other = chained(1, owners("x", "y", "z"), after=EVENTS[0])
    with pytest.raises(JournalForked) as fork:
        await stores.journal.append(flush(other, owner="z"))
    assert (fork.value.number, fork.value.seq, fork.value.code) == (1, 2, "journal_fork")
    assert await stores.journal.read(1) == EVENTS[:2]
    case = await stores.read_model.case(1)
    assert case is not None
    assert case.owner == "agent-1"


async def test_a_batch_that_continues_another_history_is_a_fork(stores: Stores) -> None:
    await stores.journal.append(flush(EVENTS[:2]))
    other = chained(1, owners("x", "y", "z"))
    with pytest.raises(JournalForked) as fork:
        await stores.journal.append(flush(other[2:]))
    assert fork.value.seq == 2
    assert await stores.journal.read(1) == EVENTS[:2]


@pytest.mark.parametrize("batch", [EVENTS[1:], EVENTS[2:], [EVENTS[0], EVENTS[2]]])
async def test_a_batch_with_a_gap_is_refused_whole(stores: Stores, batch: list[Envelope]) -> None:
    with pytest.raises(JournalGap) as gap:
        await stores.journal.append(flush(batch))
    assert gap.value.number == 1
    assert await stores.journal.read(1) == []
    assert await stores.read_model.case(1) is None


async def test_a_batch_without_events_writes_the_view_only(stores: Stores) -> None:
    empty = flush(EVENTS).model_copy(update={"envelopes": (), "view": view(1, 7)})
    assert await stores.journal.append(empty) == 0
    assert await stores.journal.read(1) == []
    assert await stores.read_model.case(1) is not None


async def test_a_nul_in_a_code_does_not_stop_the_journal(stores: Stores) -> None:
    odd = chained(1, owners("agent\0-1"))
    await stores.journal.append(flush(odd, owner="agent\0-1", store="\0"))
    assert await stores.journal.read(1) == odd
    case = await stores.read_model.case(1)
    assert case is not None
    assert (case.owner, case.store) == ("agent\0-1", "\0")


async def test_a_lone_surrogate_travels_nowhere(stores: Stores) -> None:
    # JSON from outside cannot bring one in; one made by our own fault fails before it is written.
    with pytest.raises(ValueError, match="Invalid JSON"):
        Envelope.model_validate_json(EVENTS[0].model_dump_json().replace('"a"', r'"\ud800"'))
    with pytest.raises(ValueError, match="surrogates not allowed"):
        await stores.journal.append(
            flush([envelope(1, EVENTS[0].event.model_copy(update={"owner": "\ud800"}))])
        )
    assert await stores.journal.read(1) == []


async def test_all_events_are_streamed_complaint_by_complaint(stores: Stores) -> None:
    batches = {number: chained(number, owners("a", "b")) for number in (10, 2, 1)}
    for batch in batches.values():
        await stores.journal.append(flush(batch))
    streamed = [group async for group in by_complaint(stores.journal.stream_all())]
    assert streamed == [batches[1], batches[2], batches[10]]


async def test_an_empty_journal_streams_nothing(stores: Stores) -> None:
    assert [group async for group in by_complaint(stores.journal.stream_all())] == []
