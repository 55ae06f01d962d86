# shellcheck disable=SC2154 # share sets case_id
load support
load two_vaults

@test "a card that was never compared is no member, and the way out is said" {
    make_two_vaults
    run --separate-stderr kua member add Mara
    ended 4
    says "never compared"
    says "kua contact verify"
    says "--unverified"
    run --separate-stderr kua member list --json
    [ "$(json 'len(d["members"])')" = 1 ]
    run --separate-stderr kua --json member add Mara
    ended 4
    [ "$(json 'd["error"]["code"]')" = refused ]
    run --separate-stderr kua member add Mara --unverified
    ended 0
    has "added Mara as contributor: seen, not verified"
    says "kua case accept"
}

@test "a member that is added is listed, once" {
    make_two_vaults
    verify_cards
    run --separate-stderr kua member add Mara --role reader --json
    ended 0
    [ "$(json 'd["change"]')" = added ]
    [ "$(json 'd["member"]["role"]')" = reader ]
    [ "$(json 'd["member"]["verified"]')" = true ]
    run --separate-stderr kua member add Mara
    ended 4
    says "a member already"
    run --separate-stderr kua member list --json
    ended 0
    [ "$(json '[(m["name"], m["role"], m["self"], m["entries"], m["holds"]) for m in d["members"]]')" \
        = '[["Rosa", "owner", true, 2, 2], ["Mara", "reader", false, 0, 0]]' ]
    [ "$(json 'sorted(d["members"][0])')" = '["awaits_keys", "entries", "fingerprint", "holds", "last_heard_claimed", "name", "removed", "role", "roster", "roster_removed", "self", "verified"]' ]
    run --separate-stderr kua member list
    ended 0
    has "Mara  reader"
    has "of yours there"
}

@test "a role, a contact and a case that there are not are named" {
    make_two_vaults
    for role in owner boss "" "-x" $'\x1b[31m'; do
        run --separate-stderr kua member add Mara --unverified --role "$role"
        ended 2
    done
    run --separate-stderr kua member add Adil
    ended 8
    says "Adil"
    run --separate-stderr kua member add $'Mara\x1b[31m\n'
    ended 8
    run --separate-stderr kua member add Mara --unverified --case KT-18
    ended 8
    run --separate-stderr kua member add
    ended 2
    run --separate-stderr kua member remove Mara --yes
    ended 8
    says 'no member is called "Mara"'
}

@test "nobody joins a case that is sealed here" {
    make_two_vaults
    printf 'a lantern in the hall\n' >second
    chmod 600 second
    kua case seal KT-17 --secret-to case.key --secret-passphrase-file second --yes >/dev/null 2>&1
    run --separate-stderr kua member add Mara --unverified
    ended 4
    says "sealed here"
}

@test "whoever is removed: what was readable there is said, and then the keys are others" {
    share
    make_files
    kua add in/IMG_0412.jpg in/IMG_0419.jpg >/dev/null
    kua sync >/dev/null
    theirs sync >/dev/null
    theirs add in/notice.ru.txt --case KT-17 >/dev/null
    theirs sync >/dev/null
    kua sync >/dev/null
    run --separate-stderr kua member remove Mara
    ended 2
    says "--yes"
    run --separate-stderr kua member remove Mara --yes
    ended 0
    has "Mara removed"
    has "could read 3 items"
    has "keeps all that"
    says "sync now"
    run --separate-stderr kua member list
    has "removed"
    run --separate-stderr kua member remove Mara --yes
    ended 8
    # What comes now is out of reach there.
    printf 'later' >later.txt
    kua add later.txt >/dev/null
    kua sync >/dev/null
    run --separate-stderr theirs sync
    run --separate-stderr theirs list --case KT-17
    has "notice.ru.txt"
    has_not "later.txt"
    run --separate-stderr theirs verify
    ended 0
}

# A third member, who is in the case until she is removed.
add_dora() {
    bare init doras --name Dora --passphrase-file passphrase --kdf-memory 8 --kdf-passes 1 \
        >/dev/null 2>&1
    bare --vault doras --passphrase-file passphrase identity card --to dora.card >/dev/null 2>&1
    kua contact add dora.card >/dev/null 2>&1
    kua member add Dora --role reader --unverified >/dev/null 2>&1
    kua sync stick >/dev/null
    theirs sync stick >/dev/null
}

@test "who has yet to get new keys is named, until something tells that they arrived" {
    share
    add_dora
    run --separate-stderr kua member remove Dora --yes
    ended 0
    says "what others add can be read by Dora"
    says "these have yet to get the new keys: Mara"
    says "kua send --everything"
    run --separate-stderr kua member list
    has "verified, no new keys yet"
    run --separate-stderr kua member list --json
    [ "$(json '[m["awaits_keys"] for m in d["members"]]')" = '[false, true, false]' ]
    run --separate-stderr kua sync stick
    ended 0
    says "not known to have the new keys of \"KT-17\" yet: Mara"
    run --separate-stderr theirs sync stick --json
    ended 0
    [ "$(json 'd["awaiting_keys"]')" = "[]" ]
    run --separate-stderr kua sync stick
    ended 0
    says_not "not known to have the new keys"
    run --separate-stderr kua member list
    has_not "no new keys yet"
}

@test "who removes the card of a case's owner is told what goes on, and gets its new keys" {
    share
    add_dora
    run --separate-stderr theirs contact remove Rosa
    ended 0
    says "Rosa owns a case that is here: KT-17"
    says "new keys"
    kua member remove Dora --yes >/dev/null 2>&1
    kua sync stick >/dev/null
    run --separate-stderr theirs sync stick
    ended 0
    printf 'later' >later.txt
    theirs add later.txt --case KT-17 >/dev/null
    theirs sync stick >/dev/null
    kua sync stick >/dev/null
    run --separate-stderr kua list
    has "later.txt"
    run --separate-stderr kua member list
    has_not "no new keys yet"
    run --separate-stderr kua contact remove Mara --json
    ended 0
    [ "$(json 'd["owner_of"]')" = "[]" ]
    says_not "owns"
}

@test "the report on a removed member as JSON, with the last entry that counts" {
    share
    make_files
    theirs add in --case KT-17 >/dev/null
    theirs sync >/dev/null
    kua sync >/dev/null
    run --separate-stderr kua member remove Mara --as-of nineteen --yes
    ended 2
    run --separate-stderr kua member remove Mara --as-of 2 --yes --json
    ended 0
    [ "$(json 'd["change"]')" = removed ]
    [ "$(json 'd["member"]["removed"]')" = true ]
    [ "$(json 'd["findings"]')" = "[]" ]
    [ "$(json 'sorted(d["exposure"])')" = \
        '["awaiting_keys", "entries", "items", "keep_not_kept", "last_entry", "new_epoch", "received", "refusals_kept", "restrictions_kept", "restrictions_left_out", "set_aside"]' ]
    # Entries 2 to 4 came in one bundle, of which all counts or nothing.
    [ "$(json 'd["exposure"]["last_entry"]')" = 1 ]
    [ "$(json 'd["exposure"]["set_aside"]')" = 3 ]
    [ "$(json 'd["exposure"]["new_epoch"]')" = 2 ]
}

@test "what a removed member said that holds back still counts, and is named before" {
    share
    make_files
    kua add in --case KT-17 >/dev/null
    kua sync >/dev/null
    theirs sync >/dev/null
    run --separate-stderr theirs list --case KT-17 --json
    item=$(json 'd["items"][0]["id"]')
    theirs describe "$item" --case KT-17 --hold legal --comment "the lawyer asks for it" >/dev/null
    theirs sync >/dev/null
    kua sync >/dev/null
    run --separate-stderr kua member remove Mara --as-of 1 --yes
    ended 0
    says "holds these back: ${item:0:10}; that is entered again in your name"
    has "still counts, entered in your name: ${item:0:10}"
    run --separate-stderr kua show "$item" --case KT-17 --json
    [ "$(json 'd["item"]["facts"]["hold"]')" = legal ]
    run --separate-stderr kua log "$item" --case KT-17
    has "said before in entries of a removed member that count no more"
}

@test "only the owner adds and removes" {
    share
    for yes in "" --yes; do
        run --separate-stderr theirs member remove Rosa --case KT-17 ${yes:+"$yes"}
        ended 4
        says "only the owner of a case adds and removes members"
    done
    make_adil() {
        bare init adil --name Adil --passphrase-file passphrase --kdf-memory 8 --kdf-passes 1
        bare --vault adil --passphrase-file passphrase identity card --to adil.card
    }
    make_adil >/dev/null 2>&1
    theirs contact add adil.card >/dev/null 2>&1
    run --separate-stderr theirs member add Adil --unverified --case KT-17
    ended 4
    says "owner"
    run --separate-stderr kua member remove Rosa --yes
    ended 4
    run --separate-stderr theirs member list --case KT-17 --json
    [ "$(json '[m["name"] for m in d["members"] if not m["removed"]]')" = '["Rosa", "Mara"]' ]
}

@test "a reader reads, and adds nothing" {
    make_files
    share reader
    kua add in >/dev/null
    kua sync >/dev/null
    theirs sync >/dev/null
    run --separate-stderr theirs list --case KT-17
    ended 0
    has "IMG_0412.jpg"
    before="$(theirs log --case KT-17 --json)"
    run --separate-stderr theirs add in/notice.ru.txt --case KT-17
    ended 4
    [ "$(theirs log --case KT-17 --json)" = "$before" ]
    # Nor with the case sealed: the others would take nothing of it.
    printf 'the key of the case' >key-passphrase
    chmod 600 key-passphrase
    theirs case seal KT-17 --secret-to case.key --secret-passphrase-file key-passphrase \
        --yes --quiet
    for line in "add in/notice.ru.txt" "source add P-77"; do
        read -ra words <<<"$line"
        run --separate-stderr theirs "${words[@]}" --case "${case_id:0:8}"
        ended 4
        says "reader"
    done
    run --separate-stderr theirs verify
    ended 0
}

@test "a depositor adds and can't list; the owner sees what was added" {
    share depositor
    make_files
    kua add in/IMG_0412.jpg >/dev/null
    kua sync >/dev/null
    theirs sync >/dev/null
    run --separate-stderr theirs add in/IMG_0419.jpg in/notice.ru.txt --case "${case_id:0:8}"
    ended 0
    theirs sync >/dev/null
    for command in list show export; do
        case $command in
        list) run --separate-stderr theirs list --case "${case_id:0:8}" ;;
        show) run --separate-stderr theirs show IMG_0419.jpg --case "${case_id:0:8}" ;;
        export) run --separate-stderr theirs export --all --to out --case "${case_id:0:8}" ;;
        esac
        ended 4
        says_not "IMG_0412.jpg"
    done
    run --separate-stderr kua sync --json
    ended 0
    [ "$(json 'd["remotes"][0]["items_in"]')" = 2 ]
    run --separate-stderr kua list
    has "IMG_0419.jpg"
    has "notice.ru.txt"
    kua export --all --to out >/dev/null
    cmp in/IMG_0419.jpg out/IMG_0419.jpg
    run --separate-stderr kua verify
    ended 0
}

@test "a case is accepted from whoever was compared, or knowingly" {
    make_two_vaults
    run --separate-stderr theirs case accept
    ended 8
    says "no invitation is here"
    mkdir media
    kua member add Mara --unverified >/dev/null 2>&1
    kua remote add stick media/kua >/dev/null 2>&1
    theirs remote add stick media/kua >/dev/null 2>&1
    kua sync >/dev/null
    run --separate-stderr theirs sync
    ended 0
    has 'invitation to "KT-17"'
    has "by Rosa (seen, not verified), as contributor"
    run --separate-stderr theirs sync --json
    [ "$(json '[(i["title"], i["from_name"], i["verified"], i["role"]) for i in d["invitations"]]')" \
        = '[["KT-17", "Rosa", false, "contributor"]]' ]
    run --separate-stderr theirs case accept
    ended 4
    says "never compared"
    says "--unverified"
    run --separate-stderr theirs case accept KT-18
    ended 8
    run --separate-stderr theirs case accept KT-17 --unverified --json
    ended 0
    [ "$(json 'd["change"]')" = accepted ]
    run --separate-stderr theirs case accept
    ended 8
}

@test "what a member says of having seen can be doubted, by name" {
    make_two_vaults
    kua member add Mara --unverified >/dev/null 2>&1
    run --separate-stderr kua member doubt Nobody --yes
    ended 8
    run --separate-stderr kua member doubt Mara --yes
    ended 0
    has "what Mara says of having seen your entries counts no more"
    run --separate-stderr kua member doubt Mara --yes --json
    ended 0
    [ "$(json 'd["change"]')" = doubted ]
}

@test "a case that a member has whole is sealed without a file, and opened with theirs" {
    share
    make_files
    kua add in/IMG_0412.jpg >/dev/null
    kua sync >/dev/null
    theirs sync >/dev/null
    kua sync >/dev/null
    run --separate-stderr kua case seal KT-17 --yes
    ended 0
    says "Mara had it, and all of the case, when last heard of: ask whether that vault was sealed"
    says_not "invitation"
    has "who had the key and all of the case when last heard of: Mara"
    has "one of them, if theirs isn't sealed, writes the key"
    has "kua case key --to FILE --secret-for NAME"
    run --separate-stderr theirs case key KT-17 --to rosa.key --secret-for Rosa
    ended 0
    has "the key is in rosa.key"
    run --separate-stderr theirs case key KT-17 --to rosa.key --secret-for Rosa
    ended 1
    run --separate-stderr kua case unseal --remote stick --case "$case_id"
    ended 8
    run --separate-stderr kua case unseal rosa.key
    ended 0
    has "is open again: 1 item"
    printf 'a lantern in the hall\n' >second
    chmod 600 second
    run --separate-stderr theirs case seal KT-17 --secret-to mara.key \
        --secret-passphrase-file second --yes
    ended 0
    says "it doesn't reach the invitation that this vault got"
    says "It was seen on stick; keep that away from this computer"
    run --separate-stderr theirs case unseal --remote stick --case "$case_id"
    ended 0
    has "is open again: 1 item"
    theirs remote remove stick >/dev/null
    rm mara.key
    run --separate-stderr theirs case seal KT-17 --secret-to mara.key \
        --secret-passphrase-file second --yes --json
    ended 0
    says "It is where it came from; keep that away from this computer"
    [ "$(json 'd["inviting_remotes"]')" = "[]" ]
}

@test "who has destroyed an original doesn't count as having the case whole" {
    share
    make_files
    kua add in/IMG_0412.jpg in/IMG_0419.jpg >/dev/null
    kua sync >/dev/null
    theirs sync >/dev/null
    theirs shred IMG_0412.jpg --case KT-17 --reason "the phone is lost" --yes >/dev/null 2>&1
    theirs sync >/dev/null
    kua sync >/dev/null
    run --separate-stderr kua case seal KT-17 --yes
    ended 4
    says "nobody else is known to hold the key and all"
    kua shred IMG_0412.jpg --reason "theirs is gone, too" --yes >/dev/null 2>&1
    kua sync >/dev/null
    theirs sync >/dev/null
    kua sync >/dev/null
    run --separate-stderr kua case seal KT-17 --yes
    ended 0
}

@test "who only ever received can seal without a file, too" {
    share
    make_files
    kua add in/IMG_0412.jpg >/dev/null
    kua sync >/dev/null
    theirs sync >/dev/null
    run --separate-stderr theirs case seal KT-17 --yes --json
    ended 0
    [ "$(json 'd["holders"]')" = '["Rosa"]' ]
    [ "$(json 'd["inviting_remotes"]')" = '["stick"]' ]
}

@test "an invitation that was declined is shown no more, and can be accepted all the same" {
    make_two_vaults
    mkdir media
    kua member add Mara --unverified >/dev/null 2>&1
    kua remote add stick media/kua >/dev/null 2>&1
    theirs remote add stick media/kua >/dev/null 2>&1
    kua sync >/dev/null
    theirs sync >/dev/null
    run --separate-stderr theirs case decline KT-17 --from Nobody
    ended 8
    run --separate-stderr theirs case decline KT-17 --from Rosa
    ended 0
    has 'declined the invitation to "KT-17" by Rosa; nobody is told'
    kua case create second >/dev/null
    kua member add Mara --case second --unverified >/dev/null 2>&1
    kua sync >/dev/null
    run --separate-stderr theirs sync
    ended 0
    has 'invitation to "second"'
    has_not KT-17
    run --separate-stderr theirs case accept --unverified --json
    ended 0
    run --separate-stderr theirs case accept --unverified
    ended 8
    run --separate-stderr theirs case accept KT-17 --unverified
    ended 0
}
