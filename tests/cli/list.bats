load support

@test "an empty case says how to put something in" {
    make_vault
    run --separate-stderr kua list
    ended 0
    [ -z "$output" ]
    says "kua add"
    run --separate-stderr kua list --json
    ended 0
    [ "$(json 'd["items"]')" = "[]" ]
}

@test "list shows a line per item, ids first, times as claimed" {
    make_vault
    make_files
    kua add in >/dev/null
    run --separate-stderr kua list
    ended 0
    printf '%s\n' "$output" | head -n 1 | grep -q 'taken (claimed)'
    [ "$(printf '%s\n' "$output" | grep -Ec '^i-[0-9a-z]{5,} ')" -eq 3 ]
    says "3 items"
}

@test "list --json has the documented keys" {
    make_vault
    make_files
    kua source add P-12 --quiet
    kua add in --source P-12 >/dev/null
    run --separate-stderr kua list --json
    ended 0
    [ "$(json 'sorted(d["items"][0])')" = '["added_claimed", "arrivals", "bytes", "captured", "captured_basis", "case", "digest", "id", "kind", "media_type", "name", "object", "short_id", "shredded", "source"]' ]
    [ "$(json 'd["items"][0]["captured_basis"]')" = file_time ]
    [ "$(json 'd["items"][0]["source"]')" = P-12 ]
}

@test "list narrows down by kind and source" {
    make_vault
    make_files
    kua source add P-12 --quiet
    kua source add P-21 --quiet
    kua add in/IMG_0412.jpg in/notice.ru.txt --source P-12 >/dev/null
    kua add in/IMG_0419.jpg --source P-21 >/dev/null
    run --separate-stderr kua list --kind photo --json
    [ "$(json 'len(d["items"])')" = 2 ]
    run --separate-stderr kua list --source P-12 --kind photo --json
    [ "$(json '[i["name"] for i in d["items"]]')" = '["IMG_0412.jpg"]' ]
    run --separate-stderr kua list --source P-99 --json
    ended 0
    [ "$(json 'd["items"]')" = "[]" ]
    run --separate-stderr kua list --kind picture
    ended 2
}

@test "list keeps to its case unless --all is said" {
    make_vault
    make_files
    kua case create second >/dev/null
    kua add in/IMG_0412.jpg --case "First case" >/dev/null
    kua add in/IMG_0419.jpg --case second >/dev/null
    run --separate-stderr kua list --case second --json
    [ "$(json '[i["name"] for i in d["items"]]')" = '["IMG_0419.jpg"]' ]
    run --separate-stderr kua list --all --json
    [ "$(json 'len(d["items"])')" = 2 ]
    [ "$(json 'len(set(i["case"] for i in d["items"]))')" = 2 ]
    run --separate-stderr kua list --case third
    ended 8
}

# seal_case NAME: with a key file of the same name.
seal_case() {
    printf 'the key of the case' >key-passphrase
    chmod 600 key-passphrase
    kua case seal "$1" --secret-to "$1.key" --secret-passphrase-file key-passphrase --yes \
        >/dev/null 2>&1
}

@test "list --all says which cases are sealed and not listed" {
    make_vault
    make_files
    kua case create second >/dev/null
    kua add in/IMG_0412.jpg --case "First case" >/dev/null
    kua add in/IMG_0419.jpg --case second >/dev/null
    id="$(kua case show second --json | python3 -c 'import json, sys
print(json.load(sys.stdin)["case"]["id"])')"
    seal_case second
    run --separate-stderr kua list --all
    ended 0
    has IMG_0412.jpg
    says "case ${id:0:8} is sealed here and not listed"
    says "kua case unseal FILE"
    run --separate-stderr kua list --all --json
    ended 0
    [ "$(json '[i["name"] for i in d["items"]]')" = '["IMG_0412.jpg"]' ]
    says "case ${id:0:8} is sealed here and not listed"
    run --separate-stderr kua list --case "First case"
    ended 0
    says_not sealed
}

@test "list --all is refused where all cases are sealed" {
    make_vault
    make_files
    kua add in/IMG_0412.jpg >/dev/null
    first="$(kua case show --json | python3 -c 'import json, sys
print(json.load(sys.stdin)["case"]["id"])')"
    seal_case "First case"
    run --separate-stderr kua list --all
    ended 4
    [ -z "$output" ]
    says "case ${first:0:8} is sealed here"
    says "kua case unseal FILE"
    second="$(kua case create second --json | python3 -c 'import json, sys
print(json.load(sys.stdin)["case"]["id"])')"
    seal_case second
    run --separate-stderr kua list --all --json
    ended 4
    [ "$(json 'd["error"]["code"]')" = refused ]
    says "all cases are sealed here"
    says "${first:0:8}"
    says "${second:0:8}"
    says "kua case unseal FILE"
}
