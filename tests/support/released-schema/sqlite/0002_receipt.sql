-- How far each user has come in each conversation. Meaning and rules: schema/README.md.

CREATE TABLE receipt (
  account_id   INTEGER NOT NULL REFERENCES account (id),
  peer_id      INTEGER NOT NULL REFERENCES account (id),
  delivered_id INTEGER NOT NULL,
  read_id      INTEGER NOT NULL,
  read_count   INTEGER NOT NULL,
  PRIMARY KEY (account_id, peer_id)
) WITHOUT ROWID;
