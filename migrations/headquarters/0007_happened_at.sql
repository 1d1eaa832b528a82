-- When a command was given, by headquarters' clock, as far as it could tell: devices' clocks lie. What waits is done as of then. Of
-- commands from before this nobody has reckoned it.
ALTER TABLE command ADD COLUMN happened_at BIGINT;
