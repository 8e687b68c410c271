#!/usr/bin/env bash
# The checks and the tests of what runs by itself side by side on all cores; then those with real processes, telephones and
# browsers, which wait more than they work: in two rows of about the same length beside each other, in a row one after the other.
# Fails when any of it does.
set -uo pipefail
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH
status=0
real=(tests/platform tests/contract tests/system)
others=(tests/browser tests/telephony tests/chaos)
alone=(callbase)
for area in tests/*/; do
    [[ " ${real[*]} ${others[*]} " == *" ${area%/} "* || $area == *__* ]] || alone+=("${area%/}")
done
beside=$(mktemp)
trap 'rm -f "$beside"; kill $(jobs -p) 2>/dev/null' EXIT
scripts/check.sh >"$beside" 2>&1 &
pytest -n auto --dist loadfile --durations=10 "${alone[@]}" "$@" </dev/null || status=1
wait $! || status=1
cat "$beside"
{
    failed=0
    for area in "${others[@]}"; do pytest --durations=10 "$area" "$@" || failed=1; done
    exit $failed
} </dev/null >"$beside" 2>&1 &
pytest --durations=10 "${real[@]}" "$@" </dev/null || status=1
wait $! || status=1
cat "$beside"
exit $status
