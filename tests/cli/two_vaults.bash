# Two vaults, Rosa's in vault/ and Mara's in theirs/, whose owners compared their cards. Loaded after
# support. `kua` is Rosa's program and `theirs` Mara's.

theirs() {
    bare --vault "$BATS_TEST_TMPDIR/theirs" --passphrase-file "$BATS_TEST_TMPDIR/passphrase" "$@"
}

# make_theirs NAME: another vault in theirs/.
make_theirs() {
    bare init theirs --name "$1" --passphrase-file passphrase --kdf-memory 8 --kdf-passes 1 \
        >/dev/null 2>&1
}

# What somebody reads aloud: all of their words. words_of kua|theirs
words_of() {
    "$1" identity show --json | python3 -c 'import json, sys
print(*json.load(sys.stdin)["identity"]["words"])'
}

# Both have the card of the other, seen and not verified.
make_two_vaults() {
    make_vault --case KT-17
    make_theirs Mara
    kua identity card --to rosa.card >/dev/null 2>&1
    theirs identity card --to mara.card >/dev/null 2>&1
    kua contact add mara.card >/dev/null 2>&1
    theirs contact add rosa.card >/dev/null 2>&1
}

verify_cards() {
    words_of theirs >heard-from-mara
    words_of kua >heard-from-rosa
    kua contact verify Mara --words-file heard-from-mara >/dev/null
    theirs contact verify Rosa --words-file heard-from-rosa >/dev/null
}

# share ROLE: Mara is a member of KT-17 and has it, by the stick that both call stick.
share() {
    make_two_vaults
    verify_cards
    mkdir media
    kua member add Mara --role "${1:-contributor}" >/dev/null 2>&1
    kua remote add stick media/kua >/dev/null 2>&1
    theirs remote add stick media/kua >/dev/null 2>&1
    kua sync stick >/dev/null
    theirs sync stick >/dev/null
    theirs case accept >/dev/null 2>&1
    theirs sync stick >/dev/null
    kua sync stick >/dev/null
    # shellcheck disable=SC2034 # the tests use it
    case_id="$(kua case list --json | python3 -c 'import json, sys
print(json.load(sys.stdin)["cases"][0]["id"])')"
}

# All bytes below a directory, and what is named how.
state_of() {
    (cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
}
