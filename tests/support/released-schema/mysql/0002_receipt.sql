-- How far each user has come in each conversation. Meaning and rules: schema/README.md.

CREATE TABLE IF NOT EXISTS receipt (
  account_id   BIGINT UNSIGNED NOT NULL,
  peer_id      BIGINT UNSIGNED NOT NULL,
  delivered_id BIGINT UNSIGNED NOT NULL,
  read_id      BIGINT UNSIGNED NOT NULL,
  read_count   BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (account_id, peer_id),
  KEY receipt_peer (peer_id),
  CONSTRAINT receipt_account_fk FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT receipt_peer_fk FOREIGN KEY (peer_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
