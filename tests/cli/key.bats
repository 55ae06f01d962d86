load support

@test "key reveal warns, wants a yes and prints what stock tools need" {
    make_vault
    make_files
    kua add in >/dev/null
    run --separate-stderr kua key reveal
    ended 2
    says "--yes"
    [ -z "$output" ]
    run --separate-stderr kua key reveal --yes
    ended 0
    says "warning: whoever sees these keys"
    has "catalog"
    has "AGE-SECRET-KEY-PQ-"
    has "objects/000001"
}

@test "key reveal --json has the documented keys" {
    make_vault --classic
    run --separate-stderr kua key reveal --yes --json
    ended 0
    [ "$(json 'sorted(d["keys"][0])')" = '["file", "purpose", "secret", "settings"]' ]
    [ "$(json 'any(k["file"] == "catalog.db" for k in d["keys"])')" = true ]
    [ "$(json '[k["secret"][:16] for k in d["keys"] if k["purpose"].startswith("case")]')" = \
        '["AGE-SECRET-KEY-1"]' ]
}

@test "key reveal CASE prints the identity of that case only" {
    make_vault
    kua case create second >/dev/null
    run --separate-stderr kua key reveal second --yes --json
    ended 0
    [ "$(json 'len(d["keys"])')" = 1 ]
    [ "$(json 'd["keys"][0]["file"]')" = null ]
    run --separate-stderr kua key reveal third --yes
    ended 8
}

@test "a wrong passphrase reveals nothing" {
    make_vault
    printf 'something else' >wrong
    chmod 600 wrong
    run --separate-stderr bare --vault vault --passphrase-file wrong key reveal --yes
    ended 6
    [ -z "$output" ]
}

@test "key reveal says which cases its keys don't open" {
    make_vault
    printf 'the key of the case' >key-passphrase
    chmod 600 key-passphrase
    kua case create second >/dev/null
    run --separate-stderr kua key reveal --yes
    ended 0
    says_not sealed
    id="$(kua case show second --json | python3 -c 'import json, sys
print(json.load(sys.stdin)["case"]["id"])')"
    kua case seal second --secret-to case.key --secret-passphrase-file key-passphrase --yes \
        >/dev/null 2>&1
    run --separate-stderr kua key reveal --yes
    ended 0
    says "case ${id:0:8} is sealed here: nothing there opens with these keys"
}
