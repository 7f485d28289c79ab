"""users.*, team.info, bots.info, dnd.info and auth.*: who everyone is."""

from __future__ import annotations

from bot.sandbox.call import Call, Method, page
from bot.sandbox.model import Json, Refused
from bot.sandbox.shapes import profile_json, user_json


def _user(call: Call, user: str) -> Json:
    found = user_json(call.workspace, call.workspace.person(user))
    if "users:read.email" not in call.installation.scopes:
        found["profile"].pop("email", None)
    if call.flag("include_locale") and not found["deleted"]:
        found["locale"] = call.workspace.people[user].locale
    return found


async def info(call: Call) -> Json:
    """users.info"""
    user = call.text("user")
    if not user:
        raise Refused("user_not_found")
    return {"user": _user(call, user)}


async def list_all(call: Call) -> Json:
    """users.list"""
    people = list(call.workspace.people)
    given = call.arguments.get("limit") not in (None, "", 0, "0")
    shown, cursor = page(
        people, call, call.limit(100, 1_000) if given or call.text("cursor") else len(people)
    )
    return {
        "members": [_user(call, user) for user in shown],
        "cache_ts": call.workspace.seconds(),
        "response_metadata": {"next_cursor": cursor},
    }


async def profile(call: Call) -> Json:
    """users.profile.get"""
    return {"profile": profile_json(call.workspace.person(call.text("user") or call.bot))}


async def lookup_by_email(call: Call) -> Json:
    """users.lookupByEmail"""
    (email,) = call.needed("email")
    for person in call.workspace.people.values():
        if person.email and person.email.lower() == email.lower() and not person.deleted:
            return {"user": _user(call, person.id)}
    raise Refused("users_not_found")


async def team_info(call: Call) -> Json:
    """team.info"""
    workspace = call.workspace
    if call.text("team") not in ("", workspace.team_id):
        raise Refused("team_not_found")
    icons = {
        f"image_{size}": f"https://avatars.slack.example/{workspace.team_id}-{size}.png" for size in _SIZES
    }
    return {
        "team": {
            "id": workspace.team_id,
            "name": workspace.name,
            "url": f"https://{workspace.domain}.slack.example/",
            "domain": workspace.domain,
            "email_domain": f"{workspace.domain}.example",
            "icon": {**icons, "image_default": True},
            "avatar_base_url": "https://avatars.slack.example/",
            "is_verified": False,
        }
    }


_SIZES = (34, 44, 68, 88, 102, 132, 230)


async def bots_info(call: Call) -> Json:
    """bots.info"""
    wanted = call.text("bot")
    for person in call.workspace.people.values():
        if person.is_bot and person.bot_id == (wanted or call.installation.bot_id):
            return {
                "bot": {
                    "id": person.bot_id,
                    "deleted": person.deleted,
                    "name": person.real_name,
                    "updated": person.updated,
                    "app_id": person.app_id,
                    "user_id": person.id,
                    "icons": {"image_36": "", "image_48": "", "image_72": ""},
                }
            }
    raise Refused("bot_not_found")


async def dnd_info(call: Call) -> Json:
    """dnd.info: nobody here has switched it on"""
    user = call.text("user") or call.bot
    call.workspace.person(user)
    return {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1, "snooze_enabled": False}


async def auth_test(call: Call) -> Json:
    """auth.test"""
    workspace = call.workspace
    return {
        "url": f"https://{workspace.domain}.slack.example/",
        "team": workspace.name,
        "user": workspace.people[call.bot].name,
        "team_id": workspace.team_id,
        "user_id": call.bot,
        "bot_id": call.installation.bot_id,
        "is_enterprise_install": False,
    }


async def auth_revoke(call: Call) -> Json:
    """auth.revoke: the token dies; with no token left the app is told"""
    if call.flag("test"):
        return {"revoked": False}
    call.installation.revoked.add(call.token)
    if call.installation.revoked >= set(call.installation.tokens):
        revoked = {"oauth": [], "bot": [call.bot]}
        call.workspace.emit("tokens_revoked", {"type": "tokens_revoked", "tokens": revoked})
    return {"revoked": True}


METHODS = {
    "users.info": Method(info, ("users:read",), per_minute=100),
    "users.list": Method(list_all, ("users:read",), per_minute=20),
    "users.profile.get": Method(profile, ("users.profile:read",), per_minute=100),
    "users.lookupByEmail": Method(lookup_by_email, ("users:read.email",), per_minute=50),
    "team.info": Method(team_info, ("team:read",), per_minute=50),
    "bots.info": Method(bots_info, ("users:read",), per_minute=50),
    "dnd.info": Method(dnd_info, ("dnd:read",), per_minute=50),
    "auth.test": Method(auth_test, (), per_minute=300),
    "auth.revoke": Method(auth_revoke, (), per_minute=50),
}
