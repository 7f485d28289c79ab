"""Words for the short notices that come by code."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.domain.notices import PlainNotice
from bot.domain.refusals import Why
from handlers.slack.surfaces.blocks import section
from handlers.slack.surfaces.help import short_help
from handlers.slack.surfaces.huddle import GONE as HUDDLE_GONE
from handlers.slack.surfaces.refusals import refusal_words
from handlers.slack.surfaces.rendered import Rendered
from handlers.slack.surfaces.text import escape

Facts = Mapping[str, str]
_REFUSED = "refused."
_ABOUT = "about_"


def render_plain(notice: PlainNotice) -> Rendered:
    """The words of a notice. A code without words is a bug and a KeyError."""
    words = _words(notice.code, notice.facts)
    return Rendered(words, [section(words)])


def _words(code: str, facts: Facts) -> str:
    if code.startswith(_REFUSED):
        return refusal_words(Why(code.removeprefix(_REFUSED)), facts)
    if code.startswith(_ABOUT):
        return _ABOUTS.get(code.removeprefix(_ABOUT), _WHAT)
    words = WORDS[code]
    return words if isinstance(words, str) else words(facts)


def _parked_channel(facts: Facts) -> str:
    return (
        f"I can't post in {_channel(facts)} ({escape(facts.get('code', 'refused'))}), so *{_team(facts)}* waits. "
        "Is it archived, or was I removed? Bring it back, or type `/invite` there and choose me: "
        "what is still fresh then follows by itself."
    )


def _parked_person(facts: Facts) -> str:
    return (
        f"I can't write to somebody in *{_team(facts)}* ({escape(facts.get('code', 'refused'))}). "
        "Nothing is lost; if they left the company, there is nothing to do."
    )


def _parked_workspace(facts: Facts) -> str:
    return (
        f"Slack refuses my messages ({escape(facts.get('code', 'refused'))}), so *{_team(facts)}* waits. "
        "A workspace admin can install me again; what is still fresh then follows by itself."
    )


def _not_updated(facts: Facts) -> str:
    what = "you edited it, but the old words" if facts.get("what") == "edited" else "you took it back, but it"
    still = "stand" if facts.get("what") == "edited" else "stands"
    return (
        f"About a story of yours in {_channel(facts)}: {what} still {still} in my post there, because Slack refuses "
        f"to let me change it ({escape(facts.get('code', 'refused'))}). Everywhere else it is changed. "
        "Ask a workspace admin to delete that post, if it shouldn't stand there."
    )


def _channel(facts: Facts) -> str:
    name = escape(facts.get("channel", ""))
    return f"#{name}" if name else "the team's channel"


def _team(facts: Facts) -> str:
    return escape(facts.get("team", "")) or "your team"


def _paused(facts: Facts) -> str:
    until = facts.get("until")
    back = f"Prompts return on {escape(until)}; “resume”" if until else "“resume”"
    return f"Paused. {back} brings them back whenever you like. Your stories stay as they are."


def _place_wider(facts: Facts) -> str:
    who = "everyone in the workspace" if facts.get("kind") == "public" else "people of other companies, too"
    return (
        f"{_channel(facts)} can now be read by {who}. Stories you shared with *{_team(facts)}* can be read there: "
        "*Keep private* on a receipt, or in my Home tab, takes one back. "
        "I post no digest there until a manager has said that it's fine."
    )


def _quiet_weeks(facts: Facts) -> str:
    return (
        f"Two weeks went by in *{_team(facts)}* without a shared story, so I post no digest this time. "
        "Would other days suit the team better (`/purpose setup`), or a question of your own (`/purpose-check`)? "
        "It's also fine to leave it."
    )


def _featured(facts: Facts) -> str:
    return f"💛 Your story stood in *{_team(facts)}*'s digest. Thank you for telling it."


def _setup_saved(facts: Facts) -> str:
    question = facts.get("question", "")
    thought = f"\nA thought on the purpose: {escape(question)}" if question else ""
    return f"Saved. {escape(facts.get('what', ''))}{thought}"


def _trial_kept(facts: Facts) -> str:
    return (
        f"🌱 Noted. On {escape(facts.get('day', 'that day'))} I'll ask you, and only you, what happened. "
        "My Home tab has it until then."
    )


def _preview_over(facts: Facts) -> str:
    return f"Here stood a preview of *{_team(facts)}*'s digest. It is for the team's managers."


def _no_manager(facts: Facts) -> str:
    return (
        f"*{_team(facts)}* has no manager any more. Everything goes on as it is; a workspace admin can name a new one "
        "with `/purpose setup`."
    )


WORDS: dict[str, str | Callable[[Facts], str]] = {
    "paused": _paused,
    "resumed": "Welcome back. The next question comes at its usual hour.",
    "stopped": (
        "Stopped. I won't write to you unasked again, and nobody is told. Your stories stay as they are; "
        "“resume” brings me back."
    ),
    "help": short_help(),
    "no_open_prompt": "There is no open question right now. If you have a story, just write it here.",
    "later_is_tomorrow": "In an hour your day is over, so I'll leave it for today. Writing now is fine too.",
    "draft_saved": "✅ Saved as a story. Thank you; the receipt is below.",
    "draft_dropped": "Not a story, then. I have deleted it here.",
    "quiet_weeks": _quiet_weeks,
    "place_wider": _place_wider,
    "featured": _featured,
    "setup_saved": _setup_saved,
    "no_manager": _no_manager,
    "exported_with_tellers": (
        "For your information: the stories that this team may see were exported by the operator of this bot, with "
        "the names of who told them. Nothing private was in it."
    ),
    "trial_kept": _trial_kept,
    "huddle_gone": HUDDLE_GONE,
    "preview_over": _preview_over,
    "not_updated": _not_updated,
    "parked.channel": _parked_channel,
    "parked.person": _parked_person,
    "parked.workspace": _parked_workspace,
}
"""By code: words, or a function of the notice's facts (which it escapes)."""

_PRIVACY = (
    "A story is seen by whoever its receipt says: only you, the managers, the team's channel, or the company. "
    "*Keep private* on the receipt makes it yours alone, at once and everywhere. "
    "A manager sees no more than the receipt says, and nobody sees who did not answer."
)
_WHAT = (
    "I'm a bot. Once in a while I ask what difference you made for a customer; you answer in a sentence, or not. "
    "What you share comes together in the team's weekly digest, in your own words. Send “help” for all I can do."
)
_STOP = (
    "Send “stop”, and I won't write to you unasked again. “pause” is a break; “resume” brings me back. "
    "Nobody is told."
)
_AI = (
    "Only where a team switched AI on, and then the prompt and the receipt say so. One click there refuses it. "
    "AI never writes or changes a story: your words stay yours."
)
_WHEN = (
    "`/purpose` shows when I ask you, and `/purpose why` why I did or didn't. "
    "`/purpose days mon-wed at 15:30` gives you days and an hour of your own."
)

_ABOUTS: dict[str, str] = {
    **dict.fromkeys(("privacy", "who_sees", "audience"), _PRIVACY),
    **dict.fromkeys(("what", "what_is_this", "bot", "who"), _WHAT),
    **dict.fromkeys(("stop", "how_to_stop", "stopping"), _STOP),
    "ai": _AI,
    **dict.fromkeys(("when", "schedule", "time"), _WHEN),
    "help": short_help(),
}
