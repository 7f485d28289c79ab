"""The digest's chart where Slack draws it, where it does not, and where nothing works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from bot.domain.tags import TAGS
from bot.usecases.charting import OTHER_KINDS, OUTCOMES
from handlers.slack.api import SlackApi, SlackSaidNo
from handlers.slack.charts import Charts
from handlers.slack.picture import png
from handlers.slack.surfaces.chart import MOST_NAME
from handlers.slack.surfaces.rendered import Rendered
from handlers.slack.surfaces.table import render
from tests.slack.limits import message_problems
from tests.slack.samples import CHART, digest, week

ACME, UMBRELLA = "slack:TACME", "slack:TUMBRELLA"


class _Api:
    """Slack's files, and how many were uploaded."""

    def __init__(self, refusal: str = "") -> None:
        self.uploads: list[bytes] = []
        self._refusal = refusal

    async def call(self, workspace: str, method: str, **arguments: Any) -> dict[str, Any]:
        if self._refusal:
            raise SlackSaidNo(method, self._refusal)
        return {"upload_url": "https://files", "file_id": f"F{len(self.uploads)}"}

    async def put_file(self, url: str, content: bytes) -> None:
        self.uploads.append(content)


class _Slack:
    """Takes messages that hold none of the refused kinds of block."""

    def __init__(self, *refused: str) -> None:
        self.refused = refused
        self.seen: list[list[str]] = []

    async def __call__(self, message: Rendered) -> dict[str, Any]:
        self.seen.append([block["type"] for block in message.blocks])
        if any(kind in self.refused for kind in self.seen[-1]):
            raise SlackSaidNo("chat.postMessage", "invalid_blocks")
        return {"ok": True, "blocks": message.blocks}


def _charts(api: _Api) -> Charts:
    return Charts(cast(SlackApi, api))


def _message() -> Rendered:
    return render(digest(week(8), chart=CHART))


async def test_slack_draws_the_chart_where_it_can() -> None:
    api, slack = _Api(), _Slack()

    answer = await _charts(api).sent(ACME, _message(), CHART, slack)

    assert "data_visualization" in [block["type"] for block in answer["blocks"]]
    assert api.uploads == []


async def test_where_slack_refuses_its_own_chart_a_picture_stands_in_its_place_and_that_is_remembered() -> (
    None
):
    api, slack = _Api(), _Slack("data_visualization")
    charts = _charts(api)

    first = await charts.sent(ACME, _message(), CHART, slack)
    second = await charts.sent(ACME, _message(), CHART, slack)
    elsewhere = await charts.sent(UMBRELLA, _message(), CHART, _Slack())

    [image] = [block for block in first["blocks"] if block["type"] == "image"]
    assert image["alt_text"].startswith("Chart: kinds of difference")
    assert not message_problems(_message().text, first["blocks"])
    assert first == second
    assert len(slack.seen) == 3  # refused once, then the picture twice
    assert len(api.uploads) == 1
    assert api.uploads[0].startswith(b"\x89PNG")
    assert "data_visualization" in [block["type"] for block in elsewhere["blocks"]]


@pytest.mark.parametrize(
    ("api", "slack"),
    [
        (lambda: _Api("missing_scope"), lambda: _Slack("data_visualization")),
        (_Api, lambda: _Slack("data_visualization", "image")),
    ],
    ids=["may-not-upload", "no-pictures-either"],
)
async def test_where_no_picture_can_stand_the_digest_comes_without(
    api: Callable[[], _Api], slack: Callable[[], _Slack]
) -> None:
    answer = await _charts(api()).sent(ACME, _message(), CHART, slack())

    kinds = [block["type"] for block in answer["blocks"]]
    assert "data_visualization" not in kinds
    assert "image" not in kinds
    assert len(kinds) == len(_message().blocks) - 1


async def test_a_message_that_is_refused_for_another_reason_says_so_and_the_chart_is_not_blamed() -> None:
    charts = _charts(_Api())

    with pytest.raises(SlackSaidNo):
        await charts.sent(ACME, _message(), CHART, _Slack("header"))
    answer = await charts.sent(ACME, _message(), CHART, _Slack())

    assert "data_visualization" in [block["type"] for block in answer["blocks"]]


def test_the_picture_is_a_picture_whatever_kinds_are_called() -> None:
    hostile = type(CHART)(weeks=CHART.weeks, series=(("$\\frac{1}$ _x^", CHART.series[0][1]),))

    assert png(hostile).startswith(b"\x89PNG")


def test_no_kind_of_difference_is_cut_short_in_the_legend() -> None:
    names = [*(tag.label for tag in TAGS), OTHER_KINDS, OUTCOMES]

    assert [name for name in names if len(name) > MOST_NAME] == []
