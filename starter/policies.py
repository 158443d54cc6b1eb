"""Policies by their version: the door's own, and those that the register keeps (rule 8)."""

from __future__ import annotations

from domain.chain import policy_version
from schemas.policy import Policy
from starter.errors import InputRejected
from store.register import Register


class Policies:
    """Knows the policy that counts at this door, and finds others by their version."""

    def __init__(self, register: Register, present: Policy) -> None:
        self._register = register
        self._present = present
        self._is_saved = False
        self.version = policy_version(present)

    async def save(self) -> None:
        """Let the register keep the policy of this door, so that cases can name it."""
        if not self._is_saved:
            await self._register.save_policy(self.version, self._present.model_dump_json())
            self._is_saved = True

    async def named(self, version: str) -> Policy:
        """Return the policy of this version. Raises InputRejected, StoreUnavailable."""
        if version == self.version:
            await self.save()
            return self._present
        document = await self._register.policy(version)
        if document is None:
            remedy = f"The one of this door is {self.version}; redress policy check tells a file's"
            raise InputRejected("policy", "no policy of this version was ever in use", remedy)
        return Policy.model_validate_json(document)
