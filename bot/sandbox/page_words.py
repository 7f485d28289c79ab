"""Plain words for what the local workspace refuses, each saying what to do next."""

from __future__ import annotations

_WORDS = {
    "user_not_found": "There is no such person here. Pick somebody from the list.",
    "user_disabled": "This person is deactivated. Bring them back under People first.",
    "channel_not_found": "This person cannot see that conversation. Pick another channel.",
    "not_in_channel": "Join the channel first.",
    "already_in_channel": "They are in the channel already.",
    "is_archived": "The channel is archived. Unarchive it first.",
    "already_archived": "The channel is archived already.",
    "not_archived": "The channel is not archived.",
    "cant_archive_general": "The general channel cannot be archived. Try another one.",
    "user_is_restricted": "A guest has to be invited. Ask a member.",
    "message_not_found": "That message is gone. Reload the conversation.",
    "thread_not_found": "That thread is gone. Reload the conversation.",
    "no_text": "Type something first.",
    "msg_too_long": "A message holds 40,000 characters at most. Split it in two.",
    "cant_update_message": "Only one's own messages can be edited.",
    "cant_delete_message": "Only one's own messages can be deleted; an admin may delete any.",
    "already_reacted": "That reaction is there already.",
    "no_reaction": "There is no such reaction to take back.",
    "no_such_view": "That window was closed. Open it again.",
    "no_such_element": "That button is gone: the message has changed. Reload the conversation.",
    "name_taken": "There is a channel of that name. Choose another.",
    "invalid_json": "The request must be a JSON object.",
    "invalid_time": "Give the time as epoch seconds or as 2026-11-27T15:00:00+00:00.",
    "nothing_due": "Nothing is due. Set up a team first, or move the clock by hand.",
    "no_bot": "No bot was started by this workspace. Start one yourself.",
    "team_not_found": "There is no such workspace. Use one from the list.",
}


def words_for(error: str) -> str:
    """What to show beside an error's name."""
    return _WORDS.get(error, f"That did not work ({error}). Reload the page and try again.")
