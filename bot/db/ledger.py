"""The Ledger port on SQLite and PostgreSQL: deliveries, lanes and schedules over one database."""

from __future__ import annotations

from bot.db.ledger_claiming import LedgerClaiming
from bot.db.ledger_keeping import LedgerKeeping
from bot.db.ledger_lanes import LedgerLanes
from bot.db.ledger_planning import LedgerPlanning, save_schedules
from bot.db.ledger_reading import LedgerReading
from bot.db.ledger_recording import LedgerRecording
from bot.db.ledger_refusals import LedgerRefusals
from bot.db.ledger_rows import owe
from bot.db.ledger_updating import LedgerUpdating

__all__ = ["SqlLedger", "owe", "save_schedules"]


class SqlLedger(
    LedgerReading,
    LedgerKeeping,
    LedgerPlanning,
    LedgerLanes,
    LedgerClaiming,
    LedgerRecording,
    LedgerUpdating,
    LedgerRefusals,
):
    """The ledger, one part a question; see `bot.ports.ledger.Ledger`."""
