"""The composition root: every object is built here, once, and knows only what it is given."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.identity import ChannelId, Workspace
from bot.domain.phrases import Phrases, load_phrases
from bot.ports.workspaces import Installation
from bot.settings import Settings
from bot.usecases.admission import Admission
from bot.usecases.applying import Applying
from bot.usecases.arranging import Arranging
from bot.usecases.asking import Asking
from bot.usecases.building import Building
from bot.usecases.coach_rules import CoachRuling
from bot.usecases.composing import Composing, Look
from bot.usecases.conversation import Conversation
from bot.usecases.customers import Customers
from bot.usecases.digesting import Digesting
from bot.usecases.hope_asking import HopeAsking
from bot.usecases.hoping import Hoping
from bot.usecases.huddling import Huddling
from bot.usecases.installations import Installations
from bot.usecases.joining import Joining
from bot.usecases.noticing import Noticing
from bot.usecases.own_reasons import OwnReasons
from bot.usecases.packaged import packaged_text
from bot.usecases.prompting import Prompting
from bot.usecases.pulsing import Pulsing
from bot.usecases.purpose_check import PurposeCheck
from bot.usecases.quieting import Quieting
from bot.usecases.reminding import Reminding
from bot.usecases.renewing import Renewing
from bot.usecases.riding import Riding
from bot.usecases.team_viewing import TeamViewing
from bot.usecases.telling import Telling
from bot.usecases.thanking import Thanking
from handlers.slack.api import SlackApi, SlackSaidNo
from handlers.slack.directory import SlackDirectory, workspace_key
from handlers.slack.messenger import SlackMessenger, asking_problem
from handlers.slack.oauth import OAuth
from handlers.slack.services import Services

if TYPE_CHECKING:
    from bot.db.store import SqlStore

Clock = Callable[[], datetime]


def machine_clock() -> datetime:
    """The machine's own clock, in UTC: what time it is for the product."""
    return datetime.now(UTC)


def shared_clock(path: Path) -> Clock:
    """The local workspace's clock: the machine's with an offset that the page moves."""
    from bot.sandbox.clock import SharedClock

    return SharedClock(path, writable=False).now


@dataclass(frozen=True, slots=True)
class House:
    """Everything that one process needs, built and not started."""

    settings: Settings
    clock: Clock
    store: SqlStore
    installations: Installations
    api: SlackApi
    messenger: SlackMessenger
    services: Services
    composing: Composing
    applying: Applying
    arranging: Arranging | None = None
    oauth: OAuth | None = None
    renewing: Renewing | None = None

    async def close(self) -> None:
        """Give everything back."""
        if self.arranging is not None:
            await self.arranging.close()
        await self.api.close()
        await self.store.close()


def load_store() -> None:
    """Load the code of the store now, rather than when one is opened."""
    import_module("bot.db.replaying")
    import_module("bot.db.store")


async def open_store(settings: Settings, *, migrate: bool | None = None) -> SqlStore:
    """The store over the database of the settings, its schema up to date.

    Raises `DatabaseProblem` (one clear line) where it cannot be used.
    """
    from bot.db.deletions import Deletions, beside
    from bot.db.engine import open_database
    from bot.db.migrating import check_current
    from bot.db.migrating import migrate as bring_up_to_date
    from bot.db.replaying import replay
    from bot.db.store import SqlStore

    database = open_database(settings.database_url.reveal())
    path = Path(settings.deletions_file) if settings.deletions_file is not None else None
    deletions = Deletions(path or (beside(database.path) if database.path is not None else None))
    try:
        if settings.auto_migrate if migrate is None else migrate:
            await bring_up_to_date(database)
        elif migrate is None:
            await check_current(database)
        if migrate is not False:
            await replay(database, deletions)
        keys = [key.reveal() for key in settings.token_keys]
        return SqlStore(database, token_keys=keys, deletions=deletions)
    except BaseException:
        await database.close()
        raise


def build_house(settings: Settings, store: SqlStore, clock: Clock) -> House:
    """Build every object once. Nothing is started and nobody is called."""
    installations = Installations()
    api = SlackApi(settings.slack_api_url, installations.token, another=installations.another)
    oauth = _oauth(settings, api)
    renewing = None
    if oauth is not None:
        renewing = Renewing(store.renewals, oauth.renew, clock, name=owner_name())
        installations.look_into(store.workspaces, renewing.renew, clock)
    directory = SlackDirectory(api)
    messenger = SlackMessenger(api, store.people)
    rules = CoachRuling(store)
    admission = Admission(store, directory)
    noticing = Noticing(store)
    quieting = Quieting(store)
    telling = Telling(store, admission)
    joining = Joining(store, directory, admission)
    own_reasons, pulsing = OwnReasons(store, admission), Pulsing(store, admission)
    riding = Riding(store, Thanking(store), pulsing, own_reasons)
    prompting = Prompting(store, directory, noticing, riding)
    arranging = _arranging(settings, store)
    digesting = Digesting(store, arranging)
    building = Building(store, admission)
    asking = Asking(store, admission, telling)
    huddling = Huddling(store, store.huddles, admission, noticing)
    retention = timedelta(days=settings.retention_days)
    checks = PurposeCheck(store, admission, joining, telling, rules)
    services = Services(
        store=store,
        api=api,
        directory=directory,
        admission=admission,
        joining=joining,
        telling=telling,
        conversation=Conversation(store, telling, prompting, quieting, noticing, _phrases),
        prompting=prompting,
        quieting=quieting,
        noticing=noticing,
        checks=checks,
        digesting=digesting,
        building=building,
        asking=asking,
        huddling=huddling,
        customers=Customers(store, admission),
        hoping=Hoping(store, admission, telling, retention=retention),
        team_viewing=TeamViewing(store, admission),
        own_reasons=own_reasons,
        pulsing=pulsing,
        rules=rules,
        clock=clock,
        retention_days=settings.retention_days,
        stop_serving=installations.drop,
    )
    composing = Composing(
        store,
        prompting,
        Reminding(store),
        digesting,
        noticing,
        building,
        asking,
        huddling,
        HopeAsking(store, directory),
        retention=retention,
        riding=riding,
        look=_look_with(joining),
    )
    return House(
        settings=settings,
        clock=clock,
        store=store,
        installations=installations,
        api=api,
        messenger=messenger,
        services=services,
        composing=composing,
        applying=Applying(store, directory, admission, joining, rules),
        arranging=arranging,
        oauth=oauth,
        renewing=renewing,
    )


def _oauth(settings: Settings, api: SlackApi) -> OAuth | None:
    """Installing, where workspaces do it themselves; a command that needs it whole checks the settings first."""
    secret, address = settings.slack_client_secret, settings.public_url
    if settings.slack_client_id is None or secret is None or address is None:
        return None
    return OAuth(api, settings.slack_api_url, settings.slack_client_id, secret.reveal(), address)


@cache
def _phrases() -> Phrases:
    """The words that are no answer, in every language."""
    return load_phrases(packaged_text("phrases.toml"))


def _arranging(settings: Settings, store: SqlStore) -> Arranging | None:
    """The AI step, where the operator configured a key or a server of their own; else every digest stays local."""
    key, address = settings.openai_api_key, settings.openai_base_url
    if key is None and address is None:
        return None
    from bot.db.ai_log import SqlAiLog
    from bot.llm.writer import OpenAIWriter

    writer = OpenAIWriter(key.reveal() if key is not None else "none", settings.openai_model, address)
    return Arranging(store, SqlAiLog(store.database), writer)


def _look_with(joining: Joining) -> Look:
    """Looks at a channel; where the platform does not answer, that is no reason to give a message up."""

    async def look(workspace: Workspace, channel: ChannelId, now: datetime) -> None:
        try:
            await joining.channel_changed(workspace, channel, now)
        except SlackSaidNo as refusal:
            raise asking_problem(refusal) from refusal

    return look


async def serve_installed(house: House) -> None:
    """Serve every workspace whose token is kept."""
    for each in await house.store.workspaces.all():
        if each.revoked_at is None and each.token is not None:
            house.installations.add(each)


async def introduce(house: House, token: str) -> Installation:
    """Ask Slack whose token this is, remember it, and serve that workspace. Raises `SlackSaidNo`."""
    answer = await house.api.call_with(token, "auth.test")
    installation = Installation(
        workspace=workspace_key(str(answer["team_id"])),
        name=str(answer.get("team") or ""),
        bot_user=str(answer["user_id"]),
        token=token,
    )
    house.installations.add(installation)
    before = await house.store.workspaces.get(installation.workspace)
    await house.store.workspaces.save(
        Installation(installation.workspace, installation.name, installation.bot_user), now=house.clock()
    )
    if before is not None and before.revoked_at is not None:
        await house.store.ledger.unpark(installation.workspace, None, now=house.clock())
    return installation


def owner_name() -> str:
    """A name for this process's leases, new at every start: machine, process namespace, process, a random part."""
    return f"{_here()}:{os.getpid()}:{secrets.token_hex(4)}"


def surely_dead(owner: str, *, me: str) -> bool:
    """True where `owner` was a process of this very machine (and container) that is gone; in doubt False.

    `me` is this process's own name; an owner with its number and another random part lived before it.
    """
    if owner.startswith(me):
        return False
    place, _, rest = owner.partition(":")
    process = rest.partition(":")[0]
    if place != _here() or not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return int(process) == os.getpid()


def _here() -> str:
    """This machine and its process namespace: two containers may share a host name, never the namespace."""
    try:
        namespace = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        namespace = secrets.randbits(32)  # not Linux: no process is ever taken for one of here
    return f"{socket.gethostname().replace(':', '-')}-{namespace}"
