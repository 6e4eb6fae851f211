# Read by the other scripts with `.`; runs nothing itself. Plain sh, since nothing else is certain.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# The first Python between 3.10 and 3.13 that really runs: a name on PATH may be an empty shim.
find_python() {
    for name in ${PYTHON:-python3.11 python3 python3.12 python3.13 python3.10}; do
        if "$name" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' \
            >/dev/null 2>&1; then
            printf '%s\n' "$name"
            return
        fi
    done
    fail "A Python from 3.10 to 3.13 is needed: sudo apt-get install python3 python3-venv"
}

# Where the engine is: named by the person, else a folder that every checkout with these pins shares.
engine_dir() {
    name=$("$1" rave_gui/backend/engine_pins.py)
    printf '%s\n' "${RAVE_GUI_ENGINES:-$HOME/.cache/rave-gui/engines}/$name"
}

engine_python() {
    if [ -z "${RAVE_GUI_ENGINE:-}" ]; then
        folder=$(engine_dir "$1")
        printf '%s\n' "$folder/bin/python"
    elif [ -d "$RAVE_GUI_ENGINE" ]; then
        printf '%s\n' "${RAVE_GUI_ENGINE%/}/bin/python"
    else
        printf '%s\n' "$RAVE_GUI_ENGINE"
    fi
}
