load support

@test "init makes a vault, says so and what comes next" {
    run --separate-stderr bare init vault --name Rosa --passphrase-file passphrase \
        --kdf-memory 8 --kdf-passes 1
    ended 0
    has "vault ready"
    has "Rosa"
    has "First case"
    has "kua add"
    [ -f vault/kua.vault ] && [ -f vault/catalog.db ]
    [ "$(stat -c %a vault)" = 700 ]
    [ "$(stat -c %a vault/kua.vault)" = 600 ]
    says "for tests only"
}

@test "init with --json has the documented keys" {
    run --separate-stderr bare init vault --name Rosa --case KT-17 --passphrase-file passphrase \
        --kdf-memory 8 --kdf-passes 1 --json
    ended 0
    [ "$(json 'd["vault"]')" = vault ]
    [ "$(json 'd["identity"]["name"]')" = Rosa ]
    [ "$(json 'len(d["identity"]["fingerprint"])')" = 64 ]
    [ "$(json 'd["cases"][0]["title"]')" = KT-17 ]
    [ "$(json 'd["cases"][0]["current"]')" = true ]
    [ "$(json 'd["cases"][0]["recipient"][:7]')" = age1pq1 ]
    [ "$(json 'len(d["vault_id"]) > 0')" = true ]
}

@test "init --classic gives the first case an X25519 recipient" {
    make_vault --classic
    run --separate-stderr kua case list --json
    ended 0
    [ "$(json 'd["cases"][0]["recipient"][:5]')" = age1q ] ||
        [ "$(json 'd["cases"][0]["recipient"][:7]')" != age1pq1 ]
}

@test "init refuses a vault that is there and changes nothing" {
    make_vault
    before="$(sha256sum vault/kua.vault vault/catalog.db)"
    run --separate-stderr bare init vault --name Rosa --passphrase-file passphrase
    ended 1
    says "there is a vault here already; nothing changed"
    [ "$(sha256sum vault/kua.vault vault/catalog.db)" = "$before" ]
}

@test "init refuses a folder with something in it, and a file" {
    mkdir full
    : >full/file
    : >file
    for place in full file; do
        run --separate-stderr bare init $place --name Rosa --passphrase-file passphrase
        ended 1
        says "is not an empty folder"
    done
}

@test "init needs a name and a passphrase when nobody can be asked" {
    run --separate-stderr bare init vault --passphrase-file passphrase
    ended 2
    says "--name"
    run --separate-stderr bare init vault --name Rosa
    ended 2
    says "--passphrase-file"
    run --separate-stderr bare init vault --name "" --passphrase-file passphrase
    ended 2
    [ ! -e vault ]
}

@test "init on a terminal shows six words once and has them typed back" {
    printf '%s\t%s\n' 'pseudonym' 'Rosa' 'press Enter' '' 'type the six words' '{words}' >dialogue
    converse init vault --kdf-memory 8 --kdf-passes 1
    has "shown once"
    has "[status 0]"
    has "[typing is shown]"
    [ -f vault/kua.vault ]
}

@test "init shows the six words again when something else was typed back" {
    printf '%s\t%s\n' 'press Enter' '' 'type the six words' 'not these' 'press Enter' '' \
        'type the six words' '{words}' >dialogue
    converse init vault --name Rosa \
        --kdf-memory 8 --kdf-passes 1
    has "look at them once more"
    has "[status 0]"
}

@test "init --own-passphrase asks twice and refuses two that differ" {
    printf '%s\t%s\n' 'new passphrase: ' 'one and a half dozen' 'again: ' 'two and a half dozen' \
        >dialogue
    converse init vault --name Rosa --own-passphrase \
        --kdf-memory 8 --kdf-passes 1
    has "[status 2]"
    has "the two differ; nothing changed"
    [ ! -e vault ]
    printf '%s\t%s\n' 'new passphrase: ' 'short' 'again: ' 'short' >dialogue
    converse init vault --name Rosa --own-passphrase \
        --kdf-memory 8 --kdf-passes 1
    has "[status 0]"
    has "a short passphrase can be guessed"
    printf 'short' >short
    chmod 600 short
    bare status --vault vault --passphrase-file short
}

@test "Ctrl-C while the words are shown leaves no vault" {
    printf '%s\t%s\n' 'press Enter' '^C' >dialogue
    converse init vault --name Rosa
    has "[status 130]"
    has "[typing is shown]"
    [ ! -e vault/kua.vault ]
}
