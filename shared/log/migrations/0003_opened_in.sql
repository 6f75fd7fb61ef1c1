-- A lead that was open in another life of this database is closed. A database that was restored says "open", as it was when it was
-- saved, and whoever appended to it before a handshake would use indexes that Kafka has given to other events.

-- Tells one life of a database from another: a restart, a failover and a restore each begin a new one.
CREATE FUNCTION this_database() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT extract(epoch FROM pg_postmaster_start_time())::text || '/' || oid::text
    FROM pg_database WHERE datname = current_database()
$$;
ALTER TABLE lead ADD COLUMN opened_in text;
