#!/usr/bin/env bash
# Runs once, on the keys' empty cluster: one database for keys, and a role for each service. What each may read in it is set by
# shared/persons/installing.py, which compose runs at every start.
set -euo pipefail
psql --no-psqlrc --set=ON_ERROR_STOP=1 --command='CREATE DATABASE keys' --command='REVOKE ALL ON DATABASE keys FROM PUBLIC'
for service in registry placements procurement consultation; do
  psql --no-psqlrc --set=ON_ERROR_STOP=1 --set=name="$service" --set=password="$(cat "/run/secrets/$service")" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
GRANT CONNECT ON DATABASE keys TO :"name";
SQL
done
