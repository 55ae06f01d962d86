load support

# kua by somebody who is held to the permissions of files.
plainly() {
    unprivileged "$KUA_PROGRAM" --vault "$BATS_TEST_TMPDIR/vault" \
        --passphrase-file "$BATS_TEST_TMPDIR/passphrase" "$@" </dev/null
}

teardown() {
    [ ! -e vault ] || chmod -R u+rwX vault
}

@test "a vault that may not be looked into isn't called none" {
    needs_permissions
    make_vault
    chmod 000 vault
    run --separate-stderr plainly list
    ended 1
    says "permission denied"
    says_not "kua init"
}

@test "what may not be read isn't called damaged" {
    needs_permissions
    make_vault
    make_files
    kua add in --quiet
    for file in vault/objects/000001.db vault/objects; do
        chmod 000 "$file"
        run --separate-stderr plainly verify
        chmod 700 "$file"
        ended 1
        has "NOT READABLE"
        has "permission denied"
        has_not "DAMAGED"
        says "run it as whoever owns this vault"
    done
    for file in vault/catalog.db vault/catalog.copies; do
        chmod 000 "$file"
        run --separate-stderr plainly verify
        chmod 700 "$file"
        ended 1
        says "permission denied"
        says "run it as whoever owns this vault, or those files, or name a folder of your own"
    done
    # Beside damage it hides none.
    chmod 000 vault/objects/000001.db
    printf 'x' >>vault/kua.vault
    run --separate-stderr plainly verify
    chmod 700 vault/objects/000001.db
    ended 5
    has "NOT READABLE"
    has "SURPLUS header"
    truncate -s -1 vault/kua.vault
    run --separate-stderr plainly verify
    ended 0
}

@test "a stick that may not be read isn't said to be gone" {
    needs_permissions
    make_vault
    mkdir media
    kua remote add stick media/kua >/dev/null 2>&1
    kua sync stick >/dev/null 2>&1
    for folder in media media/kua media/kua/objects media/kua/objects/pack media/kua/refs; do
        chmod 000 "$folder"
        run --separate-stderr plainly sync stick
        chmod 700 "$folder"
        ended 1
        has "stick may not be read here"
        has "permission denied"
        has "sudo chown -R USER"
        has_not "isn't there"
    done
    chmod 000 media
    run --separate-stderr plainly remote add other media/other
    chmod 700 media
    ended 1
    says "permission denied"
    says "sudo chown -R USER"
}

@test "who may only read lists, verifies, and is told why not more" {
    needs_permissions
    make_vault
    make_files
    kua add in --quiet
    chmod -R a-w vault
    run --separate-stderr plainly list
    ended 0
    run --separate-stderr plainly verify
    ended 0
    run --separate-stderr plainly export --all --to out
    ended 1
    says "permission denied"
    [ ! -e out ]
    run --separate-stderr plainly add in
    ended 1
    says "permission denied"
}

@test "from a read-only device everything can be read, and what writes says where it can" {
    make_vault
    make_files
    kua add in --quiet
    in_view='mount --bind vault view && mount -o remount,bind,ro view && exec "$@"'
    mkdir view
    if ! unshare --user --map-root-user --mount sh -c "$in_view" sh true; then
        skip "no mounts of one's own here"
    fi
    there() {
        unshare --user --map-root-user --mount sh -c "$in_view" sh \
            "$KUA_PROGRAM" --vault view --passphrase-file passphrase "$@" </dev/null
    }
    for command in list log status verify; do
        run --separate-stderr there "$command"
        ended 0
    done
    for command in "add in" "export --all --to out"; do
        # shellcheck disable=SC2086
        run --separate-stderr there $command
        ended 9
        says "the device is read-only"
        says "a copy of the vault elsewhere"
        says_not "make room"
    done
    [ ! -e out ]
}
