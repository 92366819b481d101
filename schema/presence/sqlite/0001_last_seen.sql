-- When users were last there. No foreign key: its check would wait for whoever stores a message of that user.
-- formerly server 0005_last_seen.sql 72c3f494f22490be6ef19e37720dbcd72b0acf6ab531c397566441f0357e3274

CREATE TABLE last_seen (
  account_id INTEGER NOT NULL PRIMARY KEY,
  seen_at    INTEGER NOT NULL
);
