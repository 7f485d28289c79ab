"""The form of a model's answer, made anew for each run: ids are a closed list, nothing else may be named."""

from __future__ import annotations

from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, create_model

from bot.domain.arranging import Proposal, Quote, Theme
from bot.domain.briefing import Assignment


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


def answer_form(assignment: Assignment) -> type[BaseModel]:
    """The form `{headline, themes: [{label, story_ids}], picks: [{story_id, quote}], question}` of an answer.

    Themes may name any id of the run, picks only those that may be picked.
    """
    known = _one_of(tuple(each for each, _ in assignment.texts))
    theme = create_model("Theme", __base__=_Strict, label=(str, ...), story_ids=(_list_of(known), ...))
    pick = create_model(
        "Pick", __base__=_Strict, story_id=(_one_of(assignment.pickable), ...), quote=(str, ...)
    )
    return create_model(
        "Arrangement",
        __base__=_Strict,
        headline=(str, ...),
        themes=(_list_of(theme), ...),
        picks=(_list_of(pick), ...),
        question=(str, ...),
    )


def proposal_in(answer: BaseModel) -> Proposal:
    """An answer of that form as the domain's value; raises KeyError or TypeError for any other."""
    said = answer.model_dump()
    return Proposal(
        headline=said["headline"],
        themes=tuple(Theme(theme["label"], tuple(theme["story_ids"])) for theme in said["themes"]),
        picks=tuple(Quote(pick["story_id"], pick["quote"]) for pick in said["picks"]),
        question=said["question"],
    )


def _one_of(ids: tuple[str, ...]) -> Any:
    return cast("Any", Literal)[ids]


def _list_of(kind: Any) -> Any:
    return list[kind]
