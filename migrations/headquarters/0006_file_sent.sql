-- Who has sent the bytes of which file: whoever only knows its hash is given nothing by naming it in an attachment of their own.
CREATE TABLE file_sent (
  sha256 TEXT NOT NULL, user_id TEXT NOT NULL, sent_at BIGINT NOT NULL, PRIMARY KEY (sha256, user_id)
);
-- Until now nobody noted it, and whoever attached a file is taken to have had it.
INSERT INTO file_sent (sha256, user_id, sent_at)
  SELECT sha256, actor_id, min(made_at) FROM attachment WHERE sha256 <> '' GROUP BY sha256, actor_id;
INSERT INTO file_sent (sha256, user_id, sent_at)
  SELECT thumbnail_sha256, actor_id, min(made_at) FROM attachment a WHERE thumbnail_sha256 <> '' AND NOT EXISTS
    (SELECT 1 FROM file_sent f WHERE f.sha256 = a.thumbnail_sha256 AND f.user_id = a.actor_id)
  GROUP BY thumbnail_sha256, actor_id;
