#!/usr/bin/env bats
# kua shell, as scripts use it; with keys and a terminal: shell_terminal_test.py.
load support


# from FILE ARGUMENT...: the program with the file as its standard input.
from() {
    local input=$1
    shift
    "$KUA_PROGRAM" "$@" <"$input"
}

# script LINE...: a shell with these lines.
script() {
    printf '%s\n' "$@" >lines
    from lines --vault "$BATS_TEST_TMPDIR/vault" \
        --passphrase-file "$BATS_TEST_TMPDIR/passphrase" shell
}

@test "shell runs the same commands one after the other" {
    make_vault
    make_files
    run --separate-stderr script "add in/IMG_0412.jpg" "" "kua list" "# list" "list --json"
    ended 0
    has "added i-"
    has "IMG_0412.jpg"
    has '"name":"IMG_0412.jpg"'
    says "unlocked: $BATS_TEST_TMPDIR/vault"
    run --separate-stderr kua list --json
    [ "$(json 'len(d["items"])')" = 1 ]
}

@test "shell goes on after what failed, and ends like the last that failed" {
    make_vault
    run --separate-stderr script "show nothing" "list --nonsense" "case list"
    ended 2
    says "no item"
    says "there is no option --nonsense; see: kua list --help"
    has "First case"
    run --separate-stderr script "list --nonsense" "show nothing" "case list"
    ended 8
    run --separate-stderr script "show nothing" "exit" "list --nonsense"
    ended 8
    says_not "nonsense"
    run --separate-stderr script "quit"
    ended 0
    run --separate-stderr script "frobnicate"
    ended 2
    says "there is no command frobnicate"
}

@test "shell takes quotes as a POSIX shell does" {
    make_vault
    printf 'a' >"it's one.txt"
    printf 'b' >'two words.txt'
    run --separate-stderr script "add \"it's one.txt\" two\\ words.txt" "case create 'KT \"17\"'" \
        "list 'one"
    ended 2
    has "it's one.txt"
    has "two words.txt"
    has 'KT "17"'
    says "a single quote (') is not closed"
    run --separate-stderr script 'list "'
    ended 2
    says 'a double quote (") is not closed'
    run --separate-stderr script "list \\"
    ended 2
    says "nothing behind the last backslash"
    printf 'list\0\nlist --case "First case"' >lines
    run --separate-stderr from lines --vault vault --passphrase-file passphrase shell
    ended 2
    says "zero byte"
    has "two words.txt"
}

@test "shell refuses what needs a kua of its own" {
    make_vault
    for line in "init other --name R" "shell" "kua shell" "list --vault other" \
        "list --passphrase-file x" "--passphrase-fd 3 list"; do
        run --separate-stderr script "$line"
        ended 2
        says "leave the shell first"
    done
    [ ! -e other ]
}

@test "shell explains its commands" {
    make_vault
    run --separate-stderr script "help" "help case seal" "lock --help" "--help"
    ended 0
    has "this shell:"
    has "Wipe the keys from memory"
    has "usage: kua case seal"
    has_not "--passphrase-fd"
    has_not "init"
    run --separate-stderr bare --help
    has "shell"
    has_not "this shell"
    run --separate-stderr bare shell --help
    ended 0
    has "EXAMPLE"
    has "--idle TIME"
    has_not "--stopped"
    run --separate-stderr script "--version"
    ended 0
    has "kua 0."
}

@test "shell needs the passphrase at once, and no line is run without it" {
    make_vault
    printf 'wrong' >other
    echo list >lines
    run --separate-stderr from lines shell --vault vault --passphrase-file other
    ended 6
    says "wrong passphrase"
    run --separate-stderr from lines shell --vault vault
    ended 2
    says "there is no terminal to ask for the passphrase on"
    run --separate-stderr from lines shell --vault nowhere
    ended 1
    says "there is no vault in"
}

@test "shell locks, and asks anew for what the next command needs" {
    make_vault
    run --separate-stderr script "case list" "lock" "lock" "help lock" "case list" "case list"
    ended 0
    # shellcheck disable=SC2154 # set by run
    [ "$(grep -c '^locked$' <<<"$stderr")" = 2 ]
    [ "$(grep -c 'First case' <<<"$output")" = 3 ]
    # The status of what failed before it locked isn't forgotten, nor are the options.
    printf '%s\n' "show nothing" lock "case list" >lines
    run --separate-stderr from lines shell --vault vault --passphrase-file passphrase --json --quiet
    ended 8
    [ "$(grep -c '"title": "First case"' <<<"$output")" = 1 ]
    has '"not_found"'
    # A descriptor gives its passphrase once.
    printf '%s\n' "case list" lock "case list" >lines
    run --separate-stderr from lines shell --vault vault --passphrase-fd 5 5<passphrase
    ended 2
    has "First case"
    says "there is no terminal to ask for the passphrase on"
}

@test "shell --locked begins without the passphrase" {
    make_vault
    echo help >lines
    run --separate-stderr from lines shell --locked --vault vault
    ended 0
    echo "case list" >lines
    run --separate-stderr from lines shell --locked --vault vault
    ended 2
    run --separate-stderr from lines shell --locked --vault vault --passphrase-file passphrase
    ended 0
    has "First case"
}

@test "shell --idle takes times that make sense" {
    make_vault
    for idle in 0 -1 1441 PT0S PT25H 10m x ""; do
        run --separate-stderr kua shell "--idle=$idle"
        ended 2
    done
    for idle in 1 PT1S PT1H30M 1440; do
        run --separate-stderr kua shell --idle "$idle"
        ended 0
    done
}

# A shell whose lines come through a pipe, so that others can work in between.
begin_shell() {
    mkfifo lines
    "$KUA_PROGRAM" --vault vault --passphrase-file passphrase shell "$@" <lines >out 2>err 3>&- &
    shell_pid=$!
    exec 7>lines
}

# shown TEXT [FILE]: waits until it is there.
shown() {
    local tries=0
    until grep -qF -- "$1" "${2-out}"; do
        ((++tries < 600)) || {
            cat out err >&2
            return 1
        }
        read -r -t 0.1 <> <(:) || true
    done
}

@test "shell lets others write in between, and sees what they wrote" {
    make_vault
    make_files
    begin_shell
    echo "add in/IMG_0412.jpg" >&7
    shown "1 added"
    run --separate-stderr kua add in/IMG_0419.jpg
    ended 0
    echo "list" >&7
    shown "IMG_0419.jpg"
    exec 7>&-
    wait "$shell_pid"
}

@test "shell locks by itself when nothing comes for so long" {
    make_vault
    begin_shell --idle PT1S
    echo "case list" >&7
    shown "First case"
    shown "locked: nothing was typed for 1 s" err
    echo "case show" >&7
    shown "recipient"
    exec 7>&-
    wait "$shell_pid"
}

@test "shell goes on after its own change of the passphrase, not after somebody else's" {
    make_vault
    (umask 077 && printf 'another lamp' >second && printf 'a third lamp' >third)
    begin_shell
    echo "passphrase change --new-passphrase-file second" >&7
    echo "case list" >&7
    shown "First case"
    run --separate-stderr bare --vault vault --passphrase-file second \
        passphrase change --new-passphrase-file third
    ended 0
    echo "case list" >&7
    shown "opens the vault no more" err
    shown "locked" err
    cp third passphrase
    echo "case show" >&7
    shown "recipient"
    echo "passphrase list" >&7
    shown "slot"
    exec 7>&-
    status=0
    wait "$shell_pid" || status=$?
    [ "$status" = 6 ]
}

@test "shell ends in order when it is asked to" {
    make_vault
    for signal in TERM:143 HUP:129 INT:130; do
        begin_shell
        shown "unlocked" err
        kill -s "${signal%:*}" "$shell_pid"
        status=0
        wait "$shell_pid" || status=$?
        exec 7>&-
        rm lines
        [ "$status" = "${signal#*:}" ]
    done
}

@test "shell leaves what follows a line to the command that reads standard input" {
    make_vault
    (umask 077 && printf 'names\n' >names)
    printf '%s\n' "source add P-07" \
        "source identity-key create --to names.key --secret-passphrase-file names" \
        "source identity add P-07 --from -" "real_name: Somebody" >lines
    run --separate-stderr from lines --vault vault --passphrase-file passphrase shell
    ended 0
    run --separate-stderr kua source identify P-07 --identity-key names.key \
        --secret-passphrase-file names
    has "Somebody"
}
