#!/bin/sh
# ANCHOR: lag
psql -c 'select pg_last_wal_replay_lsn()'
# ANCHOR_END: lag
# ANCHOR: open
pg_ctl promote
pg_isready
