-- When users were last there. No foreign key: its check would wait for whoever stores a message of that user.

CREATE TABLE last_seen (
  account_id INTEGER NOT NULL PRIMARY KEY,
  seen_at    INTEGER NOT NULL
);
