load support

@test "cases are created, listed, shown and chosen" {
    make_vault
    run --separate-stderr kua case create KT-17 --description "the square" --reference-code R/17 \
        --language kk,ru --question q-order
    ended 0
    has "KT-17 created"
    run --separate-stderr kua case list
    ended 0
    has "First case"
    has "KT-17"
    run --separate-stderr kua case use KT-17
    ended 0
    run --separate-stderr kua case show --json
    ended 0
    [ "$(json 'd["case"]["title"]')" = KT-17 ]
    [ "$(json 'd["case"]["current"]')" = true ]
    [ "$(json 'd["case"]["description"]')" = "the square" ]
    id="$(json 'd["case"]["id"]')"
    for name in "$id" "${id:0:8}" KT-17 R/17; do
        run --separate-stderr kua case show "$name" --json
        ended 0
        [ "$(json 'd["case"]["id"]')" = "$id" ]
    done
    run --separate-stderr kua case show --case "First case" --json
    [ "$(json 'd["case"]["title"]')" = "First case" ]
    run --separate-stderr kua case show nothing
    ended 8
    run --separate-stderr kua case use nothing
    ended 8
}

@test "case create --json and case list --json have the documented keys" {
    make_vault
    run --separate-stderr kua case create second --classic --json
    ended 0
    [ "$(json 'd["change"]')" = created ]
    [ "$(json 'd["case"]["recipient"][:7]')" != age1pq1 ]
    run --separate-stderr kua case list --json
    ended 0
    [ "$(json 'len(d["cases"])')" = 2 ]
}

seal() {
    printf 'the key of the case' >key-passphrase
    chmod 600 key-passphrase
    kua case seal --secret-to case.key --secret-passphrase-file key-passphrase "$@"
}

@test "a sealed case says first what stays readable, then can't be read but added to" {
    make_vault
    make_files
    kua add in/IMG_0412.jpg >/dev/null
    run --separate-stderr seal --yes
    ended 0
    says "after sealing, nothing of this case can be read in this vault"
    says "it doesn't reach older copies of this vault, added files"
    says_not "invitation"
    has "sealed: you can add and carry, not read"
    has "1 item no longer readable here"
    [ "$(head -c 21 case.key)" = age-encryption.org/v1 ]
    [ "$(stat -c %a case.key)" = 600 ]
    for command in list "show IMG_0412.jpg" "export --all --to out" log; do
        # shellcheck disable=SC2086 # a command and its arguments
        run --separate-stderr kua $command
        ended 4
        says "sealed"
        says "unseal"
    done
    [ ! -e out ] || [ -z "$(ls out)" ]
    run --separate-stderr kua list --json
    ended 4
    [ "$(json 'd["error"]["code"]')" = refused ]
    run --separate-stderr kua add in/IMG_0419.jpg
    ended 0
    has "1 added"
    says "sealed"
    run --separate-stderr kua verify --sealed
    ended 0
    run --separate-stderr kua verify
    ended 0
    run --separate-stderr kua case list --json
    ended 0
    [ "$(json 'd["cases"][0]["sealed"]')" = true ]
    [ "$(json 'd["cases"][0]["title"]')" = null ]
    run --separate-stderr kua case unseal case.key --secret-passphrase-file key-passphrase
    ended 0
    has "is open again: 2 items"
    kua export --all --to out
    cmp in/IMG_0412.jpg out/IMG_0412.jpg
    cmp in/IMG_0419.jpg out/IMG_0419.jpg
}

@test "sealing needs a yes, a new file and a way to protect it" {
    make_vault
    run --separate-stderr seal
    ended 2
    says "--yes"
    : >case.key
    run --separate-stderr seal --yes
    ended 1
    says "nothing was sealed or changed"
    rm case.key
    run --separate-stderr kua case seal --secret-to case.key --yes
    ended 2
    run --separate-stderr kua case seal --secret-passphrase-file case.key --yes
    ended 2
    says "--secret-to FILE"
    for yes in "" --yes; do
        run --separate-stderr kua case seal ${yes:+"$yes"}
        ended 4
        says "NOT sealed and can still be read here: nobody else is known to hold the key"
        says_not "adding goes on"
    done
    [ ! -e case.key ]
    run --separate-stderr kua case seal --secret-to case.key --secret-recipient age1nonsense --yes
    [ "$status" -ne 0 ]
    [ ! -e case.key ]
    run --separate-stderr kua list
    ended 0
}

@test "on a terminal, anything but yes seals nothing" {
    make_vault
    printf '%s\t%s\n' 'yes or no' 'y' >dialogue
    converse --vault vault \
        --passphrase-file passphrase case seal --secret-to case.key
    has "not confirmed; nothing changed"
    has "[status 1]"
    [ ! -e case.key ]
    printf '%s\t%s\n' 'yes or no' 'yes' 'press Enter' '' 'type the six words' '{words}' >dialogue
    converse --vault vault \
        --passphrase-file passphrase case seal --secret-to case.key
    has "[status 0]"
    [ -s case.key ]
}

@test "where the key's file can't be made, that is said before anything is asked" {
    make_vault
    mkdir there
    : >dialogue
    for file in nodir/case.key there vault/case.key; do
        for command in "case seal --secret-to" "case key --to" "source identity-key create --to"; do
            # shellcheck disable=SC2086 # a command and its arguments
            converse --vault vault --passphrase-file passphrase $command "$file"
            has_not "yes or no"
            has_not "press Enter"
            has_not "[status 0]"
            [ -d "$file" ] || [ ! -e "$file" ]
        done
    done
    converse --vault vault --passphrase-file passphrase case seal --secret-to nodir/case.key
    has "is NOT sealed and can still be read here: create file"
    run --separate-stderr kua list
    ended 0
}

@test "a wrong passphrase doesn't unseal" {
    make_vault
    seal --yes >/dev/null 2>&1
    printf 'another one' >wrong
    chmod 600 wrong
    run --separate-stderr kua case unseal case.key --secret-passphrase-file wrong
    ended 6
    run --separate-stderr kua case unseal missing --secret-passphrase-file wrong
    ended 1
    run --separate-stderr kua case unseal passphrase --secret-passphrase-file wrong
    [ "$status" -ne 0 ]
    run --separate-stderr kua list
    ended 4
}

@test "case seal --json and case unseal --json have the documented keys" {
    make_vault
    run --separate-stderr seal --yes --json
    ended 0
    [ "$(json 'd["change"]')" = sealed ]
    [ "$(json 'd["tried_by_opening"]')" = true ]
    [ "$(json 'd["secret_to"]')" = case.key ]
    [ "$(json 'd["inviting_remotes"]')" = "[]" ]
    run --separate-stderr kua case unseal case.key --secret-passphrase-file key-passphrase --json
    ended 0
    [ "$(json 'd["change"]')" = unsealed ]
    [ "$(json 'd["case"]["sealed"]')" = false ]
    [ "$(json 'd["findings"]')" = "[]" ]
}

@test "after unsealing, everything is shown as before, and what was added" {
    make_vault
    make_files
    kua source add P-12 --quiet
    kua add in/IMG_0412.jpg in/notice.ru.txt --place "the square" --source P-12 >/dev/null
    kua export IMG_0412.jpg --to out >/dev/null
    shown() {
        kua list --json
        kua log --json
        kua show IMG_0412.jpg --json
        kua show notice.ru.txt --json
        kua case show --json
    }
    before="$(shown)"
    log="$(kua log --facts --json)"
    seal --yes >/dev/null 2>&1
    kua case unseal case.key --secret-passphrase-file key-passphrase >/dev/null
    [ "$(shown)" = "$before" ]

    mv case.key old.key
    seal --yes >/dev/null 2>&1
    kua add in/IMG_0419.jpg --note "seen from the roof" >/dev/null 2>&1
    kua case unseal case.key --secret-passphrase-file key-passphrase >/dev/null
    run --separate-stderr kua log --facts --json
    ended 0
    printf '%s' "$log" >old.json
    printf '%s' "$output" >new.json
    python3 - <<'END'
import json
old, new = (json.load(open(name))["entries"] for name in ("old.json", "new.json"))
assert new[:len(old)] == old
assert [entry["type"] for entry in new[len(old):]] == ["item.added"]
assert any(fact == "seen from the roof" for fact in new[-1]["facts"].values()), new[-1]
END
    kua show IMG_0412.jpg --json >/dev/null
    [ "$(kua show IMG_0419.jpg --json | grep -c 'seen from the roof')" -ge 1 ]
}

@test "a title or reference code that another case has is refused, so that nothing goes astray" {
    make_vault
    kua case create KT-17 --reference-code R/17 >/dev/null
    for name in KT-17 R/17; do
        run --separate-stderr kua case create "$name"
        ended 1
        says "there is a case"
    done
    run --separate-stderr kua case create other --reference-code KT-17
    ended 1
    run --separate-stderr kua case list --json
    [ "$(json 'len(d["cases"])')" -eq 2 ]
}

@test "neither a case's key nor exported files go into the vault itself" {
    make_vault
    printf 'five quiet lamps\n' >key-passphrase
    chmod 600 key-passphrase
    run --separate-stderr kua case seal --secret-to vault/case.key \
        --secret-passphrase-file key-passphrase --yes
    ended 4
    [ ! -e vault/case.key ]
    run --separate-stderr kua export --all --to vault/out
    ended 4
    [ ! -e vault/out ]
    ln -s vault/objects link
    run --separate-stderr kua export --all --to link/out
    ended 4
    run --separate-stderr kua add vault/objects
    run --separate-stderr kua list --json
    [ "$(json 'len(d["items"])')" -eq 0 ]
}
