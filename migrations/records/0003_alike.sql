-- Devices are found by their numbers however these are written: as `alike::key` in crates/domain makes them alike.
CREATE INDEX device_number_alike ON "device" (upper(replace(replace(number, '-', ''), ' ', '')));
