"""Alembic's entry: runs revisions on the connection that `bot.db.migrating` hands over."""

from __future__ import annotations

from alembic import context

from bot.db.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
    # One transaction for all of them: an upgrade that fails leaves the database as it was.
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
