-- What headquarters keeps besides the records.

-- One row: the company, the number of the newest commit, the epoch, which changes when commits were lost, and the key that
-- signs the tags of commits; where the record of security acts and the chain of commits end; and the backup that is being restored here, which nobody
-- may use until that is whole, and the one that was, by the SHA-256 of it.
CREATE TABLE tenant (
  company TEXT NOT NULL, epoch TEXT NOT NULL, commit_key TEXT NOT NULL, revision BIGINT NOT NULL,
  security_number BIGINT NOT NULL DEFAULT 0, security_hash TEXT NOT NULL DEFAULT '',
  commit_hash TEXT NOT NULL DEFAULT '', restoring TEXT NOT NULL DEFAULT '', restored TEXT NOT NULL DEFAULT ''
);

-- Every commit with a random tag that is signed, so that a restored headquarters that gives a number twice is noticed; and what it touched,
-- so that only those are told whom it concerns: kinds of records, and scopes, with a space between. Its hash is over all that, over
-- the hash of the commit before, and over what it wrote.
CREATE TABLE revision (
  revision BIGINT PRIMARY KEY, tag TEXT NOT NULL, committed_at BIGINT NOT NULL, kinds TEXT NOT NULL, scopes TEXT NOT NULL,
  hash TEXT NOT NULL
);

-- What a repair found in place of a record: its row, as JSON, and its image, in parts of at most 1 MB.
CREATE TABLE set_aside (
  kind TEXT NOT NULL, id TEXT NOT NULL, at BIGINT NOT NULL, what TEXT NOT NULL, part INTEGER NOT NULL, why TEXT NOT NULL,
  bytes BLOB NOT NULL, PRIMARY KEY (kind, id, at, what, part)
);

-- What each commit wrote, for ever: of every record and command its table, its id, and the SHA-256 of its image or of its row.
CREATE TABLE written (
  revision BIGINT NOT NULL, part INTEGER NOT NULL, names BLOB NOT NULL, PRIMARY KEY (revision, part)
);

-- Everybody who may see the same sees the same buckets: a bucket is a set of scopes (all, region:ID, person:ID), written
-- as its members in order with a space between; its name is short, however long that is.
CREATE TABLE bucket (
  number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, scopes TEXT NOT NULL
);
CREATE TABLE bucket_scope (
  scope TEXT NOT NULL, bucket INTEGER NOT NULL, PRIMARY KEY (scope, bucket)
);

-- The newest commit that wrote each record, its whole image, and the bucket that it lies in since another commit.
CREATE TABLE entity (
  kind TEXT NOT NULL, id TEXT NOT NULL, revision BIGINT NOT NULL, bucket INTEGER NOT NULL, placed_revision BIGINT NOT NULL,
  hash BIGINT NOT NULL, image BLOB NOT NULL, PRIMARY KEY (kind, id)
);
CREATE INDEX entity_bucket ON entity (bucket, revision, kind, id);

-- How many records of a kind lie in a bucket, and the sum of their hashes.
CREATE TABLE bucket_digest (
  bucket INTEGER NOT NULL, kind TEXT NOT NULL, count BIGINT NOT NULL, sum BIGINT NOT NULL, PRIMARY KEY (bucket, kind)
);

-- The buckets that records lay in before, from one commit until another. Few records ever move.
CREATE TABLE stay (
  kind TEXT NOT NULL, id TEXT NOT NULL, bucket INTEGER NOT NULL, placed_revision BIGINT NOT NULL,
  left_revision BIGINT NOT NULL, PRIMARY KEY (kind, id, left_revision)
);
CREATE INDEX stay_bucket ON stay (bucket, left_revision);

-- Sets of scopes and rights that persons had, by the hash of their names; and which replica had which from when on, and
-- when headquarters last told it so.
CREATE TABLE view (
  name TEXT PRIMARY KEY, scopes TEXT NOT NULL
);
CREATE TABLE replica_view (
  replica_id TEXT NOT NULL, from_revision BIGINT NOT NULL, view TEXT NOT NULL, confirmed_at BIGINT NOT NULL,
  PRIMARY KEY (replica_id, from_revision)
);

-- Every command that was ever received, with its outcome, stored before it is acknowledged; revision is the commit that did so.
CREATE TABLE command (
  id TEXT PRIMARY KEY, replica_id TEXT NOT NULL, seq BIGINT NOT NULL, act TEXT NOT NULL, base_revision BIGINT NOT NULL,
  version INTEGER NOT NULL, received_at BIGINT NOT NULL, status TEXT NOT NULL, refusal JSON, revision BIGINT NOT NULL, effect_hash TEXT NOT NULL
);
CREATE INDEX command_replica ON command (replica_id, seq);

-- The commands that are held until something comes: a record (its kind and id), another command ('command' and its id), or a
-- program that knows what they say ('program' and the command's name).
CREATE TABLE held (
  command_id TEXT PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL
);
CREATE INDEX held_for ON held (kind, id);

-- Passwords, invitations, and the tokens of replicas and of browsers; secrets only as hashes. A token ends when somebody ends
-- it, or at a date: a browser's from the beginning, a replica's since it was reported lost. used_at is known to the hour.
CREATE TABLE password (
  user_id TEXT PRIMARY KEY, hash TEXT NOT NULL
);
CREATE TABLE invitation (
  secret_hash TEXT PRIMARY KEY, user_id TEXT NOT NULL, expires_at BIGINT NOT NULL, used_by_id TEXT
);
CREATE TABLE token (
  token_hash TEXT PRIMARY KEY, user_id TEXT NOT NULL, replica_id TEXT, issued_at BIGINT NOT NULL, used_at BIGINT NOT NULL,
  ends_at BIGINT, ended_at BIGINT
);

-- The replicas that were told to fork, which each may do once.
CREATE TABLE fork_asked (
  replica_id TEXT PRIMARY KEY
);

-- The next number of tickets opened at headquarters, and of the next replica's prefix.
CREATE TABLE counter (
  name TEXT PRIMARY KEY, value BIGINT NOT NULL
);

-- Who let whom in, who shut whom out, and who tried; each with a hash over itself and the one before. Nothing of it is ever
-- changed or removed.
CREATE TABLE security_act (
  number BIGINT PRIMARY KEY, at BIGINT NOT NULL, actor TEXT NOT NULL, address TEXT NOT NULL, kind TEXT NOT NULL,
  about_user_id TEXT, about_replica_id TEXT, detail TEXT NOT NULL, hash TEXT NOT NULL
);
