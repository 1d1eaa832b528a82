-- What a replica keeps besides the records.

-- Commands that headquarters has not yet given back as data. `act` holds the bytes as they were written.
CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, act TEXT NOT NULL,
  base_revision BIGINT NOT NULL, outcome JSON
);

-- What each waiting command read and wrote. What was written is marked "waiting" on a screen; whatever is in here must
-- be done again when headquarters sends it.
CREATE TABLE outbox_touch (
  seq INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, wrote BOOLEAN NOT NULL, PRIMARY KEY (kind, id, seq)
);
CREATE INDEX outbox_touch_seq ON outbox_touch (seq);

-- The base image of each record that a waiting command wrote; NULL where there was none.
CREATE TABLE shadow (
  kind TEXT NOT NULL, id TEXT NOT NULL, base TEXT, PRIMARY KEY (kind, id)
);

-- Beside each record, the hash of the image that headquarters gave; NULL for one that it did not give.
ALTER TABLE "region" ADD COLUMN base_hash BIGINT;
ALTER TABLE "role" ADD COLUMN base_hash BIGINT;
ALTER TABLE "user" ADD COLUMN base_hash BIGINT;
ALTER TABLE "customer" ADD COLUMN base_hash BIGINT;
ALTER TABLE "contact" ADD COLUMN base_hash BIGINT;
ALTER TABLE "site" ADD COLUMN base_hash BIGINT;
ALTER TABLE "device_model" ADD COLUMN base_hash BIGINT;
ALTER TABLE "device" ADD COLUMN base_hash BIGINT;
ALTER TABLE "tag" ADD COLUMN base_hash BIGINT;
ALTER TABLE "workflow" ADD COLUMN base_hash BIGINT;
ALTER TABLE "ticket" ADD COLUMN base_hash BIGINT;
ALTER TABLE "step" ADD COLUMN base_hash BIGINT;
ALTER TABLE "event" ADD COLUMN base_hash BIGINT;
ALTER TABLE "attachment" ADD COLUMN base_hash BIGINT;
ALTER TABLE "part" ADD COLUMN base_hash BIGINT;
ALTER TABLE "stock_location" ADD COLUMN base_hash BIGINT;
ALTER TABLE "stock_movement" ADD COLUMN base_hash BIGINT;
ALTER TABLE "stock_level" ADD COLUMN base_hash BIGINT;
ALTER TABLE "attention" ADD COLUMN base_hash BIGINT;
ALTER TABLE "replica" ADD COLUMN base_hash BIGINT;

-- What headquarters gave and this program cannot read counts as held. And what all of it adds up to by kind.
CREATE TABLE aside (
  kind TEXT NOT NULL, id TEXT NOT NULL, hash BIGINT NOT NULL, PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE TABLE base_digest (
  kind TEXT PRIMARY KEY, count BIGINT NOT NULL, sum BIGINT NOT NULL
);

-- Records that left the person's sight while commands about them wait: they stay until those have arrived.
CREATE TABLE ghost (
  kind TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (kind, id)
);

-- What headquarters sent in this round, frame by frame, until the round is whole.
CREATE TABLE staged (
  place INTEGER PRIMARY KEY, frame BLOB NOT NULL
);

-- Commands that arrived, kept for 30 days in case headquarters is restored from an older backup.
CREATE TABLE sent (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, act TEXT NOT NULL,
  base_revision BIGINT NOT NULL, sent_at BIGINT NOT NULL
);

-- Files that were made here, in their order. A thumbnail names its photo, and goes before all that are none. `anyway`: it
-- need not wait for Wi-Fi. Those whose bytes have reached headquarters are remembered for 30 days, in case it is restored
-- from an older backup.
CREATE TABLE file_outbox (
  place INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, thumbnail_of TEXT, anyway BOOLEAN NOT NULL, arrived_at BIGINT
);

-- Who this is, how far it has come, what it calls its next ticket, over which line its files go.
CREATE TABLE note (
  name TEXT PRIMARY KEY, value TEXT NOT NULL
);
