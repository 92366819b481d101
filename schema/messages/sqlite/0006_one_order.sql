-- All messages get their ids in one order, that of their commits (docs/decisions/0026). Servers of the older release must
-- be stopped first: they would give ids of their own.

CREATE TABLE message_order (
  id      INTEGER PRIMARY KEY,
  last_id INTEGER NOT NULL,
  last_at INTEGER NOT NULL
);
-- Above all ids that a client may have as its position, also those of messages that were removed.
INSERT INTO message_order (id, last_id, last_at)
  SELECT 1, MAX(
    (SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = 'message'),
    (SELECT COALESCE(MAX(last_message_id), 0) FROM conversation),
    (SELECT COALESCE(MAX(last_message_id), 0) FROM account)),
    (SELECT COALESCE(MAX(last_message_at), 0) FROM account);

-- Where a user's conversations of two are read from, in the order of their newest messages.
CREATE INDEX conversation_lo_newest ON conversation (lo_id, last_message_id);
CREATE INDEX conversation_hi_newest ON conversation (hi_id, last_message_id);

DROP INDEX member_newest;
ALTER TABLE member DROP COLUMN last_message_id;
CREATE INDEX member_account ON member (account_id);
