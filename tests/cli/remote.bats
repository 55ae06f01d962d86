load support
load two_vaults

@test "a remote by path is a new folder with a bare repository, and is listed" {
    make_vault
    mkdir media
    run --separate-stderr kua remote list
    ended 0
    says "kua remote add NAME ADDRESS"
    run --separate-stderr kua remote add stick media/kua
    ended 0
    has "added stick: $PWD/media/kua"
    says "next: kua sync stick"
    [ "$(git -C media/kua rev-parse --is-bare-repository)" = true ]
    run --separate-stderr kua remote list --json
    ended 0
    [ "$(json '[(r["name"], r["is_url"], r["host_key"], r["synced_claimed"]) for r in d["remotes"]]')" \
        = '[["stick", false, null, null]]' ]
    [ "$(json 'sorted(d["remotes"][0])')" = '["added_claimed", "address", "host_key", "is_url", "name", "news_claimed", "synced_claimed", "user"]' ]
    run --separate-stderr kua remote list
    has "never"
}

@test "only an https host takes a login, and it is kept for that remote alone" {
    make_vault
    mkdir media
    kua remote add stick media/kua >/dev/null 2>&1
    (umask 077 && printf 'lamp\n' >token)
    run --separate-stderr kua remote login stick --user rosa --secret-file token
    ended 2
    says "only an https host does"
    run --separate-stderr kua remote login nowhere --user rosa --secret-file token
    ended 8
    run --separate-stderr kua remote login stick --none
    ended 2
    run --separate-stderr kua remote login stick
    ended 2
    says "--none"
}

@test "a name is taken once, and forgotten without touching what lies there" {
    make_vault
    mkdir media
    kua remote add stick media/kua >/dev/null 2>&1
    before="$(state_of media)"
    run --separate-stderr kua remote add stick media/other
    ended 1
    says 'there is a remote "stick" already'
    [ ! -e media/other ]
    run --separate-stderr kua remote add stick media/other --json
    ended 1
    [ "$(json 'd["error"]["code"]')" = exists ]
    run --separate-stderr kua remote remove stick --json
    ended 0
    [ "$(json 'd["change"]')" = removed ]
    [ "$(state_of media)" = "$before" ]
    run --separate-stderr kua remote remove stick
    ended 8
    run --separate-stderr kua sync stick
    ended 8
    says 'no remote called "stick"'
    run --separate-stderr kua sync
    ended 8
    says "kua remote add"
}

@test "names made to hurt are mistakes in usage" {
    make_vault
    mkdir media
    for name in "" "two words" -x --json=1 ../stick a/b $'a\nb' $'\x1b[31mred' "$(printf 'x%.0s' {1..1000})" \
        $'a\xff' $'a\xe2\x80\xaeb' "*" "~" "\$HOME" "'; DROP TABLE remote; --"; do
        run --separate-stderr kua remote add -- "$name" media/kua
        ended 2
        run --separate-stderr kua remote add "$name" media/kua
        ended 2
        [ ! -e media/kua ]
    done
    run --separate-stderr kua remote list --json
    [ "$(json 'd["remotes"]')" = "[]" ]
    kua remote add "$(printf 'x%.0s' {1..40})" media/kua >/dev/null 2>&1
}

@test "addresses made to hurt are refused, and shown escaped" {
    make_vault
    mkdir media
    for address in "" "ftp://127.0.0.1/a.git" "ssh://-oProxyCommand=touch%20x/a" \
        "git://127.0.0.1:99999/a.git" "https://" "file:///tmp/a.git"; do
        run --separate-stderr kua remote add base "$address" --yes
        [ "$status" -ne 0 ]
        [ ! -e x ]
    done
    run --separate-stderr kua remote add stick $'media/a\nb\x1b[31m/kua'
    ended 1
    says 'a\x0ab\x1b[31m'
    run --separate-stderr kua remote add stick none/of/it/kua
    ended 1
    says "is the stick plugged in?"
    run --separate-stderr kua remote add stick vault
    ended 4
    run --separate-stderr kua remote add stick vault/objects
    ended 4
    run --separate-stderr kua remote list --json
    [ "$(json 'd["remotes"]')" = "[]" ]
}

@test "a folder with a line break and an escape in its name works, and is shown escaped" {
    make_vault
    dir=$'media\n\x1b[31m'
    mkdir "$dir"
    run --separate-stderr kua remote add stick "$dir/kua"
    ended 0
    has 'media\x0a\x1b[31m'
    run --separate-stderr kua remote list
    ended 0
    run --separate-stderr kua remote list --json
    ended 0
    run --separate-stderr kua sync stick
    ended 0
    rm -r "$dir"
    run --separate-stderr kua sync stick
    ended 9
    has 'media\x0a\x1b[31m'
    mkdir -p "$dir/kua"
    run --separate-stderr kua sync stick
    ended 1
    has 'media\x0a\x1b[31m'
    run --separate-stderr kua sync stick --json
    ended 1
}

@test "what isn't a repository stays as it is" {
    make_vault
    mkdir -p media/photos
    printf 'a photo' >media/photos/a.jpg
    printf 'a file' >media/file
    before="$(state_of media)"
    for place in photos file photos/a.jpg; do
        run --separate-stderr kua remote add stick "media/$place"
        ended 1
        says "$place"
    done
    [ "$(state_of media)" = "$before" ]
    run --separate-stderr kua remote list --json
    [ "$(json 'd["remotes"]')" = "[]" ]
}
