# shellcheck disable=SC2154 # share sets case_id
load support
load two_vaults

teardown() {
    if [ -n "${server-}" ]; then kill "$server"; fi
}

# start READY COMMAND...: a server that prints READY when it listens. Tried again on another port
# while the one in `port` is taken; COMMAND has PORT where the port belongs.
start() {
    local ready="$1"
    shift
    for _ in $(seq 20); do
        port=$((20000 + RANDOM % 20000))
        : >server.log
        timeout 300 "${@//PORT/$port}" >server.log 2>&1 3>&- &
        server=$!
        while kill -0 "$server" 2>/dev/null; do
            if grep -q "$ready" server.log; then return 0; fi
            sleep 0.02
        done
    done
    cat server.log >&2
    return 1
}

stop() {
    kill "$server"
    wait "$server" || true
    server=''
}

start_git() {
    [ "${KUA_TEST_HOSTS-yes}" = yes ] || skip "libraries that leave memory behind, under a sanitizer"
    local daemon
    daemon="$(git --exec-path)/git-daemon"
    [ -x "$daemon" ] || skip "no git-daemon"
    git init --quiet --bare host/base.git
    start "Ready to rumble" "$daemon" --verbose --export-all --enable=receive-pack \
        --listen=127.0.0.1 --port=PORT --base-path="$PWD/host" "$PWD/host"
}

make_host_key() {
    rm -f host.key host.key.pub
    ssh-keygen -q -t ed25519 -N '' -C '' -f host.key
}

start_ssh() {
    [ "${KUA_TEST_HOSTS-yes}" = yes ] || skip "libraries that leave memory behind, under a sanitizer"
    [ -x /usr/sbin/sshd ] || skip "no sshd"
    [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
    cat >sshd_config <<END
ListenAddress 127.0.0.1
Port $port
HostKey $PWD/host.key
AuthorizedKeysFile $PWD/user.key.pub
StrictModes no
UsePAM no
PidFile none
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
END
    timeout 300 /usr/sbin/sshd -D -e -f sshd_config >server.log 2>&1 3>&- &
    server=$!
    while kill -0 "$server" 2>/dev/null; do
        if grep -q "Server listening" server.log; then return 0; fi
        sleep 0.02
    done
    server=''
    return 1
}

@test "what is added here is read there, and receipts come back" {
    share
    make_files
    kua add in >/dev/null
    run --separate-stderr kua sync stick --json
    ended 0
    [ "$(json 'd["dry_run"]')" = false ]
    [ "$(json '[(r["remote"], r["failure"], r["error"], r["bundles_in"], r["findings"]) for r in d["remotes"]]')" \
        = '[["stick", null, null, 0, []]]' ]
    [ "$(json 'd["remotes"][0]["bundles_out"] > 0')" = true ]
    [ "$(json 'sorted(d["remotes"][0]["peers"][0])')" = '["case", "entries", "expected", "fingerprint", "last_heard_claimed", "name", "new_here", "new_there", "self", "stopped"]' ]
    run --separate-stderr theirs sync
    ended 0
    has "got "
    has "with 3 items"
    has "Rosa in case ${case_id:0:8}: 3 new entries"
    run --separate-stderr theirs verify
    ended 0
    theirs export --all --to out --case KT-17 >/dev/null
    diff -r in out
    theirs sync >/dev/null
    kua sync >/dev/null
    run --separate-stderr kua member list --json
    [ "$(json '[m["holds"] for m in d["members"] if m["name"] == "Mara"]')" = "[5]" ]
    run --separate-stderr kua log
    has "Mara"
    run --separate-stderr kua sync
    ended 0
    has "nothing new"
    run --separate-stderr kua --quiet sync
    ended 0
    [ -z "$output$stderr" ]
}

@test "what nobody else can read is said to be so when it goes out, by name" {
    make_two_vaults
    verify_cards
    mkdir media
    kua remote add stick media/kua >/dev/null 2>&1
    make_files
    kua add in >/dev/null
    run --separate-stderr kua sync --dry-run
    ended 0
    says_not "nobody else can read"
    run --separate-stderr kua sync
    ended 0
    says 'nobody else can read "KT-17" there'
    says "kua member add NAME"
    run --separate-stderr kua sync --json
    ended 0
    [ "$(json 'd["unshared"]')" = '["KT-17"]' ]
    run --separate-stderr kua sync
    ended 0
    says_not "nobody else can read" # nothing went out
    run --separate-stderr kua send --to none.kua
    ended 0
    says "nothing to send: nobody else can read"
    says_not "all members"
    run --separate-stderr kua send --to mine.kua --everything --json
    ended 0
    [ "$(json 'd["unshared"]')" = KT-17 ]
    [ -s mine.kua ]
    kua member add Mara >/dev/null
    run --separate-stderr kua sync
    ended 0
    says_not "nobody else can read"
}

@test "sync isn't made to look as if one case alone went" {
    share
    make_files
    kua add in >/dev/null
    stick="$(state_of media)"
    for name in KT-17 nosuchcase; do
        run --separate-stderr kua sync --case "$name"
        ended 2
        says "sync takes no --case: it exchanges all cases"
    done
    [ "$(state_of media)" = "$stick" ]
}

@test "a dry run says what would go and changes neither side" {
    share
    make_files
    kua add in >/dev/null
    stick="$(state_of media)"
    journal="$(kua log --json)"
    vault="$(state_of vault)"
    run --separate-stderr kua sync --dry-run
    ended 0
    has "would send"
    run --separate-stderr kua sync stick --dry-run --json
    ended 0
    [ "$(json 'd["dry_run"]')" = true ]
    [ "$(json 'd["remotes"][0]["bundles_out"] > 0')" = true ]
    [ "$(state_of media)" = "$stick" ]
    [ "$(kua log --json)" = "$journal" ]
    [ "$(state_of vault)" = "$vault" ]
    kua sync >/dev/null
    journal="$(theirs log --json --case KT-17)"
    run --separate-stderr theirs sync --dry-run
    ended 0
    has "would get"
    [ "$(theirs log --json --case KT-17)" = "$journal" ]
}

@test "a remote that there isn't, and a stick that is gone, are told apart" {
    share
    run --separate-stderr kua sync nosuch
    ended 8
    says 'no remote called "nosuch"; kua remote list'
    run --separate-stderr kua sync $'\x1b[31m'
    ended 8
    mv media elsewhere
    run --separate-stderr kua sync
    ended 9
    has "stick isn't there; plug it in"
    has_not "got 0"
    run --separate-stderr kua sync --json
    ended 9
    [ "$(json 'd["remotes"][0]["error"]')" = storage ]
    run --separate-stderr kua sync --dry-run
    ended 9
    run --separate-stderr kua --quiet sync
    ended 9
    # Of two remotes the other one is gone through with.
    mkdir second
    kua remote add second second/kua >/dev/null 2>&1
    run --separate-stderr kua sync
    ended 3
    [ -n "$(git -C second/kua for-each-ref)" ]
    mv elsewhere media
    run --separate-stderr kua sync
    ended 0
}

@test "a stick that was put back to an older copy is a finding and takes nothing more" {
    share
    cp -a media older
    make_files
    kua add in/IMG_0412.jpg >/dev/null
    kua sync >/dev/null
    mv media newer
    cp -a older media
    kua add in/IMG_0419.jpg >/dev/null
    stick="$(state_of media)"
    run --separate-stderr kua sync
    ended 5
    has "ROLLBACK journal of Rosa"
    says "kua remote remove stick, then add it again"
    has "nothing was taken or sent"
    [ "$(state_of media)" = "$stick" ]
    run --separate-stderr kua sync --json
    ended 5
    [ "$(json '[f["code"] for f in d["remotes"][0]["findings"]]')" = '["rollback"]' ]
    run --separate-stderr kua finding list
    ended 0
    has "rollback"
    run --separate-stderr kua finding list --json
    ended 0
    [ "$(json '[(k["number"], k["remote"], k["code"]) for k in d["kept_aside"]]')" = \
        '[[1, "stick", "rollback"]]' ]
    run --separate-stderr kua finding export 1 --to texts
    ended 2
    run --separate-stderr kua finding export 1 --to vault/texts
    ended 4
    [ ! -e vault/texts ]
    run --separate-stderr kua finding export 7 --to texts
    ended 8
    rm -r media
    mv newer media
    run --separate-stderr kua sync
    ended 0
}

@test "two histories of one author are a finding that says how to show them to others" {
    share
    cp -a vault copy
    make_files
    kua add in/IMG_0412.jpg >/dev/null
    kua sync stick >/dev/null
    theirs sync stick >/dev/null
    mkdir second
    in_copy() { bare --vault copy --passphrase-file passphrase "$@"; }
    in_copy add in/IMG_0419.jpg >/dev/null
    in_copy remote remove stick >/dev/null
    in_copy remote add second second/kua >/dev/null 2>&1
    in_copy sync second >/dev/null 2>&1
    theirs remote add second second/kua >/dev/null 2>&1
    for found in FORK STOPPED; do
        run --separate-stderr theirs sync second
        ended 5
        has "$found journal of Rosa"
        says "kua finding export 1 --to DIR"
    done
    run --separate-stderr theirs finding export 1 --to fork
    ended 0
    [ -s fork/README.txt ]
}

@test "a fork that came in a file stands in status and at every sync, and so does what only one has" {
    share
    make_files
    cp -a vault copy
    kua add in/IMG_0412.jpg >/dev/null
    kua sync stick >/dev/null
    theirs sync stick >/dev/null
    bare --vault copy --passphrase-file passphrase add in/IMG_0419.jpg >/dev/null
    bare --vault copy --passphrase-file passphrase send --to other.kua >/dev/null 2>&1
    run --separate-stderr theirs take other.kua
    ended 5
    has "FORK journal of Rosa"
    says "nobody else is known to have 1 original yet"
    run --separate-stderr theirs take other.kua --json
    [ "$(json 'd["only_here"]')" = 1 ]
    run --separate-stderr theirs sync stick
    ended 0
    has "signed two histories: nothing new of theirs is taken"
    says "nobody else is known to have 1 original yet"
    run --separate-stderr theirs status
    ended 0
    has "1 known to exist ONLY here"
    has "FORK journal of Rosa"
    run --separate-stderr theirs status --json
    [ "$(json '[(s["name"], s["self"]) for s in d["stopped"]]')" = '[["Rosa", false]]' ]
    [ "$(json 'sorted(d["stopped"][0])')" = '["case", "fingerprint", "name", "self", "since_claimed"]' ]
}

@test "a byte that is changed on a stick is a finding, and nothing of it is taken" {
    share
    make_files
    theirs add in --case KT-17 >/dev/null
    theirs sync >/dev/null
    newest="$(find media -name '*.pack' -printf '%T@ %p\n' | sort -n | sed -n '$s/^[^ ]* //p')"
    python3 - "$newest" <<'END'
import sys
with open(sys.argv[1], "r+b") as file:
    middle = file.seek(0, 2) // 2
    file.seek(middle)
    byte = file.read(1)[0]
    file.seek(middle)
    file.write(bytes([byte ^ 1]))
END
    run --separate-stderr kua sync
    ended 5
    has "DAMAGED journal of Mara"
    says "the copy in stick; what you have is untouched"
    run --separate-stderr kua list --json
    [ "$(json 'd["items"]')" = "[]" ]
    run --separate-stderr kua verify
    ended 0
}

@test "a stick full of something else is said to be, and stays as it is" {
    share
    mv media true
    mkdir -p media/kua/objects media/kua/refs/heads
    run --separate-stderr kua sync
    ended 1
    has "no bare git repository"
    head -c 5000 /dev/urandom >media/kua/HEAD
    head -c 5000 /dev/urandom >media/kua/config
    head -c 5000 /dev/urandom >media/kua/packed-refs
    head -c 5000 /dev/urandom >media/kua/objects/garbage
    stick="$(state_of media)"
    run --separate-stderr kua sync
    [[ $status == [15] ]]
    run --separate-stderr kua sync --json
    [[ $status == [15] ]]
    [ "$(state_of media)" = "$stick" ]
    printf 'ref: refs/heads/main\n' >media/kua/HEAD
    run --separate-stderr kua sync
    [[ $status == [15] ]]
    run --separate-stderr kua verify
    ended 0
}

@test "two vaults by a git host: what the one sends the other gets, also beside a stick" {
    share
    start_git
    for program in kua theirs; do
        run --separate-stderr "$program" remote add base "git://127.0.0.1:$port/base.git"
        ended 0
        says "not protected"
    done
    make_files
    kua sync base >/dev/null
    kua add in/IMG_0412.jpg >/dev/null
    kua sync stick >/dev/null
    theirs sync stick >/dev/null
    kua add in/IMG_0419.jpg >/dev/null
    kua sync base >/dev/null
    theirs add in/notice.ru.txt --case KT-17 >/dev/null
    run --separate-stderr theirs sync base
    ended 0
    has "with 1 item"
    run --separate-stderr kua sync base
    ended 0
    has "with 1 item"
    run --separate-stderr kua list --json
    [ "$(json 'len(d["items"])')" = 3 ]
    git -C host/base.git fsck --strict
    stop
    journal="$(kua log --json)"
    run --separate-stderr kua sync base
    ended 1
    has "base cannot be reached; nothing changed, nothing concluded"
    [ "$(kua log --json)" = "$journal" ]
}

@test "a host's key is taken once; another one is refused" {
    make_vault
    git init --quiet --bare base.git
    ssh-keygen -q -t ed25519 -N '' -C '' -f user.key
    make_host_key
    port=0
    for _ in $(seq 20); do
        port=$((20000 + RANDOM % 20000))
        if start_ssh; then break; fi
    done
    url="ssh://$(id -un)@127.0.0.1:$port$PWD/base.git"
    run --separate-stderr kua remote add base "$url" --identity user.key
    ended 2
    says "--yes"
    run --separate-stderr kua remote add base "$url" --identity user.key --host-key SHA256:nonsense
    ended 4
    says "shows another key"
    run --separate-stderr kua remote add base "$url" --identity user.key --yes
    ended 0
    says "$(ssh-keygen -l -f host.key.pub | cut -d' ' -f2)"
    run --separate-stderr kua sync base
    ended 0
    has "sent 1 bundle"
    stop
    make_host_key
    start_ssh
    make_files
    kua add in >/dev/null
    refs="$(git -C base.git for-each-ref)"
    run --separate-stderr kua sync base
    ended 4
    has "another key than before"
    run --separate-stderr kua sync base --json
    ended 4
    [ "$(json 'd["remotes"][0]["error"]')" = refused ]
    [ "$(git -C base.git for-each-ref)" = "$refs" ]
}

@test "a sealed case carries unread from stick to stick, and takes it in when it is opened" {
    share
    make_files
    printf 'a lantern in the hall\n' >second
    chmod 600 second
    theirs case seal KT-17 --secret-to mara.key --secret-passphrase-file second --yes \
        >/dev/null 2>&1
    theirs remote add other media/other >/dev/null 2>&1
    theirs sync other >/dev/null
    kua add in/IMG_0412.jpg >/dev/null
    kua sync stick >/dev/null
    run --separate-stderr theirs sync stick --dry-run --json
    [ "$(json '[(r["bundles_in"], r["bundles_carried"]) for r in d["remotes"]]')" = '[[1, 1]]' ]
    run --separate-stderr theirs sync stick
    ended 0
    has "got 1 bundle (1 carried unread), "
    run --separate-stderr theirs status
    has "1 bundle of sealed cases, "
    has ", carried unread"
    run --separate-stderr theirs status --json
    [ "$(json '[d["carried_bundles"], d["carried_bytes"] > 0]')" = '[1, true]' ]
    run --separate-stderr theirs sync other --json
    ended 0
    [ "$(json '[(r["bundles_in"], r["bundles_out"]) for r in d["remotes"]]')" = '[[0, 1]]' ]
    if command -v git >/dev/null; then
        git -C media/kua for-each-ref --format='%(refname) %(objectname)' refs/heads >refs.stick
        git -C media/other for-each-ref --format='%(refname) %(objectname)' refs/heads \
            >refs.other
        # The stick has the invitations too.
        [ -s refs.other ]
        if grep -Fxvq -f refs.stick refs.other; then false; fi
        git -C media/other fsck --strict
    fi
    run --separate-stderr theirs verify
    ended 0
    run --separate-stderr theirs case unseal mara.key --secret-passphrase-file second --json
    ended 0
    [ "$(json '[d["case"]["items"], d["findings"]]')" = '[1, []]' ]
    [ -z "$(ls theirs/carried)" ]
    theirs export --all --to out --case KT-17 >/dev/null
    cmp in/IMG_0412.jpg out/IMG_0412.jpg
    run --separate-stderr theirs status --json
    [ "$(json 'd["carried_bundles"]')" = 0 ]
    run --separate-stderr theirs sync stick
    ended 0
    kua sync stick >/dev/null
    run --separate-stderr kua member list --json
    [ "$(json '[m["holds"] == 3 for m in d["members"] if m["name"] == "Mara"]')" = '[true]' ]
}
