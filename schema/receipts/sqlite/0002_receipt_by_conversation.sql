-- Receipts belong to a conversation, not to the other user. Servers and plugins of the older release can't use this
-- table: stop them first (docs/decisions/0020).

ALTER TABLE receipt RENAME TO receipt_before;

CREATE TABLE receipt (
  account_id      INTEGER NOT NULL REFERENCES account (id),
  conversation_id INTEGER NOT NULL REFERENCES conversation (id),
  delivered_id    INTEGER NOT NULL,
  read_id         INTEGER NOT NULL,
  read_count      INTEGER NOT NULL,
  PRIMARY KEY (account_id, conversation_id)
) WITHOUT ROWID;
-- Positions among messages that were all removed by hand, with their conversation, are left out.
INSERT INTO receipt (account_id, conversation_id, delivered_id, read_id, read_count)
  SELECT r.account_id, c.id, r.delivered_id, r.read_id, r.read_count
  FROM receipt_before r
    JOIN conversation c ON c.lo_id = MIN(r.account_id, r.peer_id) AND c.hi_id = MAX(r.account_id, r.peer_id);

DROP TABLE receipt_before;
CREATE INDEX receipt_conversation ON receipt (conversation_id);
