-- Receipts belong to a conversation, not to the other user. Servers and plugins of the older release can't use this
-- table: stop them first (docs/decisions/0020).

ALTER TABLE receipt ADD COLUMN conversation_id BIGINT UNSIGNED NULL;

UPDATE receipt JOIN conversation
    ON conversation.lo_id = LEAST(receipt.account_id, receipt.peer_id)
    AND conversation.hi_id = GREATEST(receipt.account_id, receipt.peer_id)
  SET receipt.conversation_id = conversation.id;

-- Positions among messages that were all removed by hand, with their conversation.
DELETE FROM receipt WHERE conversation_id IS NULL;

ALTER TABLE receipt
  DROP FOREIGN KEY receipt_peer_fk,
  DROP KEY receipt_peer,
  DROP PRIMARY KEY,
  DROP COLUMN peer_id,
  MODIFY COLUMN conversation_id BIGINT UNSIGNED NOT NULL AFTER account_id,
  ADD PRIMARY KEY (account_id, conversation_id);

-- By itself: MySQL can't drop a foreign key and add one in a statement that copies the table.
ALTER TABLE receipt
  ADD KEY receipt_conversation (conversation_id),
  ADD CONSTRAINT receipt_conversation_fk FOREIGN KEY (conversation_id) REFERENCES conversation (id);
