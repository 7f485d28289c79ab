"""/purpose mydata and /purpose forget: a person's own data, given and deleted."""

from __future__ import annotations

from datetime import datetime

import orjson
import structlog

from handlers.slack.api import SlackNotReached, SlackReplyLost, SlackSaidNo, SlackSaidWait
from handlers.slack.incoming import Incoming
from handlers.slack.services import Services
from handlers.slack.surfaces import forgetting as words

log = structlog.get_logger(__name__)


async def mydata(incoming: Incoming, services: Services, rest: str, now: datetime) -> None:
    """A JSON file by DM with everything that is kept about the person."""
    data = await services.store.forgetting.everything_of(incoming.workspace, incoming.user)
    try:
        await _hand_over(incoming, services, orjson.dumps(data, option=orjson.OPT_INDENT_2))
    except (SlackSaidWait, SlackNotReached, SlackReplyLost):
        raise  # it stays in the inbox and is tried again
    except SlackSaidNo as refusal:
        log.warning("mydata.refused", workspace=incoming.workspace, code=refusal.code)
        await services.whisper(incoming, words.mydata_refused(incoming.user))
        return
    await services.store.audit.note(incoming.workspace, actor=incoming.user, action="mydata", at=now)
    await services.whisper(incoming, words.MYDATA_SENT)


async def _hand_over(incoming: Incoming, services: Services, content: bytes) -> None:
    dm = await services.api.call(incoming.workspace, "conversations.open", users=incoming.user)
    slot = await services.api.call(
        incoming.workspace,
        "files.getUploadURLExternal",
        filename="purpose-bot-my-data.json",
        length=len(content),
    )
    await services.api.put_file(str(slot["upload_url"]), content)
    await services.api.call(
        incoming.workspace,
        "files.completeUploadExternal",
        files=[{"id": slot["file_id"], "title": "Everything purpose-bot keeps about you"}],
        channel_id=dm["channel"]["id"],
        initial_comment=words.MYDATA_COMMENT,
    )


async def ask(incoming: Incoming, services: Services, rest: str, now: datetime) -> None:
    """Ask once: what follows cannot be undone."""
    message = words.forget_question()
    await services.whisper(incoming, message.text, message.blocks)


async def forget(incoming: Incoming, services: Services, now: datetime) -> None:
    """The person said yes: everything goes at once, also from what was posted."""
    await services.joining.manager_gone(incoming.workspace, incoming.user, now)
    gone = await services.store.forgetting.person(incoming.workspace, incoming.user, at=now)
    await services.store.forgetting.compact()
    await services.store.audit.note(incoming.workspace, actor=incoming.user, action="forgotten", at=now)
    await services.replace(incoming, words.forgotten(gone.counts))


async def keep(incoming: Incoming, services: Services, now: datetime) -> None:
    """The person changed their mind."""
    await services.replace(incoming, words.KEPT)
