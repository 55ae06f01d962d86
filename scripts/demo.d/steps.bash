# Shared by the steps of the demo: how a heading, a command and its exit status look. A step runs in
# the scratch directory of the demo.
set -euo pipefail

scratch=$PWD
readonly scratch
bold='' plain=''
if [[ -t 1 ]]; then bold=$'\033[1m' plain=$'\033[0m'; fi

say() { printf '\n%s# %s%s\n' "$bold" "$*" "$plain"; }

# On a terminal kua asks for the passphrase; here it comes from a file.
kua() { command kua --passphrase-file "$scratch/passphrase" "$@"; }
rosa() { KUA_VAULT=$scratch/vault kua "$@"; }
mara() { KUA_VAULT=$scratch/mara kua "$@"; }

run() { # COMMAND... shows a command as one would type it, then runs it
    local line='$' word
    case $1 in rosa | mara) line="$1$ kua" ;; *) line="$ $1" ;; esac
    for word in "${@:2}"; do
        if [[ $word == *" "* ]]; then word="\"$word\""; fi
        line+=" $word"
    done
    printf '%s\n' "$line"
    "$@" 2>&1
}

expect() { # STATUS COMMAND... the same, for a command that has to end with STATUS
    local -r status=$1
    shift
    local got=0
    run "$@" || got=$?
    if ((got != status)); then
        printf 'demo: exit status %s, not %s\n' "$got" "$status" >&2
        exit 1
    fi
    printf '(exit status %s)\n' "$got"
}

flip_byte() { # FILE OFFSET
    local byte
    byte=$(od -An -tu1 -j "$2" -N 1 "$1")
    printf '%b' "\\x$(printf '%02x' $((byte ^ 1)))" |
        dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
