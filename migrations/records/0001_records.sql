-- One table per kind of record, one column per field; the same on every replica and at headquarters.
-- Ids are UUIDs as text, instants are milliseconds since 1970 (UTC), quantities are decimals as text.
-- There are no foreign keys: a replica holds only a part of the data.

CREATE TABLE "region" (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, name_en TEXT NOT NULL, parent_id TEXT
);

CREATE TABLE "role" (
  id TEXT PRIMARY KEY, "key" TEXT NOT NULL, name TEXT NOT NULL, name_en TEXT NOT NULL, rights JSON NOT NULL
);

CREATE TABLE "user" (
  id TEXT PRIMARY KEY, login TEXT NOT NULL, name TEXT NOT NULL, name_en TEXT NOT NULL, phone TEXT NOT NULL,
  role_id TEXT NOT NULL, region_id TEXT NOT NULL, van_id TEXT, active BOOLEAN NOT NULL
);
CREATE INDEX user_login ON "user" (login);

CREATE TABLE "customer" (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, name_en TEXT NOT NULL, tier TEXT NOT NULL, region_id TEXT NOT NULL,
  note TEXT NOT NULL
);

CREATE TABLE "contact" (
  id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, site_id TEXT, name TEXT NOT NULL, title TEXT NOT NULL,
  phone TEXT NOT NULL
);
CREATE INDEX contact_customer ON "contact" (customer_id);

CREATE TABLE "site" (
  id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, region_id TEXT NOT NULL, name TEXT NOT NULL, name_en TEXT NOT NULL,
  address TEXT NOT NULL, latitude DOUBLE PRECISION, longitude DOUBLE PRECISION
);
CREATE INDEX site_customer ON "site" (customer_id);

CREATE TABLE "device_model" (
  id TEXT PRIMARY KEY, maker TEXT NOT NULL, name TEXT NOT NULL, name_en TEXT NOT NULL, category TEXT NOT NULL,
  part_ids JSON NOT NULL, faults JSON NOT NULL
);

CREATE TABLE "device" (
  id TEXT PRIMARY KEY, number TEXT NOT NULL, name TEXT NOT NULL, name_en TEXT NOT NULL, model_id TEXT NOT NULL,
  site_id TEXT NOT NULL, customer_id TEXT NOT NULL, place TEXT NOT NULL, state TEXT NOT NULL, installed_on TEXT,
  warranty_until_on TEXT, note TEXT NOT NULL
);
CREATE INDEX device_number ON "device" (number);
CREATE INDEX device_site ON "device" (site_id);

CREATE TABLE "tag" (
  id TEXT PRIMARY KEY, code TEXT NOT NULL, target TEXT NOT NULL, target_id TEXT NOT NULL
);
CREATE INDEX tag_target ON "tag" (target_id);

CREATE TABLE "workflow" (
  id TEXT PRIMARY KEY, "key" TEXT NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL, name_en TEXT NOT NULL,
  ticket_kind TEXT NOT NULL, nodes JSON NOT NULL, active BOOLEAN NOT NULL
);

CREATE TABLE "ticket" (
  id TEXT PRIMARY KEY, number TEXT NOT NULL, ticket_kind TEXT NOT NULL, workflow_id TEXT NOT NULL, title TEXT NOT NULL,
  description TEXT NOT NULL, urgency TEXT NOT NULL, state TEXT NOT NULL, source TEXT NOT NULL, device_id TEXT,
  site_id TEXT NOT NULL, customer_id TEXT NOT NULL, contact_id TEXT, region_id TEXT NOT NULL, engineer_id TEXT,
  opened_by_id TEXT NOT NULL, opened_at BIGINT NOT NULL, planned_at BIGINT, due_at BIGINT, closed_at BIGINT, node TEXT,
  reason TEXT NOT NULL, fault_code TEXT NOT NULL, latitude DOUBLE PRECISION, longitude DOUBLE PRECISION
);
CREATE INDEX ticket_number ON "ticket" (number);
CREATE INDEX ticket_device ON "ticket" (device_id, opened_at);
CREATE INDEX ticket_engineer ON "ticket" (engineer_id, state);
CREATE INDEX ticket_engineer_closed ON "ticket" (engineer_id, closed_at);
CREATE INDEX ticket_site ON "ticket" (site_id, state);
CREATE INDEX ticket_state ON "ticket" (state, opened_at);
CREATE INDEX ticket_state_closed ON "ticket" (state, closed_at);

CREATE TABLE "step" (
  id TEXT PRIMARY KEY, ticket_id TEXT NOT NULL, node TEXT NOT NULL, position INTEGER NOT NULL, state TEXT NOT NULL,
  engineer_id TEXT, started_at BIGINT, resumed_at BIGINT, ended_at BIGINT, worked_millis BIGINT NOT NULL,
  entries JSON NOT NULL
);
CREATE INDEX step_ticket ON "step" (ticket_id, position);

CREATE TABLE "event" (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, ticket_id TEXT, device_id TEXT, actor_id TEXT NOT NULL,
  replica_id TEXT NOT NULL, occurred_at BIGINT NOT NULL, received_at BIGINT, details JSON NOT NULL
);
CREATE INDEX event_ticket ON "event" (ticket_id, occurred_at);

CREATE TABLE "attachment" (
  id TEXT PRIMARY KEY, ticket_id TEXT NOT NULL, step_id TEXT, demand TEXT NOT NULL, purpose TEXT NOT NULL,
  sha256 TEXT NOT NULL, thumbnail_sha256 TEXT NOT NULL, media_type TEXT NOT NULL, size_bytes INTEGER NOT NULL,
  width INTEGER NOT NULL, height INTEGER NOT NULL, taken_at BIGINT, latitude DOUBLE PRECISION,
  longitude DOUBLE PRECISION, name TEXT NOT NULL, actor_id TEXT NOT NULL, made_at BIGINT NOT NULL
);
CREATE INDEX attachment_ticket ON "attachment" (ticket_id, made_at);
CREATE INDEX attachment_sha256 ON "attachment" (sha256);
CREATE INDEX attachment_thumbnail_sha256 ON "attachment" (thumbnail_sha256);

CREATE TABLE "part" (
  id TEXT PRIMARY KEY, number TEXT NOT NULL, name TEXT NOT NULL, name_en TEXT NOT NULL, unit TEXT NOT NULL,
  category TEXT NOT NULL, minimum TEXT NOT NULL
);
CREATE INDEX part_number ON "part" (number);

CREATE TABLE "stock_location" (
  id TEXT PRIMARY KEY, location_kind TEXT NOT NULL, name TEXT NOT NULL, name_en TEXT NOT NULL, region_id TEXT NOT NULL,
  parent_id TEXT, latitude DOUBLE PRECISION, longitude DOUBLE PRECISION
);

CREATE TABLE "stock_movement" (
  id TEXT PRIMARY KEY, movement_kind TEXT NOT NULL, part_id TEXT NOT NULL, from_id TEXT, to_id TEXT,
  quantity TEXT NOT NULL, note TEXT NOT NULL, of_id TEXT, returned TEXT NOT NULL, ticket_id TEXT, step_id TEXT,
  device_id TEXT, actor_id TEXT NOT NULL, occurred_at BIGINT NOT NULL, received_at BIGINT
);
CREATE INDEX stock_movement_part ON "stock_movement" (part_id, occurred_at);
CREATE INDEX stock_movement_ticket ON "stock_movement" (ticket_id);
CREATE INDEX stock_movement_device ON "stock_movement" (device_id);

CREATE TABLE "stock_level" (
  id TEXT PRIMARY KEY, part_id TEXT NOT NULL, location_id TEXT NOT NULL, quantity TEXT NOT NULL,
  changed_at BIGINT NOT NULL, counted_at BIGINT
);
CREATE INDEX stock_level_part ON "stock_level" (part_id);
CREATE INDEX stock_level_location ON "stock_level" (location_id, part_id);

CREATE TABLE "attention" (
  id TEXT PRIMARY KEY, cause TEXT NOT NULL, code TEXT NOT NULL, details JSON NOT NULL, command_id TEXT NOT NULL,
  command_name TEXT NOT NULL, ticket_id TEXT, actor_id TEXT NOT NULL, replica_id TEXT NOT NULL, region_id TEXT,
  raised_at BIGINT NOT NULL, handed_over_by_id TEXT, handed_over_at BIGINT, handed_over_note TEXT NOT NULL,
  resolved_by_id TEXT, resolved_at BIGINT, resolution TEXT NOT NULL
);
CREATE INDEX attention_resolved ON "attention" (resolved_at, raised_at);
CREATE INDEX attention_ticket ON "attention" (ticket_id);

CREATE TABLE "replica" (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, prefix TEXT NOT NULL, user_id TEXT NOT NULL, enrolled_at BIGINT NOT NULL,
  seen_at BIGINT, version TEXT NOT NULL, revoked BOOLEAN NOT NULL, forked_from_id TEXT
);
