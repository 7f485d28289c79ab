"""The proxy that the environment names is used for Slack, and nowhere it is told not to be."""

from __future__ import annotations

import pytest
from yarl import URL

from handlers.slack.proxies import proxied

SLACK = "https://slack.com/api/"


@pytest.fixture(autouse=True)
def no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_slack_is_reached_by_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")

    assert proxied(SLACK) == {"proxy": URL("http://proxy.example:3128"), "proxy_headers": None}


def test_a_name_and_password_for_the_proxy_are_told_to_the_proxy_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://bob:s3cret@proxy.example:3128")

    found = proxied(SLACK)

    assert found["proxy"] == URL("http://proxy.example:3128")
    assert found["proxy_headers"] == {"Proxy-Authorization": "Basic Ym9iOnMzY3JldA=="}


@pytest.mark.parametrize(
    ("name", "value"), [("NO_PROXY", "slack.com"), ("NO_PROXY", "*"), ("HTTP_PROXY", "http://another:3128")]
)
def test_what_is_excepted_or_not_named_is_reached_directly(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    if name == "NO_PROXY":
        monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv(name, value)

    assert proxied(SLACK) == {"proxy": None, "proxy_headers": None}
