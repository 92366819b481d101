-- All messages get their ids in one order, that of their commits (docs/decisions/0026). Servers of the older release must
-- be stopped first: they would give ids of their own.

CREATE TABLE IF NOT EXISTS message_order (
  id      TINYINT UNSIGNED NOT NULL PRIMARY KEY,
  last_id BIGINT UNSIGNED NOT NULL,
  last_at BIGINT NOT NULL
) ENGINE=InnoDB;

-- Where a user's conversations of two are read from, in the order of their newest messages.
ALTER TABLE conversation
  ADD KEY conversation_lo_newest (lo_id, last_message_id),
  ADD KEY conversation_hi_newest (hi_id, last_message_id);

-- The next id that the table would give, above all that clients may have as their positions, also those of messages that were
-- removed: only an INSERT says it.
INSERT INTO message (conversation_id, sender_id, created_at, body)
  SELECT 0, MIN(id), 0, '' FROM account HAVING MIN(id) IS NOT NULL;

REPLACE INTO message_order (id, last_id, last_at)
  SELECT 1, (SELECT COALESCE(MAX(id), 0) FROM message), (SELECT COALESCE(MAX(last_message_at), 0) FROM account);

DELETE FROM message WHERE conversation_id = 0;

-- Without the foreign key, whose check waits for whoever has locked the sender's row: nobody may wait with the order in
-- his hands.
ALTER TABLE message DROP FOREIGN KEY message_sender_fk;

ALTER TABLE member
  ADD KEY member_account (account_id),
  DROP KEY member_newest,
  DROP COLUMN last_message_id;
