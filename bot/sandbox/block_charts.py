"""The data_visualization block: bars, lines, areas and pies, at most two in a message."""

from __future__ import annotations

from typing import Any

from bot.sandbox.block_objects import BLOCK_ID
from bot.sandbox.block_rules import Check, Rule, array, both, number, shape, string, typed

MOST_CHARTS = 2
_TYPE: dict[str, Rule] = {"type": string()}
_LABEL = string(20, least=1)
_POINT = shape({"label": _LABEL, "value": number})
_SERIES = array(shape({"name": _LABEL, "data": array(_POINT, 20)}), 6)
_AXES = shape({"categories": array(_LABEL, 20)}, {"x_label": string(50), "y_label": string(50)})


def _series_fit_axes(value: Any, at: str, check: Check) -> None:
    names = [one["name"] for one in value["series"]]
    if len(set(names)) < len(names):
        check.wrong("series names must be unique", f"{at}/series")
    categories = set(value["axis_config"]["categories"])
    for place, one in enumerate(value["series"]):
        if {point["label"] for point in one["data"]} != categories or len(one["data"]) != len(categories):
            check.wrong("data labels must match the axis categories", f"{at}/series/{place}/data")


def _slices_are_parts(value: Any, at: str, check: Check) -> None:
    for place, one in enumerate(value["segments"]):
        if one["value"] <= 0:
            check.wrong("must be greater than 0", f"{at}/segments/{place}/value")


def _two_at_most(value: Any, at: str, check: Check) -> None:
    if check.count("data_visualization") > MOST_CHARTS:
        check.wrong(f"no more than {MOST_CHARTS} data_visualization blocks allowed", at)


_AXIS_CHART = both(shape(_TYPE | {"series": _SERIES, "axis_config": _AXES}), _series_fit_axes)
_PIE = both(shape(_TYPE | {"segments": array(_POINT, 6)}), _slices_are_parts)

DATA_VISUALIZATION = both(
    shape(
        _TYPE
        | {
            "title": string(50, least=1),
            "chart": typed({"bar": _AXIS_CHART, "line": _AXIS_CHART, "area": _AXIS_CHART, "pie": _PIE}),
        },
        {"block_id": BLOCK_ID},
    ),
    _two_at_most,
)
