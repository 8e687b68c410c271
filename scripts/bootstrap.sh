#!/usr/bin/env bash
# Makes this checkout runnable: Debian packages, Python packages, the console, the private Asterisk. Does nothing that is done.
#
#   scripts/bootstrap.sh run     what `make run` needs
#   scripts/bootstrap.sh test    what `make test` needs besides
#
# With root or passwordless sudo missing Debian packages are installed; without, one sentence names them and it exits with 1.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:-run}
began=$EPOCHREALTIME
uv_version=0.13.9
tools=.tools
logs=$PWD/$tools/log
export UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=${UV_LINK_MODE:-copy} UV_NO_PROGRESS=1
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 DEBIAN_FRONTEND=noninteractive CI=${CI:-} npm_config_yes=true
unset VIRTUAL_ENV
mkdir -p $tools/stamps $logs

say() {
    local now=$EPOCHREALTIME
    local tenths=$(((${now/./} - ${began/./}) / 100000))
    printf '%4d.%d s  %-10s %s\n' $((tenths / 10)) $((tenths % 10)) "$1" "$2"
}

fail() {
    printf 'callbase: %s\n' "$1" >&2
    exit 1
}

# quietly NAME COMMAND…: the command's output goes to a log, whose end is shown when it fails.
quietly() {
    local name=$1 log=$logs/$1.log
    shift
    if ! "$@" </dev/null >"$log" 2>&1; then
        tail -n 25 "$log" >&2
        fail "$name failed; all of its output is in $log"
    fi
}

# fresh NAME FINGERPRINT: whether the step was done for just this.  done_with NAME FINGERPRINT: it is now.
fresh() { [ -f "$tools/stamps/$1" ] && [ "$(<"$tools/stamps/$1")" = "$2" ]; }
done_with() { printf '%s' "$2" >"$tools/stamps/$1"; }

# --- Debian packages ---------------------------------------------------------------------------------------------------

have() { command -v "$1" >/dev/null 2>&1; }

missing=()
need() { # need PACKAGE CONDITION…: the package is missing where the condition fails
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}

# Debian's own Python, where it is on the PATH as well: it is compiled by what was measured of it (PGO), which one of pyenv's is not.
python_works() { "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'; }
for python in $(type -ap python3 | grep -x /usr/bin/python3) python3; do
    ! python_works 2>/dev/null || break
done

debian_packages() {
    need python3-venv python_works
    need python3 have python3
    need espeak-ng have espeak-ng
    need ca-certificates test -e /etc/ssl/certs/ca-certificates.crt
    if ! have_asterisk && ! have mmdebstrap; then
        missing+=(mmdebstrap debian-archive-keyring)
        [ "$(id -u)" = 0 ] || need uidmap have newuidmap
    fi
    if [ "$purpose" = test ]; then
        need git have git
        need sip-tester have sipp
        need chromium have chromium
        need fonts-noto-cjk test -d /usr/share/fonts/opentype/noto
        need sox have sox
        need tcc have tcc
        need restic have restic
    fi
    [ ${#missing[@]} -gt 0 ] || return 0

    local root=()
    if [ "$(id -u)" != 0 ]; then
        if have sudo && sudo -n true 2>/dev/null; then
            root=(sudo -n --preserve-env=DEBIAN_FRONTEND)
        else
            fail "please install first: sudo apt-get install --no-install-recommends ${missing[*]}"
        fi
    fi
    have apt-get || fail "please install first what Debian calls: ${missing[*]}"
    say debian "installing ${missing[*]}"
    quietly apt-update "${root[@]}" apt-get -q update
    quietly apt-install "${root[@]}" apt-get -q -y --no-install-recommends install "${missing[@]}"
    say debian "installed"
}

# --- Python packages ---------------------------------------------------------------------------------------------------

# A Node of at least 20.19 (Vite 7) on PATH is used; where there is none, one comes as a Python package (group "node").
node_on_path() { have npm && node -e 'const [a, b] = process.versions.node.split("."); process.exit(+a > 20 || (+a == 20 && +b >= 19) ? 0 : 1)'; }

python_packages() {
    local options=(--frozen --inexact)
    [ "$purpose" = test ] || options+=(--no-dev)
    node_on_path 2>/dev/null || options+=(--group node)
    local fingerprint
    fingerprint="$(sha256sum uv.lock pyproject.toml) $("$python" -V) ${options[*]}"
    if [ -x .venv/bin/python ] && { fresh "python-$purpose" "$fingerprint" || fresh python-test "${fingerprint/ --no-dev/}"; }; then
        return
    fi
    if [ "$($tools/uv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" != "$uv_version" ]; then
        quietly uv "$python" -m venv --clear $tools/uv
        quietly uv $tools/uv/bin/python -m pip install -q "uv==$uv_version"
    fi
    say python "installing packages"
    [ -x .venv/bin/python ] || options+=(--python "$(command -v "$python")")
    quietly python-packages $tools/uv/bin/uv sync "${options[@]}"
    rm -f $tools/stamps/python-*
    done_with "python-$purpose" "$fingerprint"
    say python "packages ready"
}

# --- the console -------------------------------------------------------------------------------------------------------

console() {
    local packages sources
    packages=$(sha256sum frontend/package-lock.json)
    sources=$(find frontend -path frontend/node_modules -prune -o -path frontend/dist -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum)
    local built=false
    [ -f frontend/dist/index.html ] && fresh console-built "$sources" && built=true
    if $built && [ "$purpose" = run ]; then
        return
    fi
    if ! { [ -d frontend/node_modules ] && fresh console-packages "$packages"; }; then
        say console "installing packages"
        # not `npm ci`: it refuses a lock file made where a registry had only this platform's optional packages
        (cd frontend && quietly console-packages npm install --no-save --no-audit --no-fund)
        done_with console-packages "$packages"
        say console "packages ready"
    fi
    $built && return
    say console "building"
    (cd frontend && quietly console-build node_modules/.bin/vite build) # types are `make check`'s business
    done_with console-built "$sources"
    say console "built"
}

# --- the switch --------------------------------------------------------------------------------------------------------

have_asterisk() {
    [ -d "${XDG_CACHE_HOME:-$HOME/.cache}/callbase/asterisk-22" ] && return
    [ "${CALLBASE_ASTERISK:-}" != private ] && [[ $(PATH=$PATH:/usr/sbin asterisk -V 2>/dev/null) =~ \ (2[0-9])\. ]]
}

# tree.py needs nothing but Python itself, so that this goes on beside the packages' installation.
switch() {
    have_asterisk && return
    python3 - <<'PYTHON' | while IFS= read -r text; do say asterisk "$text"; done
import importlib.util, sys
spec = importlib.util.spec_from_file_location("tree", "callbase/platform/asterisk/tree.py")
tree = importlib.util.module_from_spec(spec)
sys.modules["tree"] = tree
spec.loader.exec_module(tree)
try:
    tree.find_or_make_tree(tree.cache_dir(), lambda text: print(text, flush=True))
except (tree.AsteriskUnavailable, OSError) as problem:
    sys.exit(f"callbase: {problem}")
print("ready", flush=True)
PYTHON
}

# Kamailio is unpacked, not installed: installed, Debian starts it, at the SIP port.
proxy() {
    [ "$purpose" = test ] && ! have kamailio && ! [ -x $tools/kamailio/usr/sbin/kamailio ] || return 0
    mkdir -p $tools/kamailio
    # the list of packages may be there without this one's place, or not at all
    (cd $tools/kamailio && apt-get -q download kamailio) >"$logs/kamailio.log" 2>&1 || {
        [ "$(id -u)" = 0 ] && quietly apt-update apt-get -q update
        (cd $tools/kamailio && quietly kamailio apt-get -q download kamailio)
    }
    quietly kamailio-unpack dpkg-deb -x $tools/kamailio/kamailio_*.deb $tools/kamailio
    $tools/kamailio/usr/sbin/kamailio -v >/dev/null 2>&1 ||
        fail "Kamailio does not run here; install what it needs: $(dpkg-deb -f $tools/kamailio/kamailio_*.deb Depends)"
    rm $tools/kamailio/kamailio_*.deb
    say kamailio "ready"
}

# --- all of it, side by side -------------------------------------------------------------------------------------------

debian_packages
set -m # each in a process group of its own, so that stopping one stops all it started
jobs=()
stop_jobs() {
    exec 2>/dev/null # the shell would tell of each job it lost
    for signal in TERM KILL; do
        for job in ${jobs[@]+"${jobs[@]}"}; do
            kill -$signal -- "-$job" 2>/dev/null && [ $signal = TERM ] && sleep 0.5
        done
    done
}
trap stop_jobs EXIT
trap 'exit 130' INT TERM HUP

switch &
jobs+=($!)
proxy &
jobs+=($!)
if node_on_path 2>/dev/null; then
    console &
    jobs+=($!)
    python_packages
else
    python_packages
    PATH=$PWD/.venv/bin:$PATH
    console &
    jobs+=($!)
fi
for job in "${jobs[@]}"; do
    wait "$job" || exit 1
done
trap - EXIT
