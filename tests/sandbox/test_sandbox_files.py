"""Files: the three steps of an upload."""

from __future__ import annotations

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import LocalWorkspace


async def test_slacks_own_client_uploads_into_a_channel(
    ws: LocalWorkspace, client: AsyncWebClient, app
) -> None:
    general = ws.channels["general"]

    done = await client.files_upload_v2(
        channel=general, content=b"\x89PNG", filename="chart.png", title="A chart", initial_comment="Look"
    )

    shared = await app.event("message", "file_share")
    assert (shared["text"], shared["files"][0]["title"]) == ("Look", "A chart")
    assert (await client.files_info(file=done["file"]["id"]))["file"]["mimetype"] == "image/png"


async def test_a_file_without_a_channel_is_shown_by_an_image_block(ws: LocalWorkspace, call, session) -> None:
    general = ws.channels["general"]
    place = await call("files.getUploadURLExternal", filename="chart.png", length=4)
    async with session.post(place["upload_url"], data=b"\x89PNG") as answer:
        uploaded = await answer.text()
    await call("files.completeUploadExternal", files=[{"id": place["file_id"], "title": "chart"}])
    image = {"type": "image", "alt_text": "three bars", "slack_file": {"id": place["file_id"]}}
    before = len(ws.messages(general))

    posted = await call("chat.postMessage", channel=general, text="chart", blocks=[image])

    assert uploaded == "OK - 4"
    assert posted["ok"] is True
    assert len(ws.messages(general)) == before + 1


@pytest.mark.parametrize("channel", ["bob", "C0NOWHERE"])
async def test_a_file_cannot_be_shared_with_a_person_or_nowhere(
    ws: LocalWorkspace, call, session, channel: str
) -> None:
    place = await call("files.getUploadURLExternal", filename="a.txt", length=1)
    (await session.post(place["upload_url"], data=b"x")).release()

    answer = await call(
        "files.completeUploadExternal",
        files=[{"id": place["file_id"]}],
        channel_id=ws.users.get(channel, channel),
    )

    assert answer["error"] == "channel_not_found"


async def test_steps_out_of_order_are_refused(
    ws: LocalWorkspace, call, session: aiohttp.ClientSession
) -> None:
    place = await call("files.getUploadURLExternal", filename="a.txt", length=1)

    early = await call("files.completeUploadExternal", files=[{"id": place["file_id"]}])
    unnamed = await call("files.getUploadURLExternal", length=1)
    unknown = await call("files.info", file="F0NOWHERE")
    async with session.post(place["upload_url"][:-3] + "xyz", data=b"x") as answer:
        status = answer.status

    assert (early["error"], unnamed["error"], unknown["error"]) == (
        "file_not_found",
        "invalid_arguments",
        "file_not_found",
    )
    assert status == 404
