"""Who is in a fresh local workspace where nothing else is asked for."""

from __future__ import annotations

from bot.sandbox.people import People


def settle(people: People) -> None:
    """Alice (owner), Bob, Charlie and a guest; the bot is in #general and #random only, so that it can be invited."""
    alice = people.add_person("Alice", title="Sales manager", role="owner", announce=False)
    bob = people.add_person("Bob", title="Account executive", announce=False)
    charlie = people.add_person("Charlie", title="Account executive", tz="Europe/Berlin", announce=False)
    grace = people.add_person("Grace", title="Consultant", role="guest", tz="Europe/Berlin", announce=False)
    everyone = [alice, bob, charlie]
    bot = [people.bot_user] if people.bot_user else []
    general = people.add_channel("general", [*everyone, *bot])
    people.workspace.channels[general].is_general = True
    people.add_channel("random", [*everyone, *bot])
    people.add_channel("small-business", [alice, bob, charlie, grace])
    people.add_channel("leadership", [alice, bob], private=True)
    archived = people.add_channel("old-news", [alice, *bot])
    people.workspace.channels[archived].is_archived = True
