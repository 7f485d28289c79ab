"""What a browser shows of installing: one plain page, with what happened and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from handlers.slack.edge import Reply

_HTML = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem}}</style>
<main><h1>{title}</h1><p>{text}</p><p><a href="{link}">{label}</a></p></main></html>
"""
_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
)
_AGAIN = "Start again"


def installed(workspace: str, link: str) -> Reply:
    """It is done."""
    place = workspace or "your workspace"
    text = (
        "Invite it to your team's channel with /invite, and it asks there whether to begin. Nobody is asked anything "
        "before they agree. Should you remove the app one day, its data is kept for 30 days and then deleted. Within "
        "that time a new installation brings it all back, and whoever runs the bot can give you the stories as a file."
    )
    return _page(200, f"purpose-bot is in {place}", text, link, "Open it in Slack")


def denied(again: str) -> Reply:
    """Somebody clicked Cancel."""
    text = "You said no, and that is fine: nothing was kept. You can install it whenever you like."
    return _page(200, "Nothing was installed", text, again, _AGAIN)


def stale(again: str) -> Reply:
    """The state or the code is old, was used, or belongs to another browser."""
    text = (
        "An installation can be finished once, within ten minutes, in the browser that began it (with cookies allowed)."
        " Nothing was changed."
    )
    return _page(400, "This link has run out", text, again, _AGAIN)


def refused(again: str, code: str) -> Reply:
    """Slack said no."""
    text = f"Slack did not finish it ({code}). Please try once more, or show this to whoever runs the bot."
    return _page(400, "That did not work", text, again, _AGAIN)


def not_reached(again: str) -> Reply:
    """Slack did not answer."""
    return _page(
        502, "Slack did not answer", "Nothing was changed. Please try again in a minute.", again, _AGAIN
    )


def scopes_missing(again: str, missing: Sequence[str]) -> Reply:
    """Too little was granted."""
    text = f"Without these permissions it cannot work: {', '.join(missing)}. Please install it again and allow them."
    return _page(400, "Some permissions are missing", text, again, _AGAIN)


def whole_organisation(again: str) -> Reply:
    """An Enterprise organisation."""
    text = "It cannot serve a whole organisation yet. Please install it into one workspace of yours."
    return _page(400, "One workspace at a time", text, again, _AGAIN)


def _page(status: int, title: str, text: str, link: str, label: str) -> Reply:
    body = _HTML.format(title=escape(title), text=escape(text), link=escape(link), label=escape(label))
    return Reply(status, body.encode(errors="replace"), b"text/html; charset=utf-8", _HEADERS)
