"""The only room that speaks SQL."""

from bot.db.without_orm import leave_out_orm

leave_out_orm()
