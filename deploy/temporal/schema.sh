#!/bin/sh
# Bring the tables of the Temporal server up to the version of this image; harmless to repeat.
# The connection is in SQL_HOST, SQL_USER and the like, which temporal-sql-tool reads itself.
set -eu

for part in temporal:temporal temporal_visibility:visibility; do
  export SQL_DATABASE="${part%%:*}"
  # Version 0.0 makes the list of versions, and does nothing where there is one.
  temporal-sql-tool setup-schema --version 0.0
  temporal-sql-tool update-schema --schema-name "postgresql/v12/${part##*:}"
done
