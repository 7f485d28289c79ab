"""What tellers are called where their stories are shown: by name, and once they left no longer by name."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.identity import UserId, Workspace
from bot.domain.people import Person, Standing
from bot.ports.stores import Store
from bot.usecases.digest_printing import FORMER


async def names_of(store: Store, workspace: Workspace, users: Collection[UserId]) -> dict[UserId, str]:
    """Names by id; nothing for people who are not known (the surface then says "a colleague")."""
    people = await store.people.many(workspace, users)
    return {user: name_of(person) for user, person in people.items()}


async def name(store: Store, workspace: Workspace, user: UserId) -> str:
    """One person's name, or empty where they are not known."""
    return (await names_of(store, workspace, [user])).get(user, "")


def name_of(person: Person) -> str:
    """A person's name as others read it."""
    gone = person.standing is Standing.DEACTIVATED or person.forgotten_at is not None
    return FORMER if gone else person.name
