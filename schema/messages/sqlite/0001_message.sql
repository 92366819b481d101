-- Conversations and their messages. Meaning and rules: schema/README.md.
-- formerly server 0001_init.sql 1c2858987f9638c57e06b3f2a07bf17a21711f7c76c645e3f2d83415361445ae

CREATE TABLE conversation (
  lo_id           INTEGER NOT NULL REFERENCES account (id),
  hi_id           INTEGER NOT NULL REFERENCES account (id),
  message_count   INTEGER NOT NULL,
  last_message_id INTEGER NOT NULL,
  PRIMARY KEY (lo_id, hi_id)
) WITHOUT ROWID;
CREATE INDEX conversation_hi ON conversation (hi_id);

CREATE TABLE message (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  lo_id       INTEGER NOT NULL,
  hi_id       INTEGER NOT NULL,
  sender_id   INTEGER NOT NULL REFERENCES account (id),
  receiver_id INTEGER NOT NULL REFERENCES account (id),
  created_at  INTEGER NOT NULL,
  lid         TEXT NULL,
  body        TEXT NOT NULL,
  body_folded TEXT NULL,
  attributes  TEXT NULL,
  UNIQUE (sender_id, lid)
);
CREATE INDEX message_conversation ON message (lo_id, hi_id, id);
CREATE INDEX message_sender ON message (sender_id, id);
CREATE INDEX message_receiver ON message (receiver_id, id);
