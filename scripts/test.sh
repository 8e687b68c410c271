#!/usr/bin/env bash
# The checks, then every test: the quick ones first, real telephones and browsers last. Fails when any of it does.
set -uo pipefail
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH
status=0
scripts/check.sh || status=1
order=()
for area in core switch contract engine web platform system telephony browser; do
    [ -d tests/$area ] && order+=("tests/$area")
done
for directory in tests/*/; do # any area added later
    [[ " ${order[*]} " == *" ${directory%/} "* || $directory == *__* ]] || order+=("${directory%/}")
done
pytest --durations=10 "${order[@]}" callbase "$@" </dev/null || status=1
exit $status
