load support

@test "what an older kua didn't show yet is no damage, also for the first reader" {
    make_vault
    make_files
    kua add in --quiet >/dev/null
    catalog_sql "DELETE FROM facet; DELETE FROM dated; DELETE FROM passage;
        UPDATE item_facts SET facts = '{}'; INSERT INTO case_to_show SELECT case_id FROM case_info;"
    run --separate-stderr kua verify
    ended 0
    run --separate-stderr kua find notice
    has "notice.ru.txt"
}

@test "an untouched vault verifies, sealed and in full" {
    make_vault
    make_files
    kua add in >/dev/null
    run --separate-stderr kua verify
    ended 0
    has "nothing was altered: 3 objects"
    run --separate-stderr kua verify --sealed
    ended 0
    has "nothing was altered"
    says "sealed bytes only"
    run --separate-stderr kua verify --quiet
    ended 0
    [ -z "$output" ]
}

@test "verify --json has the documented keys" {
    make_vault
    make_files
    kua add in >/dev/null
    run --separate-stderr kua verify --json
    ended 0
    [ "$(json 'd["ok"]')" = true ]
    [ "$(json 'd["checked"]')" = 3 ]
    [ "$(json 'd["depth"]')" = full ]
    [ "$(json 'd["findings"]')" = "[]" ]
    [ "$(json 'd["entries_checked"] >= 4')" = true ]
}

@test "single items can be checked" {
    make_vault
    make_files
    kua add in >/dev/null
    run --separate-stderr kua verify IMG_0412.jpg --json
    ended 0
    [ "$(json 'd["checked"]')" = 1 ]
    run --separate-stderr kua verify i-zzzzz
    ended 8
}

@test "a flipped byte in a segment is found and named, and nothing wrong is exported" {
    make_vault
    head -c 300000 /dev/urandom >clip.mp4
    printf 'a notice' >notice.txt
    kua add clip.mp4 notice.txt >/dev/null
    # Which segment has the clip is chance: each thread that stores has its own.
    flip_middle "$(find vault/objects -name '*.db' -printf '%s %p\n' | sort -n | tail -n 1 | cut -d' ' -f2)"
    run --separate-stderr kua verify
    ended 5
    has "DAMAGED"
    has "$(id_of clip.mp4)"
    run --separate-stderr kua verify --json
    ended 5
    [ "$(json 'd["ok"]')" = false ]
    [ "$(json 'sorted(d["findings"][0])')" = '["code", "subject", "text"]' ]
    run --separate-stderr kua export --all --to out
    ended 5
    [ ! -e out/clip.mp4 ]
    cmp notice.txt out/notice.txt
}

@test "a header with one bad copy opens, says so and can be mended" {
    make_vault
    printf 'xxxx' | dd of=vault/kua.vault bs=1 seek=100 conv=notrunc status=none
    run --separate-stderr kua list
    ended 0
    says "warning: header"
    run --separate-stderr kua status
    ended 5
    run --separate-stderr kua verify
    ended 5
    run --separate-stderr kua verify --repair-header
    ended 0
    has "mended"
    run --separate-stderr kua verify
    ended 0
    [ -z "$stderr" ]
    run --separate-stderr kua verify --repair-header --json
    ended 0
    [ "$(json 'd["mended"]')" = "[]" ]
}

@test "a header with both copies bad is a clear failure" {
    make_vault
    size="$(stat -c %s vault/kua.vault)"
    head -c "$size" /dev/urandom >vault/kua.vault
    run --separate-stderr kua list
    [ "$status" -eq 1 ] || [ "$status" -eq 5 ]
    says "header" || says "not a vault" || says "no vault"
}

# Alters the page where a table or index of the catalog begins.
damage_catalog() { # NAME
    local page
    page="$(catalog_sql "SELECT rootpage FROM sqlite_schema WHERE name = '$1';")"
    printf 'xx' | dd of=vault/catalog.db bs=1 seek=$((page * 4096 - 3000)) conv=notrunc status=none
}

@test "a damaged page that everything hangs on is named, and its second copy used" {
    make_vault
    make_files
    kua add in >/dev/null
    for table in identity case_key item; do
        damage_catalog "$table"
    done
    printf 'xx' | dd of=vault/catalog.db bs=1 seek=50 conv=notrunc status=none # page 1
    run --separate-stderr kua verify
    ended 5
    has "DAMAGED catalog: "
    run --separate-stderr kua list
    ended 0
    run --separate-stderr kua export --all --to out
    ended 0
    has "3 exported · 0 failed"
    diff -r in out
}

@test "a segment that is gone is missing, with the items in it, and nothing is called damaged" {
    make_vault
    make_files
    kua add in --quiet >/dev/null
    mv vault/objects/000001.db away
    run --separate-stderr kua verify --json
    ended 5
    [ "$(json 'sorted({f["code"] for f in d["findings"]})')" = '["missing"]' ]
    [ "$(json 'sorted({f["subject"].split("-")[0] for f in d["findings"]})')" = \
        '["i", "segment 1"]' ]
    mv away vault/objects/000001.db
    kua verify
}

@test "a vault without objects/ isn't told to be exported" {
    make_vault
    make_files
    kua add in --quiet >/dev/null
    mv vault/objects away
    run --separate-stderr kua verify
    ended 5
    has "MISSING objects: the folder is missing"
    has_not "catalog"
    says "without its folder objects/ nothing can be exported"
    says_not "kua export --all"
    mv away vault/objects
    kua verify
}

@test "a damaged catalog is named, and keeps no item from being exported" {
    make_vault
    make_files
    kua add in >/dev/null
    rm vault/catalog.copies
    cp -r vault kept
    damage_catalog item_in_order
    run --separate-stderr kua verify
    ended 5
    has "DAMAGED catalog: a page doesn't authenticate"
    says "take out first what can be had"
    run --separate-stderr kua list
    ended 5
    run --separate-stderr kua export --all --to out
    ended 5
    has "3 exported · 0 failed"
    says "warning: catalog: its list of items can't be read; the journal's was used"
    diff -r in out

    rm -r vault
    mv kept vault
    damage_catalog log
    run --separate-stderr kua export --all --to again --json
    ended 5
    [ "$(json 'len(d["exported"])')" = 3 ]
    [ "$(json 'd["failed"]')" = "[]" ]
    [ "$(json '[f["code"] + " " + f["subject"] for f in d["findings"]]')" = '["damaged catalog"]' ]
    case "$(json 'd["findings"][0]["text"]')" in
    "these exports could not be entered in the journal: "*) ;;
    *) false ;;
    esac
    diff -r in again
}
