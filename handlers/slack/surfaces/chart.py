"""The digest's chart as Slack draws it, and the same in words."""

from __future__ import annotations

from bot.domain.notices import ChartData
from bot.usecases.charting import OUTCOMES
from handlers.slack.surfaces.blocks import plain
from handlers.slack.surfaces.rendered import Block
from handlers.slack.surfaces.text import cut, listed

CHART_BLOCK = "data_visualization"
TITLE = "Kinds of difference, week by week"
MOST_SERIES = 6
MOST_CATEGORIES = 20
MOST_NAME = 20
MOST_ALT = 2_000


def chart_block(chart: ChartData) -> Block:
    """Slack's native chart, one bar a week, made of the kinds told in it."""
    weeks = chart.weeks[-MOST_CATEGORIES:]
    return {
        "type": CHART_BLOCK,
        "title": TITLE,
        "chart": {
            "type": "bar",
            "series": [
                {
                    "name": cut(name, MOST_NAME),
                    "data": [
                        {"label": week, "value": count}
                        for week, count in zip(weeks, counts[-MOST_CATEGORIES:], strict=True)
                    ],
                }
                for name, counts in chart.series[:MOST_SERIES]
            ],
            "axis_config": {"categories": list(weeks)},
        },
    }


def picture_block(chart: ChartData, file: str) -> Block:
    """The same as a picture that was uploaded under that id."""
    return {
        "type": "image",
        "slack_file": {"id": file},
        "alt_text": cut(chart_words(chart), MOST_ALT),
        "title": plain(TITLE),
    }


def chart_words(chart: ChartData) -> str:
    """What the chart shows, for those who cannot see it."""
    most = sorted(chart.series, key=lambda series: -sum(series[1]))
    told = [name for name, counts in most if sum(counts) and name != OUTCOMES][:3]
    weeks = f"over {len(chart.weeks)} weeks"
    if not told:
        return f"Chart: what came of earlier stories {weeks}."
    return f"Chart: kinds of difference {weeks}, most often {listed(told)}."
