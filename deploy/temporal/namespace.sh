#!/bin/sh
# Make the namespace of Redress on the Temporal server; harmless to repeat.
# TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE say where and which, RETENTION how long closed cases stay.
set -eu
: "${TEMPORAL_ADDRESS:?}" "${TEMPORAL_NAMESPACE:?}" "${RETENTION:?}"

# Run a command until it succeeds, a second apart; after a minute show its error and give up.
patiently() {
  for _ in $(seq 60); do
    "$@" >/dev/null 2>&1 && return
    sleep 1
  done
  "$@"
}

patiently temporal operator cluster health
# Commands about namespaces do not read TEMPORAL_NAMESPACE.
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
# A new namespace is known to the whole server only some seconds later.
patiently temporal workflow count
