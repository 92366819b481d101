-- A user's conversations by their newest message, and how many messages of each are the lower account's: one statement,
-- which happens as a whole or not at all.

ALTER TABLE conversation
  ADD COLUMN lo_sent BIGINT UNSIGNED NOT NULL DEFAULT 0,
  ADD KEY conversation_lo_newest (lo_id, last_message_id),
  ADD KEY conversation_hi_newest (hi_id, last_message_id),
  DROP KEY conversation_hi;
