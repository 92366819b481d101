-- How far the messages are ready for the search. Meaning and rules: schema/README.md.

CREATE TABLE IF NOT EXISTS search_progress (
  id         INT NOT NULL PRIMARY KEY,
  ready_from BIGINT UNSIGNED NOT NULL,
  begun_at   BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
