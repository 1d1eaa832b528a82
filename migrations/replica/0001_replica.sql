-- What a replica keeps besides the records.

-- Commands that headquarters has not yet given back as data. `act` holds the bytes as they were written.
CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, act TEXT NOT NULL,
  base_revision BIGINT NOT NULL, outcome JSON
);

-- What each waiting command wrote, for the mark "waiting" on a screen.
CREATE TABLE outbox_touch (
  seq INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (kind, id, seq)
);

-- The base image of each record that a waiting command wrote; NULL where there was none.
CREATE TABLE shadow (
  kind TEXT NOT NULL, id TEXT NOT NULL, base TEXT, PRIMARY KEY (kind, id)
);

-- What headquarters sent in this round, until the round is whole. NULL: no longer held here.
CREATE TABLE staged (
  kind TEXT NOT NULL, id TEXT NOT NULL, fields TEXT, PRIMARY KEY (kind, id)
);

-- Commands that arrived, kept for 30 days in case headquarters is restored from an older backup.
CREATE TABLE sent (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, act TEXT NOT NULL,
  base_revision BIGINT NOT NULL, sent_at BIGINT NOT NULL
);

-- Files whose bytes have not reached headquarters.
CREATE TABLE file_outbox (
  sha256 TEXT PRIMARY KEY, size_bytes INTEGER NOT NULL, added_at BIGINT NOT NULL
);

-- Who this is, how far it has come, what it calls its next ticket.
CREATE TABLE note (
  name TEXT PRIMARY KEY, value TEXT NOT NULL
);
