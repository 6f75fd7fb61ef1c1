-- events (reading.sql): what a document cites by id. An event's bytes begin with its id (cloudevent.py), and ids are UUIDv7, so nearly
-- in the order of the table: a few ranges are read, and an append pays next to nothing.
CREATE INDEX event_id ON event USING brin (substring(bytes FROM 28 FOR 36)) WITH (autosummarize = on);
