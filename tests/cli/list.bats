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
    kua add in --source P-12 >/dev/null
    run --separate-stderr kua list --json
    ended 0
    [ "$(json 'sorted(d["items"][0])')" = '["added_claimed", "arrivals", "bytes", "captured", "captured_basis", "case", "digest", "id", "kind", "media_type", "name", "object", "short_id", "source"]' ]
    [ "$(json 'd["items"][0]["captured_basis"]')" = file_time ]
    [ "$(json 'd["items"][0]["source"]')" = P-12 ]
}

@test "list narrows down by kind and source" {
    make_vault
    make_files
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
