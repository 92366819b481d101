-- A user's conversations by their newest message, and how many messages of each are the lower account's.

ALTER TABLE conversation ADD COLUMN lo_sent INTEGER NOT NULL DEFAULT 0;
CREATE INDEX conversation_lo_newest ON conversation (lo_id, last_message_id);
CREATE INDEX conversation_hi_newest ON conversation (hi_id, last_message_id);
DROP INDEX conversation_hi;
