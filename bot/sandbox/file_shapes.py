"""Slack's JSON for a file."""

from __future__ import annotations

from bot.sandbox.model import Json, StoredFile
from bot.sandbox.workspace import Workspace


def file_json(workspace: Workspace, file: StoredFile) -> Json:
    """A file object."""
    base = f"https://files.slack.example/{workspace.team_id}-{file.id}"
    extension = file.name.rpartition(".")[2].lower()
    shares = {
        channel: [{"ts": ts, "team_id": workspace.team_id, "share_user_id": file.user} for ts in stamps]
        for channel, stamps in file.shares.items()
    }
    kinds = {one: workspace.channels[one].kind for one in file.shares}
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": extension,
        "pretty_type": extension.upper(),
        "user": file.user,
        "user_team": workspace.team_id,
        "editable": False,
        "size": len(file.content or b"") or file.length,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": "public" in kinds.values(),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{base}/{file.name}",
        "url_private_download": f"{base}/download/{file.name}",
        "media_display_type": "unknown",
        "permalink": f"https://{workspace.domain}.slack.example/files/{file.user}/{file.id}/{file.name}",
        "permalink_public": f"{base}-{file.secret}",
        "comments_count": 0,
        "is_starred": False,
        "shares": {
            "public": {one: said for one, said in shares.items() if kinds[one] == "public"},
            "private": {one: said for one, said in shares.items() if kinds[one] != "public"},
        },
        "channels": [one for one, kind in kinds.items() if kind == "public"],
        "groups": [one for one, kind in kinds.items() if kind == "private"],
        "ims": [one for one, kind in kinds.items() if kind == "im"],
        "has_more_shares": False,
        "has_rich_preview": False,
        "file_access": "visible",
        "alt_txt": file.alt_text,
    }
