-- The keys with which headquarters signs the links on labels. The newest signs; all are believed, since a label stays on
-- its device for years, until somebody has them forgotten.
CREATE TABLE label_key (
  number BIGINT PRIMARY KEY, secret TEXT NOT NULL, made_at BIGINT NOT NULL
);
