-- Accounts, their tokens, conversations and messages. Meaning and rules: schema/README.md.

CREATE TABLE account (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  name            TEXT NOT NULL,
  name_key        TEXT NOT NULL UNIQUE,
  password_hash   TEXT NOT NULL,
  created_at      INTEGER NOT NULL,
  last_message_at INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE session_token (
  token_hash TEXT NOT NULL PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX session_token_account ON session_token (account_id);
CREATE INDEX session_token_expires ON session_token (expires_at);

CREATE TABLE conversation (
  lo_id           INTEGER NOT NULL REFERENCES account (id),
  hi_id           INTEGER NOT NULL REFERENCES account (id),
  message_count   INTEGER NOT NULL,
  last_message_id INTEGER NOT NULL,
  PRIMARY KEY (lo_id, hi_id)
) WITHOUT ROWID;
CREATE INDEX conversation_hi ON conversation (hi_id);

CREATE TABLE message (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  lo_id       INTEGER NOT NULL,
  hi_id       INTEGER NOT NULL,
  sender_id   INTEGER NOT NULL REFERENCES account (id),
  receiver_id INTEGER NOT NULL REFERENCES account (id),
  created_at  INTEGER NOT NULL,
  lid         TEXT NULL,
  body        TEXT NOT NULL,
  body_folded TEXT NULL,
  attributes  TEXT NULL,
  UNIQUE (sender_id, lid)
);
CREATE INDEX message_conversation ON message (lo_id, hi_id, id);
CREATE INDEX message_sender ON message (sender_id, id);
CREATE INDEX message_receiver ON message (receiver_id, id);
