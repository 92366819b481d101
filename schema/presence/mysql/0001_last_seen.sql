-- When users were last there. No foreign key: its check would wait for whoever stores a message of that user.
-- formerly server 0005_last_seen.sql af4870f8f354bf6f728e18bcef0538dc0a04722a767c92b47ab977bf5fa110a6

CREATE TABLE IF NOT EXISTS last_seen (
  account_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  seen_at    BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
