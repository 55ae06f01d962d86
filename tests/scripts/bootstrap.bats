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

# A cache of its own that has the libraries but no npm packages yet, and an npm that we make up.
with_npm() { # SCRIPT: what npm does
    local real="${XDG_CACHE_HOME:-$HOME/.cache}/kua/deps" own="$scratch/cache/kua/deps" set
    set="$(readlink "$real/prefix")"
    mkdir -p "$own/sets"
    ln -s "$real/built" "$own/built"
    ln -s "$real/$set" "$own/$set"
    ln -s "$set" "$own/prefix"
    printf '#!/bin/sh\n%s\n' "$1" >"$scratch/bin/npm"
    printf '#!/bin/sh\necho 18\n' >"$scratch/bin/node"
    chmod +x "$scratch/bin/npm" "$scratch/bin/node"
}
bootstrap_dev() {
    PATH="$scratch/bin:$PATH" XDG_CACHE_HOME="$scratch/cache" scripts/bootstrap --dev
}

@test "every npm package is pinned by version and hash, and no registry is named" {
    run python3 - <<'END'
import json
lock = json.load(open("tests/interop/node/package-lock.json"))
packages = {name: one for name, one in lock["packages"].items() if name}
assert packages["node_modules/age-encryption"]["version"] == "0.3.1"
for name, one in packages.items():
    assert one["integrity"].startswith("sha512-") and one["version"], name
    assert "resolved" not in one, name
END
    [ "$status" -eq 0 ]
    run grep -rE 'https?:' tests/interop/node --include='*.json'
    [ "$status" -eq 1 ]
}

@test "npm packages come as the lock file has them, without running their scripts" {
    with_npm "echo \"\$*\" >>'$scratch/asked'; mkdir -p node_modules/age-encryption"
    run bootstrap_dev
    [ "$status" -eq 0 ]
    [[ "$output" == *"ready: npm package age-encryption"* ]]
    [ -d "$scratch/cache/kua/deps/node/node_modules/age-encryption" ]
    cmp tests/interop/node/package-lock.json "$scratch/cache/kua/deps/node/package-lock.json"
    [[ "$(cat "$scratch/asked")" == "ci --ignore-scripts "* ]]
    run bootstrap_dev
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    [ "$(wc -l <"$scratch/asked")" -eq 1 ]
}

@test "npm packages that can't be had are no failure, and not asked for again at once" {
    with_npm "echo asked >>'$scratch/asked'; echo 'no network' >&2; exit 1"
    run bootstrap_dev
    [ "$status" -eq 0 ]
    [[ "$output" == *"no network"*"will skip"* ]]
    [ ! -e "$scratch/cache/kua/deps/node" ]
    run bootstrap_dev
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    [ "$(wc -l <"$scratch/asked")" -eq 1 ]
    # A day later it is tried again.
    find "$scratch/cache/kua/deps" -name '*.missing' -exec touch -d '2 days ago' {} +
    run bootstrap_dev
    [ "$status" -eq 0 ]
    [ "$(wc -l <"$scratch/asked")" -eq 2 ]
    [ -z "$(find "$scratch/cache" -name 'work.*')" ]
}

@test "an unknown argument is refused" {
    run scripts/bootstrap --devel
    [ "$status" -eq 1 ]
    [[ "$output" == *"unknown argument: --devel"* ]]
}
