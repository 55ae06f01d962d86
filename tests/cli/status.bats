load support

@test "status tells what is there and what is open" {
    make_vault
    make_files
    kua source add P-12 --quiet
    kua add in/IMG_0412.jpg --source P-12 --captured 2017-11-23 >/dev/null
    kua add in/IMG_0419.jpg in/notice.ru.txt >/dev/null
    run --separate-stderr kua status
    ended 0
    has "Rosa"
    has "3 objects"
    has "First case"
    has "2 items have no date but the file's own (claimed)"
    has "2 items have no source"
    has "no damage seen"
}

@test "status --case tells of that case alone, and knows when there is none" {
    make_vault
    make_files
    kua add in/IMG_0412.jpg >/dev/null
    kua case create "Second" --quiet
    run --separate-stderr kua status --case Second
    ended 0
    has "Second"
    [[ $output != *"First case"* ]]
    [[ $output != *"no date"* ]]
    run --separate-stderr kua status --case "First case"
    ended 0
    has "1 item has no source"
    [[ $output != *"Second"* ]]
    run --separate-stderr kua status --case Nonsense
    ended 8
    says "Nonsense"
    run --separate-stderr kua status --rebuild --case Nonsense
    ended 8
    says "Nonsense"
    run --separate-stderr kua status --rebuild --case Second
    ended 0
    has "2 cases"
}

@test "status --json has the documented keys" {
    make_vault
    run --separate-stderr kua status --json
    ended 0
    [ "$(json 'd["findings"]')" = "[]" ]
    [ "$(json 'd["objects"]')" = 0 ]
    [ "$(json 'd["free_bytes"] > 0')" = true ]
    [ "$(json 'len(d["cases"])')" = 1 ]
    [ "$(json 'sorted(d["cases"][0])')" = '["bytes", "created_claimed", "current", "description", "entries", "id", "items", "recipient", "reference_code", "sealed", "title"]' ]
}

@test "status --rebuild gives the same catalog" {
    make_vault
    make_files
    kua source add P-12 --quiet
    kua add in --source P-12 >/dev/null
    kua export --all --to out >/dev/null
    before="$(kua list --json)$(kua log --json)$(kua show IMG_0412.jpg --json)"
    run --separate-stderr kua status --rebuild
    ended 0
    has "the same as before, row for row"
    [ "$(kua list --json)$(kua log --json)$(kua show IMG_0412.jpg --json)" = "$before" ]
    run --separate-stderr kua status --rebuild --json
    ended 0
    [ "$(json 'd["same"]')" = true ]
    [ "$(json 'd["cases"]')" = 1 ]
}

@test "status --rebuild says that sealed cases are left as they are" {
    make_vault
    printf 'the key of the case' >key-passphrase
    chmod 600 key-passphrase
    kua case seal --secret-to case.key --secret-passphrase-file key-passphrase --yes >/dev/null 2>&1
    run --separate-stderr kua status --rebuild
    ended 0
    has "0 cases"
    says "not rebuilt, since nothing of it can be read here: 1 sealed case"
    run --separate-stderr kua status --rebuild --json
    ended 0
    [ "$(json 'd["sealed_cases"]')" = 1 ]
}
