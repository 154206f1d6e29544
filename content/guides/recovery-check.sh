#!/usr/bin/env bash
# Says whether a recovery could begin now. The weekly job runs it; the guide to disaster recovery shows it.
set -euo pipefail

# ANCHOR: tools
doctl version && pulumi version && kubectl version --client && nats --version
pg_restore --version && rclone version && age --version && k6 version
# ANCHOR_END: tools

# ANCHOR: access
doctl auth init --context dr --access-token "$DIGITALOCEAN_TOKEN"
doctl auth switch --context dr && doctl account get
pulumi login && pulumi whoami
rclone lsd backups-ams3:mc-backups
# ANCHOR_END: access
