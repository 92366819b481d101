-- The index of the search and how far it has come. Meaning and rules: schema/README.md.

-- Without the text and without positions: what is found is compared with the message itself. The tokens are made by the
-- plugins, for a tokenizer that has nothing left to decide.
CREATE VIRTUAL TABLE message_search USING fts5(tokens, content='', columnsize=0, detail=none, tokenize='ascii');

CREATE TABLE search_progress (
  id         INTEGER NOT NULL PRIMARY KEY,
  ready_from INTEGER NOT NULL,
  begun_at   INTEGER NOT NULL
);
