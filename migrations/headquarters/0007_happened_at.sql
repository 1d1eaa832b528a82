-- When a command was given, by headquarters' clock, as far as it could tell: devices' clocks lie. What waits is done as of then.
ALTER TABLE command ADD COLUMN happened_at BIGINT NOT NULL DEFAULT 0;
UPDATE command SET happened_at = received_at;
