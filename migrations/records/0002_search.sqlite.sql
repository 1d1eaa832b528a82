-- Full text is the engine's own: FTS5 over words that were cut beforehand, each Chinese character a word of its own.
-- `search_row` remembers what was indexed, so that a record whose words did not change costs nothing.
CREATE TABLE search_row (
  row_number INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, words TEXT NOT NULL, UNIQUE (kind, id)
);
CREATE VIRTUAL TABLE search_index USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'unicode61');
