-- Records of which headquarters gave more than this program can read: their images, byte for byte, so that a newer program
-- reads them again. One that cannot be read at all counts as held, and is not in its table.
DROP TABLE aside;
CREATE TABLE newer (
  kind TEXT NOT NULL, id TEXT NOT NULL, image BLOB NOT NULL, unreadable BOOLEAN NOT NULL, PRIMARY KEY (kind, id)
) WITHOUT ROWID;
