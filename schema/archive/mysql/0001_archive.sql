-- How far imports and erasures have come, and who removes old messages. Meaning and rules: schema/README.md.

CREATE TABLE IF NOT EXISTS flask_import (
  id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  fingerprint CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  begun_at    BIGINT NOT NULL,
  accounts_to BIGINT UNSIGNED NOT NULL,
  messages_to BIGINT UNSIGNED NOT NULL,
  UNIQUE KEY flask_import_fingerprint (fingerprint)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS flask_import_account (
  import_id  BIGINT UNSIGNED NOT NULL,
  old_id     BIGINT UNSIGNED NOT NULL,
  account_id BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (import_id, old_id),
  KEY flask_import_account_id (account_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS flask_import_left (
  import_id BIGINT UNSIGNED NOT NULL,
  kind      SMALLINT NOT NULL,
  old_id    BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (import_id, kind, old_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS erasure (
  account_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  name_key   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  begun_at   BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS archive_lease (
  id     INT NOT NULL PRIMARY KEY,
  holder CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  until  BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
