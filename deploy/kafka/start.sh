#!/usr/bin/env bash
# Formats an empty volume, then becomes the broker. The settings are server.properties as it stands, but for the port at which
# the demo publishes OUTSIDE on this machine: MEDVERKA_PORT_KAFKA.
set -euo pipefail
settings=/etc/medverka/server.properties
/opt/kafka/bin/kafka-run-class.sh kafka.tools.StorageTool format --ignore-formatted \
  --cluster-id MkU3OEVBNTcwNTJENDM2Qk --config "$settings"
exec /opt/kafka/bin/kafka-server-start.sh "$settings" \
  --override "advertised.listeners=INSIDE://kafka:9092,OUTSIDE://127.0.0.1:${MEDVERKA_PORT_KAFKA:-9094}"
