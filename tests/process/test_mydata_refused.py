"""Where Slack takes no file from the bot, whoever asks for their data hears how to get it."""

from __future__ import annotations

import json

import pytest

from tests.process.inside import Inside


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_mydata_says_where_the_data_is_to_be_had(inside: Inside, method: str) -> None:
    bob, dm = inside.user("bob"), inside.dm("bob")
    inside.ws.hub.faults.add({"fail": {"method": method, "error": "file_uploads_disabled", "times": 1}})

    await inside.ws.command(bob, dm, "/purpose", "mydata")
    await inside.settled()

    assert f"purpose-bot mydata {bob}" in json.dumps(inside.ws.ephemerals(bob, dm))
    assert not await inside.store.inbox.pending(older_than=inside.now())
