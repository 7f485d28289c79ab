"""The stores: what is remembered. Each speaks the domain, is asked with a workspace, and the database decides races.

Times are UTC-aware. Methods that change something are one transaction each; `enqueue` puts messages to be owed into
that same transaction, and a message already owed (same unique key) is quietly left as it is.
"""

from __future__ import annotations

from typing import Protocol

from bot.ports.checks import Checks
from bot.ports.coach_rules import CoachRules
from bot.ports.companies import Companies
from bot.ports.customers import Customers
from bot.ports.digests import Digests, Reminders
from bot.ports.echoes import Echoes
from bot.ports.forgetting import Audit, Forgetting
from bot.ports.hopes import Hopes
from bot.ports.huddles import Huddles
from bot.ports.inbox import Inbox
from bot.ports.installing import InstallStates, Renewals
from bot.ports.ledger import Ledger
from bot.ports.moving import Moving
from bot.ports.own_stories import OwnStories
from bot.ports.pulses import Pulses
from bot.ports.reasons import Reasons
from bot.ports.stories import Stories
from bot.ports.teams import People, Teams
from bot.ports.workspaces import Workspaces


class Store(Protocol):
    """All stores over one database."""

    @property
    def workspaces(self) -> Workspaces: ...
    @property
    def install_states(self) -> InstallStates: ...
    @property
    def renewals(self) -> Renewals: ...
    @property
    def teams(self) -> Teams: ...
    @property
    def people(self) -> People: ...
    @property
    def stories(self) -> Stories: ...
    @property
    def checks(self) -> Checks: ...
    @property
    def digests(self) -> Digests: ...
    @property
    def reminders(self) -> Reminders: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def forgetting(self) -> Forgetting: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def huddles(self) -> Huddles: ...
    @property
    def hopes(self) -> Hopes: ...
    @property
    def companies(self) -> Companies: ...
    @property
    def coach_rules(self) -> CoachRules: ...
    @property
    def moving(self) -> Moving: ...
    @property
    def reasons(self) -> Reasons: ...
    @property
    def echoes(self) -> Echoes: ...
    @property
    def pulses(self) -> Pulses: ...
    @property
    def customers(self) -> Customers: ...
    @property
    def own_stories(self) -> OwnStories: ...

    async def ready(self) -> None:
        """Raises where the database does not answer."""

    async def close(self) -> None:
        """Flush what waits and give connections back."""
