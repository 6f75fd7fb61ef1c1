#!/usr/bin/env bash
# Formats an empty volume, then becomes the broker. The settings are server.properties as it stands; nothing is generated.
set -euo pipefail
settings=/etc/medverka/server.properties
/opt/kafka/bin/kafka-run-class.sh kafka.tools.StorageTool format --ignore-formatted \
  --cluster-id MkU3OEVBNTcwNTJENDM2Qk --config "$settings"
exec /opt/kafka/bin/kafka-server-start.sh "$settings"
