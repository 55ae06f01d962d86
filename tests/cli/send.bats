# shellcheck disable=SC2154 # share sets case_id
load support
load two_vaults

@test "a file that was sent is taken once, and again without harm" {
    share
    make_files
    kua add in >/dev/null
    run --separate-stderr kua send --to kt17.kua
    ended 0
    has "written kt17.kua"
    says "kua take"
    [ "$(stat -c %a kt17.kua)" = 600 ]
    cp kt17.kua before
    run --separate-stderr theirs take kt17.kua
    ended 0
    has "kt17.kua"
    run --separate-stderr theirs list --case KT-17 --json
    [ "$(json 'len(d["items"])')" -ge 2 ]
    run --separate-stderr theirs take kt17.kua
    ended 0
    has "nothing new"
    run --separate-stderr theirs verify
    ended 0
    cmp kt17.kua before
}

@test "an invitation travels by files too, and the answer comes back by one" {
    make_two_vaults
    verify_cards
    kua member add Mara >/dev/null
    kua send --to first.kua >/dev/null
    run --separate-stderr theirs take first.kua
    ended 0
    has "kua case accept"
    theirs case accept KT-17 >/dev/null
    run --separate-stderr theirs take first.kua
    ended 0
    run --separate-stderr theirs send --to answer.kua --case KT-17 --json
    ended 0
    [ "$(json 'd["files"]')" = '["answer.kua"]' ]
    run --separate-stderr kua take answer.kua
    ended 0
    run --separate-stderr kua member list --json
    [ "$(json 'd["members"][1]["holds"] > 0')" = true ]
}

@test "what all members have isn't sent again unless it is asked for" {
    share
    run --separate-stderr kua send --to none.kua
    ended 0
    says "nothing to send"
    [ ! -e none.kua ]
    run --separate-stderr kua send --to all.kua --everything
    ended 0
    [ -s all.kua ]
}

@test "a sending in several files is taken in any order, and a missing one is named" {
    share
    head -c 45000000 /dev/urandom >clip.mp4
    kua add clip.mp4 >/dev/null
    run --separate-stderr kua send --to part.kua --max-size 25M --json
    ended 0
    [ "$(json 'len(d["files"]) >= 3')" = true ]
    for file in part*.kua; do
        [ "$(stat -c %s "$file")" -le $((25 << 20)) ]
    done
    run --separate-stderr theirs take part.kua part-2.kua
    ended 3
    has "take all files of one sending together"
    run --separate-stderr theirs take part-2.kua
    ended 3
    run --separate-stderr theirs list --case KT-17
    has_not "clip.mp4"
    # shellcheck disable=SC2046 # no spaces in them
    run --separate-stderr theirs take $(ls -r part*.kua)
    ended 0
    has "with 1 item"
    run --separate-stderr theirs verify
    ended 0
}

@test "a file that is altered is kept out and named" {
    share
    make_files
    kua add in >/dev/null
    kua send --to kt17.kua >/dev/null
    python3 - kt17.kua <<'END'
import sys
path = sys.argv[1]
content = bytearray(open(path, "rb").read())
content[len(content) // 2] ^= 1
open(path, "wb").write(content)
END
    run --separate-stderr theirs take kt17.kua
    ended 5
    run --separate-stderr theirs verify
    ended 0
    printf 'no bundle' >other
    run --separate-stderr theirs take other
    [ "$status" -eq 5 ] || [ "$status" -eq 1 ]
    has "other"
    run --separate-stderr theirs take nosuch
    ended 1
}

@test "no file is overwritten, made in the vault or smaller than it can be" {
    share
    make_files
    kua add in >/dev/null
    printf mine >kt17.kua
    run --separate-stderr kua send --to kt17.kua
    ended 1
    [ "$(cat kt17.kua)" = mine ]
    run --separate-stderr kua send --to vault/kt17.kua
    ended 4
    run --separate-stderr kua send --to small.kua --max-size 1M
    ended 2
    run --separate-stderr kua send --to odd.kua --max-size lots
    ended 2
    run --separate-stderr kua send
    ended 2
    [ ! -e small.kua ]
}

@test "a file of another kind is said not to be one that kua sent" {
    make_vault
    kua identity card --to rosa.card --quiet
    : >empty
    for file in rosa.card empty; do
        run --separate-stderr kua take "$file"
        ended 5
        has "this is not a file that kua send wrote"
    done
}

@test "a sealed case takes nothing from files and says so, and sends again what may be lost" {
    share
    make_files
    theirs add in/notice.ru.txt --case KT-17 >/dev/null
    theirs sync stick >/dev/null
    theirs case seal KT-17 --secret-to their.key --secret-passphrase-file passphrase --yes \
        >/dev/null 2>&1
    kua add in/IMG_0412.jpg >/dev/null
    kua send --to new.kua >/dev/null
    run --separate-stderr theirs take new.kua
    ended 3
    has "keep the file"
    run --separate-stderr theirs send --to again.kua --case "$case_id"
    ended 0
    [ -s again.kua ]
    says "what others have can't be read here"
    run --separate-stderr kua take again.kua
    ended 0
    theirs case unseal their.key --secret-passphrase-file passphrase >/dev/null 2>&1
    run --separate-stderr theirs take new.kua
    ended 0
    has "got 1 bundle"
}

@test "a depositor is told that the file is for others, not to wait for the case to open" {
    share depositor
    make_files
    kua add in/IMG_0412.jpg >/dev/null
    kua send --to new.kua >/dev/null
    run --separate-stderr theirs take new.kua
    ended 3
    has "a depositor never has one"
    has "pass it on as it is"
    has_not "keep the file"
}

@test "a sealed case sends what it carries, too, and doesn't say what others have" {
    share
    make_files
    theirs case seal KT-17 --secret-to their.key --secret-passphrase-file passphrase --yes \
        >/dev/null 2>&1
    kua add in/IMG_0412.jpg >/dev/null
    kua sync stick >/dev/null
    theirs sync stick >/dev/null
    run --separate-stderr theirs send --to carried.kua --case "$case_id" --everything
    ended 0
    has "(1 carried unread)"
    has_not "carried-2.kua"
    says "what others have can't be read here"
    run --separate-stderr theirs send --to more.kua --case "$case_id" --json
    ended 0
    [ "$(json '[d["sealed"], d["bundles_carried"], d["findings"]]')" = '[true, 1, []]' ]
}
