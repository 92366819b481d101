-- How many messages were removed from a conversation, and how many of each member: unread counts are differences of
-- numbers that only grow (docs/decisions/0024).

ALTER TABLE conversation ADD COLUMN removed_count BIGINT UNSIGNED NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN removed_count BIGINT UNSIGNED NOT NULL DEFAULT 0;
