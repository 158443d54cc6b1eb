"""The policy of the business, read from config/policy.toml with all its mistakes told at once."""

from __future__ import annotations

from pathlib import Path

from runtime.errors import PolicyInvalid
from runtime.form_file import read_form
from runtime.policy_form import PolicyForm
from schemas.policy import Policy


def load_policy(path: Path) -> Policy:
    """Return the policy in a file. Raises ConfigMissing, ConfigUnreadable or PolicyInvalid."""
    return read_form(path, PolicyForm, PolicyInvalid).policy()
