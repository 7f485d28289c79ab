"""Words for every refusal: what it is about, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.domain.refusals import Refusal, Why
from handlers.slack.surfaces.text import cut, escape, listed, mention

Facts = Mapping[str, str]


def words_of(refusal: Refusal) -> str:
    """The refusal in mrkdwn, escaped."""
    return refusal_words(refusal.why, refusal.facts)


def refusal_words(why: Why, facts: Facts) -> str:
    """Why not, and what to do next, in mrkdwn; `facts` are escaped here."""
    words = _WORDS[why]
    return words if isinstance(words, str) else words(facts)


def _managers(facts: Facts) -> str:
    managers = facts.get("managers", "").split()
    if not managers:
        return "This is for the team's managers. A workspace admin can do it, or make you one with `/purpose setup`."
    who = listed([mention(user) for user in managers[:5]], "or")
    return f"This is for the team's managers. Ask {who}, or a workspace admin."


def _not_understood(facts: Facts) -> str:
    expected = escape(facts.get("expected", ""))
    if not expected:
        return "I didn't get that. `/purpose help` shows what I understand."
    return f"I didn't get that. I expected {expected}. `/purpose help` shows everything."


def _too_long(facts: Facts) -> str:
    return f"That is longer than the {_most(facts, '40000')} characters I can keep. Please send it in two messages."


def _purpose_too_long(facts: Facts) -> str:
    return (
        f"A purpose has at most {_most(facts, '500')} characters. One sentence that people can say aloud works best: "
        "whom do you help, and how are they better off? Try `/purpose set` with that."
    )


def _question_too_long(facts: Facts) -> str:
    return (
        f"A question has at most {_most(facts, '1000')} characters. Try a shorter one: one thing at a time."
    )


def _hope_too_long(facts: Facts) -> str:
    return f"This holds at most {_most(facts, '1000')} characters. Try one sentence: that is plenty."


def _day_too_far(facts: Facts) -> str:
    until = escape(facts.get("until", ""))
    latest = f" The latest day I can ask on is {until}." if until else ""
    return f"That is further ahead than I keep things.{latest} Try “90 days”, or a nearer date."


def _unknown_customer(facts: Facts) -> str:
    name = facts.get("name")
    if not name:
        return (
            "You have named no customer yet. *Add detail* in a story has a place for one: `/purpose story`."
        )
    return (
        f"I find no customer that begins with “{escape(cut(name, 100))}” in what you may read. Try the first letters, "
        f"or `/purpose stories {escape(cut(name, 100))}` for stories with that word."
    )


def _name_taken(facts: Facts) -> str:
    return (
        f"You have a customer called {escape(facts.get('name', 'that'))} already. Choose *They are the same* if they "
        "are; if not, a word that tells them apart helps, such as a city."
    )


def _most(facts: Facts, default: str) -> str:
    most = facts.get("most", default)
    return f"{int(most):,}" if most.isdecimal() else escape(most)


_WORDS: dict[Why, str | Callable[[Facts], str]] = {
    Why.NOT_A_MANAGER: _managers,
    Why.NOT_A_FULL_MEMBER: (
        "This is for full members of the workspace. If you should be one, ask a workspace admin."
    ),
    Why.NOT_YOURS: "Only the person who told a story can change it. You can tell your own with `/purpose story`.",
    Why.STORY_GONE: "That story isn't there any more. You can tell a new one with `/purpose story`.",
    Why.EMPTY_STORY: "There were no words in it. Send one sentence, and I'll keep it.",
    Why.TOO_LONG: _too_long,
    Why.NEEDS_WORDS: "I can only keep words. Send a sentence to go with it, and that becomes your story.",
    Why.NO_TEAM_HERE: (
        "No team is set up in this channel yet. `/purpose setup` does it in a minute, "
        "or try again in your team's channel."
    ),
    Why.NO_TEAM_YET: (
        "You aren't in a team yet, so there is nobody to share it with. "
        "Join your team's channel and click *Count me in* there."
    ),
    Why.NOT_A_CHANNEL: "This works in a channel. Go to your team's channel and type it there.",
    Why.BOT_NOT_IN_CHANNEL: "I'm not in this channel yet. Type `/invite`, choose me, then try again.",
    Why.CHANNEL_ARCHIVED: "This channel is archived. Bring it back first, or use another channel.",
    Why.CHECK_CLOSED: "This check is closed. Your story is still welcome: `/purpose story`.",
    Why.CHECK_GONE: "I can't find that check any more. A manager can open a new one with `/purpose-check`.",
    Why.PURPOSE_TOO_LONG: _purpose_too_long,
    Why.PURPOSE_EMPTY: (
        "A purpose needs words: `/purpose set We help …`. Whom do you help, and how are they better off?"
    ),
    Why.QUESTION_TOO_LONG: _question_too_long,
    Why.NOT_UNDERSTOOD: _not_understood,
    Why.NO_DIGEST_YET: (
        "There is no digest here yet. The first one comes at the team's next digest hour; "
        "a story told now will be in it: `/purpose story`."
    ),
    Why.NOTHING_TO_READ: (
        "You have read all that colleagues shared so far. Tell one with `/purpose story`, and look again later."
    ),
    Why.TOO_LATE: "That moment has passed. Your story is welcome at any time: just write to me.",
    Why.NO_PROMPT_EVER: (
        "With that, nobody would ever be asked. Choose at least one day, such as `mon-fri`, and an hour."
    ),
    Why.NO_HUDDLE_STORY: (
        "I have no new story for a huddle right now. `/purpose-check` brings some: ask the team, and try again after."
    ),
    Why.HOPE_GONE: "That isn't there any more. `/purpose try` begins a new one, or look into my Home tab.",
    Why.HOPE_NOT_YOURS: (
        "Only the person who said it can answer or change it. `/purpose try` begins something of your own."
    ),
    Why.HOPE_EMPTY: "There were no words in it. Try one short sentence: what do you hope will be different?",
    Why.HOPE_TOO_LONG: _hope_too_long,
    Why.DAY_PAST: "That day isn't ahead of us. Try “30 days”, “friday” or a date that is still to come.",
    Why.DAY_TOO_FAR: _day_too_far,
    Why.DAY_NOT_CLEAR: (
        "I can't tell which day that is. Try “30 days”, “friday”, “1 March” or a date such as “2026-12-31”."
    ),
    Why.CUSTOMER_GONE: "I no longer have that customer. Name one in a story, and it is here again.",
    Why.CUSTOMER_UNKNOWN: _unknown_customer,
    Why.CUSTOMER_NAMELESS: "Nothing was changed: that name has nothing to see in it. Try a few letters.",
    Why.CUSTOMER_NAME_TAKEN: _name_taken,
    Why.PULSE_NOT_YOURS: (
        "This pulse is for the people of that team. Join in its channel, and the next one is yours, too."
    ),
    Why.PULSE_CLOSED: "This pulse is closed. Go to my Home tab for what it says; the next one comes next quarter.",
    Why.PULSE_ANSWERED: (
        "You answered this pulse already, thank you. Go to my Home tab once it has closed: it says the same to all."
    ),
    Why.LAST_MANAGER: "A team needs a manager. Name another one first, then this works.",
}
