"""What a PostgreSQL server says at its door, in our words."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from bot.db.problems import problem_of


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ("FATAL:  the database system is shutting down", "is stopping or starting"),
        ("FATAL:  the database system is starting up", "is stopping or starting"),
        ("FATAL:  the database system is not yet accepting connections", "is stopping or starting"),
        ("FATAL:  the database system is in recovery mode", "is stopping or starting"),
        ('FATAL:  database "bot" does not exist', "does not exist on that server"),
        ('FATAL:  role "bot" does not exist', "does not know the user"),
        ("No such file or directory", "cannot be reached"),
    ],
)
def test_whoever_is_not_let_in_hears_why(said: str, ours: str) -> None:
    refused = psycopg.OperationalError(
        f'connection failed: connection to server on socket "/x" failed: {said}'
    )

    problem = problem_of(OperationalError(None, None, refused))

    assert problem is not None
    assert ours in str(problem)
