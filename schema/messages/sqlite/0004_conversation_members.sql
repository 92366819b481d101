-- A conversation gets an id of its own, and members. Servers and plugins of the older release can't use these tables:
-- stop them first (docs/decisions/0020). Each table is copied once.

-- Messages without their conversation, which only an edit by hand can have left.
INSERT INTO conversation (lo_id, hi_id, message_count, last_message_id, lo_sent)
  SELECT m.lo_id, m.hi_id, COUNT(*), MAX(m.id), SUM(m.sender_id = m.lo_id)
  FROM (SELECT DISTINCT lo_id, hi_id FROM message) pair
    LEFT JOIN conversation c ON c.lo_id = pair.lo_id AND c.hi_id = pair.hi_id
    JOIN message m ON m.lo_id = pair.lo_id AND m.hi_id = pair.hi_id
  WHERE c.lo_id IS NULL
  GROUP BY m.lo_id, m.hi_id;

ALTER TABLE conversation RENAME TO conversation_before;
ALTER TABLE message RENAME TO message_before;

-- No foreign keys for the pair: its two users are members, and those have them.
CREATE TABLE conversation (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  kind            INTEGER NOT NULL DEFAULT 0,
  lo_id           INTEGER NULL,
  hi_id           INTEGER NULL,
  created_at      INTEGER NOT NULL,
  message_count   INTEGER NOT NULL,
  last_message_id INTEGER NOT NULL
);
INSERT INTO conversation (lo_id, hi_id, created_at, message_count, last_message_id)
  SELECT lo_id, hi_id, COALESCE((
      SELECT m.created_at FROM message_before m
      WHERE m.lo_id = before.lo_id AND m.hi_id = before.hi_id ORDER BY m.id LIMIT 1), 0),
    message_count, last_message_id
  FROM conversation_before before ORDER BY lo_id, hi_id;
CREATE UNIQUE INDEX conversation_pair ON conversation (lo_id, hi_id);

CREATE TABLE member (
  conversation_id INTEGER NOT NULL REFERENCES conversation (id),
  account_id      INTEGER NOT NULL REFERENCES account (id),
  sent_count      INTEGER NOT NULL,
  last_message_id INTEGER NOT NULL,
  PRIMARY KEY (conversation_id, account_id)
) WITHOUT ROWID;
INSERT INTO member (conversation_id, account_id, sent_count, last_message_id)
  SELECT c.id, c.lo_id, CASE WHEN c.hi_id = c.lo_id THEN c.message_count ELSE before.lo_sent END, c.last_message_id
  FROM conversation c JOIN conversation_before before ON before.lo_id = c.lo_id AND before.hi_id = c.hi_id;
INSERT INTO member (conversation_id, account_id, sent_count, last_message_id)
  SELECT c.id, c.hi_id, MAX(c.message_count - before.lo_sent, 0), c.last_message_id
  FROM conversation c JOIN conversation_before before ON before.lo_id = c.lo_id AND before.hi_id = c.hi_id
  WHERE c.hi_id <> c.lo_id;
CREATE INDEX member_newest ON member (account_id, last_message_id);

UPDATE account SET last_message_id = COALESCE((
  SELECT MAX(member.last_message_id) FROM member WHERE member.account_id = account.id), 0);

-- No foreign key for the conversation, as on MySQL, where its check would lock the conversation's row.
CREATE TABLE message (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation_id INTEGER NOT NULL,
  sender_id       INTEGER NOT NULL REFERENCES account (id),
  created_at      INTEGER NOT NULL,
  lid             TEXT NULL,
  body            TEXT NOT NULL,
  body_folded     TEXT NULL,
  attributes      TEXT NULL
);
-- LEFT JOIN: a message without a conversation makes it fail, and isn't lost.
INSERT INTO message (id, conversation_id, sender_id, created_at, lid, body, body_folded, attributes)
  SELECT m.id, c.id, m.sender_id, m.created_at, m.lid, m.body, m.body_folded, m.attributes
  FROM message_before m LEFT JOIN conversation c ON c.lo_id = m.lo_id AND c.hi_id = m.hi_id ORDER BY m.id;
-- The id of a removed newest message isn't given again.
DELETE FROM sqlite_sequence WHERE name = 'message';
INSERT INTO sqlite_sequence (name, seq) SELECT 'message', seq FROM sqlite_sequence WHERE name = 'message_before';

DROP TABLE message_before;
DROP TABLE conversation_before;
-- With the sender, so that counting a member's messages reads no rows.
CREATE INDEX message_conversation ON message (conversation_id, id, sender_id);
CREATE UNIQUE INDEX message_lid ON message (sender_id, lid);
