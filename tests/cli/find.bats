#!/usr/bin/env bats
# Finding things, and how they hang together: places, events, links, tags, find, list, todo.

load support

make_case() {
    make_vault
    sample="$BATS_TEST_DIRNAME/../sample-case"
    kua source add P-12 >/dev/null 2>&1
    kua place add Көктұз --place-kind town --place-names "ru=Коктуз" >/dev/null
    kua place add "Кен алаңы" --place-names "ru=площадь Кен" --place-names "en=Ken square" \
        --place-kind site --within Көктұз >/dev/null
    kua add "$sample/IMG_0412.jpg" --source P-12 --place "ken SQUARE" --note "алаң, түстен кейін" \
        --captured 2017-11-23T15:04:31+05:00 >/dev/null 2>&1
    kua add "$sample/notice.ru.txt" --source public --language ru >/dev/null 2>&1
}

@test "find takes words however they are typed, and shows where they stand" {
    make_case
    run --separate-stderr kua find АЛАН
    ended 0
    has "IMG_0412.jpg"
    has "[алаң], түстен"
    says "1 item"
    run --separate-stderr kua find площад
    ended 0
    has "[площадь] Кен"
    run --separate-stderr kua find 0412 --json
    ended 0
    [ "$(json '[i["name"] for i in d["items"]]')" = '["IMG_0412.jpg"]' ]
    [ "$(json 'd["items"][0]["hits"][0]["where"]')" = "name" ]
    run --separate-stderr kua find карта памяти
    ended 0
    [ -z "$output" ]
    says "nothing found; try shorter words: карт памят"
}

@test "filters of find and list are taken together, and what no item can be is said" {
    make_case
    for command in list find; do
        run --separate-stderr kua "$command" --place Көктұз --date 2017-11-23 --kind photo --json
        ended 0
        [ "$(json '[i["name"] for i in d["items"]]')" = '["IMG_0412.jpg"]' ]
        run --separate-stderr kua "$command" --language ru --json
        [ "$(json '[i["name"] for i in d["items"]]')" = '["notice.ru.txt"]' ]
        run --separate-stderr kua "$command" --consent 0 --json
        [ "$(json '[i["name"] for i in d["items"]]')" = '["IMG_0412.jpg"]' ]
        run --separate-stderr kua "$command" --date 23.11.17
        ended 2
        says "is not a date kua reads"
        run --separate-stderr kua "$command" --place Nowhere
        ended 8
        says 'no place "Nowhere"'
        run --separate-stderr kua "$command" --consent 9
        ended 2
    done
    run --separate-stderr kua find
    ended 2
    says "say what to look for"
}

@test "links show both sides and correct nothing" {
    make_case
    run --separate-stderr kua link IMG_0412.jpg contradicts notice.ru.txt --certainty probable \
        --comment "notice: empty since 9:00"
    ended 0
    run --separate-stderr kua show notice.ru.txt
    ended 0
    has "contradicts"
    has "1 contradiction stands side by side"
    run --separate-stderr kua show IMG_0412.jpg --json
    [ "$(json 'd["item"]["links"][0]["facts"]["certainty"]')" = "probable" ]
    run --separate-stderr kua person add "relative of P-12" --person-status dead --json
    ended 0
    person="$(json 'd["person"]["short_id"]')"
    run --separate-stderr kua link P-12 same_person "$person"
    ended 4
    says "belongs in the compartment"
    run --separate-stderr kua link P-12 likes IMG_0412.jpg
    ended 2
    says "is no relation"
}

@test "a link takes things by their names, where that says which" {
    make_case
    place="$(kua place add Square --json |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["place"]["id"])')"
    event="$(kua event add "Dispersal" --json |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["event"]["id"])')"
    run --separate-stderr kua link P-12 witness dispersal --json
    ended 0
    [ "$(json 'd["link"]["target"]["id"]')" = "$event" ]
    run --separate-stderr kua link P-12 witness Square
    ended 2
    says "doesn't go from source to place"
    run --separate-stderr kua link P-12 witness Nothing
    ended 8
    says 'no item "Nothing"'
    says "kua event list"
    run --separate-stderr kua link P-12 witness ev-zzzzz
    ended 8
    says "kua event list"
    kua person add "Dispersal" >/dev/null
    run --separate-stderr kua link P-12 witness Dispersal
    ended 8
    says "fits several things: ${event:0:8}, pe-"
    [ -n "$place" ]
}

@test "tags are unverified until somebody saw it, and come off again" {
    make_case
    run --separate-stderr kua tag IMG_0412.jpg notice.ru.txt q-order
    ended 0
    has "2 items changed: q-order"
    run --separate-stderr kua tag IMG_0412.jpg q-order
    ended 0
    says "nothing was entered"
    kua tag IMG_0412.jpg q-order --tag-state verified
    run --separate-stderr kua list --tag q-order=verified --json
    [ "$(json '[i["name"] for i in d["items"]]')" = '["IMG_0412.jpg"]' ]
    kua tag IMG_0412.jpg q-order --tag-state removed
    run --separate-stderr kua find q-order --json
    [ "$(json '[i["name"] for i in d["items"]]')" = '["notice.ru.txt"]' ]
    entries="$(kua log --json)"
    for tag in q-order q-never; do  # it came off; it was never there
        run --separate-stderr kua tag IMG_0412.jpg "$tag" --tag-state removed
        ended 0
        says "they don't have that tag; nothing was entered"
        has_not "changed"
    done
    [ "$(kua log --json)" = "$entries" ]
    run --separate-stderr kua tag IMG_0412.jpg
    ended 2
}

@test "an event tells what is part of it, and numbers stay claims" {
    make_case
    run --separate-stderr kua event add "Dispersal at Ken square" --place "Ken square" \
        --occurred 2017-11-23T15:00:00+05:00 --occurred-tolerance PT1H \
        --count-claim "killed;0;notice.ru.txt;2017-11-23" --json
    ended 0
    event="$(json 'd["event"]["short_id"]')"
    kua act add false_record --event "$event" --cause-stated "heart disease" >/dev/null
    kua link P-12 witness "$event" --certainty probable
    run --separate-stderr kua event show "$event"
    ended 0
    has "false_record"
    has "they are not added up"
    has "witness"
    run --separate-stderr kua event describe "$event" --description "more" --comment "as told"
    ended 0
    run --separate-stderr kua event add second --part-of "no such event"
    ended 8
    run --separate-stderr kua find "heart disease" --json
    [ "$(json 'd["things"][0]["kind"]')" = "act" ]
}

@test "todo counts what is still missing" {
    make_case
    run --separate-stderr kua todo
    ended 0
    has "sources that nobody asked yet"
    run --separate-stderr kua todo --json
    [ "$(json '{q["code"]: q["count"] for q in d["open"]}["consent_not_asked"]')" = "1" ]
}

@test "a sealed case can be neither searched nor linked" {
    make_case
    (umask 077 && printf 'the key of the case' >key-passphrase)
    kua case seal --secret-to case.key --secret-passphrase-file key-passphrase --yes >/dev/null 2>&1
    for command in "find алан" "todo" "place list" "tag IMG_0412.jpg q" "list --kind photo"; do
        # shellcheck disable=SC2086 # words of a command
        run --separate-stderr kua $command
        ended 4
        says "sealed here"
    done
}
