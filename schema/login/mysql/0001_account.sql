-- Accounts and their tokens. Meaning and rules: schema/README.md.
-- formerly server 0001_init.sql 817cc5f0392a398d1fb53065f109d21337b10673427eee16160c0a6cefb2db62

CREATE TABLE IF NOT EXISTS account (
  id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name            VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name_key        VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  password_hash   VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at      BIGINT NOT NULL,
  last_message_at BIGINT NOT NULL DEFAULT 0,
  UNIQUE KEY account_name_key (name_key)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS session_token (
  token_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  account_id BIGINT UNSIGNED NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  KEY session_token_account (account_id),
  KEY session_token_expires (expires_at),
  CONSTRAINT session_token_account_fk FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
