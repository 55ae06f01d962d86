#!/usr/bin/env bats
# The steps of the demo, with the program that was built, from an empty directory. A step checks
# itself what it shows and ends with a failure if anything came out otherwise.

@test "the demo shows what it promises and leaves no server behind" {
    export KUA_REPOSITORY="$BATS_TEST_DIRNAME/../.."
    PATH="$(dirname "${KUA_PROGRAM:?the program to test}"):$PATH"
    unset KUA_VAULT
    cd "$BATS_TEST_TMPDIR"
    for step in "$KUA_REPOSITORY"/scripts/demo.d/[0-9]*; do
        "$step" >>shown 2>&1 || {
            cat shown
            false
        }
    done
    grep -q '^8 files came back byte for byte' shown
    grep -q '^invitation to "Көктұз 2017" .* by Rosa, as contributor' shown
    grep -q 'Mara  *contributor  *verified  *2  *27$' shown
    grep -q 'ROLLBACK journal of Mara (.*: it held this journal up to' shown
    [ "$(grep -c '^(exit status 5)$' shown)" -eq 4 ]
    if [ -e daemon.log ]; then
        port="$(sed -n 's|.*git://127.0.0.1:\([0-9]*\)/.*|\1|p' shown | head -n 1)"
        run bash -c "exec 3<>/dev/tcp/127.0.0.1/$port"
        [ "$status" -ne 0 ]
    fi
}
