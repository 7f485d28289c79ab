"""What people typed comes out of Slack's notation as they typed it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.slack.slack_text import typed


@pytest.mark.parametrize(
    ("sent", "as_typed"),
    [
        ("Tom &amp; Jerry &lt;3", "Tom & Jerry <3"),
        ("&lt;!everyone&gt; look", "<!everyone> look"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("see <https://acme.example/a?b=1&amp;c=2>", "see https://acme.example/a?b=1&c=2"),
        ("at <http://acme.example|acme.example> now", "at acme.example now"),
        ("mail <mailto:bob@acme.example|bob@acme.example>", "mail bob@acme.example"),
        ("read <https://acme.example/x|our page>", "read our page (https://acme.example/x)"),
        ("a\x00b", "a�b"),
    ],
)
def test_entities_and_automatic_links_become_plain_text(sent: str, as_typed: str) -> None:
    assert typed(sent) == as_typed


@given(st.text())
def test_whatever_alice_types_survives_slacks_escaping(words: str) -> None:
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert typed(escaped) == words.replace("\x00", "�").encode("utf-16", "surrogatepass").decode(
        "utf-16", "replace"
    )
