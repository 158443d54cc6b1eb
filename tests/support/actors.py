"""Who sends commands in tests: one actor for each role, and some twice."""

from __future__ import annotations

from schemas.commands import Actor
from schemas.vocabulary import Department, Role

SHOP = Actor(id="shop", role=Role.SYSTEM)
AGENT = Actor(id="agent-1", role=Role.AGENT)
OTHER_AGENT = Actor(id="agent-2", role=Role.AGENT)
SUPERVISOR = Actor(id="supervisor-1", role=Role.SUPERVISOR)
MANAGER = Actor(id="manager-1", role=Role.MANAGER)
CUSTOMER = Actor(id="customer", role=Role.CUSTOMER)
REVIEWER = Actor(id="reviewer-1", role=Role.REVIEWER)
AUDITOR = Actor(id="auditor-1", role=Role.AUDITOR)
WAREHOUSE = Actor(id="picker-1", role=Role.DEPARTMENT, department=Department.WAREHOUSE)
LOGISTICS = Actor(id="driver-1", role=Role.DEPARTMENT, department=Department.LOGISTICS)
LEGAL = Actor(id="lawyer-1", role=Role.DEPARTMENT, department=Department.LEGAL)

EVERYBODY = (
    SHOP,
    AGENT,
    OTHER_AGENT,
    SUPERVISOR,
    MANAGER,
    CUSTOMER,
    REVIEWER,
    AUDITOR,
    WAREHOUSE,
    LOGISTICS,
)
