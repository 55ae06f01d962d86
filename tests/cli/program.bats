# The program before any command: usage, help, versions, finding the vault, passphrases.
load support

@test "nothing to do is a usage error that points to the help" {
    run --separate-stderr bare
    ended 2
    says "kua --help"
}

@test "an unknown option is a usage error and named" {
    run --separate-stderr bare list --frobnicate
    ended 2
    says "--frobnicate"
    [ -z "$output" ]
}

@test "an unknown command is a usage error and named" {
    run --separate-stderr bare frobnicate
    ended 2
    says "there is no command frobnicate"
}

@test "a group without its command is a usage error" {
    run --separate-stderr bare case
    ended 2
    says "kua case --help"
}

@test "what was typed is escaped when it is named" {
    run --separate-stderr bare list $'--f\x1b[31m\xe2\x80\xae\xff'
    ended 2
    says '--f\x1b[31m\u{202e}\xff'
}

@test "an option given twice, without its value or with a bad number is a usage error" {
    run --separate-stderr bare list --kind photo --kind video
    ended 2
    says "--kind is given more than once"
    run --separate-stderr bare --vault
    ended 2
    says "--vault needs a value"
    for number in -1 x 1e3 99999999999999999999 ""; do
        run --separate-stderr bare log --newest "$number"
        ended 2
    done
}

@test "--case is refused where it would change nothing, and stands in no help there" {
    for command in sync "sync stick" "sync --dry-run" "take x.kua" "finding list" \
        "finding export 1 --to x" "remote list" "remote add stick media" "remote remove stick" \
        "remote login base --none" "contact list" "contact add x.card" "identity show" \
        "identity card" "passphrase list" "passphrase change" "case list" "case create KT-18" \
        "case accept" "case decline" "case use KT-17"; do
        # shellcheck disable=SC2086 # words of one command
        run --separate-stderr bare $command --case KT-17
        ended 2
        says "takes no --case: "
        # shellcheck disable=SC2086
        run --separate-stderr bare --case KT-17 $command
        ended 2
        # shellcheck disable=SC2086
        run --separate-stderr bare $command --help
        ended 0
        has_not "--case NAME"
    done
    for command in list find status verify "case show" "case seal" "member list"; do
        # shellcheck disable=SC2086
        run --separate-stderr bare $command --help
        has "--case NAME"
    done
}

@test "a case is named once, and not beside --all of them" {
    for command in "list --all" "find --all word"; do
        # shellcheck disable=SC2086
        run --separate-stderr bare $command --case KT-17
        ended 2
        says "--case excludes --all"
    done
    for command in "case show KT-18" "case describe KT-18" "case seal KT-18" "case key KT-18 --to k" \
        "key reveal KT-18"; do
        # shellcheck disable=SC2086
        run --separate-stderr bare $command --case KT-17
        ended 2
        says "say which case once"
    done
}

@test "with --json a usage error is one document on standard output" {
    run --separate-stderr bare list --frobnicate --json
    ended 2
    [ "$(json 'd["error"]["code"]')" = usage ]
    [ "$(json 'd["error"]["number"]')" = 5 ]
    says "--frobnicate"
}

@test "versions of all components are named" {
    run --separate-stderr bare --version
    ended 0
    for component in kua libsodium SQLCipher SQLite libgit2 OpenSSL; do
        printf '%s\n' "$output" | grep -Eq "^$component [0-9]+\.[0-9]+"
    done
    run --separate-stderr bare --version --json
    ended 0
    [ "$(json 'sorted(d["versions"])[-1]')" = libsodium ]
}

@test "every command explains itself with an example" {
    for command in "" init add list show export verify log status case "case create" "case list" \
        "case show" "case use" "case accept" "case decline" "case seal" "case key" "case unseal" passphrase "passphrase list" \
        "passphrase add" "passphrase change" "passphrase remove" key "key reveal" identity \
        "identity show" "identity card" contact "contact add" "contact list" "contact show" \
        "contact verify" "contact remove"; do
        # shellcheck disable=SC2086 # words of one command
        run --separate-stderr bare $command --help
        ended 0
        has "usage: kua"
        has "EXAMPLE"
        has "  kua ${command%% *}"
        [ -z "$stderr" ]
        [ "$(printf '%s\n' "$output" | wc -L)" -le 100 ]
    done
}

@test "the cheap key derivation is in no help" {
    run bare init --help
    has_not kdf
}

@test "no vault is a plain failure that says what to do" {
    run --separate-stderr bare list --passphrase-file passphrase
    ended 1
    says "no vault here or in any folder above"
    says "kua init DIR"
    run --separate-stderr bare list --vault nowhere --passphrase-file passphrase
    ended 1
    says "there is no vault in nowhere"
}

@test "something else than a vault is a plain failure" {
    mkdir other
    printf 'not a header at all' >other/kua.vault
    run --separate-stderr bare list --vault other --passphrase-file passphrase --json
    ended 1
    [ "$(json 'd["error"]["code"]')" = not_vault ]
}

@test "the vault is --vault, else KUA_VAULT, else the nearest folder above" {
    make_vault
    mkdir -p vault/objects/a/b elsewhere
    (cd vault/objects/a/b && bare status --passphrase-file "$BATS_TEST_TMPDIR/passphrase")
    KUA_VAULT="$PWD/vault" bare status --passphrase-file passphrase
    KUA_VAULT="$PWD/elsewhere" bare status --vault vault --passphrase-file passphrase
    KUA_VAULT="$PWD/elsewhere" run --separate-stderr bare status --passphrase-file passphrase
    ended 1
}

@test "options for every command may stand behind it" {
    make_vault
    run --separate-stderr bare status --json --vault vault --passphrase-file passphrase
    ended 0
    [ "$(json 'd["identity"]["name"]')" = Rosa ]
}

@test "a wrong passphrase is exit 6 and no slot is named" {
    make_vault
    printf 'something else' >wrong
    chmod 600 wrong
    run --separate-stderr bare list --vault vault --passphrase-file wrong
    ended 6
    says "wrong passphrase"
    [ -z "$output" ]
    run --separate-stderr bare list --vault vault --passphrase-file wrong --json
    ended 6
    [ "$(json 'd["error"]["code"]')" = wrong_key ]
    [ "$(json 'd["error"]["number"]')" = 1 ]
}

@test "one line break at the end of a passphrase file doesn't count, a second one does" {
    make_vault
    printf 'a lamp in the kitchen' >none
    printf 'a lamp in the kitchen\r\n' >windows
    printf 'a lamp in the kitchen\n\n' >two
    printf ' a lamp in the kitchen' >space
    chmod 600 none windows two space
    bare status --vault vault --passphrase-file none
    bare status --vault vault --passphrase-file windows
    run bare status --vault vault --passphrase-file two
    ended 6
    run bare status --vault vault --passphrase-file space
    ended 6
}

@test "a passphrase can come from a descriptor" {
    make_vault
    bare status --vault vault --passphrase-fd 7 7<passphrase
    printf 'a lamp in the kitchen' | "$KUA_PROGRAM" status --vault vault --passphrase-fd 0
    run --separate-stderr bare status --vault vault --passphrase-fd 42
    ended 1
    run --separate-stderr bare status --vault vault --passphrase-fd 7 --passphrase-file passphrase
    ended 2
}

@test "no passphrase is read from a file that kua opened itself" {
    make_vault
    make_files
    kua add in >/dev/null
    printf '1 1\n' >vault/lock # a line that could be one
    local number tried=0
    for number in 3 4 5 6 7 8 9 10 11 12; do
        [ ! -e "/proc/$$/fd/$number" ] || continue # bats has some
        tried=$((tried + 1))
        run --separate-stderr kua case seal --yes --secret-to key --secret-passphrase-fd "$number"
        ended 1
        says "from descriptor $number: nothing was open there when kua was started"
        says "is NOT sealed"
        [ ! -e key ]
    done
    [ "$tried" -ge 4 ]
}

@test "a passphrase file that is missing, empty or too long is refused" {
    make_vault
    : >empty
    printf '\n' >line
    head -c 1025 /dev/zero | tr '\0' x >long
    chmod 600 empty line long
    run --separate-stderr bare status --vault vault --passphrase-file missing
    ended 1
    for file in empty line long; do
        run --separate-stderr bare status --vault vault --passphrase-file $file
        ended 2
        says "1 to 1,024 bytes"
    done
}

@test "a passphrase file that others can read draws a warning" {
    make_vault
    chmod 644 passphrase
    run --separate-stderr bare status --vault vault --passphrase-file passphrase
    ended 0
    says "chmod 600 passphrase"
}

@test "without a terminal and without a file no passphrase is asked for" {
    make_vault
    run --separate-stderr bare status --vault vault
    ended 2
    says "--passphrase-file"
}

@test "a passphrase in the environment or the arguments is no passphrase" {
    make_vault
    KUA_PASSPHRASE='a lamp in the kitchen' PASSPHRASE='a lamp in the kitchen' \
        run --separate-stderr bare status --vault vault
    ended 2
    run --separate-stderr bare status --vault vault --passphrase 'a lamp in the kitchen'
    ended 2
}

@test "a passphrase typed on a terminal isn't shown" {
    make_vault
    printf 'passphrase: \ta lamp in the kitchen\n' >dialogue
    converse --vault vault status
    has "[status 0]"
    has "[typing is shown]"
    has "Rosa"
    has_not "lamp"
}

@test "Ctrl-C at the passphrase stops and shows typing again" {
    make_vault
    printf 'passphrase: \t^C\n' >dialogue
    converse --vault vault status
    has "[status 130]"
    has "[typing is shown]"
}

@test "a reader that goes away is no failure" {
    make_vault
    kua list --help | true
    "$KUA_PROGRAM" --help | head -c 1 >/dev/null
    [ "${PIPESTATUS[0]}" -eq 0 ]
}

@test "output that can't be written is a storage failure" {
    [ -e /dev/full ] || skip "no /dev/full"
    run bash -c '"$KUA_PROGRAM" --help >/dev/full'
    [ "$status" -eq 9 ]
}

@test "nothing is written into the vault where output or errors are closed" {
    make_vault
    make_files
    kua add in >/dev/null
    cp -r vault before
    local command
    for command in list log status "show IMG_0412.jpg" "key reveal --yes"; do
        # shellcheck disable=SC2086 # words
        run bash -c '"$@" >&-' - "$KUA_PROGRAM" --vault vault --passphrase-file passphrase $command
        [ "$status" -eq 9 ]
        # shellcheck disable=SC2086
        run bash -c '"$@" >/dev/null 2>&-' - "$KUA_PROGRAM" --vault vault \
            --passphrase-file passphrase $command
        [ "$status" -eq 0 ]
        diff -r before vault
    done
    # shellcheck disable=SC2016
    for closed in '<&-' '>&-' '2>&-' '<&- >&- 2>&-'; do
        printf '%s' "$closed" >"new $closed"
        bash -c '"$@" '"$closed" - "$KUA_PROGRAM" --vault vault --passphrase-file passphrase \
            add "new $closed" || true
        run --separate-stderr kua verify
        ended 0
    done
    run --separate-stderr kua list --json
    [ "$(json 'len(d["items"])')" = 7 ]
}

@test "no key reaches other processes: not dumpable" {
    [ -r /proc/self/status ] || skip "no /proc"
    make_vault
    mkfifo gate
    "$KUA_PROGRAM" status --vault vault --passphrase-fd 7 7<gate >/dev/null 2>&1 3>&- &
    local pid=$!
    exec 9>gate
    # The program waits for its passphrase now; a file of a process that isn't dumpable is root's.
    local limit
    limit="$(awk '/Max core file size/ {print $5}' "/proc/$pid/limits" || true)"
    printf 'a lamp in the kitchen' >&9
    exec 9>&-
    wait "$pid"
    [ "$limit" = 0 ]
}
