#!/usr/bin/env bash
# Runs once, on the services' empty cluster: a database and a role for each service, which reaches no other's.
set -euo pipefail
for service in registry placements procurement consultation; do
  psql --no-psqlrc --set=ON_ERROR_STOP=1 --set=name="$service" --set=password="$(cat "/run/secrets/$service")" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done
