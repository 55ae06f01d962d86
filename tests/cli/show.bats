load support

@test "show tells everything about one item" {
    make_vault
    make_files
    kua source add P-12 --quiet
    kua add in/IMG_0412.jpg --source P-12 --note "from the roof" >/dev/null
    run --separate-stderr kua show IMG_0412.jpg
    ended 0
    has "photo IMG_0412.jpg"
    has "15 bytes"
    has "$(sha256sum in/IMG_0412.jpg | cut -d' ' -f1)"
    has "(claimed; the file's own time)"
    has "from the roof"
    has "item.added"
    has "mlkem768x25519"
    has "covered by a signed checkpoint"
    has "times are claimed"
}

@test "show finds by id, by the start of the digest and by name" {
    make_vault
    make_files
    kua add in >/dev/null
    id="$(id_of IMG_0412.jpg)"
    digest="$(sha256sum in/IMG_0412.jpg | cut -d' ' -f1)"
    for name in "$id" "${digest:0:8}" "$digest" IMG_0412.jpg; do
        run --separate-stderr kua show "$name" --json
        ended 0
        [ "$(json 'd["item"]["short_id"]')" = "$id" ]
    done
}

@test "show --json has the documented keys" {
    make_vault
    make_files
    kua add in/IMG_0412.jpg >/dev/null
    run --separate-stderr kua show IMG_0412.jpg --json
    ended 0
    [ "$(json 'd["item"]["facts"]["name"]')" = IMG_0412.jpg ]
    [ "$(json 'd["item"]["history"][0]["type"]')" = item.added ]
    [ "$(json 'd["item"]["history"][0]["author_name"]')" = Rosa ]
    [ "$(json 'd["item"]["seal"]["in_signed_checkpoint"]')" = true ]
    [ "$(json 'd["item"]["seal"]["segments"]')" = "[1]" ]
}

@test "show names nothing that isn't there" {
    make_vault
    make_files
    kua add in >/dev/null
    for name in i-zzzzz nothing.jpg ""; do
        run --separate-stderr kua show "$name"
        ended 8
    done
    run --separate-stderr kua show i-zzzzz --json
    ended 8
    [ "$(json 'd["error"]["code"]')" = not_found ]
}
