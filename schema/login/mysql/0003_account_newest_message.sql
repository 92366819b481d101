-- The newest message of each account's conversations, beside its date. `messages` fills and keeps it.

ALTER TABLE account ADD COLUMN last_message_id BIGINT UNSIGNED NOT NULL DEFAULT 0;
