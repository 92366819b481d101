-- All messages get their ids in one order, that of their commits (docs/decisions/0026). Servers of the older release must
-- be stopped first: they would give ids of their own.

CREATE TABLE IF NOT EXISTS message_order (
  id      TINYINT UNSIGNED NOT NULL PRIMARY KEY,
  last_id BIGINT UNSIGNED NOT NULL
) ENGINE=InnoDB;

-- Where a user's conversations of two are read from, in the order of their newest messages; and the date that a new
-- message isn't before.
ALTER TABLE conversation
  ADD COLUMN last_message_at BIGINT NOT NULL DEFAULT 0 AFTER last_message_id,
  ADD KEY conversation_lo_newest (lo_id, last_message_id),
  ADD KEY conversation_hi_newest (hi_id, last_message_id);

UPDATE conversation SET last_message_at = COALESCE((
  SELECT m.created_at FROM message m WHERE m.id = conversation.last_message_id), created_at);

-- Above all ids that a client may have as its position, also those of messages that were removed.
REPLACE INTO message_order (id, last_id)
  SELECT 1, GREATEST(
    (SELECT COALESCE(MAX(id), 0) FROM message),
    (SELECT COALESCE(MAX(last_message_id), 0) FROM conversation),
    (SELECT COALESCE(MAX(last_message_id), 0) FROM account));

-- Without the foreign key, whose check waits for whoever has locked the sender's row: nobody may wait with the order in
-- his hands.
ALTER TABLE message DROP FOREIGN KEY message_sender_fk;

ALTER TABLE member
  ADD KEY member_account (account_id),
  DROP KEY member_newest,
  DROP COLUMN last_message_id;
