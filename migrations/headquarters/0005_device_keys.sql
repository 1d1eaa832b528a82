-- The key by which devices know their headquarters (the seed of an Ed25519 key, in hexadecimal digits).
ALTER TABLE tenant ADD COLUMN signing_key TEXT NOT NULL DEFAULT '';
-- The public part of each device's own key, the greatest number with which it asked for a token, and when it gets no more: since it
-- was reported lost.
CREATE TABLE device_key (
  replica_id TEXT PRIMARY KEY, public_key TEXT NOT NULL, number BIGINT NOT NULL, ends_at BIGINT
);
-- When the present epoch began: for a while after that, devices that were enrolled in what was lost are believed again. And the epochs
-- before it: who was enrolled in one that is in neither place was so in what was lost.
ALTER TABLE tenant ADD COLUMN epoch_at BIGINT NOT NULL DEFAULT 0;
CREATE TABLE past_epoch (
  epoch TEXT PRIMARY KEY, ended_at BIGINT NOT NULL
);
