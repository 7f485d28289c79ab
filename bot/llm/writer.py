"""The Writer port on OpenAI's API, and on servers that speak like it."""

from __future__ import annotations

import asyncio
import importlib
import json
from typing import TYPE_CHECKING, Any

from bot.domain.briefing import Assignment
from bot.llm.asking import PROMPT_VERSION, instructions, material
from bot.ports.writer import Used, WriterProblem, Written

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai._legacy_response import LegacyAPIResponse
    from pydantic import BaseModel

_SECONDS = 25.0
_RETRIES = 1
_MOST_TOKENS = 8_000
"""More than any arrangement needs, so that a model that rambles does not eat the month's budget."""
_OPENAI = "https://api.openai.com/v1"
_CODES = (
    ("APITimeoutError", "timeout"),
    ("APIConnectionError", "unreachable"),
    ("AuthenticationError", "unauthorized"),
    ("PermissionDeniedError", "unauthorized"),
    ("NotFoundError", "unknown_model"),
    ("RateLimitError", "rate_limited"),
    ("InternalServerError", "server_error"),
    ("APIStatusError", "bad_request"),
    ("LengthFinishReasonError", "cut_off"),
    ("ContentFilterFinishReasonError", "refused"),
    ("APIResponseValidationError", "unreadable"),
)


class OpenAIWriter:
    """See `bot.ports.writer.Writer`. Nothing of openai is loaded before the first question."""

    def __init__(
        self,
        api_key: str,
        model: str,
        base_url: str | None = None,
        *,
        responses: bool | None = None,
        seconds: float = _SECONDS,
    ) -> None:
        """`base_url` is a compatible server's (Ollama, vLLM, llama.cpp), asked over chat completions; None is OpenAI,
        asked over responses. `responses` decides otherwise; `seconds` is how long one request may take."""
        self._api_key = api_key
        self._model = model
        self._base_url = base_url or _OPENAI
        self._responses = base_url is None if responses is None else responses
        self._seconds = seconds

    @property
    def model(self) -> str:
        """Which model is asked."""
        return self._model

    @property
    def prompt_version(self) -> str:
        """Which wording of our instructions it gets."""
        return PROMPT_VERSION

    async def write(self, assignment: Assignment) -> Written:
        """Ask once (and once more where that may help); WriterProblem for all that goes wrong there."""
        # A second of importing: in a thread, so that people who wait for an answer do not.
        openai = await asyncio.to_thread(importlib.import_module, "openai")
        schema = await asyncio.to_thread(importlib.import_module, "bot.llm.schema")
        pydantic = importlib.import_module("pydantic")
        form: type[BaseModel] = schema.answer_form(assignment)
        ask = self._ask_responses if self._responses else self._ask_chat
        try:
            async with self._client(openai) as client:
                raw = await ask(client, assignment, form)
        except openai.OpenAIError as problem:
            raise WriterProblem(_code(openai, problem), _used_by(problem)) from None
        used = _used_for(raw)
        try:
            answer = _parsed(raw.parse(), used)
            return Written(schema.proposal_in(answer), used)
        except openai.OpenAIError as problem:
            raise WriterProblem(_code(openai, problem), used) from None
        except (pydantic.ValidationError, ValueError, AssertionError, LookupError, TypeError, AttributeError):
            # Without the cause: it quotes what was answered.
            raise WriterProblem("unreadable", used) from None

    def _client(self, openai: Any) -> AsyncOpenAI:
        client: AsyncOpenAI = openai.AsyncOpenAI(
            api_key=self._api_key,
            base_url=self._base_url,
            timeout=self._seconds,
            max_retries=_RETRIES,
            http_client=openai.DefaultAsyncHttpxClient(
                event_hooks={"response": [_no_second_try_without_quota]}
            ),
        )
        return client

    async def _ask_responses(
        self, client: AsyncOpenAI, assignment: Assignment, form: type[BaseModel]
    ) -> LegacyAPIResponse[Any]:
        return await client.responses.with_raw_response.parse(
            model=self._model,
            instructions=instructions(assignment),
            input=material(assignment),
            text_format=form,
            max_output_tokens=_MOST_TOKENS,
            store=False,
        )

    async def _ask_chat(
        self, client: AsyncOpenAI, assignment: Assignment, form: type[BaseModel]
    ) -> LegacyAPIResponse[Any]:
        return await client.chat.completions.with_raw_response.parse(
            model=self._model,
            messages=[
                {"role": "system", "content": instructions(assignment)},
                {"role": "user", "content": material(assignment)},
            ],
            response_format=form,
            store=False,
        )


async def _no_second_try_without_quota(response: Any) -> None:
    """An account without quota will have none a second later."""
    if response.status_code == 429:
        await response.aread()
        if b"insufficient_quota" in response.content:
            response.headers["x-should-retry"] = "false"


def _code(openai: Any, problem: Exception) -> str:
    if getattr(problem, "code", None) == "insufficient_quota":
        return "no_quota"
    return next((code for name, code in _CODES if isinstance(problem, getattr(openai, name))), "failed")


def _parsed(answer: Any, used: Used) -> BaseModel:
    """The structured answer of either API; WriterProblem where the model declined or did not come to the end."""
    if hasattr(answer, "choices"):
        parsed, cut_off = answer.choices[0].message.parsed, False
    else:
        parsed, cut_off = answer.output_parsed, answer.incomplete_details is not None
    if parsed is None:
        raise WriterProblem("cut_off" if cut_off else "refused", used)
    structured: BaseModel = parsed
    return structured


def _used_for(raw: LegacyAPIResponse[Any]) -> Used:
    """What an answer took, also one that nobody can read."""
    try:
        tokens = json.loads(raw.content)["usage"]["total_tokens"]
    except (ValueError, LookupError, TypeError):
        tokens = None
    return Used(raw.retries_taken + 1, tokens if isinstance(tokens, int) else 0)


def _used_by(problem: Exception) -> Used:
    """What a failed question took, as far as it can be told: each try carries its number."""
    request = getattr(problem, "request", None)
    retries = int(request.headers.get("x-stainless-retry-count", "0")) if request is not None else _RETRIES
    return Used(retries + 1)
