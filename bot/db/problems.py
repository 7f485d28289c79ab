"""What can be wrong with a database, each said in one line that tells the operator what to do."""

from __future__ import annotations

from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError

from bot.ports.problems import StoreProblem

# SQLite names its errors by words alone; every entry is (words of the error, our line).
_SQLITE = (
    ("file is not a database", "is not an SQLite database: give another file, or restore a backup"),
    ("malformed", "is damaged: stop the bot and restore the newest backup"),
    ("database is locked", "is locked by another program for too long: close it and try again"),
    ("readonly database", "is read-only: give the bot's user the right to write the file and its folder"),
    ("disk is full", "cannot be written: the disk is full; free some space"),
    ("disk i/o error", "cannot be written or read: the disk reports an error"),
    ("unable to open database file", "cannot be opened: check that its folder exists and may be written"),
)
# PostgreSQL's five-character codes, longest prefix first.
_POSTGRESQL = (
    ("28", "refuses the user or the password in DATABASE_URL"),
    ("3D000", "does not exist on that server: create it, or correct DATABASE_URL"),
    ("25006", "is read-only: connect to the primary server"),
    ("42501", "refuses the user of DATABASE_URL: it needs the right to create and change tables"),
    ("53100", "cannot be written: the server's disk is full"),
    ("53300", "has no connection left: raise max_connections, or run fewer replicas"),
    ("55P03", "is busy: a lock was not free in time; try again"),
    ("57014", "took too long to answer"),
    ("57P", "is stopping or starting: try again in a moment"),
    ("08", "cannot be reached: check the host and port in DATABASE_URL, and that the server runs"),
)
# What the server says to whom it lets in no further comes without a code.
_POSTGRESQL_DOOR = (
    # First, as it is about no database that is missing: it is shutting down, starting up, in recovery mode, ….
    ("the database system is", "is stopping or starting: try again in a moment"),
    ("authentication failed", "refuses the user or the password in DATABASE_URL"),
    ("no password supplied", "wants a password in DATABASE_URL"),
    ("role ", "does not know the user in DATABASE_URL"),
    ("database ", "does not exist on that server: create it, or correct DATABASE_URL"),
    ("too many", "has no connection left: raise max_connections, or run fewer replicas"),
    ("remaining connection slots", "has no connection left: raise max_connections, or run fewer replicas"),
)
_UNREACHABLE = "cannot be reached: check the host and port in DATABASE_URL, and that the server runs"


class DatabaseProblem(StoreProblem):
    """The database cannot do its work; the message is one clear line without secrets or people's words."""


def problem_of(error: DBAPIError) -> DatabaseProblem | None:
    """The line for an error of the driver, or None where it is a bug of ours and should be seen as it is."""
    original = error.orig
    if original is None:
        return None
    if type(original).__module__.startswith("psycopg"):
        found = _postgresql(error, getattr(original, "sqlstate", None))
    else:
        words = str(original).lower()
        found = next((line for part, line in _SQLITE if part in words), None)
    return None if found is None else DatabaseProblem(f"The database {found}.")


def _postgresql(error: DBAPIError, code: str | None) -> str | None:
    if code is not None:
        return next((line for prefix, line in _POSTGRESQL if code.startswith(prefix)), None)
    # Without a code it is the connection that failed: a new one has no statement to its name yet.
    if error.statement is not None and not error.connection_invalidated:
        return None
    _, _, words = str(error.orig).partition("FATAL:")
    return next((line for part, line in _POSTGRESQL_DOOR if part in words), _UNREACHABLE)


def tell_no_words(context: ExceptionContext) -> None:
    """For SQLAlchemy's `handle_error`: PostgreSQL quotes whole rows below the first line of an error; they hold
    what people wrote, and errors are logged."""
    original = context.original_exception
    if type(original).__module__.startswith("psycopg.errors"):
        first = str(original).partition("\n")[0]
        original.args = (first,)
        if context.sqlalchemy_exception is not None:
            context.sqlalchemy_exception.args = (f"({type(original).__name__}) {first}",)
