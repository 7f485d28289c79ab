"""Short private answers to commands and clicks: what was done, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.domain.people import Person
from bot.domain.purpose_wording import Question
from bot.domain.purposes import Purpose
from bot.domain.schedules import format_schedule, own_schedule
from bot.domain.stories import Story, Visibility
from bot.domain.teams import Member, Membership, Team
from bot.domain.whentext import ENDLESS
from handlers.slack.surfaces.audience import audience, choice
from handlers.slack.surfaces.blocks import actions, button, context, paragraph, section
from handlers.slack.surfaces.names import JOIN_COUNT_ME_IN, SETUP_TRY, STORY_READ
from handlers.slack.surfaces.rendered import Rendered
from handlers.slack.surfaces.text import cut, day, escape, excerpt

_QUOTE = 400


def what_is_on(team: Team | None, member: Member | None, person: Person) -> str:
    """The answer to a bare `/purpose`."""
    if team is None:
        return (
            "No team is set up in this channel yet. `/purpose setup` sets one up in a minute; "
            "`/purpose help` shows everything else."
        )
    lines = [f"*{escape(team.name)}*"]
    if team.purpose is not None:
        lines.append(f"_{escape(team.purpose.text)}_")
    else:
        lines.append("No purpose yet: a manager sets it with `/purpose set &lt;statement&gt;`.")
    lines += [
        f"Prompt: {format_schedule(team.prompt)}, on each person's own clock.",
        f"Reminder: {format_schedule(team.reminder)}. Digest: {format_schedule(team.digest)}. ({escape(team.zone)})",
        _standing(team, member, person),
        "`/purpose help` shows what you can do.",
    ]
    return "\n".join(lines)


def _standing(team: Team, member: Member | None, person: Person) -> str:
    if person.stopped_at is not None:
        return "You stopped all prompts. `/purpose resume` brings them back."
    if person.paused_until is not None:
        return f"You are paused{_until(person.paused_until)}. `/purpose resume` ends the pause."
    if member is None or member.state is not Membership.ACTIVE:
        return "You are not getting prompts here. Click *Count me in* below the invitation if you would like them."
    mine = own_schedule(team.prompt, person.own_days, person.own_at)
    return f"You are asked {format_schedule(mine)}."


def _until(day_on: date) -> str:
    return "" if day_on == ENDLESS else f" until {day(day_on)}"


def purpose_set(team: Team, purpose: Purpose, questions: Sequence[Question]) -> str:
    """What was set, what happens now, and a gentle question where the wording invites one."""
    lines = [
        f"Set for *{escape(team.name)}*: “{escape(purpose.text)}”",
        f"It now stands on top of every prompt, in the reminder ({format_schedule(team.reminder)}) and in the digest.",
    ]
    lines += [f"A thought: {escape(question.words)}" for question in questions[:1]]
    return "\n".join(lines)


def purpose_shown(team: Team) -> str:
    """The purpose in force."""
    if team.purpose is None:
        return f"*{escape(team.name)}* has no purpose yet. A manager sets it with `/purpose set &lt;statement&gt;`."
    return f"*{escape(team.name)}*\n“{escape(team.purpose.text)}”"


def story_kept(story: Story, team: Team | None) -> str:
    """After `/purpose story <text>`: where to find the receipt."""
    if story.team is None:
        return "Kept, for you alone until you say which team it is for: I sent you a message about it."
    return (
        f"Kept, thank you. Seen by {escape(audience(story.visibility, team))}. "
        "Your receipt is in our direct messages."
    )


def stories_found(words: str, stories: Sequence[Story], names: Mapping[str, str]) -> Rendered:
    """The result of a search: what was found, best first, never more than the person may see."""
    if not words:
        text = "What are you looking for? For example: `/purpose stories invoices`"
        return Rendered(text, [section(text)])
    asked = escape(cut(words, 100))
    if not stories:
        text = f"Nothing that you may read holds “{asked}”. Try one word, or its beginning."
        return Rendered(text, [section(text)])
    blocks = []
    for story in stories:
        quote, more = excerpt(story.text, _QUOTE, _QUOTE * 2)
        accessory = button("Read all", STORY_READ, story.id) if more else None
        blocks.append(paragraph(quote + (" …" if more else ""), accessory))
        about = f" · {story.customer}" if story.customer else ""
        blocks.append(context(f"{names.get(story.teller) or 'A colleague'}{about} · {day(story.told_on)}"))
    return Rendered(f"Stories for “{asked}”", blocks)


def rhythm_set(person: Person, teams: Sequence[Team]) -> str:
    """What a change of days or hour means from now on."""
    if not teams:
        return "Noted. It counts as soon as you are in a team."
    mine = own_schedule(teams[0].prompt, person.own_days, person.own_at)
    return f"From now on I ask you {format_schedule(mine)}, on your own clock."


def holidays_set(code: str) -> str:
    """Holidays of one's own."""
    return f"From now on there are no prompts for you on public holidays of {escape(code)}."


def paused(until: date) -> str:
    """A pause began."""
    if until == ENDLESS:
        return "Paused. Nothing comes until you type `/purpose resume`."
    return f"Paused. Prompts return on {day(until)}; `/purpose resume` brings them back sooner."


def resumed() -> str:
    """A pause or a stop is over."""
    return "Welcome back. The next prompt comes at its usual hour."


def stopped() -> str:
    """All unasked messages ended."""
    return (
        "Stopped. I send you nothing more until you type `/purpose resume`. "
        "Your stories stay yours, and nobody is told."
    )


def team_made(team: Team) -> Rendered:
    """After "Use the defaults": what will happen, when, for whom, how to change it, and a look at it now."""
    words = (
        f"*{escape(team.name)}* is set up, and you are its manager. People are asked {format_schedule(team.prompt)} "
        f"on their own clock, once they click *Count me in*. The digest comes {format_schedule(team.digest)} "
        f"({escape(team.zone)}).\nNext: `/purpose set &lt;statement&gt;` gives the team its purpose; "
        "`/purpose setup` changes the rest."
    )
    clicks = actions(
        button("Try it now", SETUP_TRY, team.id),
        button("Count me in", JOIN_COUNT_ME_IN, team.id, style="primary"),
    )
    return Rendered(words, [section(words), clicks])


def counted_in(team: Team) -> str:
    """After "Count me in"."""
    return (
        "You are in. Your first prompt is in our direct messages now; after that I ask "
        f"{format_schedule(team.prompt)}, on your own clock. `/purpose stop` ends it at any time."
    )


def not_now() -> str:
    """After "Not now"."""
    return "That is fine, and nobody is told. *Count me in* stays where it is, should you change your mind."


def default_audience(visibility: Visibility) -> str:
    """A new default for who sees one's stories."""
    return f"From now on your stories start as seen by: {choice(visibility, None)}. You can change each one."


def ai_refused() -> str:
    """AI is kept away from now on."""
    return "Noted: no AI reads your stories, these or later ones."
