-- Full text is the engine's own: a vector of words that were cut beforehand, each Chinese character a word of its own.
CREATE TABLE search_row (
  row_number BIGINT GENERATED ALWAYS AS IDENTITY, kind TEXT NOT NULL, id TEXT NOT NULL, words TEXT NOT NULL,
  vector TSVECTOR NOT NULL, PRIMARY KEY (kind, id)
);
CREATE INDEX search_row_vector ON search_row USING gin (vector);
