"""files.*: uploading in three steps, looking at and deleting files."""

from __future__ import annotations

import mimetypes
import secrets

from bot.sandbox import posting
from bot.sandbox.call import Call, Method
from bot.sandbox.file_shapes import file_json
from bot.sandbox.methods_chat import content, may_post, target
from bot.sandbox.model import Conversation, Json, Refused, StoredFile


async def get_upload_url(call: Call) -> Json:
    """files.getUploadURLExternal"""
    filename, length = call.needed("filename", "length")
    if not length.isdecimal() or int(length) <= 0:
        raise Refused("invalid_arguments", ["must be greater than 0 [json-pointer:/length]"])
    file = StoredFile(
        id=call.workspace.ids.new("F"),
        name=filename,
        title=filename,
        mimetype=mimetypes.guess_type(filename)[0] or "application/octet-stream",
        user=call.bot,
        created=call.workspace.seconds(),
        length=int(length),
        alt_text=call.text("alt_txt"),
        secret=secrets.token_urlsafe(18),
    )
    call.workspace.files[file.id] = file
    url = f"{call.hub.base_url}/upload/v1/{call.workspace.team_id}/{file.id}/{file.secret}"
    return {"upload_url": url, "file_id": file.id}


async def complete_upload(call: Call) -> Json:
    """files.completeUploadExternal"""
    asked = call.json("files", "invalid_arguments")
    if not isinstance(asked, list) or not asked or not all(isinstance(one, dict) for one in asked):
        raise Refused("invalid_arguments", ["missing required field: files"])
    files = [_uploaded(call, str(one.get("id", ""))) for one in asked]
    for file, one in zip(files, asked, strict=True):
        file.title = str(one.get("title") or file.title)
        file.complete = True
    wanted = call.words("channels") or call.words("channel_id")
    for channel_id in wanted:
        channel = _share_target(call, channel_id)
        text, blocks, _ = content(call)
        posting.post(
            call.workspace,
            channel,
            call.bot,
            call.text("initial_comment") or text,
            blocks=blocks,
            files=files,
            thread_ts=call.text("thread_ts") or None,
        )
    return {"files": [file_json(call.workspace, file) for file in files]}


def _uploaded(call: Call, file_id: str) -> StoredFile:
    file = call.workspace.files.get(file_id)
    if file is None or file.content is None:
        raise Refused("file_not_found")
    return file


def _share_target(call: Call, channel_id: str) -> Conversation:
    if channel_id in call.workspace.people:
        raise Refused("channel_not_found")
    call.arguments = {**call.arguments, "channel": channel_id}
    channel = target(call)
    may_post(call, channel)
    return channel


async def info(call: Call) -> Json:
    """files.info"""
    file = call.workspace.files.get(call.text("file"))
    if file is None or not file.complete:
        raise Refused("file_not_found")
    return {"file": file_json(call.workspace, file), "comments": [], "response_metadata": {"next_cursor": ""}}


async def delete(call: Call) -> Json:
    """files.delete: the file also goes from the messages that showed it"""
    file = call.workspace.files.get(call.text("file"))
    if file is None:
        raise Refused("file_not_found")
    if file.user != call.bot:
        raise Refused("cant_delete_file")
    for channel_id, stamps in file.shares.items():
        channel = call.workspace.channels[channel_id]
        for ts in stamps:
            message = channel.messages.get(ts)
            if message is not None:
                left = [one for one in message.files if one is not file]
                posting.change(call.workspace, channel, message, call.bot, files=left)
    del call.workspace.files[file.id]
    return {}


METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url, ("files:write",), per_minute=100),
    "files.completeUploadExternal": Method(complete_upload, ("files:write",), per_minute=100),
    "files.info": Method(info, ("files:read",), per_minute=100),
    "files.delete": Method(delete, ("files:write",), per_minute=50),
}
