load support

@test "log shows every entry, the oldest first, times as claimed" {
    make_vault
    make_files
    kua add in >/dev/null
    run --separate-stderr kua log
    ended 0
    has "time (claimed)"
    has "case.created"
    [ "$(printf '%s\n' "$output" | grep -c item.added)" -eq 3 ]
    has "Rosa"
}

@test "log narrows down to an item and to the newest" {
    make_vault
    make_files
    kua add in >/dev/null
    run --separate-stderr kua log IMG_0412.jpg --json
    ended 0
    [ "$(json 'len(d["entries"])')" = 1 ]
    [ "$(json 'd["entries"][0]["short_item"]')" = "$(id_of IMG_0412.jpg)" ]
    run --separate-stderr kua log --newest 2 --json
    ended 0
    [ "$(json '[e["type"] for e in d["entries"]]')" = '["item.added", "item.added"]' ]
    [ "$(json 'd["entries"][0]["seq"] < d["entries"][1]["seq"]')" = true ]
    run --separate-stderr kua log i-zzzzz
    ended 8
}

@test "log narrows down to a source and other things, by id and by name" {
    make_vault
    kua source add P-07 >/dev/null
    kua consent give P-07 --level 2 --how-informed explained_orally >/dev/null
    event="$(kua event add "Dispersal on the square" --json |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["event"]["id"])')"
    run --separate-stderr kua log P-07
    ended 0
    has "source.added"
    has "level 2"
    has_not "how it came here"
    run --separate-stderr kua log P-07 --json
    ended 0
    [ "$(json '[e["type"] for e in d["entries"]]')" = '["source.added", "consent.given"]' ]
    [ "$(json 'list(d)')" = "$(kua log --json | python3 -c 'import json, sys
print(json.dumps(list(json.load(sys.stdin))))')" ]
    for name in "$event" "dispersal on the square"; do
        run --separate-stderr kua log "$name" --json
        ended 0
        [ "$(json '[e["type"] for e in d["entries"]]')" = '["event.added"]' ]
        [ "$(json 'd["entries"][0]["facts"]["event_title"]')" = "Dispersal on the square" ]
    done
    run --separate-stderr kua log P-08
    ended 8
    says "no source P-08"
    says "kua source list"
}

@test "log --json has the documented keys" {
    make_vault
    run --separate-stderr kua log --facts --json
    ended 0
    [ "$(json 'sorted(d["entries"][0])')" = '["author", "author_name", "case", "facts", "item", "lamport", "seq", "short_item", "time_claimed", "type"]' ]
    [ "$(json 'd["entries"][0]["type"]')" = case.created ]
    [ "$(json 'd["entries"][0]["facts"]["title"]')" = "First case" ]
}
