-- Lists go on after a record, in the order that its kind declares: an index for each kind of which there may be many.
CREATE INDEX ticket_opened ON "ticket" (opened_at, id);
CREATE INDEX event_occurred ON "event" (occurred_at, id);
CREATE INDEX attachment_made ON "attachment" (made_at, id);
CREATE INDEX stock_movement_occurred ON "stock_movement" (occurred_at, id);
CREATE INDEX stock_level_order ON "stock_level" (part_id, location_id, id);
CREATE INDEX attention_raised ON "attention" (raised_at, id);
-- What is still to be done, with all that is asked of it, so that no row has to be looked at.
DROP INDEX ticket_open;
CREATE INDEX ticket_open ON "ticket" (engineer_id, region_id, state) WHERE state NOT IN ('done', 'cancelled');
DROP INDEX ticket_state_closed;
CREATE INDEX ticket_closed ON "ticket" (state, closed_at, id);
-- The columns of the board, as crates/app/src/questions/board.rs orders them.
CREATE INDEX ticket_board ON "ticket" (
  state, (CASE urgency WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END),
  (CASE WHEN due_at IS NULL THEN 1 ELSE 0 END), due_at, opened_at, id
) WHERE state NOT IN ('done', 'cancelled');
