load support

@test "a path that is too long is said to be, not that there is no such file" {
    make_vault
    long="$(printf 'a/%.0s' $(seq 2100))x"
    for path in "$long" "$(printf 'a%.0s' $(seq 256))"; do
        run --separate-stderr kua add "$path"
        ended 1
        says "its name or its path is too long"
    done
}

@test "an unknown option is named, not what it seems to stand for" {
    run --separate-stderr kua add -dash.jpg
    ended 2
    says "there is no option -dash.jpg"
    run --separate-stderr kua add
    ended 2
    says "PATH is required"
}

@test "add reports each item and a summary" {
    make_vault
    make_files
    run --separate-stderr kua add in
    ended 0
    printf '%s\n' "$output" | grep -Eq '^added i-[0-9a-z]{5,} photo IMG_0412.jpg 15 B$'
    printf '%s\n' "$output" | grep -Eq '^added i-[0-9a-z]{5,} text notice.ru.txt 9 B$'
    has "3 added · 0 known · 0 failed"
    [ "$(sha256sum <in/IMG_0412.jpg)" = "$(printf 'the first photo' | sha256sum)" ]
}

@test "add --quiet says nothing when all went well" {
    make_vault
    make_files
    run --separate-stderr kua add in --quiet
    ended 0
    [ -z "$output" ] && [ -z "$stderr" ]
}

@test "add --json has the documented keys" {
    make_vault
    make_files
    ln -s IMG_0412.jpg in/link.jpg
    run --separate-stderr kua add in --json
    ended 3 || ended 0
    [ "$(json 'len(d["added"])')" = 3 ]
    [ "$(json 'd["known"]')" = "[]" ]
    [ "$(json 'd["failed"]')" = "[]" ]
    [ "$(json 'len(d["skipped"])')" = 1 ]
    [ "$(json 'd["skipped"][0]["path"]')" = in/link.jpg ]
    [ "$(json 'd["sealed_case"]')" = false ]
    [ "$(json 'sorted(d["added"][0])')" = \
        '["bytes", "damaged_copies", "digest", "id", "kind", "path", "short_id"]' ]
    [ "$(json '[a["damaged_copies"] for a in d["added"]]')" = '[[], [], []]' ]
    [ "$(json '[a["digest"] for a in d["added"] if a["path"] == "in/IMG_0412.jpg"][0]')" = \
        "$(sha256sum in/IMG_0412.jpg | cut -d' ' -f1)" ]
}

@test "the same bytes again are known, and the second arrival is said" {
    make_vault
    make_files
    kua add in >/dev/null
    cp in/IMG_0412.jpg again.jpg
    kua source add P-15 --quiet
    run --separate-stderr kua add again.jpg --source P-15
    ended 0
    has "0 added · 1 known, second arrival noted · 0 failed"
    run --separate-stderr kua list --json
    [ "$(json 'len(d["items"])')" = 3 ]
    [ "$(json '[i["arrivals"] for i in d["items"] if i["name"] == "IMG_0412.jpg"][0]')" = 2 ]
}

@test "bytes whose stored copy is damaged are stored anew, and that is said" {
    make_vault
    head -c 300000 /dev/urandom >clip.mp4
    kua add clip.mp4 --quiet
    old="$(id_of clip.mp4)"
    flip_middle vault/objects/000001.db
    cp -r vault damaged
    run --separate-stderr kua add clip.mp4
    ended 0
    has "; the copy that was here ($old) is damaged, so its bytes were stored anew"
    has "1 added · 0 known · 0 failed"
    says "warning: damaged here: $old; the same bytes are stored anew"
    run --separate-stderr kua add clip.mp4
    ended 0
    has "this arrival was noted before"
    has_not "$old"
    new="$(printf '%s\n' "$output" | sed -n 's/^known \(i-[0-9a-z]*\) .*/\1/p')"
    run --separate-stderr kua verify
    ended 5
    has "$old"
    has_not "$new"
    kua export "$new" --to out --quiet
    cmp clip.mp4 out/clip.mp4
    run --separate-stderr kua status --rebuild
    ended 0
    has "the same as before, row for row"
    rm -r vault && mv damaged vault
    run --separate-stderr kua add clip.mp4 --json
    ended 0
    [ "$(json '[len(d["added"]), len(d["known"])]')" = '[1, 0]' ]
    [ "$(json 'sorted(d["added"][0]["damaged_copies"][0])')" = '["code", "id", "short_id"]' ]
    [ "$(json 'd["added"][0]["damaged_copies"][0]["code"]')" = damaged ]
    [ "$(json 'd["added"][0]["damaged_copies"][0]["short_id"]')" = "$old" ]
    [ -z "$stderr" ]
    # Whoever wants to hear of nothing but trouble hears of this.
    rm "$(find vault/objects -name '*.db' -printf '%s %p\n' | sort -n | tail -n 1 | cut -d' ' -f2)"
    run --separate-stderr kua add clip.mp4 --quiet
    ended 0
    [ -z "$output" ]
    says "damaged here: "
}

@test "one file that can't be read fails alone, named" {
    make_vault
    make_files
    mkdir in/gone
    run --separate-stderr kua add in missing.jpg
    ended 3
    says "missing.jpg"
    has "3 added · 0 known · 1 failed"
    run --separate-stderr kua list --json
    [ "$(json 'len(d["items"])')" = 3 ]
}

@test "nothing but a missing file is a failure" {
    make_vault
    run --separate-stderr kua add missing.jpg
    ended 1
    says "missing.jpg"
}

@test "links and special files are named and skipped" {
    make_vault
    make_files
    ln -s /etc/hostname in/link
    mkfifo in/pipe
    run --separate-stderr kua add in
    [ "$status" -eq 0 ] || [ "$status" -eq 3 ]
    says "in/link"
    says "in/pipe"
    has "3 added"
}

@test "a link or pipe that is named itself is not done" {
    make_vault
    make_files
    ln -s in link
    mkfifo pipe
    for named in link pipe vault vault/; do
        run --separate-stderr kua add "$named"
        ended 1
        says "skipped $named: "
        run --separate-stderr kua add in/IMG_0412.jpg "$named"
        ended 3
        says "skipped $named: "
    done
    run --separate-stderr kua add link/
    ended 0
}

@test "hostile names go in and are shown escaped" {
    make_vault
    mkdir in
    printf 1 >in/$'a\nb.jpg'
    printf 2 >in/$'\x1b[31mred.jpg'
    printf 3 >in/$'gpj.\xe2\x80\xaeexe'
    printf 4 >in/$'caf\xe9.jpg'
    printf 5 >"in/$(printf 'x%.0s' $(seq 251)).jpg"
    printf 6 >'in/-rf'
    run --separate-stderr kua add in
    ended 0
    has 'a\x0ab.jpg'
    has '\x1b[31mred.jpg'
    has 'gpj.\u{202e}exe'
    has 'caf\xe9.jpg'
    has "6 added"
    run --separate-stderr kua list
    ended 0
    has 'a\x0ab.jpg'
    has '\x1b[31mred.jpg'
    has 'gpj.\u{202e}exe'
    has 'caf\xe9.jpg'
    run --separate-stderr kua list --json
    ended 0
    [ "$(json 'any(i["name"] == "a\nb.jpg" for i in d["items"])')" = true ]
    [ "$(json 'any(i["name"] == "\x1b[31mred.jpg" for i in d["items"])')" = true ]
    for name in $(kua list --json | python3 -c 'import json, sys
print(*[i["short_id"] for i in json.load(sys.stdin)["items"]])'); do
        run --separate-stderr kua show "$name"
        ended 0
    done
    run --separate-stderr kua log
    ended 0
    # Failures name paths, too.
    run --separate-stderr kua add $'no\x1b[2J\xe2\x80\xae such'
    ended 1
    says 'no\x1b[2J\u{202e} such'
}

@test "facts are taken by their names and shown again" {
    make_vault
    make_files
    kua source add P-21 --quiet
    run --separate-stderr kua add in/IMG_0419.jpg --captured 2017-11-23T15:11:02+05:00 \
        --captured-basis reference_clock --captured-device 2017-11-23T16:11:02+05:00 \
        --clock-offset PT1H --clock-reference "radio, 09:10" --place "Кен алаңы" \
        --place-area Көктұз --latitude=-12.5 --longitude -3.25 --accuracy-m 20 --source P-21 \
        --acquired 2017-11-29 --acquired-method card_copy --device "phone" --language kk,ru \
        --language en --note "one note" --edited no --graphic unknown --carries content,time,face \
        --third-parties none --generation original
    ended 0
    run --separate-stderr kua show IMG_0419.jpg
    ended 0
    has "taken     2017-11-23 15:11:02 +05:00 (claimed; compared clock; device said 16:11:02)"
    has "Кен алаңы"
    run --separate-stderr kua show IMG_0419.jpg --json
    ended 0
    [ "$(json 'd["item"]["facts"]["captured_basis"]')" = reference_clock ]
    [ "$(json 'd["item"]["facts"]["language"]')" = '["kk", "ru", "en"]' ]
    [ "$(json 'd["item"]["facts"]["clock_offset"]')" = PT1H ]
    [ "$(json 'd["item"]["facts"]["latitude"]')" = -12.5 ]
    [ "$(json 'd["item"]["facts"]["captured_day"]')" = 2017-11-23 ]
    [ "$(json 'd["item"]["source"]')" = P-21 ]
}

@test "facts outside their vocabulary are usage errors and nothing is added" {
    make_vault
    make_files
    for wrong in "--captured 23.11.17" "--clock-offset 4h" "--captured-basis guessed" \
        "--kind picture" "--acquired-method stolen" "--edited maybe" "--latitude north" \
        "--source P.12/" "--generation third"; do
        # shellcheck disable=SC2086 # an option and its value
        run --separate-stderr kua add in $wrong
        [ "$status" -eq 2 ] || { echo "$wrong: $status $stderr" >&2 && return 1; }
    done
    run --separate-stderr kua add in --captured 23.11.17
    says "23.11.17"
    says "2017-11-23"
    run --separate-stderr kua list --json
    [ "$(json 'd["items"]')" = "[]" ]
}

@test "a path may be called like a command or an option" {
    make_vault
    printf 1 >list
    printf 2 >./--json
    run --separate-stderr kua add list
    ended 0
    run --separate-stderr kua add -- --json
    ended 0
    has "1 added"
}

@test "an empty file goes in and comes out" {
    make_vault
    : >empty.txt
    run --separate-stderr kua add empty.txt
    ended 0
    kua export empty.txt --to out
    [ -f out/empty.txt ] && [ ! -s out/empty.txt ]
}

@test "a second writer is refused while the first goes on" {
    make_vault
    truncate -s 8G big.mp4
    # Not through the function: its subshell would get the signal instead of the program.
    "$KUA_PROGRAM" --vault vault --passphrase-file passphrase add big.mp4 >/dev/null 2>first &
    local pid=$!
    for _ in $(seq 300); do
        [ "$(stat -c %s vault/objects/* 2>/dev/null | sort -n | tail -n 1)" -gt 1000000 ] \
            2>/dev/null && break
        sleep 0.1
    done
    printf 1 >one.jpg
    run --separate-stderr kua add one.jpg
    ended 7
    says "another kua is writing here"
    run --separate-stderr kua list # readers don't wait
    ended 0
    kill -INT "$pid"
    local first=0
    wait "$pid" || first=$?
    [ "$first" -eq 130 ]
    # Nothing half-kept, and the vault is free again.
    run --separate-stderr kua list --json
    [ "$(json 'd["items"]')" = "[]" ]
    run --separate-stderr kua add one.jpg
    ended 0
    run --separate-stderr kua verify
    ended 0
}
