-- What changes without a commit is no part of a record: headquarters keeps it apart.
ALTER TABLE "replica" DROP COLUMN seen_at;
ALTER TABLE "replica" DROP COLUMN version;
