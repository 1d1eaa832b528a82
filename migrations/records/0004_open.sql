-- What is still to be done is asked for all day, and is little of all that there is. A state that only a newer program knows is none of
-- those in which nothing more is to be done: NOT_CLOSED in crates/app, as it stands here.
CREATE INDEX ticket_open ON "ticket" (engineer_id, region_id) WHERE state NOT IN ('done', 'cancelled');
