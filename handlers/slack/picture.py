"""The digest's chart as a picture, for a Slack that does not draw charts itself."""

from __future__ import annotations

import io
from typing import Any

from bot.domain.notices import ChartData
from handlers.slack.surfaces.chart import MOST_SERIES, TITLE

_INCHES, _DOTS = (8.0, 3.6), 120
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#999999")
"""Told apart by people who do not tell red from green (Okabe and Ito)."""


def png(chart: ChartData) -> bytes:
    """Bars, one a week, made of the kinds told in it. Takes a while the first time: call it in a thread."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=_INCHES, dpi=_DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    axes: Any = figure.add_subplot()
    below = [0] * len(chart.weeks)
    for colour, (name, counts) in zip(_COLOURS, chart.series[:MOST_SERIES], strict=False):
        axes.bar(chart.weeks, counts, bottom=below, label=_plain(name), color=colour, width=0.7)
        below = [low + count for low, count in zip(below, counts, strict=True)]
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(TITLE, loc="left", fontsize=11)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=9)
    content = io.BytesIO()
    figure.savefig(content, format="png")
    return content.getvalue()


def _plain(name: str) -> str:
    """A name in which nothing is read as a formula."""
    return name.replace("$", r"\$")
