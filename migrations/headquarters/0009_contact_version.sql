-- When a replica was last heard of, and which program it ran then, is no part of its record: it changes without a commit.
ALTER TABLE replica_contact ADD COLUMN version TEXT NOT NULL DEFAULT '';
UPDATE replica_contact SET version = coalesce((SELECT r.version FROM "replica" r WHERE r.id = replica_id), '');
INSERT INTO replica_contact (replica_id, heard_at, waiting, files_waiting, clock_ahead_millis, acknowledged_revision, version)
  SELECT id, seen_at, 0, 0, 0, 0, version FROM "replica"
  WHERE seen_at IS NOT NULL AND id NOT IN (SELECT replica_id FROM replica_contact);
ALTER TABLE "replica" DROP COLUMN seen_at;
ALTER TABLE "replica" DROP COLUMN version;
