-- When users were last there. No foreign key: its check would wait for whoever stores a message of that user.

CREATE TABLE IF NOT EXISTS last_seen (
  account_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  seen_at    BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
