#!/usr/bin/env bash
# The checks and the tests of what runs by itself side by side on all cores; then, one after the other and with the machine to
# themselves, those with real processes, telephones and browsers. Fails when any of it does.
set -uo pipefail
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH
status=0
real=(tests/platform tests/contract tests/system tests/telephony tests/browser)
alone=(callbase)
for area in tests/*/; do
    [[ " ${real[*]} " == *" ${area%/} "* || $area == *__* ]] || alone+=("${area%/}")
done
checked=$(mktemp)
trap 'rm -f "$checked"' EXIT
scripts/check.sh >"$checked" 2>&1 &
pytest -n auto --dist loadfile --durations=10 "${alone[@]}" "$@" </dev/null || status=1
wait $! || status=1
cat "$checked"
pytest --durations=10 "${real[@]}" "$@" </dev/null || status=1
exit $status
