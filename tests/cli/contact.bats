load support

# other NAME: somebody else's vault in theirs/, and their card in NAME.card.
other() {
    rm -rf theirs
    bare init theirs --name "$1" --passphrase-file passphrase --kdf-memory 8 --kdf-passes 1 \
        >/dev/null 2>&1
    bare --vault theirs --passphrase-file passphrase identity card --to "$1.card" >/dev/null 2>&1
}

# What the owner of theirs/ reads aloud: words, digits or the fingerprint.
theirs() {
    bare --vault theirs --passphrase-file passphrase identity show --json | python3 -c 'import json
import sys
value = json.load(sys.stdin)["identity"][sys.argv[1]]
print(value if isinstance(value, str) else " ".join(value))' "$1"
}

@test "a card that is added is seen, not verified, and the next step is said" {
    make_vault
    other Mara
    run --separate-stderr kua contact add Mara.card
    ended 0
    has "Mara: seen, not verified"
    says "kua contact verify Mara"
    run --separate-stderr kua contact list
    ended 0
    has "seen, not verified"
    run --separate-stderr kua contact show Mara
    ended 0
    has "seen, not verified"
    has "$(theirs fingerprint)"
    # Nobody types the words off this screen.
    read -ra words <<<"$(theirs words)"
    has_not "1 ${words[0]}"
    has_not "${words[10]}  12 ${words[11]}"
    run --separate-stderr kua contact add Mara.card
    ended 0
    has "known"
    run --separate-stderr kua contact add Mara.card --json
    ended 0
    [ "$(json 'd["change"]')" = known ]
    [ "$(json 'd["contact"]["verified"]')" = false ]
    [ "$(json 'd["namesakes"]')" = "[]" ]
}

@test "three words that the owner reads aloud, typed on a terminal, make it verified" {
    make_vault
    other Mara
    kua contact add Mara.card >/dev/null 2>&1
    SPOKEN="$(theirs words)"
    export SPOKEN
    printf ': \t%s\n' '{asked}' 'abandn' '{asked}' '{asked}' >dialogue
    converse --vault vault --passphrase-file passphrase contact verify Mara
    has "words that Mara reads aloud from their own screen (kua identity show)"
    has '"abandn" is not a word of the list; spelled wrong?'
    has "this card is the one on their screen"
    has "[status 0]"
    run --separate-stderr kua contact show Mara
    ended 0
    has "verified by three words"
    has_not "not verified"
    read -ra words <<<"$SPOKEN"
    has "1 ${words[0]}"
    has "12 ${words[11]}"
}

@test "a wrong word among the three is refused and changes nothing" {
    make_vault
    other Mara
    kua contact add Mara.card >/dev/null 2>&1
    SPOKEN="$(theirs words)"
    export SPOKEN
    printf ': \t%s\n' '{asked}' '{asked}' 'zoo' >dialogue
    converse --vault vault --passphrase-file passphrase contact verify Mara
    has "[status 4]"
    has "somebody exchanged the card on its way"
    has_not "verified Mara"
    run --separate-stderr kua contact list --json
    [ "$(json '[c["verified"] for c in d["contacts"]]')" = "[false]" ]
    run --separate-stderr kua contact show Mara --json
    [ "$(json '[e["what"] for e in d["contact"]["history"]]')" = '["added"]' ]
}

@test "an exchanged card doesn't have the words of the true one" {
    make_vault
    other Mara
    true_words="$(theirs words)"
    rm Mara.card
    other Mara # the thief's, with the same name
    kua contact add Mara.card >/dev/null 2>&1
    SPOKEN="$true_words"
    export SPOKEN
    for _ in $(seq 12); do printf ': \t{asked}\n'; done >dialogue
    converse --vault vault --passphrase-file passphrase contact verify Mara --all-words
    has "type all twelve words"
    has "[status 4]"
    printf '%s\n' "$true_words" >heard
    run --separate-stderr kua contact verify Mara --words-file heard
    ended 4
}

@test "scripts compare the whole fingerprint, and nothing less" {
    make_vault
    other Mara
    kua contact add Mara.card >/dev/null 2>&1
    theirs words | cut -d' ' -f1-11 >few
    theirs words | cut -d' ' -f3 >one
    : >none
    for file in few one none; do
        run --separate-stderr kua contact verify Mara --words-file "$file"
        ended 2
        says "all twelve words are needed"
    done
    run --separate-stderr kua contact verify Mara --words "$(theirs words)"
    ended 2
    run --separate-stderr kua contact verify Mara
    ended 2
    says "--words-file FILE"
    theirs words | sed 's/^[a-z]*/zoo/' >wrong
    run --separate-stderr kua contact verify Mara --words-file wrong
    ended 4
    says "if they differ again, don't use this card"
    for form in words digits fingerprint; do
        theirs "$form" >heard
        run --separate-stderr kua contact verify Mara --words-file heard --json
        ended 0
        [ "$(json 'd["change"]')" = verified ]
        [ "$(json 'd["contact"]["verified"]')" = true ]
        [ "$(json 'd["contact"]["verified_claimed"] is None')" = false ]
    done
    run --separate-stderr kua contact verify Mara --words-file missing
    ended 1
}

@test "two contacts with one name draw a warning and go by their digits" {
    make_vault
    other Mara
    kua contact add Mara.card >/dev/null 2>&1
    rm Mara.card
    first="$(theirs fingerprint)"
    other Mara
    run --separate-stderr kua contact add Mara.card
    ended 0
    says "warning: another contact is called Mara too, ${first:0:8}"
    says "kua contact verify $(theirs fingerprint | cut -c1-8)"
    run --separate-stderr kua contact show Mara
    ended 8
    says "fits several contacts"
    says "${first:0:8}"
    run --separate-stderr kua contact show "${first:0:8}" --json
    ended 0
    [ "$(json 'd["contact"]["fingerprint"]')" = "$first" ]
    run --separate-stderr kua contact show "${first:0:7}"
    ended 8
    other Rosa
    run --separate-stderr kua contact add Rosa.card
    ended 0
    says "Rosa is what you are called, too"
}

@test "a contact that is removed is gone; what was done stays on record" {
    make_vault
    other Mara
    kua contact add Mara.card >/dev/null 2>&1
    theirs words >heard
    kua contact verify Mara --words-file heard >/dev/null
    run --separate-stderr kua contact remove Mara
    ended 0
    has "removed $(theirs fingerprint | cut -c1-8) Mara"
    for command in show verify remove; do
        run --separate-stderr kua contact "$command" Mara
        ended 8
    done
    run --separate-stderr kua contact list --json
    [ "$(json 'd["contacts"]')" = "[]" ]
    kua contact add Mara.card >/dev/null 2>&1
    run --separate-stderr kua contact show Mara --json
    [ "$(json '[e["what"] for e in d["contact"]["history"]]')" = \
        '["added", "verified_whole", "removed", "added"]' ]
    [ "$(json 'd["contact"]["verified"]')" = false ]
}

@test "what is no card, a damaged one and the own one are refused, each in its way" {
    make_vault
    other Mara
    printf 'a letter\n' >letter
    run --separate-stderr kua contact add letter
    ended 1
    says 'add "letter": this is no card'
    sed 's/^name: Mara$/name: Sara/' Mara.card >forged
    run --separate-stderr kua contact add forged --json
    ended 5
    [ "$(json 'd["error"]["code"]')" = file_damaged ]
    says "its signature is wrong"
    run --separate-stderr kua contact add missing
    ended 1
    run --separate-stderr kua contact add .
    ended 1
    head -c 100000 /dev/zero >zeros
    run --separate-stderr kua contact add zeros
    ended 1
    says "too large for a card"
    kua identity card --to rosa.card >/dev/null 2>&1
    run --separate-stderr kua contact add rosa.card
    ended 4
    says "this is your own card"
    run --separate-stderr kua contact list --json
    [ "$(json 'd["contacts"]')" = "[]" ]
}

@test "names that attack reach no terminal" {
    make_vault
    other Mara
    for name in $'\x1b]0;title\x07' $'Ma\xe2\x80\xaera' $'Mara\xff'; do
        { head -n 1 Mara.card && printf 'name: %s\n' "$name" && tail -n +3 Mara.card; } \
            >$'a\x1b[31m.card'
        run --separate-stderr kua contact add $'a\x1b[31m.card'
        ended 5
        says 'a\x1b[31m.card'
        run --separate-stderr kua contact show "$name"
        ended 8
        run --separate-stderr kua contact verify "$name" --words-file passphrase
        ended 8
    done
    printf 'zoo \x1b[31m' >heard
    kua contact add Mara.card >/dev/null 2>&1
    run --separate-stderr kua contact verify Mara --words-file heard
    ended 2
}

@test "a reader that comes before a writer sees no contacts in a vault of an older kua" {
    make_vault
    tables="$(catalog_sql "SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN
        ('contact', 'contact_event', 'remote', 'remote_ref', 'chain_commit', 'invitation',
        'grant_out', 'grant_commit', 'carried_commit', 'receipt_due', 'quarantine', 'other_inbox',
        'grant_for_other');")"
    [ -n "$tables" ] || skip "SQLCipher's shell was not built by scripts/bootstrap"
    # shellcheck disable=SC2086 # a word for each table
    catalog_sql "$(printf 'DROP TABLE %s; ' $tables)
        DELETE FROM schema_version WHERE name = 'exchange';" >/dev/null
    run --separate-stderr kua contact list --json
    ended 0
    [ "$(json 'd["contacts"]')" = "[]" ]
    other Mara
    kua contact add Mara.card
    run --separate-stderr kua verify
    ended 0
}
