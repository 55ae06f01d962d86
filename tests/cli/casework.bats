load support

# A photo of P-12, who was never asked, and one of P-21, looked at.
make_sources() {
    make_vault
    make_files
    kua source add P-12 --quiet
    kua source add P-21 --connection eye_witness --quiet
    kua add in/IMG_0412.jpg --source P-12 --quiet >/dev/null
    kua add in/IMG_0419.jpg --source P-21 --carries content,face --third-parties none \
        --quiet >/dev/null
}

@test "a source begins with a pseudonym, given or the next one" {
    make_vault
    run --separate-stderr kua source add
    ended 0
    has "added P-01: nobody asked yet, kept but not shown outside"
    run --separate-stderr kua source add P-12 --age-group adult --language kk,ru --json
    ended 0
    [ "$(json 'd["source"]["facts"]')" = '{"age_group": "adult", "languages": ["kk", "ru"]}' ]
    run --separate-stderr kua source add P-12
    ended 1
    says "there is a source P-12 already"
    for wrong in Aigul P-7 P-007 p-12; do
        run --separate-stderr kua source add "$wrong"
        ended 2
        # shellcheck disable=SC2154 # bats sets it
        [[ $stderr != *"$wrong"* ]] # it may be a name
    done
    run --separate-stderr kua source add P-13 --age-group old
    ended 2
    run --separate-stderr kua source list --json
    [ "$(json '[s["pseudonym"] for s in d["sources"]]')" = '["P-01", "P-12"]' ]
    run --separate-stderr kua source show P-99
    ended 8
}

@test "what comes from a source that isn't there is not added" {
    make_vault
    make_files
    run --separate-stderr kua add in --source P-13
    ended 8
    says "no source P-13 in case"
    run --separate-stderr kua list --json
    [ "$(json 'd["items"]')" = "[]" ]
}

@test "add and status say that nobody asked" {
    make_sources
    run --separate-stderr kua add in/notice.ru.txt --source P-12
    ended 0
    says "P-12: nobody asked yet, kept but not shown outside"
    run --separate-stderr kua status
    has "2 sources were never asked"
    kua consent give P-12 --level 1 --how-informed message --quiet
    run --separate-stderr kua status --json
    [ "$(json 'd["not_asked"]')" = 1 ]
}

@test "what a source doesn't allow stays here, and nothing forces it" {
    make_sources
    run --separate-stderr kua export IMG_0412.jpg --to out --purpose court --recipient "the court"
    ended 4
    says "P-12 has not been asked yet about content, time, place, face for court"
    [ -z "$(ls out)" ]
    for option in --force --yes --no-consent; do
        run --separate-stderr kua export IMG_0412.jpg --to out --purpose court "$option"
        ended 2
    done
    run --separate-stderr kua export IMG_0412.jpg --to out
    ended 0
    run --separate-stderr kua export IMG_0412.jpg --to press --recipient "a newspaper"
    ended 2
    says "say what for"
    run --separate-stderr kua export IMG_0412.jpg --to press --purpose partner
    ended 2
}

@test "consent lets out what it names, and a withdrawal ends that" {
    make_sources
    run --separate-stderr kua consent give P-21 --level 5 --ticked face --how-informed message
    ended 0
    has "publish     content, time, place, face"
    run --separate-stderr kua export --all --to out --purpose publish
    ended 3
    [ "$(ls out)" = IMG_0419.jpg ]
    run --separate-stderr kua consent withdraw P-21 --purpose publish --how-told message --json
    ended 0
    [ "$(json '"publish" in d["consent"]["allowed"]')" = false ]
    [ "$(json '[e["purpose"] for e in d["consent"]["exports"]]')" = '["publish"]' ]
    run --separate-stderr kua export IMG_0419.jpg --to again --purpose publish
    ended 4
    run --separate-stderr kua export IMG_0419.jpg --to court --purpose court
    ended 0
    run --separate-stderr kua show IMG_0419.jpg --json
    [ "$(json 'len(d["item"]["history"][-1]["facts"]["consent_basis"])')" = 1 ]
    run --separate-stderr kua consent show P-21
    ended 0
    has "went out before that"
    run --separate-stderr kua verify
    ended 0
}

@test "what was not said freely, understood, or by anybody is no consent" {
    make_sources
    run --separate-stderr kua consent give P-21 --level 2 --how-informed message --voluntary no
    ended 2
    says "not said of free will"
    run --separate-stderr kua consent give P-21 --level 2 --how-informed message --understood no
    ended 2
    run --separate-stderr kua consent give P-21 --level 2 --how-informed not_possible
    ended 2
    says "no guardian or next of kin"
    run --separate-stderr kua consent give P-21 --level 2 --how-informed not_possible \
        --given-by next_of_kin
    ended 0
    has "given by next_of_kin"
    run --separate-stderr kua consent give P-21 --level 0 --how-informed message --voluntary no
    ended 0
    has "of free will: no"
}

@test "consent show says to whom, how long and on what condition" {
    make_sources
    run --separate-stderr kua consent give P-21 --level 2 --how-informed message \
        --recipient "Memory Commission" --expires 2030 --conditions "no names"
    ended 0
    has "court       content, time, place; only to Memory Commission, until 2030, asks: no names"
    run --separate-stderr kua consent show P-21 --json
    [ "$(json 'd["consent"]["terms"]["court"]')" = \
        '["only to Memory Commission", "until 2030", "asks: no names"]' ]
    [ "$(json '"keep" in d["consent"]["terms"] or "publish" in d["consent"]["terms"]')" = false ]
}

@test "after a withdrawal each whom something went to gets a notice of their own" {
    make_sources
    kua consent give P-21 --level 5 --ticked face --how-informed message --quiet
    run --separate-stderr kua consent show P-21 --notices notices
    ended 0
    says "no notices"
    [ ! -e notices ]
    for to in "newsroom N" "NEWSROOM/N" "court of K"; do
        purpose=publish
        [ "$to" != "court of K" ] || purpose=court
        kua export IMG_0419.jpg --to "out$((++count))" --purpose $purpose --recipient "$to" --quiet
    done
    run --separate-stderr kua consent withdraw P-21 --purpose publish --attribute face \
        --how-told message
    ended 0
    says "--notices"
    run --separate-stderr kua consent show P-21 --notices notices
    ended 0
    has "a notice to newsroom N is in notices/notice to newsroom N.txt: carry it there"
    [ "$(ls notices)" = $'notice to NEWSROOM_N (2).txt\nnotice to newsroom N.txt' ]
    notice="$(cat "notices/notice to newsroom N.txt")"
    [[ $notice == *"To:    newsroom N"* ]]
    [[ $notice == *"1. IMG_0419.jpg, 33 bytes"* ]]
    [[ $notice == *"SHA-256 $(sha256sum <in/IMG_0419.jpg | cut -d' ' -f1)"* ]]
    [[ $notice == *"no longer allowed for publish: face"* ]]
    [[ $notice != *"P-21"* ]]
    [[ $notice != *"NEWSROOM"* ]]
    [[ $notice != *"court"* ]]
    # Nothing is overwritten, and nothing half is left.
    rm "notices/notice to NEWSROOM_N (2).txt"
    run --separate-stderr kua consent show P-21 --notices notices
    ended 1
    says "already exists"
    [ "$(ls notices)" = "notice to newsroom N.txt" ]
    [ "$(cat "notices/notice to newsroom N.txt")" = "$notice" ]
    run --separate-stderr kua consent show P-21 --notices again --json
    ended 0
    [ "$(json '[[n["recipient"], n["file"], n["items"]] for n in d["consent"]["notices"]]')" = \
        '[["newsroom N", "again/notice to newsroom N.txt", 1], ["NEWSROOM/N", "again/notice to NEWSROOM_N (2).txt", 1]]' ]
    [ "$(json '[e["taken_back"] for e in d["consent"]["exports"]]')" = '[["face"], ["face"]]' ]
    run --separate-stderr kua consent show P-21 --notices vault/notices
    ended 4
    # What is allowed again needs none.
    kua consent give P-21 --level 5 --ticked face --how-informed message --quiet
    run --separate-stderr kua consent show P-21 --notices third
    ended 0
    says "no notices"
    # What a newer level doesn't allow is taken back all the same.
    kua consent give P-21 --level 2 --how-informed message --quiet
    run --separate-stderr kua consent show P-21 --notices fourth
    ended 0
    [ "$(ls fourth)" = $'notice to NEWSROOM_N (2).txt\nnotice to court of K.txt\nnotice to newsroom N.txt' ]
    grep -q "no longer allowed for publish: content, face$" "fourth/notice to newsroom N.txt"
}

# A photo of P-21 that went to a newsroom to be published.
make_published() {
    make_sources
    kua consent give P-21 --level 5 --ticked face --how-informed message --quiet
    kua export IMG_0419.jpg --to out --purpose publish --recipient "newsroom N" --quiet
}

# notice_says WORDS [SOURCE]: the notice to the newsroom says that this is no longer allowed.
notice_says() {
    rm -rf notices
    run --separate-stderr kua consent show "${2:-P-21}" --notices notices
    ended 0
    grep -q "no longer allowed for publish: $1$" "notices/notice to newsroom N.txt"
}

@test "what went out gets a notice when keep is taken back" {
    make_published
    run --separate-stderr kua consent withdraw P-21 --purpose keep --how-told message
    ended 0
    says "--notices"
    notice_says "content, time, place, voice, face, name"
}

@test "what went out gets a notice when whoever appears in it takes consent back" {
    make_published
    kua source add P-30 --quiet
    kua consent give P-30 --level 5 --ticked face --how-informed message --quiet
    run --separate-stderr kua link P-30 appeared IMG_0419.jpg
    ended 0
    says_not "--notices"
    kua consent withdraw P-30 --purpose publish --how-told message --quiet
    notice_says "content, face" P-30
    run --separate-stderr kua consent show P-21 --notices others
    says "no notices"
    # Of whom nobody asked, too.
    kua source add P-31 --quiet
    run --separate-stderr kua link P-31 appeared IMG_0419.jpg
    ended 0
    says "kua consent show P-31 --notices"
    notice_says "content, face" P-31
}

@test "what went out gets a notice when a lower level or a refusal is entered" {
    make_published
    run --separate-stderr kua consent give P-21 --level 2 --how-informed message
    ended 0
    says "--notices"
    notice_says "content, face"
    kua consent give P-21 --level 5 --ticked face --how-informed message --quiet
    run --separate-stderr kua consent show P-21 --notices none
    says "no notices"
    kua consent give P-21 --decision refuse --purpose publish --attribute face,voice \
        --how-informed message --quiet
    notice_says "voice, face"
    run --separate-stderr kua consent show P-21 --json
    [ "$(json 'd["consent"]["exports"][0]["taken_back"]')" = '["voice", "face"]' ]
}

@test "what went out gets a notice when it may go to others only" {
    make_published
    run --separate-stderr kua consent give P-21 --level 5 --ticked face --how-informed message \
        --recipient "newsroom M"
    ended 0
    notice_says "content, face"
    kua consent give P-21 --level 5 --ticked face --how-informed message \
        --recipient "newsroom M" --recipient "newsroom N" --quiet
    run --separate-stderr kua consent show P-21 --notices none
    says "no notices"
}

@test "spaces around the commas of a list are no part of it" {
    make_sources
    kua consent give P-21 --level 5 --ticked "face, voice" --how-informed message \
        --recipient "newsroom N, newsroom M" --quiet
    run --separate-stderr kua export IMG_0419.jpg --to out --purpose publish --recipient "newsroom M"
    ended 0
    for wrong in " , " "newsroom N," " " ",newsroom N"; do
        run --separate-stderr kua consent give P-21 --level 4 --how-informed message \
            --recipient "$wrong"
        ended 2
        says "nothing stands before or after a comma"
    done
    run --separate-stderr kua export IMG_0419.jpg --to out2 --purpose partner --recipient " "
    ended 2
}

@test "half a position and a source reached through themselves are refused" {
    make_sources
    run --separate-stderr kua add in/notice.ru.txt --latitude 44.5
    ended 2
    says "a position has both"
    run --separate-stderr kua describe IMG_0419.jpg --longitude 51.2 --comment "map"
    ended 2
    run --separate-stderr kua place add "the square" --latitude 44.5
    ended 2
    run --separate-stderr kua describe IMG_0419.jpg --latitude 44.5 --longitude 51.2 --comment "map"
    ended 0
    run --separate-stderr kua describe IMG_0419.jpg --longitude 51.3 --comment "better map"
    ended 0
    run --separate-stderr kua source describe P-21 --reached-through P-21 --comment "?"
    ended 2
    says "P-21 can't be reached through P-21"
    run --separate-stderr kua source add P-40 --reached-through P-40
    ended 2
    run --separate-stderr kua source describe P-21 --reached-through P-12 --comment "told so"
    ended 0
}

@test "a place or an event inside itself is refused" {
    make_vault
    kua place add country --quiet
    kua place add town --within country --quiet
    kua place add square --within town --quiet
    for outer in country town square; do
        run --separate-stderr kua place describe country --within "$outer" --comment "?"
        ended 2
        says "inside itself"
    done
    run --separate-stderr kua place describe square --within country --comment "no town"
    ended 0
    kua event add strike --quiet
    kua event add dispersal --part-of strike --quiet
    run --separate-stderr kua event describe strike --part-of dispersal --comment "?"
    ended 2
    says "inside itself"
}

@test "what went out gets a notice when its source turns out to be under 18" {
    make_published
    run --separate-stderr kua source describe P-21 --age-group under_18 --comment "told so"
    ended 0
    says "kua consent show P-21 --notices"
    notice_says "face"
}

@test "a notice names nothing that its recipient doesn't have, and no folder is a recipient" {
    make_sources
    kua consent give P-21 --level 5 --ticked face --how-informed message --quiet
    kua export IMG_0419.jpg --to "$PWD/mine" --purpose publish --quiet
    kua export IMG_0419.jpg --to sealed --sealed --purpose court --recipient "court of K" --quiet
    kua custody hand-over IMG_0419.jpg --to "courier B" --purpose court --method "by hand" --quiet
    kua consent withdraw P-21 --purpose publish --purpose court --how-told message --quiet
    run --separate-stderr kua consent show P-21 --notices notices
    ended 0
    [ "$(ls notices)" = $'notice to courier B.txt\nnotice to court of K.txt' ]
    run grep -q "IMG_0419\|SHA-256" notices/*
    [ "$status" -eq 1 ]
    grep -q "1. one photo, by hand" "notices/notice to courier B.txt"
    grep -q "1. one photo, as a sealed file" "notices/notice to court of K.txt"
}

@test "a withdrawal for a source that isn't there names the list, and doesn't say to add one" {
    make_sources
    run --separate-stderr kua consent withdraw P-22 --purpose publish
    ended 8
    says "no source P-22 in case"
    says "kua source list"
    says_not "source add"
    run --separate-stderr kua consent give P-22 --level 2 --how-informed message
    ended 8
    says "kua source add makes one"
}

@test "a condition is for a person to confirm, and that is kept" {
    make_sources
    kua consent give P-21 --level 5 --ticked face --how-informed message --recipient "newsroom N" \
        --conditions "after the family has moved" --quiet
    run --separate-stderr kua export IMG_0419.jpg --to m --purpose partner --recipient "partner M"
    ended 4
    run --separate-stderr kua export IMG_0419.jpg --to n --purpose partner --recipient "newsroom N"
    ended 4
    says "after the family has moved"
    run --separate-stderr kua export IMG_0419.jpg --to n --purpose partner \
        --recipient "newsroom N" --condition-met "her brother says so"
    ended 0
    run --separate-stderr kua show IMG_0419.jpg --json
    [ "$(json 'd["item"]["history"][-1]["facts"]["condition_met"]')" = "her brother says so" ]
}

@test "consent that doesn't say enough is not entered" {
    make_sources
    for wrong in "P-21 --level 3" "P-21 --how-informed message" "P-21 --level 6 --how-informed message" \
        "P-21 --level 3 --ticked face --how-informed message" "public --level 3 --how-informed message" \
        "Aigul --level 3 --how-informed message" \
        "P-21 --level 3 --decision allow --how-informed message" \
        "P-21 --decision allow --purpose court --how-informed message"; do
        # shellcheck disable=SC2086 # several words
        run --separate-stderr kua consent give $wrong
        ended 2
    done
    run --separate-stderr kua consent give P-99 --level 3 --how-informed message
    ended 8
    run --separate-stderr kua consent withdraw P-21
    ended 2
    run --separate-stderr kua consent give unknown --level 3 --how-informed not_possible --comment x
    ended 4
    run --separate-stderr kua consent show P-21 --json
    [ "$(json 'd["consent"]["history"]')" = "[]" ]
}

@test "a description says why, shows what changes and erases nothing" {
    make_sources
    run --separate-stderr kua describe IMG_0412.jpg --place Ken
    ended 2
    says "say why: --comment"
    run --separate-stderr kua describe IMG_0412.jpg --place Ken --comment told
    ended 0
    has "place  Ken"
    run --separate-stderr kua describe IMG_0412.jpg --place "Ken square" --comment corrected --json
    ended 0
    [ "$(json 'd["changes"]')" = '[{"name": "place", "before": "Ken", "after": "Ken square"}]' ]
    run --separate-stderr kua describe IMG_0412.jpg --place "Ken square" --comment again
    ended 0
    says "nothing was entered"
    run --separate-stderr kua show IMG_0412.jpg --json
    [ "$(json 'd["item"]["facts"]["place"]')" = "Ken square" ]
    [ "$(json '[e["facts"]["place"] for e in d["item"]["history"][1:]]')" = '["Ken", "Ken square"]' ]
    run --separate-stderr kua describe IMG_0412.jpg --source public --comment "found it"
    ended 4
    run --separate-stderr kua describe IMG_0412.jpg --source P-99 --comment "found it"
    ended 8
    run --separate-stderr kua describe IMG_9999.jpg --place Ken --comment told
    ended 8
    run --separate-stderr kua status --rebuild
    has "the same as before, row for row"
}

@test "a case and a source are described by the same rules" {
    make_sources
    run --separate-stderr kua case describe --mandate "the families" --comment asked
    ended 0
    has "mandate  the families"
    run --separate-stderr kua case describe --comment asked
    ended 2
    run --separate-stderr kua source describe P-21 --reliability medium --comment "card shown"
    ended 0
    run --separate-stderr kua source show P-21
    has "reliability       medium"
    run --separate-stderr kua source describe IMG_0412.jpg --reliability low --comment x
    ended 8
}

@test "case show says all that was said of it, and how far its questions are answered" {
    make_sources
    kua case describe --mandate "the families" --responsible Rosa --question q-order,q-fired \
        --language kk,ru --started 2017-12-01 --comment start >/dev/null
    kua tag IMG_0412.jpg IMG_0419.jpg q-order >/dev/null
    kua tag IMG_0412.jpg q-order --tag-state verified >/dev/null
    run --separate-stderr kua case show
    ended 0
    has "mandate     the families"
    has "languages   kk, ru"
    has "started     2017-12-01"
    has "q-order: 1 item verified, 1 unverified"
    has "q-fired: 0 items verified, 0 unverified"
    run --separate-stderr kua case show --json
    [ "$(json 'd["case"]["questions"]')" = '[{"tag": "q-order", "unverified": 1, "verified": 1}, {"tag": "q-fired", "unverified": 0, "verified": 0}]' ]
    [ "$(json 'd["case"]["facts"]["responsible"]')" = Rosa ]
    kua case seal --secret-to case.key --secret-passphrase-file passphrase --yes >/dev/null 2>&1
    run --separate-stderr kua case show --json
    ended 0
    [ "$(json '[d["case"]["facts"], d["case"]["questions"]]')" = "[null, null]" ]
}

@test "consent show says when it was said, and that times of entries are claimed" {
    make_sources
    kua consent give P-21 --level 2 --how-informed message --given 2017-12-05 --quiet
    kua consent withdraw P-21 --purpose court --withdrawn 2018-06-01 --quiet
    run --separate-stderr kua consent show P-21
    ended 0
    has "(claimed)  Rosa: level 2; message; said on 2017-12-05"
    has "taken back; said on 2018-06-01"
}

@test "a derivative has its original's source and says how it was made" {
    make_sources
    run --separate-stderr kua add in/notice.ru.txt --derived-from IMG_0412.jpg
    ended 2
    run --separate-stderr kua add in/notice.ru.txt --recipe cut
    ended 2
    run --separate-stderr kua add in/notice.ru.txt --derived-from IMG_0412.jpg --recipe cut \
        --attributes-removed content
    ended 2
    run --separate-stderr kua add in/notice.ru.txt --derived-from IMG_0412.jpg --recipe cut \
        --attributes-removed time,place,face
    ended 0
    run --separate-stderr kua show notice.ru.txt --json
    [ "$(json 'd["item"]["source"]')" = P-12 ]
    run --separate-stderr kua show IMG_0412.jpg --json
    [ "$(json 'd["item"]["history"][-1]["type"]')" = custody.derived ]
    kua consent give P-12 --level 4 --how-informed message --quiet
    run --separate-stderr kua export notice.ru.txt --to out --purpose publish
    ended 0
    run --separate-stderr kua export IMG_0412.jpg --to out --purpose publish
    ended 4
}

@test "a sealed case takes a source and consent, and shows neither" {
    make_sources
    printf 'a case passphrase\n' >case-passphrase && chmod 600 case-passphrase
    kua case seal --secret-to case.key --secret-passphrase-file case-passphrase --yes >/dev/null 2>&1
    run --separate-stderr kua source add
    ended 2
    run --separate-stderr kua source add P-30
    ended 0
    run --separate-stderr kua consent give P-30 --level 2 --how-informed explained_orally
    ended 0
    run --separate-stderr kua consent withdraw P-12 --purpose publish
    ended 0
    for refused in "source list" "source show P-30" "consent show P-30" \
        "describe IMG_0412.jpg --note x --comment y" "case describe --mandate x --comment y"; do
        # shellcheck disable=SC2086 # several words
        run --separate-stderr kua $refused
        ended 4
    done
    kua case unseal case.key --secret-passphrase-file case-passphrase >/dev/null 2>&1
    run --separate-stderr kua source list --json
    [ "$(json '[[s["pseudonym"], s["level"]] for s in d["sources"]]')" = '[["P-12", null], ["P-21", null], ["P-30", 2]]' ]
}
