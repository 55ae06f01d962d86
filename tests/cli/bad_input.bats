load support

# What the world does to a vault: wrong keys, foreign files, full disks, files that change, names
# that attack. Damage is in verify.bats, a second writer in add.bats; thousands of moments and places
# are in tests/faults.

# Seconds of processor time that the arguments take.
seconds() {
    local TIMEFORMAT=%U
    { time "$@" >/dev/null 2>&1 || true; } 2>&1
}

# Writes VALUE, a number of 4 bytes, into FILE at OFFSET.
patch() { # FILE OFFSET VALUE
    python3 -c 'import sys
with open(sys.argv[1], "r+b") as file:
    file.seek(int(sys.argv[2]))
    file.write(int(sys.argv[3]).to_bytes(4, "little"))' "$@"
}

# Makes the checksum of both copies of the header good again.
mend_checksums() { # FILE
    python3 -c 'import hashlib, sys
data = bytearray(open(sys.argv[1], "rb").read())
for copy in (0, 4096):
    data[copy + 4032:copy + 4064] = hashlib.sha256(data[copy:copy + 4032]).digest()
open(sys.argv[1], "wb").write(data)' "$1"
}

@test "a wrong passphrase costs one derivation, however many slots there are" {
    bare init vault --name Rosa --passphrase-file passphrase --kdf-memory 64 --kdf-passes 3 \
        >/dev/null 2>&1
    for number in 2 3 4 5 6 7; do
        printf 'another lamp %s' "$number" >"other$number"
        chmod 600 "other$number"
        kua passphrase add --new-passphrase-file "other$number" --label "place $number"
    done
    printf 'no lamp at all' >wrong
    chmod 600 wrong
    right="$(seconds kua list)"
    wrong="$(seconds bare list --vault vault --passphrase-file wrong)"
    echo "right $right s, wrong $wrong s"
    python3 -c 'import sys; sys.exit(float(sys.argv[2]) > 1.8 * float(sys.argv[1]))' \
        "$right" "$wrong"
    run --separate-stderr bare list --vault vault --passphrase-file wrong
    ended 6
    for hint in slot place 1 2 3 4 5 6 7; do
        if (says "$hint") 2>/dev/null; then
            echo "hint: $hint" && false
        fi
    done
}

@test "what is no vault is told from what a newer kua wrote" {
    mkdir empty foreign
    head -c 8192 /dev/urandom >foreign/kua.vault
    run --separate-stderr bare list --vault empty --passphrase-file passphrase
    ended 1
    says "there is no vault in"
    run --separate-stderr bare list --vault foreign --passphrase-file passphrase
    ended 1
    says "not the header of a vault"
    make_vault
    cp vault/kua.vault kept
    for copy in 0 4096; do patch vault/kua.vault $((copy + 16)) 2; done
    mend_checksums vault/kua.vault
    run --separate-stderr kua list
    ended 1
    says "the header has format 2; this kua knows format 1"
    cp kept vault/kua.vault
    for copy in 0 4096; do patch vault/kua.vault $((copy + 20)) 1; done
    mend_checksums vault/kua.vault
    run --separate-stderr kua list
    ended 1
    says "flags that this kua doesn't know"
    cp kept vault/kua.vault
    run --separate-stderr kua list
    ended 0
}

@test "a catalog that a newer kua wrote is refused and stays as it is" {
    make_vault
    catalog_sql "UPDATE schema_version SET version = version + 1 WHERE name = 'evidence';"
    before="$(sha256sum vault/catalog.db)"
    for command in list verify status; do
        run --separate-stderr kua "$command"
        ended 1
        says "newer"
    done
    [ "$(sha256sum vault/catalog.db)" = "$before" ]
}

@test "a catalog that is empty or gone is damage, and nothing is made in its place" {
    make_vault
    make_files
    kua add in >/dev/null
    printf 'a journal' >vault/catalog.db-journal
    for state in empty missing; do
        if [ "$state" = empty ]; then truncate -s 0 vault/catalog.db; else rm vault/catalog.db; fi
        before="$(sha256sum vault/kua.vault vault/catalog.* vault/objects/*)"
        for command in list status verify "add in" "export --all --to out" "status --rebuild"; do
            # shellcheck disable=SC2086 # a command and its arguments
            run --separate-stderr kua $command
            ended 5
            says "catalog.db is $state"
            says "make a copy of the whole folder"
            says "docs/rescue.md"
        done
        run --separate-stderr kua list --json
        ended 5
        [ "$(json 'd["error"]["code"]')" = damaged ]
        [ "$(sha256sum vault/kua.vault vault/catalog.* vault/objects/*)" = "$before" ]
    done
}

@test "a header with one copy destroyed opens and says so, whichever it is" {
    make_vault
    cp vault/kua.vault kept
    for copy in 0 1; do
        head -c 4096 /dev/urandom | dd of=vault/kua.vault bs=4096 seek=$copy conv=notrunc status=none
        run --separate-stderr kua list
        ended 0
        says "header copy $((copy + 1))"
        run --separate-stderr kua verify
        ended 5
        has "DAMAGED header copy $((copy + 1))"
        cp kept vault/kua.vault
    done
    for copy in 0 1; do printf 'x' | dd of=vault/kua.vault bs=1 seek=$((copy * 4096 + 100)) \
        conv=notrunc status=none; done
    run --separate-stderr kua list
    ended 5
    says "both copies of the header are damaged"
    says "put kua.vault from an older copy or backup of this vault in its place"
    truncate -s 0 vault/kua.vault
    run --separate-stderr kua list
    ended 1
    says "not the header of a vault, or both of its copies are destroyed"
    says "put kua.vault from an older copy or backup of this vault in its place"
}

@test "a lost header is named as that, and one of an older copy opens the vault again" {
    make_vault
    make_files
    cp vault/kua.vault older
    kua add in/IMG_0412.jpg --quiet
    printf 'another lamp\n' >new
    chmod 600 new
    kua passphrase change --new-passphrase-file new --quiet
    rm vault/kua.vault
    run --separate-stderr kua list
    ended 1
    says "the header of the vault in "
    says "kua.vault, is missing"
    says "Put kua.vault from an older copy or backup of this vault there"
    says_not "kua init"
    inside() {
        (cd vault && bare list --passphrase-file ../passphrase)
    }
    run --separate-stderr inside
    ended 1
    says "kua.vault, is missing"
    says_not "kua init"
    run --separate-stderr bare init vault --name Rosa --passphrase-file passphrase
    ended 1
    [ ! -e vault/kua.vault ]
    cp older vault/kua.vault
    run --separate-stderr kua verify
    ended 0
    run --separate-stderr kua list
    has "IMG_0412.jpg"
    mkdir empty
    run --separate-stderr bare --vault empty list --passphrase-file passphrase
    ended 1
    says "there is no vault in empty; make one: kua init DIR"
}

@test "what fails on a path names that path, without letting it drive the terminal" {
    make_vault --classic
    make_files
    kua add in >/dev/null
    run --separate-stderr kua export --all --to none/out
    ended 1
    says 'create directory "none/out": no such file or directory'
    run --separate-stderr kua export --all --to passphrase
    ended 1
    says 'open directory "passphrase": is not a directory'
    run --separate-stderr kua export --all --to $'no\nne/\x1b[1mout'
    ended 1
    says 'create directory "no\x0ane/\x1b[1mout": no such file or directory'
    run --separate-stderr kua case seal --secret-to none/case.key --yes \
        --secret-passphrase-file passphrase
    ended 1
    says 'create file "none/case.key": no such file or directory'
    run --separate-stderr kua case seal --secret-to passphrase --yes \
        --secret-passphrase-file passphrase
    ended 1
    says 'passphrase is there already'
    run --separate-stderr kua case unseal none/case.key --secret-passphrase-file passphrase
    ended 1
    says 'open file "none/case.key": no such file or directory'
    mkdir -p foreign/kua.vault
    run --separate-stderr bare list --vault foreign --passphrase-file passphrase
    ended 1
    says 'open file "foreign/kua.vault": is a directory'
    run --separate-stderr bare init none/vault --name Rosa --passphrase-file passphrase
    ended 1
    says 'create directory "none/vault": no such file or directory'
    rm -r vault/objects
    run --separate-stderr kua add in/notice.ru.txt
    [ "$status" -ne 0 ]
    says 'vault/objects"'
}

@test "a disk that is full while adding keeps the vault as it was" {
    unshare -m true 2>/dev/null || skip "no right to mount here"
    make_files
    # In a name space of its own, so that the mount goes with it.
    cat >full.bash <<'END'
set -eu
mkdir disk
mount -t tmpfs -o size=6m none disk
kua() { "$KUA_PROGRAM" "$@" --passphrase-file passphrase </dev/null; }
kua init disk/vault --name Rosa --kdf-memory 8 --kdf-passes 1 >/dev/null 2>&1
kua --vault disk/vault add in >/dev/null
before="$(kua --vault disk/vault log --json)"
head -c 9000000 /dev/urandom >big.mp4
head -c 3000 /dev/urandom >small.jpg
status=0
kua --vault disk/vault add small.jpg big.mp4 || status=$?
[ "$status" -eq 9 ]
[ "$(kua --vault disk/vault log --json)" = "$before" ]
kua --vault disk/vault verify
kua --vault disk/vault export --all --to out >/dev/null
cmp in/IMG_0419.jpg out/IMG_0419.jpg
mount -o remount,size=64m disk
kua --vault disk/vault add small.jpg big.mp4
kua --vault disk/vault verify
END
    run --separate-stderr unshare -m bash full.bash
    ended 0
    # Either segment may be the one that meets the end of the disk: two cores fill two.
    says 'disk/vault/objects/00000'
    says "kua: no room; nothing was half-kept: "
    says '.db": no room on the device'
    says "make room"
    has "2 added"
}

@test "a folder for exports that is full gets nothing" {
    unshare -m true 2>/dev/null || skip "no right to mount here"
    make_vault
    head -c 3000000 /dev/urandom >clip.mp4
    printf 'a notice' >notice.txt
    kua add clip.mp4 notice.txt >/dev/null
    cat >full.bash <<'END'
set -u
mkdir disk
mount -t tmpfs -o size=1m none disk
"$KUA_PROGRAM" --vault vault --passphrase-file passphrase export --all --to disk/out </dev/null
status=$?
find disk -type f
exit "$status"
END
    run --separate-stderr unshare -m bash full.bash
    ended 9
    [ -z "$output" ]
    run --separate-stderr kua log
    has_not "custody.exported"
}

@test "an unreadable file among many is named, and the others go in" {
    make_vault
    make_files
    chmod 000 in/IMG_0419.jpg
    needs_permissions
    run --separate-stderr unprivileged "$KUA_PROGRAM" --vault vault \
        --passphrase-file passphrase add in
    ended 3
    says "in/IMG_0419.jpg"
    says "permission denied"
    says_not '"in/IMG_0419.jpg"' # once is enough
    has "2 added · 0 known · 1 failed"
    run --separate-stderr kua verify
    ended 0
}

@test "a file that holds more than its size says is not added, and named" {
    [ -r /proc/version ] || skip "no /proc"
    make_vault
    make_files
    run --separate-stderr kua add in /proc/version
    ended 3
    says "/proc/version: holds more than its size says; not added: copy it to a disk first"
    has "3 added · 0 known · 1 failed"
}

@test "a file that changes while it is read is not added, and named" {
    make_vault
    make_files
    truncate -s 200M growing.mp4
    (while printf x >>growing.mp4; do sleep 0.01; done) 3>&- &
    local writer=$!
    run --separate-stderr kua add in growing.mp4
    kill "$writer"
    ended 3
    says "growing.mp4: changed while being read; not added"
    has "3 added · 0 known · 1 failed"
    run --separate-stderr kua list --json
    [ "$(json 'len(d["items"])')" = 3 ]
    run --separate-stderr kua verify
    ended 0
}

@test "a file of no bytes and one with a hole come out as they went in" {
    make_vault
    : >empty.txt
    truncate -s 3M holes.bin
    printf 'the end' >>holes.bin
    kua add empty.txt holes.bin >/dev/null
    kua export --all --to out >/dev/null
    cmp empty.txt out/empty.txt
    cmp holes.bin out/holes.bin
    run --separate-stderr kua verify
    ended 0
}

@test "names that attack go in, come out, and reach nothing outside the folder" {
    make_vault
    mkdir -p in/deep
    printf 1 >in/$'line\nbreak.jpg'
    printf 2 >in/$'\x1b]0;title\x07.jpg'
    printf 3 >in/$'caf\xe9\xff.jpg'
    printf 4 >"in/$(printf 'x%.0s' $(seq 251)).jpg"
    printf 5 >in/$'gpj.\xe2\x80\xaeexe'
    printf 6 >'in/..\..\evil.exe'
    printf 7 >in/...
    printf 8 >in/CON
    printf 9 >'in/%2e%2e%2fx'
    printf 10 >in/deep/same
    printf 11 >in/same
    printf 12 >in/SAME
    run --separate-stderr kua add in/deep/../../in
    ended 0
    has "12 added"
    run --separate-stderr kua export --all --to out
    ended 0
    has "12 exported"
    [ "$(find . -mindepth 1 -maxdepth 1 -not -name '*stderr*' | sort)" = \
        "$(printf './%s\n' in out passphrase vault)" ]
    python3 - <<'END'
import pathlib
names = [path.name for path in pathlib.Path("out").iterdir()]
contents = sorted(int(path.read_bytes()) for path in pathlib.Path("out").iterdir())
assert contents == list(range(1, 13)), contents
for name in names:
    assert name.isprintable() and not name.startswith((".", "-", " ")), ascii(name)
    assert not set(name) & set('/\\:*?"<>|') and len(name.encode()) <= 255, ascii(name)
assert len({name.casefold() for name in names}) == 12, names
END
}

@test "Ctrl-C while exporting leaves no file, while verifying says nothing was found" {
    make_vault
    truncate -s 400M big.mp4
    kua add big.mp4 >/dev/null
    for arguments in "export --all --to out" "verify"; do
        # shellcheck disable=SC2086 # a command and its arguments
        "$KUA_PROGRAM" --vault vault --passphrase-file passphrase $arguments >printed 2>said 3>&- &
        local pid=$! status=0
        # It is at work when it has used the processor for a tenth of a second.
        while [ "$(awk '{print $14 + $15}' "/proc/$pid/stat")" -lt 10 ]; do sleep 0.01; done
        kill -INT "$pid"
        wait "$pid" || status=$?
        [ "$status" -eq 130 ]
        [ ! -s printed ]
        grep -q stopped said
    done
    [ -z "$(ls -A out)" ]
    run --separate-stderr kua log
    has_not "custody.exported"
    run --separate-stderr kua verify
    ended 0
}

@test "an empty name of a file or a case is refused, not taken for another" {
    make_vault
    for option in "list --case" "send --to" "case seal --secret-to" "export --all --to"; do
        # shellcheck disable=SC2086 # several words
        run --separate-stderr kua $option ""
        ended 2
        says "is empty"
    done
}

@test "what is no number or no size is named in words of kua's own" {
    make_vault
    for option in "finding export x --to out" "member remove Mara --as-of x"; do
        # shellcheck disable=SC2086 # several words
        run --separate-stderr kua $option
        ended 2
        says '"x" is no whole number'
        says_not "convert"
    done
    run --separate-stderr kua send --to out.kua --max-size x
    ended 2
    says "is no size; say for example 20M"
}
