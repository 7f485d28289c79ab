"""Names for the opaque ids that everything else carries around.

A workspace key already holds its platform ("slack:T0123"); only the platform's own adapter makes or takes one
apart. People, channels and messages are only ever looked up together with their workspace.
"""

from __future__ import annotations

from typing import TypeAlias

Workspace: TypeAlias = str
UserId: TypeAlias = str
ChannelId: TypeAlias = str
TeamId: TypeAlias = str
StoryId: TypeAlias = str
CheckId: TypeAlias = str
DigestId: TypeAlias = str
DeliveryId: TypeAlias = str
CustomerId: TypeAlias = str
