"""A real llmock server, our writer on both of its APIs, and a team's week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.llm.writer import OpenAIWriter
from tests.llm.office import Office, Prompter

if TYPE_CHECKING:
    from llmock.pytest_plugin import LLMock


@pytest.fixture(params=["responses", "chat"])
def prompter(llmock: LLMock, request: pytest.FixtureRequest) -> Prompter:
    """Asks the server over one API and then over the other."""
    writer = OpenAIWriter(
        "key", "model", llmock.base_url("openai"), responses=request.param == "responses", seconds=5
    )
    return Prompter(writer, queue=llmock.reply)


@pytest.fixture
async def office() -> Office:
    """Alice, Bob and Charlie told one story each."""
    return await Office.opened()
