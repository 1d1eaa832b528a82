-- Which version of its values an event holds: those of version 1 are words, later ones ids and quantities.
ALTER TABLE "event" ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
