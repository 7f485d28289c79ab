"""The full-text index over `story_words`, in each database's own words."""

from __future__ import annotations

from collections.abc import Sequence

# Our words come folded and cut, so the tokenizer only has to split at blanks.
_SQLITE = (
    """
    CREATE VIRTUAL TABLE story_search USING fts5(
      words, content='story_words', content_rowid='number', detail='column',
      tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co' tokenchars '_'"
    )
    """,
    """
    CREATE TRIGGER story_words_inserted AFTER INSERT ON story_words BEGIN
      INSERT INTO story_search (rowid, words) VALUES (new.number, new.words);
    END
    """,
    """
    CREATE TRIGGER story_words_deleted AFTER DELETE ON story_words BEGIN
      INSERT INTO story_search (story_search, rowid, words) VALUES ('delete', old.number, old.words);
    END
    """,
    """
    CREATE TRIGGER story_words_updated AFTER UPDATE ON story_words BEGIN
      INSERT INTO story_search (story_search, rowid, words) VALUES ('delete', old.number, old.words);
      INSERT INTO story_search (rowid, words) VALUES (new.number, new.words);
    END
    """,
)
_POSTGRESQL = (
    "ALTER TABLE story_words ADD COLUMN found tsvector GENERATED ALWAYS AS (words::tsvector) STORED",
    "CREATE INDEX ix_story_words_found ON story_words USING gin (found)",
)


def index_statements(dialect: str) -> Sequence[str]:
    """What makes the index in that database."""
    return _SQLITE if dialect == "sqlite" else _POSTGRESQL
