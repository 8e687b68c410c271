#!/usr/bin/env bash
# Everything that can be said about the code without running the product. Runs all, tells what failed, exits 1 when anything did.
set -uo pipefail
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH
output=$(mktemp)
trap 'rm -f "$output"' EXIT
failed=()

check() {
    local name=$1 began=$EPOCHREALTIME ended tenths
    shift
    if "$@" </dev/null >"$output" 2>&1; then state=ok; else
        state=FAILED
        failed+=("$name")
    fi
    ended=$EPOCHREALTIME
    tenths=$(((${ended/./} - ${began/./}) / 100000))
    printf 'check  %-16s %-6s %4d.%d s\n' "$name" $state $((tenths / 10)) $((tenths % 10))
    [ $state = ok ] || cat "$output"
}

check lint ruff check --quiet .
check format ruff format --check --quiet .
check imports lint-imports --no-logo
check types mypy
[ ! -f tools/write_link_protocol.py ] || check link-protocol python tools/write_link_protocol.py --check
check console npm --prefix frontend --silent run check
check console-tests npm --prefix frontend --silent run test
if [ ${#failed[@]} -gt 0 ]; then
    printf 'check  failed: %s\n' "${failed[*]}" >&2
    exit 1
fi
