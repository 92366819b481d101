-- A conversation gets an id of its own, and members. Servers and plugins of the older release can't use these tables:
-- stop them first (docs/decisions/0020). `message` is copied once, by its last ALTER.

-- Messages without their conversation, which only an edit by hand can have left.
INSERT INTO conversation (lo_id, hi_id, message_count, last_message_id, lo_sent)
  SELECT m.lo_id, m.hi_id, COUNT(*), MAX(m.id), SUM(m.sender_id = m.lo_id)
  FROM (SELECT DISTINCT lo_id, hi_id FROM message) pair
    LEFT JOIN conversation c ON c.lo_id = pair.lo_id AND c.hi_id = pair.hi_id
    JOIN message m ON m.lo_id = pair.lo_id AND m.hi_id = pair.hi_id
  WHERE c.lo_id IS NULL
  GROUP BY m.lo_id, m.hi_id;

-- From here on a server of the older release can't store a message: it gives no `created_at`, which has no default.
-- No foreign keys for the pair: its two users are members, and those have them.
ALTER TABLE conversation
  DROP FOREIGN KEY conversation_lo_fk,
  DROP FOREIGN KEY conversation_hi_fk,
  DROP PRIMARY KEY,
  DROP KEY conversation_lo_newest,
  DROP KEY conversation_hi_newest,
  ADD COLUMN id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT FIRST,
  ADD COLUMN kind SMALLINT NOT NULL DEFAULT 0 AFTER id,
  MODIFY COLUMN lo_id BIGINT UNSIGNED NULL,
  MODIFY COLUMN hi_id BIGINT UNSIGNED NULL,
  ADD COLUMN created_at BIGINT NOT NULL AFTER hi_id,
  ADD PRIMARY KEY (id),
  ADD UNIQUE KEY conversation_pair (lo_id, hi_id);

UPDATE conversation SET created_at = COALESCE((
  SELECT m.created_at FROM message m
  WHERE m.lo_id = conversation.lo_id AND m.hi_id = conversation.hi_id ORDER BY m.id LIMIT 1), 0);

CREATE TABLE IF NOT EXISTS member (
  conversation_id BIGINT UNSIGNED NOT NULL,
  account_id      BIGINT UNSIGNED NOT NULL,
  sent_count      BIGINT UNSIGNED NOT NULL,
  last_message_id BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (conversation_id, account_id),
  KEY member_newest (account_id, last_message_id),
  CONSTRAINT member_conversation_fk FOREIGN KEY (conversation_id) REFERENCES conversation (id),
  CONSTRAINT member_account_fk FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

REPLACE INTO member (conversation_id, account_id, sent_count, last_message_id)
  SELECT id, lo_id, CASE WHEN hi_id = lo_id THEN message_count ELSE lo_sent END, last_message_id FROM conversation
  UNION ALL
  SELECT id, hi_id, CASE WHEN message_count > lo_sent THEN message_count - lo_sent ELSE 0 END, last_message_id
  FROM conversation WHERE hi_id <> lo_id;

UPDATE account SET last_message_id = COALESCE((
  SELECT MAX(member.last_message_id) FROM member WHERE member.account_id = account.id), 0);

-- At the end of the table, which needs no copy.
ALTER TABLE message ADD COLUMN conversation_id BIGINT UNSIGNED NULL;

-- In the order of the table: by conversations each row would be read by itself.
UPDATE message FORCE INDEX (PRIMARY)
  STRAIGHT_JOIN conversation ON conversation.lo_id = message.lo_id AND conversation.hi_id = message.hi_id
  SET message.conversation_id = conversation.id
  WHERE message.conversation_id IS NULL;

-- No foreign key: its check would lock the conversation's row for each message. Fails if a message has no conversation.
-- The index has the sender, so that counting a member's messages reads no rows.
ALTER TABLE message
  DROP FOREIGN KEY message_receiver_fk,
  DROP KEY message_conversation,
  DROP KEY message_sender,
  DROP KEY message_receiver,
  DROP COLUMN lo_id,
  DROP COLUMN hi_id,
  DROP COLUMN receiver_id,
  MODIFY COLUMN conversation_id BIGINT UNSIGNED NOT NULL AFTER id,
  ADD KEY message_conversation (conversation_id, id, sender_id);

ALTER TABLE conversation DROP COLUMN lo_sent;
