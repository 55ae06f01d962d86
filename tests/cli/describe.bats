load support

@test "a date that is claimed anew has its own basis, not the device's" {
    make_vault
    kua add "$BATS_TEST_DIRNAME/../sample-case/IMG_0412.jpg" --quiet >/dev/null
    run --separate-stderr kua show IMG_0412.jpg
    has "(claimed by the device; in the file)"
    run --separate-stderr kua describe IMG_0412.jpg --captured 2018-01-01 --comment "source says so"
    ended 0
    has "captured_basis  embedded → unknown"
    run --separate-stderr kua show IMG_0412.jpg
    has "taken     2018-01-01 (claimed; device said"
    run --separate-stderr kua show IMG_0412.jpg --json
    [ "$(json 'd["item"]["captured_basis"]')" = unknown ]
    [ "$(json 'd["item"]["facts"]["captured_basis"]')" = unknown ]
    [ "$(json 'd["item"]["history"][-1]["facts"]["captured_basis"]')" = unknown ]
    run --separate-stderr kua status --rebuild
    ended 0
    has "the same as before, row for row"
    run --separate-stderr kua verify
    ended 0
}

@test "clock-offset alone puts the device's time right, unless somebody said another" {
    make_vault
    kua add "$BATS_TEST_DIRNAME/../sample-case/IMG_0412.jpg" --quiet >/dev/null
    run --separate-stderr kua describe IMG_0412.jpg --clock-offset PT1H --comment "radio"
    ended 0
    has "captured_basis  embedded → reference_clock"
    run --separate-stderr kua show IMG_0412.jpg
    has "taken     2017-11-23 14:04:31"
    # From what the device said, not from what that was put right to.
    kua describe IMG_0412.jpg --clock-offset -PT30M --comment "another radio" --quiet
    run --separate-stderr kua show IMG_0412.jpg --json
    [ "$(json 'd["item"]["facts"]["captured"]')" = 2017-11-23T15:34:31+05:00 ]
    [ "$(json 'd["item"]["facts"]["captured_day"]')" = 2017-11-23 ]
    kua describe IMG_0412.jpg --captured 2018-01-01 --comment "source says so" --quiet
    kua describe IMG_0412.jpg --clock-offset PT2H --comment "a third one" --quiet
    run --separate-stderr kua show IMG_0412.jpg --json
    [ "$(json 'd["item"]["facts"]["captured"]')" = 2018-01-01 ]
}

@test "a date that somebody claims is no longer counted as the file's own" {
    make_vault
    make_files
    kua add in/IMG_0412.jpg --quiet >/dev/null
    run --separate-stderr kua status
    has "1 item has no date but the file's own (claimed)"
    run --separate-stderr kua todo --json
    [ "$(json '"date_only_of_the_file" in [q["code"] for q in d["open"]]')" = true ]
    kua describe IMG_0412.jpg --captured 2018-01-01 --comment "source says so" --quiet
    run --separate-stderr kua status
    has_not "no date but the file's own"
    run --separate-stderr kua todo --json
    [ "$(json '"date_only_of_the_file" in [q["code"] for q in d["open"]]')" = false ]
}

@test "a tolerance is never negative" {
    make_vault
    make_files
    run --separate-stderr kua add in/IMG_0412.jpg --captured 2018-01-01 --captured-tolerance=-PT1H
    ended 2
    says "--captured-tolerance: it is so much either way, and never negative"
    kua add in/IMG_0412.jpg --captured 2018-01-01 --captured-tolerance PT1H --quiet
    run --separate-stderr kua describe IMG_0412.jpg --captured-tolerance=-PT1H --comment "a slip"
    ended 2
    run --separate-stderr kua event add "a strike" --occurred 2018-01-01 --occurred-tolerance=-P1D
    ended 2
}

@test "a basis that is given with a date stands" {
    make_vault
    make_files
    kua add in/IMG_0412.jpg --quiet >/dev/null
    kua describe IMG_0412.jpg --captured 2018-01-01 --captured-basis stated_by_source \
        --comment "source says so" --quiet
    run --separate-stderr kua show IMG_0412.jpg --json
    [ "$(json 'd["item"]["captured_basis"]')" = stated_by_source ]
}
