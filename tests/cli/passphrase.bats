load support

other() {
    printf '%s\n' "$1" >"$1"
    chmod 600 "$1"
}

@test "a second passphrase opens the vault until it is removed" {
    make_vault
    other second
    run --separate-stderr kua passphrase add --label "in a safe" --new-passphrase-file second
    ended 0
    has "slot 2"
    run --separate-stderr kua passphrase list
    ended 0
    has "in a safe"
    has "opened with this one"
    bare status --vault vault --passphrase-file second >/dev/null
    run --separate-stderr kua passphrase remove 2
    ended 0
    says "copies of this vault made earlier"
    run --separate-stderr bare status --vault vault --passphrase-file second
    ended 6
    kua status >/dev/null
}

@test "a changed passphrase replaces the old one" {
    make_vault
    other second
    run --separate-stderr kua passphrase change --new-passphrase-file second
    ended 0
    run --separate-stderr kua status
    ended 6
    run --separate-stderr bare passphrase list --vault vault --passphrase-file second --json
    ended 0
    [ "$(json 'len(d["passphrases"])')" = 1 ]
    [ "$(json 'sorted(d["passphrases"][0])')" = '["current", "kind", "label", "slot"]' ]
}

@test "the last passphrase can't be removed, nor one that isn't there" {
    make_vault
    run --separate-stderr kua passphrase remove 1
    [ "$status" -eq 4 ] || [ "$status" -eq 1 ]
    kua status >/dev/null
    run --separate-stderr kua passphrase remove 5
    ended 8
    for slot in 0 9 one; do
        run --separate-stderr kua passphrase remove $slot
        ended 2
    done
}

@test "eight slots, no more" {
    make_vault
    for number in 2 3 4 5 6 7 8; do
        other "p$number"
        kua passphrase add --new-passphrase-file "p$number" >/dev/null
    done
    other p9
    run --separate-stderr kua passphrase add --new-passphrase-file p9
    [ "$status" -eq 1 ] || [ "$status" -eq 4 ]
    bare status --vault vault --passphrase-file p8 >/dev/null
}

@test "without a terminal a new passphrase must come from a file or descriptor" {
    make_vault
    run --separate-stderr kua passphrase add
    ended 2
    says "--new-passphrase-file"
    printf 'by descriptor' | "$KUA_PROGRAM" --vault vault --passphrase-file passphrase \
        passphrase add --new-passphrase-fd 0 >/dev/null
    printf 'by descriptor' | "$KUA_PROGRAM" --vault vault --passphrase-fd 0 status >/dev/null
}

@test "a new passphrase of one's own is asked for once as new" {
    make_vault
    printf '%s\t%s\n' 'new passphrase: ' 'one and a half dozen' 'again: ' 'one and a half dozen' \
        >dialogue
    converse --vault vault --passphrase-file passphrase passphrase change --own-passphrase
    has "[status 0]"
    has_not "new new"
}

@test "on a terminal a new passphrase is generated and typed back" {
    make_vault
    printf '%s\t%s\n' 'press Enter' '' 'type the six words' '{words}' >dialogue
    converse --vault vault \
        --passphrase-file passphrase passphrase change
    has "[status 0]"
    has "passphrase changed"
    run --separate-stderr kua status
    ended 6
}
