load support

types_of() {
    kua log "$1" --json | python3 -c 'import json, sys
print(*[e["type"] for e in json.load(sys.stdin)["entries"]])'
}

make_filled() {
    make_vault
    make_files
    kua source add P-12 --quiet
    kua add in/IMG_0412.jpg --source P-12 --quiet >/dev/null
    kua add in/IMG_0419.jpg --quiet >/dev/null
}

@test "shredding says what goes and what doesn't, and asks" {
    make_filled
    run --separate-stderr kua shred IMG_0412.jpg --reason "the wrong file"
    ended 2
    says "--yes"
    [ "$(types_of IMG_0412.jpg)" = "item.added" ]
    run --separate-stderr kua shred IMG_0412.jpg
    ended 2
    says "say why: --reason TEXT"
    run --separate-stderr kua shred --reason x
    ended 2
    run --separate-stderr kua shred IMG_0412.jpg --withdrawn P-12 --reason x
    ended 2
    run --separate-stderr kua shred IMG_0412.jpg --reason "the wrong file" --yes
    ended 0
    says "in this vault for good"
    says "no other member is known to have it"
    says "are out of reach"
    has "shredded: i-"
    [ "$(types_of IMG_0412.jpg)" = "item.added custody.shredded" ]
}

@test "what was shredded is gone, the journal still verifies, and the other item is whole" {
    make_filled
    run --separate-stderr kua shred IMG_0412.jpg --reason "the wrong file" --yes --json
    ended 0
    [ "$(json '[len(d["shredded"]), d["failed"], d["pieces_left"]]')" = '[1, [], 0]' ]
    run --separate-stderr kua verify
    ended 0
    has "1 original was destroyed on purpose"
    run --separate-stderr kua export IMG_0412.jpg --to out
    ended 8
    says "it was shredded; its bytes are gone"
    run --separate-stderr kua export --all --to out
    ended 0
    has "1 exported · 0 failed · 1 left out: shredded here"
    cmp in/IMG_0419.jpg out/IMG_0419.jpg
    run --separate-stderr kua export --all --to again --json
    [ "$(json '[len(d["exported"]), d["failed"], d["shredded"]]')" = '[1, [], 1]' ]
    run --separate-stderr kua show IMG_0412.jpg
    ended 0
    has "shredded: its bytes are gone from this vault"
    run --separate-stderr kua list --json
    [ "$(json '[i["shredded"] for i in d["items"]]')" = '[true, false]' ]
    run --separate-stderr kua list
    has "shredded"
    says "1 item, 33 B, and 1 shredded here"
    run --separate-stderr kua find IMG
    has_not "IMG_0412.jpg"
    has "IMG_0419.jpg"
    run --separate-stderr kua find --kind photo
    has_not "IMG_0412.jpg"
    run --separate-stderr kua todo --json
    [ "$(json 'd["items"]')" = 1 ]
    [ "$(json '[q["count"] for q in d["open"] if q["code"] == "not_looked_at"]')" = '[1]' ]
    run --separate-stderr kua log IMG_0412.jpg
    has "destroyed by Rosa, because: the wrong file"
    run --separate-stderr kua shred IMG_0412.jpg --reason "again" --yes
    ended 8
    says "it was shredded here before"
    run --separate-stderr kua status --rebuild
    ended 0
    has "the same as before, row for row"
}

@test "nothing is shredded or exported by the beginning of its name" {
    make_filled
    for name in IMG_0412 IMG_0412.jp IMG_ i; do
        run --separate-stderr kua shred "$name" --reason "a slip" --yes
        ended 8
        run --separate-stderr kua export "$name" --to out
        ended 8
    done
    run --separate-stderr kua shred IMG_0412 --reason "a slip" --yes
    says "names are given whole, and this is the beginning of that of $(id_of IMG_0412.jpg)"
    [ "$(types_of IMG_0412.jpg)" = "item.added" ]
    kua verify
}

@test "a name that is also the start of a digest shreds neither" {
    make_filled
    front=$(kua show IMG_0412.jpg --json | python3 -c 'import json, sys
print(json.load(sys.stdin)["item"]["digest"][:8])')
    printf 'another' >"in/$front"
    kua add "in/$front" --quiet >/dev/null
    run --separate-stderr kua shred "$front" --reason "a slip" --yes
    ended 8
    says "fits 2 items"
    [ "$(types_of IMG_0412.jpg)" = "item.added" ]
    [ "$(types_of "$(id_of "$front")")" = "item.added" ]
}

@test "the same bytes added again after shredding are kept" {
    make_filled
    kua shred IMG_0412.jpg --reason "by mistake" --yes --quiet
    run --separate-stderr kua add in/IMG_0412.jpg --json
    ended 0
    [ "$(json '[len(d["added"]), len(d["known"])]')" = '[1, 0]' ]
    kua export "$(json 'd["added"][0]["id"]' | tr -d '"')" --to out --quiet
    cmp in/IMG_0412.jpg out/IMG_0412.jpg
    kua verify
}

@test "an item on hold isn't shredded" {
    make_filled
    kua describe IMG_0412.jpg --hold legal --comment "asked for" --quiet
    run --separate-stderr kua shred IMG_0412.jpg IMG_0419.jpg --reason "cleaning up" --yes
    ended 3
    says "it is on hold"
    kua describe IMG_0412.jpg --hold none --comment "over" --quiet
    run --separate-stderr kua shred IMG_0412.jpg --reason "cleaning up" --yes
    ended 0
}

@test "what a source no longer allows to keep is named, and shredded on request" {
    make_filled
    run --separate-stderr kua shred --withdrawn P-12 --yes
    ended 8
    says "nothing is here that P-12 doesn't allow to keep"
    kua consent give P-12 --level 2 --how-informed explained_orally --quiet
    kua consent withdraw P-12 --purpose keep --reason "afraid" --quiet
    run --separate-stderr kua todo
    has "kua shred --withdrawn SOURCE"
    run --separate-stderr kua shred --withdrawn P-12 --yes
    ended 0
    [ "$(types_of IMG_0412.jpg)" = "item.added custody.shredded" ]
    [ "$(types_of IMG_0419.jpg)" = "item.added" ]
    run --separate-stderr kua todo --json
    [ "$(json '[o["code"] for o in d["open"] if o["code"] == "keep_withdrawn"]')" = '[]' ]
    run --separate-stderr kua verify
    ended 0
}

@test "what may not be kept is named however that was said" {
    make_filled
    kua add in/notice.ru.txt --source P-12 --quiet
    for way in "give P-12 --decision refuse --how-informed message" "withdraw P-12"; do
        # shellcheck disable=SC2086 # a list of words
        kua consent $way --purpose keep --attribute content --item notice.ru.txt --quiet
        run --separate-stderr kua todo --json
        [ "$(json '[o["first"] for o in d["open"] if o["code"] == "keep_withdrawn"]')" = \
            '[["P-12"]]' ]
        kua consent give P-12 --level 2 --how-informed message --item notice.ru.txt --quiet
        run --separate-stderr kua todo --json
        [ "$(json '[o["first"] for o in d["open"] if o["code"] == "keep_withdrawn"]')" = '[]' ]
    done
}

@test "who gave something second, or what it was made from, is named, too" {
    make_filled
    kua source add P-07 --quiet
    kua add in/notice.ru.txt --quiet
    kua add in/notice.ru.txt --source P-07 --quiet
    run --separate-stderr kua consent withdraw P-07 --purpose publish
    ended 0
    says_not "kua shred"
    run --separate-stderr kua consent withdraw P-07 --purpose keep
    ended 0
    says "is still in this vault"
    says "kua shred --withdrawn P-07"
    run --separate-stderr kua todo --json
    [ "$(json '[o["first"] for o in d["open"] if o["code"] == "keep_withdrawn"]')" = '[["P-07"]]' ]
    run --separate-stderr kua shred --withdrawn P-07 --yes
    ended 0
    run --separate-stderr kua todo --json
    [ "$(json '[o["code"] for o in d["open"] if o["code"] == "keep_withdrawn"]')" = '[]' ]

    printf 'a part of it\n' >part.txt
    kua add part.txt --derived-from IMG_0412.jpg --recipe cropped \
        --attributes-removed time --source unknown --quiet
    kua consent withdraw P-12 --purpose keep --quiet
    kua shred IMG_0412.jpg --reason "no longer allowed" --yes --quiet
    run --separate-stderr kua todo --json
    [ "$(json '[o["first"] for o in d["open"] if o["code"] == "keep_withdrawn"]')" = '[["P-12"]]' ]
    run --separate-stderr kua shred --withdrawn P-12 --yes
    ended 0
    run --separate-stderr kua todo --json
    [ "$(json '[o["code"] for o in d["open"] if o["code"] == "keep_withdrawn"]')" = '[]' ]
}

@test "nothing is shredded in a sealed case" {
    make_filled
    printf 'a passphrase for the key\n' >key.pass
    kua case seal --secret-to case.key --secret-passphrase-file key.pass --yes --quiet
    run --separate-stderr kua shred i-aaaaa --reason x --yes
    ended 4
    says "sealed"
}
