load support
load two_vaults

make_handed() {
    make_vault
    make_files
    kua source add P-12 --quiet
    kua source add P-21 --quiet
    kua add in/IMG_0412.jpg --source P-12 --captured 2017-11-23T15:04:31+05:00 \
        --captured-basis embedded --device "Canon X" --acquired-method card_copy \
        --carries content,time --third-parties none --quiet >/dev/null
    kua add in/IMG_0419.jpg --source P-21 --carries content --third-parties none --quiet >/dev/null
    kua consent give P-12 --level 2 --how-informed explained_orally --quiet
}

types_of() {
    kua log "$1" --json | python3 -c 'import json, sys
print(*[e["type"] for e in json.load(sys.stdin)["entries"]])'
}

@test "handing over asks consent as an export does, and enters nothing that is refused" {
    make_handed
    run --separate-stderr kua custody hand-over IMG_0412.jpg --to "the clerk" --purpose publish
    ended 4
    says "P-12 does not allow content, time for publish"
    run --separate-stderr kua custody hand-over IMG_0419.jpg --to "the clerk" --purpose court
    ended 4
    [ "$(types_of IMG_0419.jpg)" = "item.added" ]
    run --separate-stderr kua custody hand-over IMG_0412.jpg IMG_0419.jpg --to "the clerk" \
        --purpose court --json
    ended 3
    [ "$(json '[d["change"], len(d["entered"]), d["failed"][0]["code"]]')" = '["handed_over", 1, "refused"]' ]
    [ "$(types_of IMG_0412.jpg)" = "item.added custody.handed_over" ]
    run --separate-stderr kua show IMG_0412.jpg --json
    [ "$(json 'len(d["item"]["history"][-1]["facts"]["consent_basis"])')" = 1 ]
    [ "$(json '[d["item"]["history"][-1]["facts"][n] for n in ("from", "to", "purpose")]')" = '["Rosa", "the clerk", "court"]' ]
    run --separate-stderr kua verify
    ended 0
    run --separate-stderr kua status --rebuild
    has "the same as before, row for row"
}

@test "a condition and a named recipient count for handing over, too" {
    make_handed
    kua consent give P-21 --level 4 --how-informed message --recipient "newsroom N" \
        --conditions "after the family has moved" --quiet
    give() {
        kua custody hand-over IMG_0419.jpg --purpose partner "$@"
    }
    run --separate-stderr give --to "partner M" --condition-met "they moved"
    ended 4
    run --separate-stderr give --to "newsroom N"
    ended 4
    says "after the family has moved"
    run --separate-stderr give --to "newsroom N" --condition-met "they moved"
    ended 0
    run --separate-stderr kua show IMG_0419.jpg --json
    [ "$(json 'd["item"]["history"][-1]["facts"]["condition_met"]')" = "they moved" ]
}

@test "what isn't said, or is no word, is asked for" {
    make_handed
    run --separate-stderr kua custody hand-over IMG_0412.jpg --to clerk
    ended 2
    for wrong in "--to clerk --purpose keep" "--to clerk --purpose fun" \
        "--to clerk --purpose court --at 20.1.2018" "--to clerk --purpose court --result ok"; do
        # shellcheck disable=SC2086 # several words
        run --separate-stderr kua custody hand-over IMG_0412.jpg $wrong
        ended 2
    done
    run --separate-stderr kua custody hand-over IMG_0412.jpg --to "" --purpose court
    ended 2
    run --separate-stderr kua custody received IMG_0412.jpg --from B --result lost
    ended 2
    run --separate-stderr kua custody hand-over IMG_9999.jpg --to clerk --purpose court
    ended 8
    [ "$(types_of IMG_0412.jpg)" = "item.added" ]
}

@test "what came by hand is entered and gives nobody's consent" {
    make_handed
    # Unknown material may go to the court here; what P-21 gave must not become that.
    kua consent give unknown --level 2 --how-informed not_possible --comment "found in the street" \
        --quiet
    run --separate-stderr kua custody received IMG_0419.jpg --from "courier B" \
        --method "memory card" --at 2017-12-01 --result ok
    ended 0
    has "received from courier B"
    run --separate-stderr kua custody hand-over IMG_0419.jpg --to clerk --purpose court
    ended 4
    run --separate-stderr kua custody received IMG_0419.jpg --from "courier B" --result missing
    has "didn't come from courier B"
    run --separate-stderr kua custody returned IMG_0419.jpg --from clerk --result damaged
    ended 0
    [ "$(types_of IMG_0419.jpg)" = "item.added custody.received custody.lost custody.returned" ]
    run --separate-stderr kua show IMG_0419.jpg --json
    [ "$(json 'd["item"]["arrivals"]')" = 1 ]
    cp in/IMG_0419.jpg again.jpg
    kua add again.jpg --source P-12 >/dev/null
    run --separate-stderr kua show IMG_0419.jpg --json
    [ "$(json 'd["item"]["arrivals"]')" = 2 ]
    run --separate-stderr kua verify
    ended 0
    run --separate-stderr kua status --rebuild
    has "the same as before, row for row"
}

@test "an older vault counted what came by hand as arrivals: no damage, and a rebuild mends it" {
    make_handed
    kua custody received IMG_0419.jpg --from "courier B" --result ok >/dev/null
    catalog_sql "UPDATE item SET arrivals = 2 WHERE name = 'IMG_0419.jpg';"
    run --separate-stderr kua verify
    ended 0
    kua status --rebuild >/dev/null || true
    run --separate-stderr kua show IMG_0419.jpg --json
    [ "$(json 'd["item"]["arrivals"]')" = 1 ]
    catalog_sql "UPDATE item SET arrivals = 3 WHERE name = 'IMG_0419.jpg';"
    run --separate-stderr kua verify
    ended 5
}

@test "log answers in plain words who has had an item, and lists its entries below" {
    make_handed
    printf 'cropped' >in/copy.jpg
    kua add in/copy.jpg --derived-from IMG_0412.jpg --recipe cropped --attributes-removed face \
        --tool gimp --quiet >/dev/null
    kua custody hand-over IMG_0412.jpg --to "the clerk" --purpose court --at 2018-01-20 \
        --method "by hand, disc 3" --quiet
    kua custody returned IMG_0412.jpg --from "the clerk" --result damaged --quiet
    kua export IMG_0412.jpg --to out --quiet
    run --separate-stderr kua log IMG_0412.jpg
    ended 0
    has "given by P-12"
    has "made 2017-11-23 15:04:31 +05:00 (claimed; in the file), with Canon X"
    has "taken in by Rosa from P-12, card copy [entry 4 of Rosa]"
    has "nobody else is known to have it"
    has "2018-01-20 (claimed; entered"
    has "handed over by Rosa to the clerk, for court, by hand, disc 3"
    has "came back from the clerk to Rosa; found damaged"
    has "exported by Rosa, a copy of one's own, to out"
    has "from it: cropped; without face; with gimp"
    has "SHA-256 of the original  $(sha256sum <in/IMG_0412.jpg | cut -d ' ' -f 1)"
    has "entry 4 in the journal of Rosa"
    has "custody.handed_over"
    run --separate-stderr kua log copy.jpg
    has "it was made from $(id_of IMG_0412.jpg): cropped"
    run --separate-stderr kua log IMG_0412.jpg --json
    [ "$(json '[m["type"] for m in d["custody"]["moves"]]')" = '["custody.handed_over", "custody.returned", "custody.exported"]' ]
    [ "$(json '[d["custody"]["derivatives"][0]["recipe"], d["custody"]["seq"], d["custody"]["holders"]]')" = '["cropped", 4, []]' ]
    [ "$(json 'len(d["entries"])')" = 5 ]
}

@test "a withdrawal lists what was handed over before it" {
    make_handed
    kua custody hand-over IMG_0412.jpg --to "the clerk" --purpose court --quiet
    kua export IMG_0412.jpg --to out --purpose commission --recipient "the commission" --quiet
    kua consent withdraw P-12 --purpose court --quiet
    run --separate-stderr kua consent show P-12 --json
    [ "$(json '[[e["to"], e["handed_over"]] for e in d["consent"]["exports"]]')" = '[["the clerk", true]]' ]
    kua consent withdraw P-12 --purpose commission --quiet
    run --separate-stderr kua consent show P-12
    has "to the clerk by Rosa, handed over"
    has "to the commission by Rosa"
    run --separate-stderr kua custody hand-over IMG_0412.jpg --to "the clerk" --purpose court
    ended 4
}

@test "a member's item says who holds it, and a reader may hand over" {
    share reader
    make_files
    kua source add P-12 --quiet
    kua consent give P-12 --level 2 --how-informed message --quiet
    kua add in/IMG_0412.jpg --source P-12 --carries content --third-parties none --quiet >/dev/null
    run --separate-stderr kua log IMG_0412.jpg
    has "nobody else is known to have it"
    kua sync stick >/dev/null
    theirs sync stick >/dev/null
    kua sync stick >/dev/null
    run --separate-stderr kua log IMG_0412.jpg
    has "Mara is known to have it, too"
    run --separate-stderr theirs custody hand-over IMG_0412.jpg --case KT-17 --to clerk \
        --purpose court
    ended 0
    theirs sync stick >/dev/null
    run --separate-stderr kua sync stick
    ended 0
    run --separate-stderr kua log IMG_0412.jpg
    has "handed over by Mara to clerk, for court"
    run --separate-stderr theirs custody received IMG_0412.jpg --case KT-17 --from clerk
    ended 4
}

@test "a sealed case says nothing of hands" {
    make_handed
    kua case seal --secret-to case.key --secret-passphrase-file passphrase --yes >/dev/null 2>&1
    for command in "hand-over i-00000 --to x --purpose court" "received i-00000 --from x" \
        "returned i-00000 --from x"; do
        # shellcheck disable=SC2086 # several words
        run --separate-stderr kua custody $command
        ended 4
        says "is sealed here"
    done
}
