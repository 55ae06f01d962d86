#!/usr/bin/env bats
# scripts/bootstrap without the network: what it reads, what it refuses, what it leaves alone.

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    scratch="$BATS_TEST_TMPDIR"
    codename="$(. /etc/os-release && echo "$VERSION_CODENAME")"
    mkdir -p "$scratch/bin" "$scratch/parts"
    # An apt-config that names our files instead of the machine's.
    printf '#!/bin/sh\necho "parts=%s list=%s"\n' "'$scratch/parts'" "'$scratch/sources.list'" \
        >"$scratch/bin/apt-config"
    chmod +x "$scratch/bin/apt-config"
}

archives() {
    PATH="$scratch/bin:$PATH" run bash -euo pipefail -c \
        'source scripts/deps/archives.bash; debian_archives'
    [ "$status" -eq 0 ]
}

@test "the archive is read from a list in the one-line format, with its keyring" {
    printf '%s\n' "# deb http://commented.test/debian $codename main" \
        "deb-src http://source.test/debian $codename main" \
        "deb [ arch=amd64 signed-by=/keys/a.gpg ] http://a.test/debian $codename contrib main" \
        >"$scratch/sources.list"
    archives
    [ "$output" = "http://a.test/debian /keys/a.gpg" ]
}

@test "the archive is read from stanzas, with suites and fields in any order" {
    cat >"$scratch/parts/debian.sources" <<END
# a comment
Suites: $codename $codename-updates
Components: main
Types: deb deb-src
URIs: http://b.test/debian/
Signed-By: /keys/b.gpg

Types: deb
URIs: http://off.test/debian
Suites: $codename
Components: main
Enabled: no
END
    archives
    [ "$output" = "http://b.test/debian/ /keys/b.gpg" ]
}

@test "security, updates and other people's suites are no archives of Debian" {
    printf 'deb http://%s\n' "c.test/debian-security $codename-security main" \
        "c.test/debian $codename-updates main" "vendor.test/apt nodistro main" \
        "vendor.test/debian $codename stable" >"$scratch/parts/some.list"
    archives
    [ -z "$output" ]
}

@test "a path that ends in /debian comes before a vendor's archive of the same suite" {
    printf 'deb http://%s\n' "vendor.test/repo $codename main" "d.test/debian $codename main" \
        >"$scratch/sources.list"
    archives
    [ "${lines[0]}" = "http://d.test/debian -" ]
    [ "${lines[1]}" = "http://vendor.test/repo -" ]
}

@test "an archive that is not the pinned one is refused and nothing is left" {
    mkdir "$scratch/sources"
    for name in libsodium_1.0.22 sqlcipher_4.6.1; do
        echo "not the archive" >"$scratch/sources/$name.orig.tar.gz"
    done
    KUA_SOURCES="$scratch/sources" XDG_CACHE_HOME="$scratch/cache" run scripts/bootstrap
    [ "$status" -eq 1 ]
    [[ "$output" == *"is not the pinned archive"* ]]
    [ ! -e "$scratch/cache/kua/deps/prefix" ]
    [ -z "$(find "$scratch/cache" -name 'work.*')" ]
}

@test "a missing archive is named" {
    KUA_SOURCES="$scratch/nowhere" XDG_CACHE_HOME="$scratch/cache" run scripts/bootstrap
    [ "$status" -eq 1 ]
    [[ "$output" == *"KUA_SOURCES has no libsodium_1.0.22.orig.tar.gz"* ]]
}

@test "a second run says nothing and changes nothing" {
    cache="${XDG_CACHE_HOME:-$HOME/.cache}/kua/deps"
    before="$(stat -c '%n %y' "$cache" "$cache"/*)"
    run scripts/bootstrap --dev
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    [ "$(stat -c '%n %y' "$cache" "$cache"/*)" = "$before" ]
}

@test "an unknown argument is refused" {
    run scripts/bootstrap --devel
    [ "$status" -eq 1 ]
    [[ "$output" == *"unknown argument: --devel"* ]]
}
