-- Whether an account is disabled and when it last logged in. Meaning and rules: schema/README.md.
-- formerly server 0006_account_state.sql 4db05b2c4169f8f0e3a37556627970eb9e4a3b4f408248d897c6d3f24350cfae

ALTER TABLE account ADD COLUMN disabled_at BIGINT NULL, ADD COLUMN last_login_at BIGINT NULL;

-- Tokens that were ended, so that every server ends them on its sockets.
CREATE TABLE IF NOT EXISTS ended_token (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  token_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason     VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ended_at   BIGINT NOT NULL,
  KEY ended_token_at (ended_at)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
