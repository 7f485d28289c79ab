"""What I can do here: one screen, by what this person may do."""

from __future__ import annotations

from bot.domain.teams import Team
from handlers.slack.surfaces.blocks import context_mrkdwn, section
from handlers.slack.surfaces.rendered import Rendered
from handlers.slack.surfaces.text import cut, escape, plain_line

_TELL = (
    ("story [text]", "tell a story, now"),
    ("stories <words>", "find stories you may read"),
    ("try [text]", "something to try with customers; I ask later what happened"),
    ("customer <name>", "before you meet one: what they are after, what was hoped, one question"),
    ("digest", "the last digest"),
    ("show", "the team's purpose"),
)
_MINE = (
    ("days mon-wed at 15:30", "your own days and hour"),
    ("holidays DE", "no questions on your holidays"),
    ("pause until 2026-12-01", "a break; also `pause for 2 weeks`, or just `pause`"),
    ("resume", "ends a pause or a stop"),
    ("stop", "no more questions; nobody is told"),
    ("why", "why you were asked, or weren't"),
    ("mydata", "a copy of all I keep about you"),
    ("forget", "deletes it, after asking once"),
)
_MANAGE = (
    ("setup", "purpose, people, days and times"),
    ("set <statement>", "the team's purpose"),
    ("huddle", "one true story for the first 90 seconds of a huddle"),
)
_CHECKS = (
    ("/purpose-check", "asks the team's question in this channel"),
    ("/purpose-check <question>", "asks yours"),
    ("/purpose-check coach <text>", "looks at a question or an agenda, for your eyes only"),
)


def help_blocks(*, team: Team | None, manager: bool, member: bool, unknown: str | None = None) -> Rendered:
    """The usage. `unknown` is the word that was not understood; `member` is False for guests and strangers."""
    parts = []
    if unknown:
        parts.append(f"I don't know “{escape(cut(plain_line(unknown), 40))}”. This is what I understand:")
    if not member:
        parts.append("I keep a team's customer stories. Taking part is for full members of the workspace.")
        parts.append(_listed("You can", (("help", "this"), ("mydata", "a copy of all I keep about you"))))
    else:
        parts.append(_listed("Stories", _TELL))
        parts.append(_listed("How I write to you", _MINE))
        parts += _managing(team, manager)
    text = "\n\n".join(parts)
    blocks = [section(part) for part in parts]
    if member:
        blocks.append(
            context_mrkdwn("In our direct messages plain words do: “skip”, “later”, “pause”, “stop”.")
        )
    return Rendered(text, blocks)


def _managing(team: Team | None, manager: bool) -> list[str]:
    if manager or team is None:
        title = "For managers" if manager else "To begin here (you become the team's first manager)"
        checks = "\n".join(f"`{escape(command)}` {what}" for command, what in _CHECKS)
        return [f"{_listed(title, _MANAGE)}\n{checks}"]
    return []


def _listed(title: str, commands: tuple[tuple[str, str], ...]) -> str:
    lines = "\n".join(f"`{escape(f'/purpose {command}')}` {what}" for command, what in commands)
    return f"*{title}*\n{lines}"


def check_help() -> Rendered:
    """How `/purpose-check` is used."""
    lines = "\n".join(f"`{escape(command)}` {what}" for command, what in _CHECKS)
    text = (
        f"*Purpose check*\n{lines}\n\n"
        "People answer in the thread or with the button; it closes by itself, or with *Close check*, and the answers "
        "that may be shown stand in the thread. If a question is about numbers, I show you, and only you, "
        "questions about the customer to choose from. Opening and closing is for the team's managers."
    )
    return Rendered(text, [section(text)])


def short_help() -> str:
    """The answer to "help" in the DM."""
    return (
        "Write me what difference you made for a customer, whenever you like: I keep it and show you who sees it.\n"
        "“skip” nothing today · “later” ask again in an hour · “pause” a break · “resume” back again · "
        "“stop” no more questions.\n"
        "In any channel, `/purpose help` shows the rest."
    )
