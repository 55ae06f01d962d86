load support

samples() { printf '%s/../sample-case' "$BATS_TEST_DIRNAME"; }

# From here on the program is a copy with these kua-inspect programs beside it, and no others.
program_beside() {
    mkdir -p bin
    [ -x bin/kua ] || cp "$KUA_PROGRAM" bin/kua
    KUA_PROGRAM=$PWD/bin/kua
    local program
    for program in "$@"; do
        cp "$program" "bin/kua-inspect-pictures"
    done
}

facts_of() { # NAME: as JSON in $output
    run --separate-stderr kua show "$(id_of "$1")" --json
    ended 0
}

# The reasons in the report, each once.
reasons() { json 'sorted({n["reason"] for n in d["not_inspected"]})'; }

@test "add records what the device claims, and show says whose claim it is" {
    make_vault
    run --separate-stderr kua add "$(samples)" --json
    ended 0
    [ "$(json 'd["not_inspected"]')" = "[]" ]
    facts_of IMG_0412.jpg
    [ "$(json 'd["item"]["facts"]["captured"]')" = 2017-11-23T15:04:31+05:00 ]
    [ "$(json 'd["item"]["facts"]["captured_basis"]')" = embedded ]
    [ "$(json 'd["item"]["facts"]["device"]')" = "Sample Phone A" ]
    [ "$(json 'd["item"]["facts"]["latitude"] + " " + d["item"]["facts"]["longitude"]')" = "42.1012 50.9021" ]
    [ "$(json 'd["item"]["facts"]["geo_basis"]')" = embedded ]
    [ "$(json '[d["item"]["facts"][n] for n in ("accuracy_m", "width", "height")]')" = "[6, 640, 480]" ]
    [ "$(json '"place" in d["item"]["facts"] or "carries" in d["item"]["facts"]')" = false ]
    facts_of IMG_0419.jpg
    [ "$(json 'd["item"]["facts"]["captured"]')" = 2017-11-23T16:11:02 ]
    facts_of "алаң 23 қараша.jpg"
    [ "$(json 'd["item"]["facts"]["captured_device"]')" = 2000-01-03T04:12:09 ]
    facts_of VID_20171123_1512.mp4
    [ "$(json 'd["item"]["facts"]["captured"]')" = 2017-11-23T10:12:08Z ]
    [ "$(json 'd["item"]["facts"]["duration"]')" = PT3S ]
    facts_of interview-P-07.ogg
    [ "$(json 'd["item"]["facts"]["duration"]')" = PT3M30S ]
    [ "$(json 'd["item"]["facts"]["captured_basis"]')" = file_time ]
    facts_of certificate-form.png
    [ "$(json '[d["item"]["facts"][n] for n in ("width", "height")]')" = "[827, 1169]" ]
    facts_of notice.ru.txt
    [ "$(json '"inspected" in d["item"]["facts"]')" = false ]
    run --separate-stderr kua show "$(id_of IMG_0412.jpg)"
    has "2017-11-23 15:04:31 +05:00 (claimed by the device; in the file)"
    has "Sample Phone A (claimed by the device)"
}

@test "the recording of a testimony is inspected, too" {
    make_vault
    kua source add P-07 --quiet 2>/dev/null
    printf '%s\n' --- "format: kua-testimony/1" "source: P-07" "testimony_kind: first_account" --- \
        "### 0001 answer P-07" "what was said" >account.md
    run --separate-stderr kua testimony add account.md \
        --recording "$(samples)/interview-P-07.ogg" --json
    ended 0
    [ "$(json 'd["not_inspected"]')" = "[]" ]
    facts_of interview-P-07.ogg
    [ "$(json 'd["item"]["facts"]["duration"]')" = PT3M30S ]
    printf 'no sound' >broken.ogg
    printf 'more\n' >>account.md
    run --separate-stderr kua testimony add account.md --recording broken.ogg
    ended 0
    says "the recording is in, but not inspected: 1 not understood"
    printf 'no sound either' >broken.ogg
    printf 'and more\n' >>account.md
    run --separate-stderr kua testimony add account.md --recording broken.ogg --no-inspect
    ended 0
    says_not "inspected"
}

@test "what was described later is nobody's device's claim" {
    make_vault
    kua add "$(samples)/IMG_0419.jpg" >/dev/null
    kua describe "$(id_of IMG_0419.jpg)" --device "a borrowed phone" --comment "she says" >/dev/null
    run --separate-stderr kua show "$(id_of IMG_0419.jpg)"
    has "a borrowed phone"
    has_not "a borrowed phone (claimed by the device)"
}

@test "add --clock-offset corrects the device's time and keeps its words" {
    make_vault
    run --separate-stderr kua add "$(samples)/IMG_0419.jpg" --clock-offset PT1H
    ended 0
    run --separate-stderr kua show "$(id_of IMG_0419.jpg)"
    has "2017-11-23 15:11:02 (claimed; compared clock; device said 16:11:02)"
}

@test "add --no-inspect asks nothing" {
    make_vault
    run --separate-stderr kua add "$(samples)/IMG_0412.jpg" --no-inspect --json
    ended 0
    [ "$(json 'd["not_inspected"]')" = "[]" ]
    facts_of IMG_0412.jpg
    [ "$(json '"inspected" in d["item"]["facts"] or "device" in d["item"]["facts"]')" = false ]
    [ "$(json 'd["item"]["facts"]["captured_basis"]')" = file_time ]
}

@test "in a sealed case the claims are sealed like everything else" {
    make_vault
    (umask 077 && printf 'the key of the case' >key-passphrase)
    kua case seal --secret-to case.key --secret-passphrase-file key-passphrase --yes >/dev/null
    run --separate-stderr kua add "$(samples)/IMG_0412.jpg" --json
    ended 0
    [ "$(json '[d["sealed_case"], d["not_inspected"]]')" = "[true, []]" ]
    run --separate-stderr kua list
    ended 4
    kua case unseal case.key --secret-passphrase-file key-passphrase >/dev/null
    facts_of IMG_0412.jpg
    [ "$(json 'd["item"]["facts"]["device"]')" = "Sample Phone A" ]
}

@test "the same bytes again are not asked again and no new arrival" {
    make_vault
    kua add "$(samples)/IMG_0412.jpg" >/dev/null
    run --separate-stderr kua add "$(samples)/IMG_0412.jpg"
    ended 0
    has "this arrival was noted before"
}

@test "no library that reads media is loaded where keys are" {
    run ldd "$KUA_PROGRAM"
    [ "$status" -eq 0 ]
    has libc.so
    has_not exiv2
    has_not mediainfo
}

@test "without kua-inspect beside it, kua adds and says so in one line" {
    make_vault
    program_beside
    PATH="$(dirname "$KUA_INSPECT_PLANTED"):$PATH" run --separate-stderr kua add "$(samples)"
    ended 0
    says "in, but not inspected: 6 no kua-inspect beside kua"
    facts_of IMG_0412.jpg
    [ "$(json '"inspected" in d["item"]["facts"]')" = false ]
}

@test "a program there that is none, or finds no sandbox, only means not inspected" {
    make_vault
    cp "$(samples)"/*.jpg .
    program_beside /bin/false
    run --separate-stderr kua add IMG_0412.jpg --json
    ended 0
    [ "$(reasons)" = '["crashed"]' ]
    cat >no-sandbox <<'END'
#!/usr/bin/python3
import os
import socket
requests = socket.socket(fileno=0)
while socket.recv_fds(requests, 1, 2)[0]:
    requests.send(b"e\3")
    os.closerange(3, 64)
END
    chmod +x no-sandbox
    program_beside "$PWD/no-sandbox"
    run --separate-stderr kua add IMG_0419.jpg --json
    ended 0
    [ "$(reasons)" = '["no_sandbox"]' ]
    run --separate-stderr kua add "алаң 23 қараша.jpg"
    ended 0
    says "in, but not inspected: 1 can't be read safely on this system"
}

@test "a reader that was taken over is stopped at whatever it tries" {
    make_vault
    local attempt
    # Each is something that could be done without the walls.
    for attempt in open make-file internet socket fork exec ptrace kill memory memory-in-pieces \
        code alarm environment; do
        "$KUA_INSPECT_PLANTED" "$attempt"
    done
    program_beside "$KUA_INSPECT_PLANTED"
    mkdir media
    for attempt in nothing open make-file internet socket fork exec ptrace kill memory \
        memory-in-pieces code write change limits alarm environment spin flood nonsense; do
        printf '%s %s' "$attempt" "$RANDOM$RANDOM" >"media/$attempt.jpg"
        cp "media/$attempt.jpg" "before-$attempt"
    done
    run --separate-stderr kua add media --json
    ended 0
    [ "$(json 'len(d["added"])')" = 20 ]
    [ "$(json 'd["failed"]')" = "[]" ]
    printf '%s' "$output" | python3 -c 'import json, sys
said = {n["path"][6:-4]: n["reason"] for n in json.load(sys.stdin)["not_inspected"]}
stopped = ("open make-file internet socket fork exec ptrace kill code write change limits alarm"
           " flood nonsense")
want = dict.fromkeys(stopped.split(), "crashed")
want |= dict.fromkeys("memory memory-in-pieces environment".split(), "not_understood")
want |= {"spin": "too_slow"}
assert said == want, {n: (said.get(n), want.get(n)) for n in said.keys() | want.keys()
                      if said.get(n) != want.get(n)}'
    for attempt in nothing change; do
        cmp "media/$attempt.jpg" "before-$attempt"
    done
    facts_of nothing.jpg
    [ "$(json 'd["item"]["facts"]["inspected"]')" = planted ]
    run --separate-stderr kua verify
    ended 0
    has "20 objects"
}

@test "200 malformed media files never hurt add" {
    make_vault
    "$BATS_TEST_DIRNAME/../inspect/mutate" 2017 200 media "$(samples)"/*.jpg "$(samples)"/*.mp4 \
        "$(samples)"/*.ogg "$(samples)"/*.png
    cp -r media before
    run --separate-stderr kua add media --json
    ended 0
    [ "$(json 'len(d["added"]) + len(d["known"])')" = 200 ]
    [ "$(json 'd["failed"]')" = "[]" ]
    # Most are understood in part, and nothing but reasons that a file may be the cause of.
    [ "$(json 'len(d["not_inspected"]) < 150')" = true ]
    [ "$(json 'not {n["reason"] for n in d["not_inspected"]} - {"crashed", "not_understood", "too_slow"}')" = true ]
    diff -r media before
    run --separate-stderr kua verify --json
    ended 0
    run --separate-stderr kua list --json
    ended 0
}
