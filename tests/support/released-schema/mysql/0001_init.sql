-- Accounts, their tokens, conversations and messages. Meaning and rules: schema/README.md.

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

CREATE TABLE IF NOT EXISTS conversation (
  lo_id           BIGINT UNSIGNED NOT NULL,
  hi_id           BIGINT UNSIGNED NOT NULL,
  message_count   BIGINT UNSIGNED NOT NULL,
  last_message_id BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (lo_id, hi_id),
  KEY conversation_hi (hi_id),
  CONSTRAINT conversation_lo_fk FOREIGN KEY (lo_id) REFERENCES account (id),
  CONSTRAINT conversation_hi_fk FOREIGN KEY (hi_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- TEXT rather than MEDIUMTEXT: the connector allocates a column's declared length for each query.
CREATE TABLE IF NOT EXISTS message (
  id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  lo_id       BIGINT UNSIGNED NOT NULL,
  hi_id       BIGINT UNSIGNED NOT NULL,
  sender_id   BIGINT UNSIGNED NOT NULL,
  receiver_id BIGINT UNSIGNED NOT NULL,
  created_at  BIGINT NOT NULL,
  lid         VARBINARY(256) NULL,
  body        TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  body_folded TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  attributes  TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  UNIQUE KEY message_lid (sender_id, lid),
  KEY message_conversation (lo_id, hi_id, id),
  KEY message_sender (sender_id, id),
  KEY message_receiver (receiver_id, id),
  CONSTRAINT message_sender_fk FOREIGN KEY (sender_id) REFERENCES account (id),
  CONSTRAINT message_receiver_fk FOREIGN KEY (receiver_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
