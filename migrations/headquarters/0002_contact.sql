-- What a replica said of itself when it was last heard of. It concerns nobody but who looks at the list of devices, so it
-- is no part of the records and no commit.
CREATE TABLE replica_contact (
  replica_id TEXT PRIMARY KEY, heard_at BIGINT NOT NULL, waiting BIGINT NOT NULL, files_waiting BIGINT NOT NULL,
  clock_ahead_millis BIGINT NOT NULL,
  -- The newest commit of which it has said that it holds it: what it did cannot have been done on an older one.
  acknowledged_revision BIGINT NOT NULL
);
