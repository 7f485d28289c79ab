"""The first schema, as it was released: never edited again."""

# ruff: noqa: E501

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = {
    "sqlite": (
        """
CREATE TABLE ai_run (
  workspace TEXT NOT NULL,
  about TEXT NOT NULL,
  at BIGINT NOT NULL,
  model TEXT NOT NULL,
  prompt_version TEXT NOT NULL,
  outcome TEXT NOT NULL,
  requests INTEGER NOT NULL,
  tokens BIGINT NOT NULL,
  stories TEXT DEFAULT '[]' NOT NULL,
  PRIMARY KEY (workspace, about)
)
        """,
        """
CREATE INDEX ix_ai_run_at ON ai_run (workspace, at)
        """,
        """
CREATE TABLE audit (
  number INTEGER NOT NULL,
  workspace TEXT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT DEFAULT '' NOT NULL,
  action TEXT DEFAULT '' NOT NULL,
  about TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (number)
)
        """,
        """
CREATE INDEX ix_audit_at ON audit (workspace, at)
        """,
        """
CREATE TABLE company (
  workspace TEXT NOT NULL,
  channel TEXT NOT NULL,
  channel_name TEXT NOT NULL,
  name TEXT NOT NULL,
  zone TEXT NOT NULL,
  PRIMARY KEY (workspace)
)
        """,
        """
CREATE TABLE daily_dm (
  workspace TEXT NOT NULL,
  person TEXT NOT NULL,
  day TEXT NOT NULL,
  delivery TEXT NOT NULL,
  PRIMARY KEY (workspace, person, day)
)
        """,
        """
CREATE INDEX ix_daily_dm_day ON daily_dm (day)
        """,
        """
CREATE TABLE delivery (
  id TEXT NOT NULL,
  workspace TEXT NOT NULL,
  subject TEXT NOT NULL,
  kind TEXT NOT NULL,
  recipient TEXT NOT NULL,
  local_date TEXT DEFAULT '' NOT NULL,
  number INTEGER DEFAULT '0' NOT NULL,
  due_at BIGINT NOT NULL,
  expires_at BIGINT,
  priority INTEGER NOT NULL,
  team TEXT,
  channel TEXT,
  thread TEXT,
  data TEXT DEFAULT '{}' NOT NULL,
  state TEXT DEFAULT 'queued' NOT NULL,
  reason TEXT,
  attempts INTEGER DEFAULT '0' NOT NULL,
  fence BIGINT DEFAULT '0' NOT NULL,
  again_at BIGINT DEFAULT '0' NOT NULL,
  claimed_at BIGINT,
  sent_at BIGINT,
  ts TEXT,
  wanted INTEGER DEFAULT '0' NOT NULL,
  shown INTEGER DEFAULT '0' NOT NULL,
  misses INTEGER DEFAULT '0' NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT uq_delivery_visible_once UNIQUE (workspace, subject, kind, recipient, local_date, number),
  CONSTRAINT ck_delivery_state CHECK (state IN ('queued', 'sending', 'sent', 'skipped', 'failed', 'unknown', 'parked'))
)
        """,
        """
CREATE INDEX ix_delivery_due ON delivery (due_at, again_at, workspace) WHERE state = 'queued'
        """,
        """
CREATE INDEX ix_delivery_message ON delivery (workspace, channel, ts)
        """,
        """
CREATE INDEX ix_delivery_parked ON delivery (workspace, recipient) WHERE state = 'parked'
        """,
        """
CREATE INDEX ix_delivery_queued ON delivery (workspace, priority, due_at, id) WHERE state = 'queued'
        """,
        """
CREATE INDEX ix_delivery_recipient ON delivery (workspace, recipient, sent_at)
        """,
        """
CREATE INDEX ix_delivery_sending ON delivery (workspace, recipient) WHERE state = 'sending'
        """,
        """
CREATE INDEX ix_delivery_stale ON delivery (workspace) WHERE state = 'sent' AND wanted > shown
        """,
        """
CREATE TABLE delivery_story (
  workspace TEXT NOT NULL,
  story TEXT NOT NULL,
  delivery TEXT NOT NULL,
  PRIMARY KEY (workspace, story, delivery)
)
        """,
        """
CREATE INDEX ix_delivery_story_delivery ON delivery_story (delivery)
        """,
        """
CREATE TABLE digest (
  workspace TEXT NOT NULL,
  id TEXT NOT NULL,
  team TEXT NOT NULL,
  week TEXT NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT NOT NULL,
  state TEXT DEFAULT 'planned' NOT NULL,
  headline TEXT,
  question TEXT DEFAULT '' NOT NULL,
  label TEXT DEFAULT '' NOT NULL,
  left_out TEXT DEFAULT '[]' NOT NULL,
  PRIMARY KEY (workspace, id),
  CONSTRAINT uq_digest_week UNIQUE (workspace, team, week)
)
        """,
        """
CREATE INDEX ix_digest_until ON digest (workspace, team, until)
        """,
        """
CREATE TABLE digest_pick (
  workspace TEXT NOT NULL,
  digest TEXT NOT NULL,
  story TEXT NOT NULL,
  teller TEXT NOT NULL,
  featured BOOLEAN DEFAULT false NOT NULL,
  position INTEGER DEFAULT '0' NOT NULL,
  alike INTEGER DEFAULT '0' NOT NULL,
  theme TEXT,
  quote TEXT,
  beneath TEXT,
  PRIMARY KEY (workspace, digest, story)
)
        """,
        """
CREATE INDEX ix_digest_pick_story ON digest_pick (workspace, story)
        """,
        """
CREATE TABLE huddle (
  workspace TEXT NOT NULL,
  id TEXT NOT NULL,
  team TEXT NOT NULL,
  story TEXT NOT NULL,
  teller TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  at BIGINT NOT NULL,
  state TEXT NOT NULL,
  told_at BIGINT,
  PRIMARY KEY (workspace, id),
  CONSTRAINT uq_huddle_story UNIQUE (workspace, team, story)
)
        """,
        """
CREATE INDEX ix_huddle_teller ON huddle (workspace, teller)
        """,
        """
CREATE TABLE huddle_any_time (
  workspace TEXT NOT NULL,
  user TEXT NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (workspace, user)
)
        """,
        """
CREATE TABLE inbox (
  workspace TEXT NOT NULL,
  "key" TEXT NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  payload TEXT DEFAULT '' NOT NULL,
  received_at BIGINT NOT NULL,
  sender TEXT DEFAULT '' NOT NULL,
  attempts INTEGER DEFAULT '0' NOT NULL,
  state TEXT DEFAULT 'pending' NOT NULL,
  reason TEXT,
  changed_at BIGINT,
  PRIMARY KEY (workspace, "key")
)
        """,
        """
CREATE INDEX ix_inbox_done ON inbox (received_at) WHERE state = 'done'
        """,
        """
CREATE INDEX ix_inbox_pending ON inbox (received_at) WHERE state = 'pending'
        """,
        """
CREATE INDEX ix_inbox_resting ON inbox (received_at) WHERE state = 'resting'
        """,
        """
CREATE INDEX ix_inbox_sender ON inbox (workspace, sender) WHERE state <> 'done'
        """,
        """
CREATE TABLE install_state (
  state TEXT NOT NULL,
  browser TEXT DEFAULT '' NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (state)
)
        """,
        """
CREATE INDEX ix_install_state_expires ON install_state (expires_at)
        """,
        """
CREATE TABLE lane (
  workspace TEXT NOT NULL,
  owner TEXT,
  fence BIGINT DEFAULT '0' NOT NULL,
  leased_until BIGINT DEFAULT '0' NOT NULL,
  tat BIGINT DEFAULT '0' NOT NULL,
  paused_until BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (workspace)
)
        """,
        """
CREATE TABLE member (
  workspace TEXT NOT NULL,
  team TEXT NOT NULL,
  user TEXT NOT NULL,
  state TEXT NOT NULL,
  since BIGINT NOT NULL,
  ai_told_at BIGINT,
  PRIMARY KEY (workspace, team, user)
)
        """,
        """
CREATE INDEX ix_member_user ON member (workspace, user)
        """,
        """
CREATE TABLE parked (
  workspace TEXT NOT NULL,
  recipient TEXT NOT NULL,
  reason TEXT NOT NULL,
  since BIGINT NOT NULL,
  retry_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, recipient)
)
        """,
        """
CREATE TABLE person (
  workspace TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  zone TEXT,
  locale TEXT,
  standing TEXT DEFAULT 'member' NOT NULL,
  is_admin BOOLEAN DEFAULT false NOT NULL,
  dm TEXT,
  default_visibility INTEGER DEFAULT '2' NOT NULL,
  coach BOOLEAN DEFAULT true NOT NULL,
  nudge BOOLEAN DEFAULT false NOT NULL,
  ai_refused BOOLEAN DEFAULT false NOT NULL,
  stopped_at BIGINT,
  paused_until TEXT,
  own_days TEXT,
  own_at TEXT,
  own_holidays TEXT,
  unanswered INTEGER DEFAULT '0' NOT NULL,
  rhythm_asked_at BIGINT,
  introduced_at BIGINT,
  forgotten_at BIGINT,
  refreshed_at BIGINT,
  left_at BIGINT,
  PRIMARY KEY (workspace, id)
)
        """,
        """
CREATE INDEX ix_person_left ON person (left_at) WHERE left_at IS NOT NULL
        """,
        """
CREATE TABLE purpose (
  workspace TEXT NOT NULL,
  team TEXT NOT NULL,
  version INTEGER DEFAULT '0' NOT NULL,
  text TEXT DEFAULT '' NOT NULL,
  set_by TEXT DEFAULT '' NOT NULL,
  set_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, team, version)
)
        """,
        """
CREATE TABLE purpose_check (
  workspace TEXT NOT NULL,
  id TEXT NOT NULL,
  team TEXT NOT NULL,
  channel TEXT NOT NULL,
  question TEXT DEFAULT '' NOT NULL,
  asked_by TEXT DEFAULT '' NOT NULL,
  opened_at BIGINT NOT NULL,
  closes_at BIGINT NOT NULL,
  state TEXT DEFAULT 'open' NOT NULL,
  closed_at BIGINT,
  closed_by TEXT,
  ts TEXT,
  origin TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (workspace, id)
)
        """,
        """
CREATE INDEX ix_check_due ON purpose_check (closes_at) WHERE state = 'open'
        """,
        """
CREATE INDEX ix_check_message ON purpose_check (workspace, channel, ts)
        """,
        """
CREATE UNIQUE INDEX uq_check_origin ON purpose_check (workspace, origin) WHERE origin <> ''
        """,
        """
CREATE TABLE reminder_used (
  workspace TEXT NOT NULL,
  team TEXT NOT NULL,
  used_on TEXT NOT NULL,
  "key" TEXT NOT NULL,
  PRIMARY KEY (workspace, team, used_on)
)
        """,
        """
CREATE TABLE schedule (
  id TEXT NOT NULL,
  workspace TEXT NOT NULL,
  team TEXT NOT NULL,
  channel TEXT NOT NULL,
  kind TEXT NOT NULL,
  days TEXT NOT NULL,
  at TEXT NOT NULL,
  zone TEXT NOT NULL,
  holidays TEXT,
  active_from BIGINT NOT NULL,
  planned_through BIGINT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT uq_schedule UNIQUE (workspace, team, kind)
)
        """,
        """
CREATE INDEX ix_schedule_planned ON schedule (planned_through)
        """,
        """
CREATE TABLE story (
  workspace TEXT NOT NULL,
  id TEXT NOT NULL,
  team TEXT,
  teller TEXT NOT NULL,
  text TEXT DEFAULT '' NOT NULL,
  told_at BIGINT NOT NULL,
  told_on TEXT NOT NULL,
  source TEXT NOT NULL,
  origin TEXT NOT NULL,
  visibility INTEGER DEFAULT '0' NOT NULL,
  customer TEXT DEFAULT '' NOT NULL,
  goal TEXT DEFAULT '' NOT NULL,
  change TEXT DEFAULT '' NOT NULL,
  tags TEXT DEFAULT '[]' NOT NULL,
  state TEXT NOT NULL,
  revision INTEGER DEFAULT '1' NOT NULL,
  purpose_version INTEGER,
  check_id TEXT,
  prompt TEXT,
  ai_allowed BOOLEAN DEFAULT false NOT NULL,
  coached BOOLEAN DEFAULT false NOT NULL,
  PRIMARY KEY (workspace, id),
  CONSTRAINT uq_story_origin UNIQUE (workspace, origin),
  CONSTRAINT ck_story_state CHECK (state IN ('draft', 'kept', 'withdrawn')),
  CONSTRAINT ck_story_withdrawn_is_empty CHECK (state <> 'withdrawn' OR text = '')
)
        """,
        """
CREATE INDEX ix_story_check ON story (workspace, check_id, teller) WHERE check_id IS NOT NULL
        """,
        """
CREATE INDEX ix_story_expiring ON story (told_at) WHERE state <> 'withdrawn'
        """,
        """
CREATE INDEX ix_story_team ON story (workspace, team, told_at, id)
        """,
        """
CREATE INDEX ix_story_teller ON story (workspace, teller, told_at, id)
        """,
        """
CREATE INDEX ix_story_told ON story (workspace, told_at, id)
        """,
        """
CREATE TABLE story_message (
  workspace TEXT NOT NULL,
  origin TEXT NOT NULL,
  story TEXT,
  position INTEGER DEFAULT '0' NOT NULL,
  text TEXT DEFAULT '' NOT NULL,
  edited TEXT DEFAULT '' NOT NULL,
  deleted BOOLEAN DEFAULT false NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (workspace, origin)
)
        """,
        """
CREATE INDEX ix_story_message_early ON story_message (at) WHERE story IS NULL
        """,
        """
CREATE INDEX ix_story_message_story ON story_message (workspace, story) WHERE story IS NOT NULL
        """,
        """
CREATE TABLE story_read (
  workspace TEXT NOT NULL,
  reader TEXT NOT NULL,
  story TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (workspace, reader, story)
)
        """,
        """
CREATE INDEX ix_story_read_story ON story_read (workspace, story)
        """,
        """
CREATE TABLE story_revision (
  workspace TEXT NOT NULL,
  story TEXT NOT NULL,
  revision INTEGER DEFAULT '0' NOT NULL,
  text TEXT DEFAULT '' NOT NULL,
  at BIGINT NOT NULL,
  "by" TEXT NOT NULL,
  PRIMARY KEY (workspace, story, revision)
)
        """,
        """
CREATE TABLE story_words (
  number INTEGER NOT NULL,
  workspace TEXT NOT NULL,
  story TEXT NOT NULL,
  words TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (number),
  CONSTRAINT uq_story_words UNIQUE (workspace, story)
)
        """,
        """
CREATE TABLE team (
  workspace TEXT NOT NULL,
  id TEXT NOT NULL,
  channel TEXT NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  zone TEXT DEFAULT '' NOT NULL,
  channel_name TEXT DEFAULT '' NOT NULL,
  channel_kind TEXT DEFAULT '' NOT NULL,
  company TEXT DEFAULT '' NOT NULL,
  holidays TEXT,
  joining TEXT DEFAULT '' NOT NULL,
  prompt TEXT DEFAULT '' NOT NULL,
  reminder TEXT DEFAULT '' NOT NULL,
  digest TEXT DEFAULT '' NOT NULL,
  check_closes_after INTEGER DEFAULT '0' NOT NULL,
  questions TEXT DEFAULT '[]' NOT NULL,
  reminder_lines TEXT DEFAULT '[]' NOT NULL,
  ai BOOLEAN DEFAULT false NOT NULL,
  ai_since BIGINT,
  created_at BIGINT,
  held TEXT,
  purpose_version INTEGER DEFAULT '0' NOT NULL,
  PRIMARY KEY (workspace, id),
  CONSTRAINT uq_team_channel UNIQUE (workspace, channel)
)
        """,
        """
CREATE TABLE team_manager (
  workspace TEXT NOT NULL,
  team TEXT NOT NULL,
  user TEXT NOT NULL,
  position INTEGER DEFAULT '0' NOT NULL,
  PRIMARY KEY (workspace, team, user)
)
        """,
        """
CREATE INDEX ix_team_manager_user ON team_manager (workspace, user)
        """,
        """
CREATE TABLE workspace (
  "key" TEXT NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  bot_user TEXT DEFAULT '' NOT NULL,
  token TEXT,
  scopes TEXT DEFAULT '' NOT NULL,
  installed_at BIGINT,
  revoked_at BIGINT,
  heard_at BIGINT,
  refresh_token TEXT,
  expires_at BIGINT,
  renewer TEXT,
  renewing_until BIGINT,
  PRIMARY KEY ("key")
)
        """,
        """
CREATE INDEX ix_workspace_expires ON workspace (expires_at) WHERE refresh_token IS NOT NULL
        """,
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
    ),
    "postgresql": (
        """
CREATE TABLE ai_run (
  workspace TEXT NOT NULL,
  about TEXT NOT NULL,
  at BIGINT NOT NULL,
  model TEXT NOT NULL,
  prompt_version TEXT NOT NULL,
  outcome TEXT NOT NULL,
  requests INTEGER NOT NULL,
  tokens BIGINT NOT NULL,
  stories TEXT DEFAULT '[]' NOT NULL,
  PRIMARY KEY (workspace, about)
)
        """,
        """
CREATE INDEX ix_ai_run_at ON ai_run (workspace, at)
        """,
        """
CREATE TABLE audit (
  number BIGSERIAL NOT NULL,
  workspace TEXT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT DEFAULT '' NOT NULL,
  action TEXT DEFAULT '' NOT NULL,
  about TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (number)
)
        """,
        """
CREATE INDEX ix_audit_at ON audit (workspace, at)
        """,
        """
CREATE TABLE company (
  workspace TEXT NOT NULL,
  channel TEXT NOT NULL,
  channel_name TEXT NOT NULL,
  name TEXT NOT NULL,
  zone TEXT NOT NULL,
  PRIMARY KEY (workspace)
)
        """,
        """
CREATE TABLE daily_dm (
  workspace TEXT NOT NULL,
  person TEXT NOT NULL,
  day TEXT NOT NULL,
  delivery TEXT NOT NULL,
  PRIMARY KEY (workspace, person, day)
)
        """,
        """
CREATE INDEX ix_daily_dm_day ON daily_dm (day)
        """,
        """
CREATE TABLE delivery (
  id TEXT NOT NULL,
  workspace TEXT NOT NULL,
  subject TEXT NOT NULL,
  kind TEXT NOT NULL,
  recipient TEXT NOT NULL,
  local_date TEXT DEFAULT '' NOT NULL,
  number INTEGER DEFAULT '0' NOT NULL,
  due_at BIGINT NOT NULL,
  expires_at BIGINT,
  priority INTEGER NOT NULL,
  team TEXT,
  channel TEXT,
  thread TEXT,
  data TEXT DEFAULT '{}' NOT NULL,
  state TEXT DEFAULT 'queued' NOT NULL,
  reason TEXT,
  attempts INTEGER DEFAULT '0' NOT NULL,
  fence BIGINT DEFAULT '0' NOT NULL,
  again_at BIGINT DEFAULT '0' NOT NULL,
  claimed_at BIGINT,
  sent_at BIGINT,
  ts TEXT,
  wanted INTEGER DEFAULT '0' NOT NULL,
  shown INTEGER DEFAULT '0' NOT NULL,
  misses INTEGER DEFAULT '0' NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT uq_delivery_visible_once UNIQUE (workspace, subject, kind, recipient, local_date, number),
  CONSTRAINT ck_delivery_state CHECK (state IN ('queued', 'sending', 'sent', 'skipped', 'failed', 'unknown', 'parked'))
)
        """,
        """
CREATE INDEX ix_delivery_due ON delivery (due_at, again_at, workspace) WHERE state = 'queued'
        """,
        """
CREATE INDEX ix_delivery_message ON delivery (workspace, channel, ts)
        """,
        """
CREATE INDEX ix_delivery_parked ON delivery (workspace, recipient) WHERE state = 'parked'
        """,
        """
CREATE INDEX ix_delivery_queued ON delivery (workspace, priority, due_at, id) WHERE state = 'queued'
        """,
        """
CREATE INDEX ix_delivery_recipient ON delivery (workspace, recipient, sent_at)
        """,
        """
CREATE INDEX ix_delivery_sending ON delivery (workspace, recipient) WHERE state = 'sending'
        """,
        """
CREATE INDEX ix_delivery_stale ON delivery (workspace) WHERE state = 'sent' AND wanted > shown
        """,
        """
CREATE TABLE delivery_story (
  workspace TEXT NOT NULL,
  story TEXT NOT NULL,
  delivery TEXT NOT NULL,
  PRIMARY KEY (workspace, story, delivery)
)
        """,
        """
CREATE INDEX ix_delivery_story_delivery ON delivery_story (delivery)
        """,
        """
CREATE TABLE digest (
  workspace TEXT NOT NULL,
  id TEXT NOT NULL,
  team TEXT NOT NULL,
  week TEXT NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT NOT NULL,
  state TEXT DEFAULT 'planned' NOT NULL,
  headline TEXT,
  question TEXT DEFAULT '' NOT NULL,
  label TEXT DEFAULT '' NOT NULL,
  left_out TEXT DEFAULT '[]' NOT NULL,
  PRIMARY KEY (workspace, id),
  CONSTRAINT uq_digest_week UNIQUE (workspace, team, week)
)
        """,
        """
CREATE INDEX ix_digest_until ON digest (workspace, team, until)
        """,
        """
CREATE TABLE digest_pick (
  workspace TEXT NOT NULL,
  digest TEXT NOT NULL,
  story TEXT NOT NULL,
  teller TEXT NOT NULL,
  featured BOOLEAN DEFAULT false NOT NULL,
  position INTEGER DEFAULT '0' NOT NULL,
  alike INTEGER DEFAULT '0' NOT NULL,
  theme TEXT,
  quote TEXT,
  beneath TEXT,
  PRIMARY KEY (workspace, digest, story)
)
        """,
        """
CREATE INDEX ix_digest_pick_story ON digest_pick (workspace, story)
        """,
        """
CREATE TABLE huddle (
  workspace TEXT NOT NULL,
  id TEXT NOT NULL,
  team TEXT NOT NULL,
  story TEXT NOT NULL,
  teller TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  at BIGINT NOT NULL,
  state TEXT NOT NULL,
  told_at BIGINT,
  PRIMARY KEY (workspace, id),
  CONSTRAINT uq_huddle_story UNIQUE (workspace, team, story)
)
        """,
        """
CREATE INDEX ix_huddle_teller ON huddle (workspace, teller)
        """,
        """
CREATE TABLE huddle_any_time (
  workspace TEXT NOT NULL,
  "user" TEXT NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (workspace, "user")
)
        """,
        """
CREATE TABLE inbox (
  workspace TEXT NOT NULL,
  key TEXT NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  payload TEXT DEFAULT '' NOT NULL,
  received_at BIGINT NOT NULL,
  sender TEXT DEFAULT '' NOT NULL,
  attempts INTEGER DEFAULT '0' NOT NULL,
  state TEXT DEFAULT 'pending' NOT NULL,
  reason TEXT,
  changed_at BIGINT,
  PRIMARY KEY (workspace, key)
)
        """,
        """
CREATE INDEX ix_inbox_done ON inbox (received_at) WHERE state = 'done'
        """,
        """
CREATE INDEX ix_inbox_pending ON inbox (received_at) WHERE state = 'pending'
        """,
        """
CREATE INDEX ix_inbox_resting ON inbox (received_at) WHERE state = 'resting'
        """,
        """
CREATE INDEX ix_inbox_sender ON inbox (workspace, sender) WHERE state <> 'done'
        """,
        """
CREATE TABLE install_state (
  state TEXT NOT NULL,
  browser TEXT DEFAULT '' NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (state)
)
        """,
        """
CREATE INDEX ix_install_state_expires ON install_state (expires_at)
        """,
        """
CREATE TABLE lane (
  workspace TEXT NOT NULL,
  owner TEXT,
  fence BIGINT DEFAULT '0' NOT NULL,
  leased_until BIGINT DEFAULT '0' NOT NULL,
  tat BIGINT DEFAULT '0' NOT NULL,
  paused_until BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (workspace)
)
        """,
        """
CREATE TABLE member (
  workspace TEXT NOT NULL,
  team TEXT NOT NULL,
  "user" TEXT NOT NULL,
  state TEXT NOT NULL,
  since BIGINT NOT NULL,
  ai_told_at BIGINT,
  PRIMARY KEY (workspace, team, "user")
)
        """,
        """
CREATE INDEX ix_member_user ON member (workspace, "user")
        """,
        """
CREATE TABLE parked (
  workspace TEXT NOT NULL,
  recipient TEXT NOT NULL,
  reason TEXT NOT NULL,
  since BIGINT NOT NULL,
  retry_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, recipient)
)
        """,
        """
CREATE TABLE person (
  workspace TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  zone TEXT,
  locale TEXT,
  standing TEXT DEFAULT 'member' NOT NULL,
  is_admin BOOLEAN DEFAULT false NOT NULL,
  dm TEXT,
  default_visibility INTEGER DEFAULT '2' NOT NULL,
  coach BOOLEAN DEFAULT true NOT NULL,
  nudge BOOLEAN DEFAULT false NOT NULL,
  ai_refused BOOLEAN DEFAULT false NOT NULL,
  stopped_at BIGINT,
  paused_until TEXT,
  own_days TEXT,
  own_at TEXT,
  own_holidays TEXT,
  unanswered INTEGER DEFAULT '0' NOT NULL,
  rhythm_asked_at BIGINT,
  introduced_at BIGINT,
  forgotten_at BIGINT,
  refreshed_at BIGINT,
  left_at BIGINT,
  PRIMARY KEY (workspace, id)
)
        """,
        """
CREATE INDEX ix_person_left ON person (left_at) WHERE left_at IS NOT NULL
        """,
        """
CREATE TABLE purpose (
  workspace TEXT NOT NULL,
  team TEXT NOT NULL,
  version INTEGER DEFAULT '0' NOT NULL,
  text TEXT DEFAULT '' NOT NULL,
  set_by TEXT DEFAULT '' NOT NULL,
  set_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, team, version)
)
        """,
        """
CREATE TABLE purpose_check (
  workspace TEXT NOT NULL,
  id TEXT NOT NULL,
  team TEXT NOT NULL,
  channel TEXT NOT NULL,
  question TEXT DEFAULT '' NOT NULL,
  asked_by TEXT DEFAULT '' NOT NULL,
  opened_at BIGINT NOT NULL,
  closes_at BIGINT NOT NULL,
  state TEXT DEFAULT 'open' NOT NULL,
  closed_at BIGINT,
  closed_by TEXT,
  ts TEXT,
  origin TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (workspace, id)
)
        """,
        """
CREATE INDEX ix_check_due ON purpose_check (closes_at) WHERE state = 'open'
        """,
        """
CREATE INDEX ix_check_message ON purpose_check (workspace, channel, ts)
        """,
        """
CREATE UNIQUE INDEX uq_check_origin ON purpose_check (workspace, origin) WHERE origin <> ''
        """,
        """
CREATE TABLE reminder_used (
  workspace TEXT NOT NULL,
  team TEXT NOT NULL,
  used_on TEXT NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (workspace, team, used_on)
)
        """,
        """
CREATE TABLE schedule (
  id TEXT NOT NULL,
  workspace TEXT NOT NULL,
  team TEXT NOT NULL,
  channel TEXT NOT NULL,
  kind TEXT NOT NULL,
  days TEXT NOT NULL,
  at TEXT NOT NULL,
  zone TEXT NOT NULL,
  holidays TEXT,
  active_from BIGINT NOT NULL,
  planned_through BIGINT NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT uq_schedule UNIQUE (workspace, team, kind)
)
        """,
        """
CREATE INDEX ix_schedule_planned ON schedule (planned_through)
        """,
        """
CREATE TABLE story (
  workspace TEXT NOT NULL,
  id TEXT NOT NULL,
  team TEXT,
  teller TEXT NOT NULL,
  text TEXT DEFAULT '' NOT NULL,
  told_at BIGINT NOT NULL,
  told_on TEXT NOT NULL,
  source TEXT NOT NULL,
  origin TEXT NOT NULL,
  visibility INTEGER DEFAULT '0' NOT NULL,
  customer TEXT DEFAULT '' NOT NULL,
  goal TEXT DEFAULT '' NOT NULL,
  change TEXT DEFAULT '' NOT NULL,
  tags TEXT DEFAULT '[]' NOT NULL,
  state TEXT NOT NULL,
  revision INTEGER DEFAULT '1' NOT NULL,
  purpose_version INTEGER,
  check_id TEXT,
  prompt TEXT,
  ai_allowed BOOLEAN DEFAULT false NOT NULL,
  coached BOOLEAN DEFAULT false NOT NULL,
  PRIMARY KEY (workspace, id),
  CONSTRAINT uq_story_origin UNIQUE (workspace, origin),
  CONSTRAINT ck_story_state CHECK (state IN ('draft', 'kept', 'withdrawn')),
  CONSTRAINT ck_story_withdrawn_is_empty CHECK (state <> 'withdrawn' OR text = '')
)
        """,
        """
CREATE INDEX ix_story_check ON story (workspace, check_id, teller) WHERE check_id IS NOT NULL
        """,
        """
CREATE INDEX ix_story_expiring ON story (told_at) WHERE state <> 'withdrawn'
        """,
        """
CREATE INDEX ix_story_team ON story (workspace, team, told_at, id)
        """,
        """
CREATE INDEX ix_story_teller ON story (workspace, teller, told_at, id)
        """,
        """
CREATE INDEX ix_story_told ON story (workspace, told_at, id)
        """,
        """
CREATE TABLE story_message (
  workspace TEXT NOT NULL,
  origin TEXT NOT NULL,
  story TEXT,
  position INTEGER DEFAULT '0' NOT NULL,
  text TEXT DEFAULT '' NOT NULL,
  edited TEXT DEFAULT '' NOT NULL,
  deleted BOOLEAN DEFAULT false NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (workspace, origin)
)
        """,
        """
CREATE INDEX ix_story_message_early ON story_message (at) WHERE story IS NULL
        """,
        """
CREATE INDEX ix_story_message_story ON story_message (workspace, story) WHERE story IS NOT NULL
        """,
        """
CREATE TABLE story_read (
  workspace TEXT NOT NULL,
  reader TEXT NOT NULL,
  story TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (workspace, reader, story)
)
        """,
        """
CREATE INDEX ix_story_read_story ON story_read (workspace, story)
        """,
        """
CREATE TABLE story_revision (
  workspace TEXT NOT NULL,
  story TEXT NOT NULL,
  revision INTEGER DEFAULT '0' NOT NULL,
  text TEXT DEFAULT '' NOT NULL,
  at BIGINT NOT NULL,
  by TEXT NOT NULL,
  PRIMARY KEY (workspace, story, revision)
)
        """,
        """
CREATE TABLE story_words (
  number BIGSERIAL NOT NULL,
  workspace TEXT NOT NULL,
  story TEXT NOT NULL,
  words TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (number),
  CONSTRAINT uq_story_words UNIQUE (workspace, story)
)
        """,
        """
CREATE TABLE team (
  workspace TEXT NOT NULL,
  id TEXT NOT NULL,
  channel TEXT NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  zone TEXT DEFAULT '' NOT NULL,
  channel_name TEXT DEFAULT '' NOT NULL,
  channel_kind TEXT DEFAULT '' NOT NULL,
  company TEXT DEFAULT '' NOT NULL,
  holidays TEXT,
  joining TEXT DEFAULT '' NOT NULL,
  prompt TEXT DEFAULT '' NOT NULL,
  reminder TEXT DEFAULT '' NOT NULL,
  digest TEXT DEFAULT '' NOT NULL,
  check_closes_after INTEGER DEFAULT '0' NOT NULL,
  questions TEXT DEFAULT '[]' NOT NULL,
  reminder_lines TEXT DEFAULT '[]' NOT NULL,
  ai BOOLEAN DEFAULT false NOT NULL,
  ai_since BIGINT,
  created_at BIGINT,
  held TEXT,
  purpose_version INTEGER DEFAULT '0' NOT NULL,
  PRIMARY KEY (workspace, id),
  CONSTRAINT uq_team_channel UNIQUE (workspace, channel)
)
        """,
        """
CREATE TABLE team_manager (
  workspace TEXT NOT NULL,
  team TEXT NOT NULL,
  "user" TEXT NOT NULL,
  position INTEGER DEFAULT '0' NOT NULL,
  PRIMARY KEY (workspace, team, "user")
)
        """,
        """
CREATE INDEX ix_team_manager_user ON team_manager (workspace, "user")
        """,
        """
CREATE TABLE workspace (
  key TEXT NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  bot_user TEXT DEFAULT '' NOT NULL,
  token TEXT,
  scopes TEXT DEFAULT '' NOT NULL,
  installed_at BIGINT,
  revoked_at BIGINT,
  heard_at BIGINT,
  refresh_token TEXT,
  expires_at BIGINT,
  renewer TEXT,
  renewing_until BIGINT,
  PRIMARY KEY (key)
)
        """,
        """
CREATE INDEX ix_workspace_expires ON workspace (expires_at) WHERE refresh_token IS NOT NULL
        """,
        """
ALTER TABLE story_words ADD COLUMN found tsvector GENERATED ALWAYS AS (words::tsvector) STORED
        """,
        """
CREATE INDEX ix_story_words_found ON story_words USING gin (found)
        """,
        """
ALTER TABLE story ENABLE ROW LEVEL SECURITY
        """,
        """
ALTER TABLE story FORCE ROW LEVEL SECURITY
        """,
        """
CREATE POLICY one_workspace ON story USING (workspace = current_setting('purpose.workspace', true) OR current_setting('purpose.workspace', true) = '*')
        """,
        """
ALTER TABLE story_message ENABLE ROW LEVEL SECURITY
        """,
        """
ALTER TABLE story_message FORCE ROW LEVEL SECURITY
        """,
        """
CREATE POLICY one_workspace ON story_message USING (workspace = current_setting('purpose.workspace', true) OR current_setting('purpose.workspace', true) = '*')
        """,
        """
ALTER TABLE story_revision ENABLE ROW LEVEL SECURITY
        """,
        """
ALTER TABLE story_revision FORCE ROW LEVEL SECURITY
        """,
        """
CREATE POLICY one_workspace ON story_revision USING (workspace = current_setting('purpose.workspace', true) OR current_setting('purpose.workspace', true) = '*')
        """,
        """
ALTER TABLE story_read ENABLE ROW LEVEL SECURITY
        """,
        """
ALTER TABLE story_read FORCE ROW LEVEL SECURITY
        """,
        """
CREATE POLICY one_workspace ON story_read USING (workspace = current_setting('purpose.workspace', true) OR current_setting('purpose.workspace', true) = '*')
        """,
        """
ALTER TABLE story_words ENABLE ROW LEVEL SECURITY
        """,
        """
ALTER TABLE story_words FORCE ROW LEVEL SECURITY
        """,
        """
CREATE POLICY one_workspace ON story_words USING (workspace = current_setting('purpose.workspace', true) OR current_setting('purpose.workspace', true) = '*')
        """,
    ),
}


def upgrade() -> None:
    for statement in STATEMENTS[op.get_bind().dialect.name]:
        op.execute(statement)
