load support

# A vault with P-07 in it, and the sample's texts.
make_teller() {
    make_vault
    kua source add P-07 --quiet
    mkdir -p texts
    local -r sample="$BATS_TEST_DIRNAME/../sample-case"
    cp "$sample"/testimony-P-07.* "$sample/interview-P-07.ogg" texts/
}

@test "what is plainly no recording isn't taken as one" {
    make_teller
    run --separate-stderr kua testimony add texts/testimony-P-07.md \
        --recording texts/testimony-P-07.en.vtt
    ended 2
    says "the file named as recording is a text; nothing was added"
    run --separate-stderr kua list
    has_not "P-07"
}

@test "a testimony is added, shown, and not added twice" {
    make_teller
    run --separate-stderr kua testimony add texts/testimony-P-07.md \
        --recording texts/interview-P-07.ogg
    ended 0
    has "first account of P-07, 12 turns, 1 recording"
    has "consent of P-07: level 2"
    run --separate-stderr kua testimony add texts/testimony-P-07.md \
        --recording texts/interview-P-07.ogg --json
    ended 0
    [ "$(json '[d["recorded"], d["turns"], d["source"]]')" = '[false, 12, "P-07"]' ]
    run --separate-stderr kua testimony show testimony-P-07.md
    ended 0
    has "0006  answer  P-07  00:00:54.600 to 00:01:21.900  ru  [place]"
    has "Вы сами были на площади?"
    run --separate-stderr kua show testimony-P-07.md
    has "kua testimony show"
    [[ $output != *turn_0001* ]]
}

@test "a transcript and a translation lie beside the turns" {
    make_teller
    kua testimony add texts/testimony-P-07.md --quiet
    run --separate-stderr kua transcript add testimony-P-07.md texts/testimony-P-07.kk-ru.vtt
    ended 0
    has "17 segments over 12 turns"
    run --separate-stderr kua translation add testimony-P-07.md texts/testimony-P-07.en.vtt \
        --by Dana --credit D.
    ended 0
    has "17 segments over 12 turns, 1 marked uncertain"
    run --separate-stderr kua testimony show testimony-P-07.md
    has 'not sure of "My mother": апам can be mother, elder sister or aunt'
    has "(credit: D.)"
    [[ $output != *"heard kk"* ]] # the transcript says what the turns say
    run --separate-stderr kua testimony show testimony-P-07.md --json
    [ "$(json '[len(d["accounts"][0]["turns"]), [len(t["segments"]) for t in d["texts"]]]')" = '[12, [17, 17]]' ]
}

@test "a segment that by its time belongs to another turn is told of" {
    make_teller
    kua testimony add texts/testimony-P-07.md --quiet
    printf 'WEBVTT\n\n0006.1\n01:00.000 --> 01:02.000\nx\n\n0007.1\n01:04.000 --> 01:06.000\ny\n' \
        >texts/early.vtt
    run --separate-stderr kua translation add testimony-P-07.md texts/early.vtt --language fr
    ended 0
    says "by its time it belongs to another turn: 0007.1; is the number or the time wrong?"
    run --separate-stderr kua transcript add testimony-P-07.md texts/testimony-P-07.kk-ru.vtt --json
    ended 0
    [ "$(json 'd["misplaced"]')" = '[]' ]
}

@test "a mistake in a text is named with its line, and nothing is added" {
    make_teller
    sed 's/### 0009/### 0010/' texts/testimony-P-07.md >texts/wrong.md
    run --separate-stderr kua testimony add texts/wrong.md
    ended 1
    says "line 59: turn 0010 follows 0008; nothing added"
    run --separate-stderr kua testimony add texts/none.md
    ended 1
    printf 'WEBVTT\n\n0013.1\n00:00.000 --> 00:01.000\nx\n' >texts/wrong.vtt
    kua testimony add texts/testimony-P-07.md --quiet
    run --separate-stderr kua translation add testimony-P-07.md texts/wrong.vtt --language en
    ended 1
    says "segment 0013.1: this testimony has 12 turns; nothing added"
    run --separate-stderr kua translation add testimony-P-07.md texts/testimony-P-07.kk-ru.vtt
    ended 1
    says "kua-translation/1"
    run --separate-stderr kua list --json
    [ "$(json 'len(d["items"])')" = 1 ]
}

@test "words that would drive a terminal are shown harmless" {
    make_teller
    printf -- '---\nformat: kua-testimony/1\nsource: P-07\n---\n### 0001 answer P-07\n\033[31mred\n' \
        >texts/red.md
    kua testimony add texts/red.md --quiet
    run --separate-stderr kua testimony show red.md
    ended 0
    has '\x1b[31mred'
}
