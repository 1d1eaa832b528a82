-- What is due when: a timer of a kind for a record, once. Any process runs it, inside the commit that takes it away.
CREATE TABLE timer (
  timer TEXT NOT NULL, subject_id TEXT NOT NULL, due_at BIGINT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '', PRIMARY KEY (timer, subject_id)
);
CREATE INDEX timer_due ON timer (due_at);
-- Somebody is reminded of those that nobody has taken so far, too.
INSERT INTO timer (timer, subject_id, due_at)
  SELECT 'ticket_untaken', id, opened_at + 900000 FROM "ticket"
  WHERE engineer_id IS NULL AND state NOT IN ('done', 'cancelled');
