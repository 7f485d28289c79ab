"""Answers and payloads carry the keys that the bot (and Slack's recorded samples) rely on."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.oauth import approve
from bot.sandbox.server import LocalWorkspace

ENVELOPE = (
    "token team_id api_app_id event type event_id event_time event_context authorizations is_ext_shared_channel "
    "context_team_id authorizations.enterprise_id authorizations.team_id authorizations.user_id "
    "authorizations.is_bot authorizations.is_enterprise_install"
)
PROFILE = (
    "title phone skype real_name real_name_normalized display_name display_name_normalized status_text status_emoji "
    "status_expiration status_text_canonical avatar_hash image_24 image_32 image_48 image_72 image_192 image_512 team "
    "email first_name last_name"
)
USER = (
    "id team_id name deleted color real_name tz tz_label tz_offset profile is_admin is_owner is_primary_owner "
    "is_restricted is_ultra_restricted is_bot is_app_user updated is_email_confirmed who_can_share_contact_card"
)
CHANNEL = (
    "id name is_channel is_group is_im created is_archived is_general unlinked name_normalized is_shared creator "
    "is_ext_shared is_org_shared shared_team_ids pending_shared pending_connected_team_ids is_pending_ext_shared "
    "is_member is_private is_mpim topic topic.value purpose purpose.value previous_names num_members context_team_id "
    "updated"
)
FILE = (
    "id created timestamp name title mimetype filetype pretty_type user user_team editable size mode is_external "
    "external_type is_public public_url_shared display_as_bot username url_private url_private_download permalink "
    "permalink_public shares channels groups ims has_rich_preview file_access"
)
VIEW = (
    "id team_id type blocks title submit close private_metadata callback_id external_id state state.values hash "
    "clear_on_close notify_on_close root_view_id previous_view_id app_id app_installed_team_id bot_id"
)
PERSON = "user.id user.username user.name user.team_id team.id team.domain api_app_id token type is_enterprise_install"


def missing(body: Any, keys: str, *, under: str = "") -> list[str]:
    """Which dotted keys are not there; a list stands for its first item."""
    absent = []
    for key in keys.split():
        found = body
        for part in [*filter(None, under.split(".")), *key.split(".")]:
            found = found[0] if isinstance(found, list) else found
            if not isinstance(found, dict) or part not in found:
                absent.append(f"{under}.{key}")
                break
            found = found[part]
    return absent


async def test_answers_of_the_web_api(ws: LocalWorkspace, call, session) -> None:
    general, bob = ws.channels["general"], ws.users["bob"]
    posted = await call("chat.postMessage", channel=general, text="x")
    place = await call("files.getUploadURLExternal", filename="a.png", length=1)
    (await session.post(place["upload_url"], data=b"x")).release()
    code = approve(ws.hub, ws.workspace, bob, ws.hub.app.scopes, None)
    client = {"client_id": ws.client_id, "client_secret": ws.client_secret}
    ephemeral = await call("chat.postEphemeral", channel=general, user=bob, text="x")
    info = await call("conversations.info", channel=general, include_num_members=True)
    uploaded = await call(
        "files.completeUploadExternal", files=[{"id": place["file_id"]}], channel_id=general
    )

    absent = [
        *missing(await call("auth.test"), "ok url team user team_id user_id bot_id is_enterprise_install"),
        *missing(
            posted,
            "ok channel ts message.text message.user message.ts message.type message.bot_id message.app_id",
        ),
        *missing(
            posted, "id app_id name icons.image_36 deleted updated team_id", under="message.bot_profile"
        ),
        *missing(
            await call("chat.getPermalink", channel=general, message_ts=posted["ts"]), "ok permalink channel"
        ),
        *missing(ephemeral, "ok message_ts"),
        *missing(info, CHANNEL, under="channel"),
        *missing(
            await call("conversations.members", channel=general), "ok members response_metadata.next_cursor"
        ),
        *missing(await call("users.info", user=bob), USER, under="user"),
        *missing(await call("users.info", user=bob), PROFILE, under="user.profile"),
        *missing(await call("users.list"), "ok members cache_ts response_metadata.next_cursor"),
        *missing(await call("team.info"), "id name domain email_domain icon url icon.image_34", under="team"),
        *missing(place, "ok upload_url file_id"),
        *missing(uploaded, FILE, under="files"),
        *missing(await call("apps.connections.open", token=ws.app_token), "ok url"),
        *missing(
            await call("oauth.v2.access", code=code, **client),
            "ok app_id authed_user.id scope token_type access_token bot_user_id team.id team.name enterprise "
            "is_enterprise_install",
        ),
        *missing(await call("chat.delete", channel=general, ts=posted["ts"]), "ok channel ts"),
    ]

    assert absent == []


async def test_payloads_of_events(ws: LocalWorkspace, app) -> None:
    alice, bob, general = ws.users["alice"], ws.users["bob"], ws.channels["general"]
    dm, business = ws.dm(bob), ws.channels["small-business"]
    parent = await ws.say(bob, dm, "hello")
    await ws.say(bob, dm, "reply", parent)
    await ws.edit(bob, dm, parent, "changed")
    lone = await ws.say(bob, dm, "gone")
    await ws.delete(bob, dm, lone)
    await ws.say(bob, general, "", file={"name": "x.png"})
    ws.invite(alice, business)
    ws.leave(bob, business)
    ws.rename(alice, business, "smb")
    ws.archive(alice, business)
    ws.alter(bob, tz="Europe/Paris")
    await ws.open_home(bob)
    await app.event("app_home_opened")

    message = "type user text ts channel event_ts channel_type"
    hidden = f"{message.replace('user text ', '')} subtype hidden previous_message.text previous_message.user"
    wanted = {
        ("message", None): f"{message} client_msg_id team blocks",
        (
            "message",
            "message_changed",
        ): f"{hidden} message.text message.user message.edited.user message.edited.ts",
        ("message", "message_deleted"): f"{hidden} deleted_ts",
        (
            "message",
            "file_share",
        ): f"{message} files upload display_as_bot files.id files.mimetype files.name",
        ("app_home_opened", None): "type user channel tab event_ts",
        ("member_joined_channel", None): "type user channel channel_type team inviter event_ts",
        ("member_left_channel", None): "type user channel channel_type team event_ts",
        (
            "channel_rename",
            None,
        ): "type channel.id channel.name channel.name_normalized channel.created event_ts",
        ("channel_archive", None): "type channel user event_ts",
        ("user_change", None): "type user.id user.tz user.deleted cache_ts event_ts",
    }
    absent = []
    for (kind, subtype), keys in wanted.items():
        found = [
            one.payload
            for one in app.letters
            if one.payload["event"]["type"] == kind and one.payload["event"].get("subtype") == subtype
        ]
        absent += missing(found[0] if found else {}, ENVELOPE) + missing(
            found[0] if found else {}, keys, under="event"
        )
    in_thread = [
        one["event"] for one in (two.payload for two in app.letters) if one["event"].get("thread_ts")
    ]

    assert absent == []
    assert in_thread[0]["parent_user_id"] == bob


@pytest.mark.parametrize("kind", ["message", "view"])
async def test_payloads_of_people(ws: LocalWorkspace, app, call, kind: str) -> None:
    bob, general = ws.users["bob"], ws.channels["general"]
    text = {"type": "plain_text", "text": "Go"}
    button = {
        "type": "actions",
        "elements": [{"type": "button", "text": text, "action_id": "go", "value": "1"}],
    }
    await ws.command(bob, general, "/purpose", "story")
    command = app.last
    modal = {"type": "modal", "title": text, "submit": text, "blocks": [button], "notify_on_close": True}

    if kind == "message":
        await call("chat.postMessage", channel=general, text="x", blocks=[button])
        await ws.click(bob, ws.messages(general)[-1], "go")
        where = "container.message_ts container.channel_id container.is_ephemeral channel.id channel.name message.ts "
        where += "response_url state.values"
        click = app.last
        submission, closing = None, None
    else:
        opened = await call("views.open", trigger_id=command["trigger_id"], view=modal)
        await ws.click(bob, opened["view"]["id"], "go")
        where = "container.view_id view.id"
        click = app.last
        await call("views.push", trigger_id=click["trigger_id"], view=modal)
        await ws.submit(bob, ws.views(bob)[-1]["id"])
        submission = app.last
        await ws.close(bob, ws.views(bob)[-1]["id"])
        closing = app.last

    fields = "token team_id team_domain channel_id channel_name user_id user_name command text api_app_id "
    absent = missing(command, f"{fields} is_enterprise_install response_url trigger_id")
    absent += missing(click, f"{PERSON} {where} container.type trigger_id actions")
    absent += missing(click, "action_id block_id text value type action_ts", under="actions")
    if submission is not None and closing is not None:
        absent += missing(submission, f"{PERSON} trigger_id response_urls") + missing(
            submission, VIEW, under="view"
        )
        absent += missing(closing, f"{PERSON} is_cleared") + missing(closing, VIEW, under="view")
    assert absent == []
