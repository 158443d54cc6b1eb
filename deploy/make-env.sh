#!/bin/sh
# Write .env from .env.example, with a fresh secret wherever that has none.
# An .env that is there stays: whoever loses its REDRESS_KEK loses every text.
set -eu
cd "$(dirname "$0")/.."
umask 077

if [ -e .env ]; then
  echo "There is an .env already, and it stays as it is. Move it away to begin a new deployment." >&2
  exit 1
fi

password() { od -An -v -N24 -tx1 /dev/urandom | tr -d ' \n'; }
key() { head -c 32 /dev/urandom | base64; }

while IFS= read -r line; do
  case $line in
    DB_*_PASSWORD=) echo "$line$(password)" ;;
    REDRESS_KEK=) echo "$line$(key)" ;;
    *) printf '%s\n' "$line" ;;
  esac
done <.env.example >.env
echo "Wrote .env. Back it up, apart from the database." >&2
