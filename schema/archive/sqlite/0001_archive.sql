-- How far imports and erasures have come, and who removes old messages. Meaning and rules: schema/README.md.

CREATE TABLE flask_import (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  fingerprint TEXT NOT NULL UNIQUE,
  begun_at    INTEGER NOT NULL,
  accounts_to INTEGER NOT NULL,
  messages_to INTEGER NOT NULL
);

CREATE TABLE flask_import_account (
  import_id  INTEGER NOT NULL,
  old_id     INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  PRIMARY KEY (import_id, old_id)
) WITHOUT ROWID;
CREATE INDEX flask_import_account_id ON flask_import_account (account_id);

CREATE TABLE flask_import_left (
  import_id INTEGER NOT NULL,
  kind      INTEGER NOT NULL,
  old_id    INTEGER NOT NULL,
  PRIMARY KEY (import_id, kind, old_id)
) WITHOUT ROWID;

CREATE TABLE erasure (
  account_id INTEGER NOT NULL PRIMARY KEY,
  name_key   TEXT NOT NULL,
  begun_at   INTEGER NOT NULL
);

CREATE TABLE archive_lease (
  id     INTEGER NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  until  INTEGER NOT NULL
);
