load support

# What can't bring a case back: each says which file is wrong and why, and changes nothing.

# case_value NAME KEY: one value of a case of this vault.
case_value() {
    kua case show "$1" --json | python3 -c 'import json, sys
print(json.load(sys.stdin)["case"][sys.argv[1]])' "$2"
}

# A case "theirs" whose identity is in identity, and one sealed to it, with its key in case.key.
make_sealed_case() {
    make_vault --classic
    kua case create theirs --classic >/dev/null
    kua case create hidden --classic >/dev/null
    kua key reveal theirs --yes --json 2>/dev/null | python3 -c 'import json, sys
print(json.load(sys.stdin)["keys"][0]["secret"])' >identity
    kua key reveal hidden --yes --json 2>/dev/null | python3 -c 'import json, sys
print(json.load(sys.stdin)["keys"][0]["secret"])' >other.identity
    kua case seal hidden --secret-to case.key --secret-recipient "$(case_value theirs recipient)" \
        --yes >/dev/null 2>&1
}

# One case of one item, sealed; its key is in key.
make_vault_with_all_sealed() {
    make_vault
    printf 'x\n' >a.txt
    kua add a.txt >/dev/null
    kua case seal --secret-to key --secret-passphrase-file passphrase --yes >/dev/null 2>&1
}

state() {
    sha256sum vault/kua.vault vault/catalog.db
    kua case list --json
}

# refused STATUS ARGUMENT...: unsealing ends like that, with no word about verifying the vault.
refused() {
    local -r wanted=$1
    shift
    local before
    before="$(state)"
    run --separate-stderr kua case unseal "$@"
    ended "$wanted"
    [ -z "$output" ]
    says_not "kua verify"
    [ "$(state)" = "$before" ]
}

# flip FILE OFFSET: another bit; an offset below 0 counts from the end.
flip() {
    python3 -c 'import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[int(sys.argv[2])] ^= 1
open(sys.argv[1], "wb").write(data)' "$1" "$2"
}

@test "a file that is no key of a case is called that" {
    make_sealed_case
    refused 1 missing --identity identity
    refused 1 . --identity identity
    refused 1 passphrase --identity identity
    says "\"passphrase\" is no key file that kua wrote"
    : >empty
    refused 1 empty --identity identity
    says "\"empty\" is no key file that kua wrote"
    head -c 70000 /dev/zero >large
    refused 1 large --identity identity
    says "\"large\" is too large to be a key"
    make_files
    kua add in/notice.ru.txt --case theirs >/dev/null
    kua export --all --sealed --case theirs --to out >/dev/null
    refused 1 out/notice.ru.txt.age --identity identity
    says "\"out/notice.ru.txt.age\" opens, but there is no key in it"
}

@test "a damaged key of a case is told from a damaged vault" {
    make_sealed_case
    for offset in -1 -20 150; do # the payload, and the MAC of the header
        cp case.key damaged.key
        flip damaged.key "$offset"
        refused 5 damaged.key --identity identity
        says "\"damaged.key\" is damaged"
        says "use another copy of that file"
    done
    for bytes in -1 100 22; do
        head -c "$bytes" case.key >damaged.key
        refused 5 damaged.key --identity identity
        says "\"damaged.key\" is damaged"
    done
    run --separate-stderr kua case unseal damaged.key --identity identity --json
    ended 5
    [ "$(json 'd["error"]["code"]')" = file_damaged ]
    [ "$(json 'd["error"]["number"]')" = 15 ]
}

@test "what doesn't open the key of a case is told from a wrong passphrase of the vault" {
    make_sealed_case
    refused 6 case.key --identity other.identity
    says "\"other.identity\" doesn't open \"case.key\""
    refused 1 case.key --identity missing
    refused 1 case.key --identity passphrase
    says "\"passphrase\" is no age identity file"
    sed 's/.$/x/' identity >typo.identity
    refused 1 case.key --identity typo.identity
    says "\"typo.identity\" is no age identity file"
    refused 6 case.key --secret-passphrase-file passphrase
    says "\"case.key\" opens with an age identity (--identity FILE), not with a passphrase"
}

@test "a passphrase that doesn't open the key of a case is named with its file" {
    make_sealed_case
    kua case seal "First case" --secret-to first.key --secret-passphrase-file passphrase --yes \
        >/dev/null 2>&1
    printf 'another one' >wrong
    chmod 600 wrong
    refused 6 first.key --secret-passphrase-file wrong
    says "wrong passphrase for \"first.key\""
    says "check capitals"
    refused 6 first.key --identity identity
    says "\"first.key\" opens with a passphrase, not with an age identity"
    flip first.key 26 # in the word scrypt
    refused 5 first.key --secret-passphrase-file passphrase
    says "\"first.key\" is damaged, or sealed to something kua doesn't know"
}

@test "the key of a case that is open here, or not in this vault, is refused" {
    make_sealed_case
    bare init elsewhere --name Aigul --passphrase-file passphrase --kdf-memory 8 --kdf-passes 1 \
        --classic >/dev/null 2>&1
    bare --vault elsewhere --passphrase-file passphrase case seal --secret-to foreign.key \
        --secret-recipient "$(case_value theirs recipient)" --yes >/dev/null 2>&1
    refused 8 foreign.key --identity identity
    says "\"foreign.key\" is the key of a case that isn't in this vault"
    kua case unseal case.key --identity identity >/dev/null
    refused 4 case.key --identity identity
    says "is open here already"
}

@test "of a sealed case that nobody else has, status says that it is only here" {
    make_vault_with_all_sealed
    run --separate-stderr kua status
    ended 0
    has "1 known to exist ONLY here"
    has_not "with others"
}

@test "a withdrawal for a pseudonym that nobody has is named once the case is open again" {
    make_vault_with_all_sealed
    kua consent withdraw P-70 --purpose publish >/dev/null 2>&1
    kua case unseal key --secret-passphrase-file passphrase >/dev/null 2>&1
    run --separate-stderr kua todo --json
    ended 0
    [ "$(json '[o["first"] for o in d["open"] if o["code"] == "consent_of_nobody"]')" = '[["P-70"]]' ]
}
