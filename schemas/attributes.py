"""Search attributes by which a case is found in Temporal; never personal data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

STAGE = "RedressStage"
CATEGORY = "RedressCategory"
SEVERITY = "RedressSeverity"
OWNER = "RedressOwner"
STORE = "RedressStore"
NEXT_DUE = "RedressNextDue"

SEARCH_ATTRIBUTES: Mapping[str, str] = MappingProxyType(
    {
        STAGE: "Keyword",
        CATEGORY: "Keyword",
        SEVERITY: "Keyword",
        OWNER: "Keyword",
        STORE: "Keyword",
        NEXT_DUE: "Datetime",
    }
)
"""Name and type of each; a server must know them before the first case starts."""

TASK_QUEUE = "redress"
"""Where the workflows and the activities that belong to no department run."""

DEPARTMENT_QUEUES: Mapping[str, str] = MappingProxyType(
    {
        "warehouse": "redress-warehouse",
        "logistics": "redress-logistics",
        "quality": "redress-quality",
        "legal": "redress-legal",
        "after_sales": "redress-after-sales",
        "store_operations": "redress-store-operations",
    }
)
"""Where the activities of each department run, so that a department can run them itself."""
