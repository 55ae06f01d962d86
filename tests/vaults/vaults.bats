#!/usr/bin/env bats
# Vaults that the kua of an earlier day made, and what went between them (README.md) [T25].
bats_require_minimum_version 1.5.0
load ../cli/support
samples="$BATS_TEST_DIRNAME/../sample-case"

# each_set FILE FUNCTION: runs it for every set that has FILE, unpacked, from within.
each_set() {
    local set found=0
    for set in "$BATS_TEST_DIRNAME"/*.tar; do
        mkdir "$BATS_TEST_TMPDIR/set"
        cd "$BATS_TEST_TMPDIR/set" || return
        tar xf "$set"
        if [ -e "$1" ]; then
            printf '%s:\n' "${set##*/}"
            found=$((found + 1))
            "$2"
        fi
        cd "$BATS_TEST_TMPDIR" || return
        rm -rf set
    done
    [ "$found" -gt 0 ]
}

rosa() { bare --vault rosa --passphrase-file passphrase "$@"; }
of_the_case() {
    rosa "$@" --case "$(python3 -c 'import json
print(json.load(open("expected.json", encoding="utf-8"))["case"])')"
}
mara() { bare --vault mara --passphrase-file passphrase "$@"; }

# Whether what list --json prints now says of each item what it said on that day, with `more` after it.
as_expected() { # LISTED [MORE]
    python3 - "$1" "${2-}" <<'END'
import json
import sys
listed = json.loads(sys.argv[1])["items"]
expected = json.load(open("expected.json", encoding="utf-8"))["items"]
for item in expected:
    now = next(one for one in listed if one["id"] == item["id"])
    told = {key: now[key] for key in item}
    assert told == item, f"{told} instead of {item}"
names = [one["name"] for one in listed if one["id"] not in {item["id"] for item in expected}]
assert names == sys.argv[2].split(), names
END
}

look_at_everything() {
    run --separate-stderr rosa verify
    ended 0
    as_expected "$(of_the_case list --json)"
    of_the_case export IMG_0412.jpg notice.ru.txt testimony-P-07.md --purpose keep --to out >/dev/null
    cmp "$samples/IMG_0412.jpg" out/IMG_0412.jpg
    cmp "$samples/notice.ru.txt" out/notice.ru.txt
    cmp "$samples/testimony-P-07.md" out/testimony-P-07.md
    run --separate-stderr of_the_case testimony show testimony-P-07.md
    ended 0
    has "Таңертең жұмысқа бардым"
    run --separate-stderr of_the_case find жұмыс
    ended 0
    has testimony-P-07.md
    run --separate-stderr of_the_case export IMG_0412.jpg --purpose publish --to public
    ended 4
}

@test "a vault of an earlier day is what it was" {
    each_set rosa look_at_everything
}

go_on() {
    rosa status --rebuild >/dev/null
    printf 'many years later\n' >later.txt
    run --separate-stderr of_the_case add later.txt --source public
    ended 0
    as_expected "$(of_the_case list --json)" later.txt
    run --separate-stderr rosa verify
    ended 0
}

@test "a vault of an earlier day is shown anew from its journal, and goes on" {
    each_set rosa go_on
}

meet() {
    # By what it was called then it is no longer to be found.
    mara remote add now "$PWD/stick" >/dev/null
    rosa remote add now "$PWD/stick" >/dev/null
    run --separate-stderr mara take by-rosa.kua
    ended 0
    run --separate-stderr rosa sync now
    ended 0
    as_expected "$(of_the_case list --json)" by-mara.txt
    case_id="$(rosa case list --json | python3 -c 'import json, sys
print(*[one["id"] for one in json.load(sys.stdin)["cases"] if one["title"] == "KT-17"])')"
    run --separate-stderr mara sync now
    ended 0
    as_expected "$(mara list --case "$case_id" --json)" by-mara.txt
    for one in mara rosa; do
        run --separate-stderr "$one" verify
        ended 0
    done
}

@test "members of an earlier day meet on the stick they had, and take what was sent then" {
    each_set by-rosa.kua meet
}

open_keys() {
    run --separate-stderr rosa case unseal sealed.key --secret-passphrase-file passphrase
    ended 0
    run --separate-stderr rosa list --case Sealed
    ended 0
    has sealed.txt
    has by-mara.txt
    run --separate-stderr rosa source identify P-07 --case KT-17 --identity-key identity.key \
        --secret-passphrase-file passphrase
    ended 0
    has "the mill"
    run --separate-stderr rosa verify
    ended 0
}

@test "the keys of an earlier day open a sealed case, and who a source is" {
    each_set sealed.key open_keys
}
