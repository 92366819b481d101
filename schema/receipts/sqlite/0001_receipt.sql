-- How far each user has come in each conversation. Meaning and rules: schema/README.md.
-- formerly server 0002_receipt.sql c83a024276208d4a0b98e74c9f443708a961f658097558b787541cb18184d837

CREATE TABLE receipt (
  account_id   INTEGER NOT NULL REFERENCES account (id),
  peer_id      INTEGER NOT NULL REFERENCES account (id),
  delivered_id INTEGER NOT NULL,
  read_id      INTEGER NOT NULL,
  read_count   INTEGER NOT NULL,
  PRIMARY KEY (account_id, peer_id)
) WITHOUT ROWID;
