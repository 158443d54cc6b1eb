"""The cache of unwrapped keys: few, and not for long."""

from __future__ import annotations

from datetime import timedelta

from store.key_cache import KeyCache
from store.sealing import new_key


def test_the_key_unused_for_longest_is_forgotten_first() -> None:
    cache = KeyCache(size=2)
    keys = {name: new_key() for name in "abc"}
    cache.put("a", keys["a"])
    cache.put("b", keys["b"])
    assert cache.get("a") == keys["a"]
    cache.put("c", keys["c"])
    assert cache.get("b") is None
    assert (cache.get("a"), cache.get("c")) == (keys["a"], keys["c"])


def test_a_key_is_forgotten_at_its_age() -> None:
    cache = KeyCache(age=timedelta(microseconds=-1))
    cache.put("a", new_key())
    assert cache.get("a") is None


def test_a_key_put_again_is_young_again_and_stays_one_key() -> None:
    cache = KeyCache(size=1)
    first, second = new_key(), new_key()
    cache.put("a", first)
    cache.put("a", second)
    assert cache.get("a") == second


def test_a_forgotten_key_is_gone() -> None:
    cache = KeyCache()
    cache.put("a", new_key())
    cache.forget("a")
    cache.forget("a")
    assert cache.get("a") is None
