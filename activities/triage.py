"""Judging what a complaint is about, by the rules in force (H20)."""

from __future__ import annotations

from temporalio import activity

from domain.triage import triage
from schemas.activity_io import TRIAGE_COMPLAINT
from schemas.effects import TriageComplaint
from schemas.triage import Triage, TriageRules
from store.vault import Vault


class TriageActivities:
    """Opens the sealed complaint and judges it; the result quotes rules, never the customer."""

    def __init__(self, vault: Vault, rules: TriageRules) -> None:
        self._vault = vault
        self._rules = rules

    @activity.defn(name=TRIAGE_COMPLAINT)
    async def triage_complaint(self, effect: TriageComplaint) -> Triage:
        """Return category, severity and the reasons for both."""
        (text,) = await self._vault.open(
            effect.complaint_id, [effect.content], who="redress", purpose="triage"
        )
        return triage(text, self._rules, channel=effect.channel)
