"""The servers of the benches, each a program: the floor, a bare uvicorn app, and the bot with its work left out.

python -m tests.bench.serving floor|bare PORT, or bot WORK [ROUTES]: WORK is `bookkept` (as in production, but that
the function at the end of each route does nothing), `ack` (until the ack and no further) or `unkept` (the
same, and nothing on disk).
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.bench.payloads import SECRET


async def floor(scope: Any, receive: Any, send: Any) -> None:
    """Take, verify and parse one request as cheaply as the bot's own edge can, and say yes."""
    from handlers.slack.bodies import parse
    from handlers.slack.edge import signed

    headers = dict(scope["headers"])
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            break
    body = b"".join(parts)
    good = signed(
        SECRET.encode(), headers[b"x-slack-request-timestamp"], body, headers[b"x-slack-signature"]
    ) and parse(body, headers[b"content-type"])
    await send(
        {
            "type": "http.response.start",
            "status": 200 if good else 401,
            "headers": [(b"content-length", b"0")],
        }
    )
    await send({"type": "http.response.body", "body": b""})


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """Says yes, whatever is asked."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def serve(app: Any, port: int) -> None:
    """In uvicorn, with the bot's own settings of it."""
    import uvicorn

    uvicorn.run(
        app,
        port=port,
        log_config=None,
        access_log=False,
        lifespan="off",
        http="httptools",
        loop="uvloop",
        server_header=False,
        date_header=False,
    )


def bot(work: str, routes: int | None) -> None:
    """`purpose-bot run` with every real handler in its table, and what each would do after the ack left out."""
    from bot.__main__ import main
    from handlers.slack import door
    from handlers.slack.routes import _TABLES, EVENTS, Keep

    async def nothing(incoming: object, services: object, now: datetime) -> None:
        """The use case is not what is measured here."""

    def start_nothing(*_: object) -> None:
        """What comes after the ack is not what is measured here."""

    for each in _TABLES.values():
        for name, route in list(each.items()):
            each[name] = replace(route, run=nothing, keep=Keep.NO if work == "unkept" else route.keep)
    if routes is not None:
        # Exactly so many in all: those that are measured, and others beside them.
        some, others = EVENTS["message.im"], (routes - len(_MEASURED)) // len(_MEASURED)
        for each in _TABLES.values():
            kept = {name: route for name, route in each.items() if name in _MEASURED}
            each.clear()
            if kept:
                each.update({f"another.{number}": some for number in range(others)})
            each.update(kept)
    if work != "bookkept":
        door.Door._start = start_nothing  # type: ignore[method-assign, assignment]
    main(["run"])


_MEASURED = ("message.im", "/purpose-check", "prompt.nothing")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["floor", port]:
            serve(floor, int(port))
        case ["bare", port]:
            serve(bare, int(port))
        case ["bot", work]:
            bot(work, None)
        case ["bot", work, routes]:
            bot(work, int(routes))
        case _:
            sys.exit(__doc__)
