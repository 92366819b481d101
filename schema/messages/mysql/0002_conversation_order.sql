-- A user's conversations by their newest message, and how many messages of each are the lower account's: one statement,
-- which happens as a whole or not at all.
-- formerly server 0003_conversation_order.sql 8e79dee2c83c5798dca7bd290fdf16f38f6706fcf38d9cb836405ff22a5007e7

ALTER TABLE conversation
  ADD COLUMN lo_sent BIGINT UNSIGNED NOT NULL DEFAULT 0,
  ADD KEY conversation_lo_newest (lo_id, last_message_id),
  ADD KEY conversation_hi_newest (hi_id, last_message_id),
  DROP KEY conversation_hi;
