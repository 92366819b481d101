-- Conversations and their messages. Meaning and rules: schema/README.md.
-- formerly server 0001_init.sql 817cc5f0392a398d1fb53065f109d21337b10673427eee16160c0a6cefb2db62

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
