load support

# A vault with P-07 in it and an identity key beside it.
make_compartment() {
    make_vault "$@"
    kua source add P-07 --quiet
    (umask 077 && printf 'a passphrase for names\n' >names-passphrase)
    kua source identity-key create --to names.key --secret-passphrase-file names-passphrase \
        >/dev/null 2>&1
    printf 'real_name: Айгүл Canary\nsafe_contact: "the baker, canary street"\n' >who.txt
}

identify() {
    kua source identify "$@" --identity-key names.key --secret-passphrase-file names-passphrase
}

@test "who a source is opens with the identity key and with nothing else" {
    make_compartment
    run --separate-stderr kua source identity add P-07 --from who.txt
    ended 0
    has "kept who P-07 is; only the identity key opens it"
    has_not Canary
    says "remove it"
    run --separate-stderr identify P-07
    ended 0
    has "P-07, as Rosa kept it"
    has "  real_name            Айгүл Canary"
    has '  safe_contact         "the baker, canary street"'
    run --separate-stderr identify P-07 --json
    ended 0
    [ "$(json '[[f["name"], f["value"]] for f in d["records"][0]["facts"]]')" = '[["real_name", "\u0410\u0439\u0433\u04af\u043b Canary"], ["safe_contact", "\"the baker, canary street\""]]' ]
    [ "$(json '[d["others"], d["findings"], d["records"][0]["author_name"]]')" = '[0, [], "Rosa"]' ]
    run --separate-stderr kua source show P-07
    has "identity          kept in the compartment"
    has_not Canary
    run --separate-stderr kua log
    has "kept in the compartment"
    run --separate-stderr kua verify
    ended 0
    run --separate-stderr kua status --rebuild
    has "the same as before, row for row"
}

@test "a wrong file, a wrong passphrase and nothing kept are told apart" {
    make_compartment
    run --separate-stderr identify P-07
    ended 8
    run --separate-stderr identify P-09
    ended 8
    kua source identity add P-07 --from who.txt --quiet 2>/dev/null
    run --separate-stderr kua source identify P-07 --identity-key names.key \
        --secret-passphrase-file passphrase
    ended 6
    has_not Canary
    run --separate-stderr kua source identify P-07 --identity-key who.txt \
        --secret-passphrase-file passphrase
    ended 6
    says_not Canary
    run --separate-stderr kua source identify P-07 --identity-key nothing \
        --secret-passphrase-file passphrase
    ended 1
    kua case key --to case.key --secret-passphrase-file names-passphrase >/dev/null 2>&1
    run --separate-stderr kua source identify P-07 --identity-key case.key \
        --secret-passphrase-file names-passphrase
    ended 6
    says "nothing about P-07 was sealed to the key in it"
    cp names.key damaged.key
    printf 'x' | dd of=damaged.key bs=1 seek=300 conv=notrunc 2>/dev/null
    run --separate-stderr kua source identify P-07 --identity-key damaged.key \
        --secret-passphrase-file names-passphrase
    ended 5
}

@test "a case has one identity key, and another one only if that is meant" {
    make_vault
    kua source add P-07 --quiet
    printf 'real_name: Canary\n' >who.txt
    run --separate-stderr kua source identity-key show
    ended 0
    says "has no identity key yet"
    run --separate-stderr kua source identity-key show --to public
    ended 8
    run --separate-stderr kua source identity add P-07 --from who.txt
    ended 4
    says "its owner makes one: kua source identity-key create"
    make_key() {
        kua source identity-key create --secret-passphrase-file passphrase "$@"
    }
    run --separate-stderr make_key --to one.key
    ended 0
    says "it isn't in this vault"
    run --separate-stderr make_key --to two.key
    ended 1
    [ ! -e two.key ]
    run --separate-stderr make_key --to one.key --replace
    ended 1
    run --separate-stderr make_key --to vault/two.key --replace
    ended 4
    [ ! -e vault/two.key ]
    kua source identity add P-07 --from who.txt --quiet 2>/dev/null
    run --separate-stderr kua source identity-key show --json
    local -r before="$(json 'd["identity_key"]["recipient"]')"
    [[ $before == age1pq1* ]]
    run --separate-stderr make_key --to two.key --replace
    ended 0
    says "opens with the old file only"
    run --separate-stderr kua source identity-key show --json
    [ "$(json 'd["identity_key"]["recipient"]')" != "$before" ]
    kua source identity add P-07 --from who.txt --quiet 2>/dev/null
    run --separate-stderr kua source identify P-07 --identity-key two.key \
        --secret-passphrase-file passphrase
    ended 0
    says "1 more entry is sealed to another identity key"
}

@test "what is no fact of the compartment is named by its line and never repeated" {
    make_compartment
    for wrong in 'Aigul Canary lives here' 'name: Canary' 'pseudonym: P-08' ''; do
        printf 'phone: 7\n%s\n' "$wrong" >wrong
        [ -n "$wrong" ] || printf '\n' >wrong
        run --separate-stderr kua source identity add P-07 --from wrong
        ended 2
        says "nothing was kept"
        says_not Canary
    done
    head -c 20000 /dev/zero | tr '\0' x >large
    run --separate-stderr kua source identity add P-07 --from large
    ended 2
    printf 'real_name: \377\n' >wrong
    run --separate-stderr kua source identity add P-07 --from wrong
    ended 2
    for wrong in P-09 Aigul; do
        run --separate-stderr kua source identity add "$wrong" --from who.txt
        [ "$status" -eq 8 ] || [ "$status" -eq 2 ]
    done
    run --separate-stderr kua source identity add P-07
    ended 2
    says "--from FILE"
    run --separate-stderr kua source show P-07 --json
    [ "$(json 'd["source"]["identities"]')" = 0 ]
}

@test "it is asked line by line, on a screen that keeps nothing" {
    make_compartment
    cat >dialogue <<'END'
passphrase: 	a lamp in the kitchen
name: 	Canary Aigul
other names: 	
born: 	1990~
address: 	
place of work: 	
phone: 	
how to reach them safely: 	through the baker
relatives: 	
identity documents: 	
the same person as	
END
    converse --vault vault source identity add P-07
    has "[status 0]"
    has $'\033[?1049h'
    has $'\033[?1049l'
    has "kept who P-07 is"
    run --separate-stderr identify P-07 --json
    [ "$(json '[[f["name"], f["value"]] for f in d["records"][0]["facts"]]')" = '[["real_name", "Canary Aigul"], ["born", "1990~"], ["safe_contact", "through the baker"]]' ]
    cat >dialogue <<'END'
passphrase: 	a lamp in the kitchen
name: 	Canary Aigul
other names: 	^C
END
    converse --vault vault source identity add P-07
    has "[status 130]"
    [[ $output == *$'\033[?1049l'*stopped* ]]
    run --separate-stderr kua source show P-07 --json
    [ "$(json 'd["source"]["identities"]')" = 1 ]
}

@test "a sealed case keeps it with the public half that was brought along" {
    make_compartment
    run --separate-stderr kua source identity-key show --to names.recipient
    ended 0
    grep -q '^age1pq1' names.recipient
    kua case seal --secret-to case.key --secret-passphrase-file names-passphrase --yes \
        >/dev/null 2>&1
    run --separate-stderr kua source identity add P-07 --from who.txt
    ended 4
    says "--recipient-file FILE here"
    run --separate-stderr kua source identity add P-07 --from who.txt --recipient-file who.txt
    ended 1
    says_not Canary
    run --separate-stderr kua source identity add P-07 --from who.txt --recipient-file names.recipient
    ended 0
    for refused in "identity-key show" "identify P-07 --identity-key names.key --secret-passphrase-file names-passphrase"; do
        # shellcheck disable=SC2086 # several words
        run --separate-stderr kua source $refused
        ended 4
    done
    run --separate-stderr kua source identity-key create --to x.key \
        --secret-passphrase-file passphrase --replace
    ended 4
    kua case unseal case.key --secret-passphrase-file names-passphrase >/dev/null 2>&1
    run --separate-stderr identify P-07
    ended 0
    has Canary
    run --separate-stderr kua source identity add P-07 --from who.txt --recipient-file names.recipient
    ended 2
}

@test "a classic case has a classic identity key, and age opens all of it" {
    make_compartment --classic
    kua source identity add P-07 --from who.txt --quiet 2>/dev/null
    run --separate-stderr kua source identity-key show --json
    [[ "$(json 'd["identity_key"]["recipient"]')" != age1pq1* ]]
    command -v age >/dev/null || skip "age is not installed"
    run --separate-stderr kua log --facts --json
    json '[e["facts"]["sealed"] for e in d["entries"] if e["type"] == "source.identity"][0]' |
        base64 -d >sealed.age
    [ "$(wc -c <sealed.age)" -gt 4096 ]
    cat >dialogue <<'END'
passphrase	a passphrase for names
END
    run "$BATS_TEST_DIRNAME/converse.py" dialogue age -d -o names.txt names.key
    age -d -i names.txt sealed.age | tr -d '\0' >opened
    grep -qx 'real_name: Айгүл Canary' opened
    grep -qx 'pseudonym: P-07' opened
    [ "$(age -d -i names.txt sealed.age | wc -c)" -eq 4096 ]
}
