# Shared by the tests of the program. KUA_PROGRAM is the program; every test has a scratch directory
# as its working directory and, after make_vault, a vault in vault/ that is cheap to open.
# shellcheck disable=SC2154 # bats sets status, output and stderr
bats_require_minimum_version 1.5.0

setup() {
    : "${KUA_PROGRAM:?the program to test}"
    cd "$BATS_TEST_TMPDIR" || return
    unset KUA_VAULT
    (umask 077 && printf 'a lamp in the kitchen\n' >passphrase)
}

# The program without anything added.
bare() {
    "$KUA_PROGRAM" "$@" </dev/null
}

# The program with the vault and its passphrase; names stay as they are wherever tests go.
kua() {
    bare --vault "$BATS_TEST_TMPDIR/vault" --passphrase-file "$BATS_TEST_TMPDIR/passphrase" "$@"
}

make_vault() {
    bare init vault --name Rosa --passphrase-file passphrase --kdf-memory 8 --kdf-passes 1 "$@" \
        >/dev/null 2>&1
}

# Three files of different kinds in in/.
make_files() {
    mkdir -p in
    printf 'the first photo' >in/IMG_0412.jpg
    printf 'the second photo, a little longer' >in/IMG_0419.jpg
    printf 'a notice\n' >in/notice.ru.txt
}

# Changes one byte in the middle of a file.
flip_middle() {
    python3 -c 'import os, sys
path = sys.argv[1]
at = os.path.getsize(path) // 2
with open(path, "r+b") as f:
    f.seek(at)
    old = f.read(1)
    f.seek(at)
    f.write(bytes([old[0] ^ 1]))' "$1"
}

# converse ARGUMENT...: the program on a terminal, with the conversation in the file dialogue.
converse() {
    run "$BATS_TEST_DIRNAME/converse.py" dialogue "$KUA_PROGRAM" "$@"
    if [ "$status" -ne 0 ]; then
        printf 'the conversation broke off:\n%s\n' "$output" >&2
        return 1
    fi
}

# Runs a command that is held to the permissions of files, as root isn't.
unprivileged() {
    local -r less="-dac_override,-dac_read_search"
    if [ "$(id -u)" -eq 0 ]; then
        setpriv "--bounding-set=$less" "--inh-caps=$less" "$@"
    else
        "$@"
    fi
}

needs_permissions() {
    unprivileged true 2>/dev/null || skip "root is held to no permissions here"
}

# json EXPRESSION: the value of a Python expression over `d`, the document in $output.
json() {
    python3 -c 'import json, sys
d = json.loads(sys.argv[1])
v = eval(sys.argv[2])
print(json.dumps(v) if isinstance(v, (dict, list, bool)) or v is None else v)' "$output" "$1"
}

# The short id of the item that has this name.
id_of() {
    kua list --json | python3 -c 'import json, sys
print(*[i["short_id"] for i in json.load(sys.stdin)["items"] if i["name"] == sys.argv[1]])' "$1"
}

# ended STATUS: what `run` ran ended like that, and with nothing that would drive a terminal.
ended() {
    if [ "$status" -ne "$1" ]; then
        printf 'status %s instead of %s\n%s\n%s\n' "$status" "$1" "$output" "${stderr-}" >&2
        return 1
    fi
    if printf '%s%s' "$output" "${stderr-}" | LC_ALL=C grep -q "$(printf '[\033\177]')"; then
        printf 'a control character was printed\n' >&2
        return 1
    fi
}

# has TEXT: it is in what was printed on standard output. says TEXT: on standard error.
has() {
    case "$output" in *"$1"*) ;; *) printf 'no "%s" in:\n%s\n' "$1" "$output" >&2 && return 1 ;; esac
}
says() {
    case "$stderr" in *"$1"*) ;; *) printf 'no "%s" in:\n%s\n' "$1" "$stderr" >&2 && return 1 ;; esac
}
has_not() {
    case "$output" in *"$1"*) printf '"%s" in:\n%s\n' "$1" "$output" >&2 && return 1 ;; *) ;; esac
}
says_not() {
    case "$stderr" in *"$1"*) printf '"%s" in:\n%s\n' "$1" "$stderr" >&2 && return 1 ;; *) ;; esac
}

# Runs SQL on the catalog in SQLCipher's own shell; skips the test where there is none.
catalog_sql() { # SQL
    [ -x "${KUA_SQLCIPHER-}" ] || skip "SQLCipher's shell was not built by scripts/bootstrap"
    local key
    key="$(kua key reveal --yes --json 2>/dev/null | python3 -c 'import json, sys
print(*[k["secret"] for k in json.load(sys.stdin)["keys"] if k["purpose"] == "catalog"])')"
    printf 'PRAGMA key = "%s";\n%s\n' "$key" "$1" | "$KUA_SQLCIPHER" -batch vault/catalog.db |
        tail -n +2
}
