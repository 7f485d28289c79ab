"""Words for a person's own data: handed over, deleted, kept after all."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.identity import UserId
from handlers.slack.surfaces.blocks import actions, button, section
from handlers.slack.surfaces.rendered import Rendered

FORGET_YES = "forget.yes"
FORGET_NO = "forget.no"

MYDATA_COMMENT = "Everything I keep about you. It is yours; nobody else was sent this."
MYDATA_SENT = "It is in our direct messages, as a file."
KEPT = "Nothing was deleted."

_QUESTION = (
    "This deletes everything I keep about you: your stories (also where digests and checks show them), "
    "your settings, your answers. It cannot be undone. `/purpose mydata` gives you a copy first."
)


def mydata_refused(user: UserId) -> str:
    """Slack takes no file from the bot here: where the same data is to be had."""
    return (
        "Slack does not let me send you a file here. Ask whoever runs this bot: "
        f"`purpose-bot mydata {user}` gives them the same file for you."
    )


def forget_question() -> Rendered:
    """The one question before everything goes."""
    yes = button("Delete everything", FORGET_YES, "yes", style="danger")
    no = button("Keep it", FORGET_NO, "no")
    return Rendered(_QUESTION, [section(_QUESTION), actions(yes, no)])


def forgotten(counts: Mapping[str, int]) -> str:
    """What went. Only your bare id stays, so that nobody enrols you again by mistake."""
    stories = counts.get("stories", 0)
    told = "1 story" if stories == 1 else f"{stories} stories"
    return (
        f"Done: {told} and everything else about you are gone; digests and checks that showed them follow within "
        "seconds. Only your bare id stays, so that nobody enrols you again by mistake. "
        "Your own Slack messages are yours to delete."
    )
