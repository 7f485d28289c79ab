"""The ledger: every message owed, who may send it now, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from bot.domain.deliveries import Delivery, DeliveryState, Kind, NewDelivery
from bot.domain.identity import ChannelId, DeliveryId, StoryId, TeamId, UserId, Workspace
from bot.domain.schedules import Schedule


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One schedule whose future is not planned far enough. `zone` is the team's own; `holidays` a code or None.
    `active_from` is when it was made or last changed: nothing before it is owed. `manager` is the team's first."""

    schedule: str
    workspace: Workspace
    team: TeamId
    channel: str
    kind: Kind
    when: Schedule
    zone: str
    holidays: str | None
    active_from: datetime
    planned_through: datetime
    manager: UserId | None = None


@dataclass(frozen=True, slots=True)
class OwnClock:
    """What decides when a member's prompts fall due; None leaves it to the team. Members with equal ones are planned
    together, their occurrences computed once."""

    zone: str | None = None
    days: str | None = None
    at: str | None = None
    holidays: str | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """One active member to whom a prompt may be owed. Nothing before `since` (when they joined) is owed to them."""

    user: UserId
    since: datetime
    paused_until: date | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """The right to send for one workspace: valid while `fence` is the newest and the lease has not run out."""

    workspace: Workspace
    owner: str
    fence: int
    seconds_left: float


@dataclass(frozen=True, slots=True)
class Claim:
    """Deliveries that are now `sending`, each with how long from the claim its rate slot comes; and how long to wait
    before asking again when the rate or a pause holds (zero: not held)."""

    slots: Sequence[tuple[Delivery, timedelta]] = ()
    wait: timedelta = timedelta()


class Ledger(Protocol):
    """Deliveries and lanes. `now` is the product's clock; leases alone use the database's."""

    async def owe(self, deliveries: Sequence[NewDelivery]) -> int:
        """Insert messages; those whose unique key is taken are left as they are. How many were new."""

    async def hasten(self, deliveries: Sequence[NewDelivery]) -> None:
        """Owe messages; those owed for later and still queued are brought forward to the hour given here."""

    async def get(self, workspace: Workspace, delivery: DeliveryId) -> Delivery | None:
        """One delivery."""

    async def about(self, workspace: Workspace, subject: str, kind: Kind | None = None) -> Sequence[Delivery]:
        """Deliveries about one subject, oldest first."""

    async def by_message(self, workspace: Workspace, channel: str, ts: str) -> Delivery | None:
        """The delivery that became this message."""

    async def to_person(
        self, workspace: Workspace, user: UserId, *, kinds: Sequence[Kind], limit: int = 20
    ) -> Sequence[Delivery]:
        """A person's deliveries of those kinds, newest due first: what was sent, is due, was skipped and why."""

    async def open_prompt(self, workspace: Workspace, user: UserId, *, now: datetime) -> Delivery | None:
        """The person's newest prompt that was sent less than 24 hours before `now`."""

    async def prompted(self, workspace: Workspace, *, since: datetime) -> Sequence[ChannelId]:
        """The DMs in which a prompt was sent since then, or may have been."""

    async def answer(self, workspace: Workspace, delivery: DeliveryId, how: str) -> None:
        """Note in a prompt's data how it was answered ("told", "nothing", "later") under "answered", and mark it to be
        shown anew. "told" stays whatever comes after; any other answer can be overtaken."""

    async def carry(
        self, workspace: Workspace, delivery: DeliveryId, rides: Mapping[str, Any], *, anew: bool = False
    ) -> None:
        """Note in a message's data what rides in it (ids and marks, never words): what is named wins over what stood
        there, the rest stays. With `anew` the message is marked to be shown anew. An unknown delivery is left alone."""

    async def settle(
        self, workspace: Workspace, user: UserId, *, kinds: Sequence[Kind], reason: str, now: datetime
    ) -> int:
        """Skip what is still queued for a person (they answered, paused, stopped, left). How many."""

    async def show_anew(self, workspace: Workspace, subject: str, kinds: Sequence[Kind] = ()) -> int:
        """Mark messages about a subject to be updated (one being sent right now is updated after it). How many."""

    async def show_channel_anew(self, workspace: Workspace, channel: ChannelId, kinds: Sequence[Kind]) -> int:
        """Mark what stands in a channel to be updated: it reads otherwise there now. How many."""

    async def shows(self, workspace: Workspace, delivery: DeliveryId, stories: Sequence[StoryId]) -> None:
        """Remember which stories a message shows, so that changing one of them marks it. Call it before the words are
        read for the last time: a story changed between reading and this call would go unmarked."""

    async def shown_in(self, workspace: Workspace, delivery: DeliveryId) -> Sequence[StoryId]:
        """The stories that a message was noted to show, now or earlier."""

    # planning -----------------------------------------------------------------------------------------------------

    async def to_plan(self, *, until: datetime, limit: int = 200) -> Sequence[PlanItem]:
        """Schedules planned less far than `until`, in every workspace, the one left behind longest first. A cursor
        days ahead of `until` (the clock was wrong when it was set) counts as behind too."""

    async def clocks(self, workspace: Workspace, team: TeamId) -> Sequence[OwnClock]:
        """The different clocks of a team's active, unstopped members."""

    async def recipients(
        self, workspace: Workspace, team: TeamId, clock: OwnClock, *, after: UserId = "", limit: int = 1000
    ) -> Sequence[Recipient]:
        """The members who live by that clock, by user id, a chunk at a time."""

    async def plan(
        self,
        item: PlanItem,
        through: datetime,
        deliveries: Sequence[NewDelivery],
        *,
        skipped: Sequence[tuple[NewDelivery, str]] = (),
        last: bool,
    ) -> None:
        """Insert a chunk, `skipped` ones with the reason they are never sent; with `last` the cursor moves in the same
        transaction (only from where `item` saw it)."""

    async def plan_anew(self, workspace: Workspace, user: UserId, *, now: datetime) -> None:
        """The person's clock, days or pause changed: what is still to come today is planned again (what is owed
        already stays as it is)."""

    # pumping ------------------------------------------------------------------------------------------------------

    async def ring(self, *, now: datetime, limit: int = 1000) -> Sequence[Workspace]:
        """Workspaces with something to send, update or resolve now whose lane is free."""

    async def next_due(self) -> datetime | None:
        """When the earliest queued delivery is due, in any workspace."""

    async def lease(self, workspace: Workspace, owner: str, *, seconds: float) -> Lane | None:
        """Take or prolong the lane; None while another owner holds it."""

    async def free(self, dead: Callable[[str], bool]) -> int:
        """Give back the lanes of owners of which `dead` is sure that they are gone (killed on this machine), so that
        nobody waits for their leases to run out. How many."""

    async def release(self, lane: Lane) -> None:
        """Give the lane back at once."""

    async def claim(self, lane: Lane, *, now: datetime, per_minute: int, limit: int = 5) -> Claim:
        """Reserve rate slots (`per_minute` of zero: none needed) and set up to `limit` due rows (waiting people first,
        then by due time; one a recipient and second) to `sending` with this fence. What is past `expires_at` is
        skipped with its reason, what is for a refused recipient parked. A stale lane claims nothing."""

    async def record(
        self,
        lane: Lane,
        delivery: DeliveryId,
        state: DeliveryState,
        *,
        now: datetime,
        ts: str | None = None,
        channel: str | None = None,
        reason: str | None = None,
        due_at: datetime | None = None,
        again_at: datetime | None = None,
        attempted: bool = True,
    ) -> bool:
        """Write what became of a claimed row where the fence still matches; False where not. Back to `queued` may
        bring a new `due_at` (it is owed then) or `again_at` (the next try); `sending` with `again_at` means that the
        reply was lost and when to look. Callers who wait at the same time share one transaction. `sent` also mends
        what was parked for that recipient."""

    async def unresolved(self, lane: Lane, *, now: datetime, limit: int = 20) -> Sequence[Delivery]:
        """Rows left `sending` under an older fence, and those of this fence whose reply was lost, when it is time to
        look for them; they carry this lane's fence afterwards."""

    async def stale(self, lane: Lane, *, now: datetime, limit: int = 5) -> Sequence[Delivery]:
        """Sent rows whose words changed since they were shown and whose update is due."""

    async def shown(
        self, lane: Lane, delivery: DeliveryId, wanted: int, *, again_at: datetime, reason: str | None = None
    ) -> None:
        """An update reached the platform (or is given up, with the reason); the next one not before `again_at`, so
        that many changes make few updates."""

    async def not_shown(self, lane: Lane, delivery: DeliveryId, *, again_at: datetime, reason: str) -> None:
        """An update failed; it is tried again at `again_at`."""

    async def pause(self, workspace: Workspace, *, until: datetime) -> None:
        """The platform asked for quiet: nothing is claimed before `until` (the later of two pauses counts)."""

    async def claim_day(self, workspace: Workspace, user: UserId, day: date, delivery: DeliveryId) -> bool:
        """Take the one unasked DM of a person and day; True also where this delivery holds it already."""

    async def park(
        self, workspace: Workspace, recipient: UserId | ChannelId | None, reason: str, *, now: datetime
    ) -> bool:
        """Note that the platform refuses a recipient (None: the whole workspace) and park what is queued for it. True
        the first time, so that one manager is told. After six hours one message is tried again."""

    async def unpark(
        self, workspace: Workspace, recipient: UserId | ChannelId | None, *, now: datetime
    ) -> int:
        """The cause is mended (unarchived, invited again, installed again; None: everything of the workspace): parked
        rows that have not expired are queued again (how many), and what stands and could not be changed is tried
        again, also where that was given up."""

    async def reap(self, *, now: datetime, limit: int = 10_000) -> int:
        """Skip queued rows that are past `expires_at` and that no lane came to, with the reason. How many."""

    async def states(self) -> Mapping[tuple[Kind, DeliveryState], int]:
        """How many rows of each kind are in each state (for metrics and the sandbox's table)."""

    async def recent(self, workspace: Workspace, *, limit: int = 100) -> Sequence[Delivery]:
        """The newest rows, for the sandbox's table and `doctor`."""

    async def purge(self, *, before: datetime, stories_before: datetime, limit: int = 10_000) -> int:
        """Delete ended rows due before that instant; sent ones that show stories (`SHOWS_STORIES`, or noted with
        `shows`) only before `stories_before`, so that an edited or forgotten story still changes them. How many."""
