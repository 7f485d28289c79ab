"""Whether the AI endpoint answers with this key and knows the model; nothing is generated, so it costs nothing."""

from __future__ import annotations

import aiohttp
import orjson

_OPENAI = "https://api.openai.com/v1"


class NotReached(Exception):
    """The endpoint is of no use as it is set. `words` hold no secret and no address."""

    def __init__(self, words: str) -> None:
        """Keep what is wrong."""
        super().__init__(words)
        self.words = words


async def reach(api_key: str | None, model: str, base_url: str | None) -> str:
    """Ask for the list of models; the words for a good answer. Raises `NotReached`."""
    address = (base_url or _OPENAI).rstrip("/") + "/models"
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    try:
        async with (
            aiohttp.ClientSession(trust_env=True) as session,
            session.get(address, headers=headers, allow_redirects=False) as answer,
        ):
            status, raw = answer.status, await answer.read()
    except (aiohttp.ClientError, OSError) as problem:
        raise NotReached(f"does not answer ({type(problem).__name__})") from None
    if status in (401, 403):
        raise NotReached("does not take the key")
    if status != 200:
        raise NotReached(f"answers with HTTP {status}")
    if model not in _models(raw):
        raise NotReached(f"answers, but does not list {model}")
    return f"answers and knows {model}"


def _models(raw: bytes) -> frozenset[str]:
    try:
        listed = orjson.loads(raw)["data"]
        return frozenset(str(each["id"]) for each in listed)
    except (orjson.JSONDecodeError, LookupError, TypeError):
        raise NotReached("answers with something else than a list of models") from None
