-- Whether an account is disabled and when it last logged in. Meaning and rules: schema/README.md.
-- formerly server 0006_account_state.sql f6fdc196b794dbeeabcdd0febf734bc45915a39b1836b6a303819ad70d207a69

ALTER TABLE account ADD COLUMN disabled_at INTEGER NULL;
ALTER TABLE account ADD COLUMN last_login_at INTEGER NULL;

-- Tokens that were ended, so that every server ends them on its sockets.
CREATE TABLE ended_token (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  token_hash TEXT NOT NULL,
  reason     TEXT NOT NULL,
  ended_at   INTEGER NOT NULL
);
CREATE INDEX ended_token_at ON ended_token (ended_at);
