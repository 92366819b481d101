-- Accounts and their tokens. Meaning and rules: schema/README.md.
-- formerly server 0001_init.sql 1c2858987f9638c57e06b3f2a07bf17a21711f7c76c645e3f2d83415361445ae

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
