-- A user's conversations by their newest message, and how many messages of each are the lower account's.
-- formerly server 0003_conversation_order.sql 7fcddc7708d6351d0d504573e5d33acd527ce3db49c7cd9be1a77b8a969533b5

ALTER TABLE conversation ADD COLUMN lo_sent INTEGER NOT NULL DEFAULT 0;
CREATE INDEX conversation_lo_newest ON conversation (lo_id, last_message_id);
CREATE INDEX conversation_hi_newest ON conversation (hi_id, last_message_id);
DROP INDEX conversation_hi;
