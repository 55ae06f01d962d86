load support

PASSPHRASE='passphrase: 	a lamp in the kitchen'

make_teller() {
    make_vault
    kua source add P-07 --quiet
}

only_item() {
    run --separate-stderr kua list --json
    json 'd["items"][0]["name"]'
}

@test "six answers and what was told become a sealed testimony" {
    make_teller
    cat >dialogue <<END
$PASSPHRASE
who tells it	P-07
where was it	a "kitchen", [at night]
when (2017	2017-11-29
first account	yes
consent level	2
one line	"she was calm"
what was told	They came at three.
	### 0002 answer P-07
	We ran.
	.
END
    converse --vault vault testimony new
    has "[status 0]"
    has $'\033[?1049h'
    has $'\033[?1049l'
    has "first account of P-07, 1 turn"
    has "consent of P-07: level 2"
    has "2 commission and court, under a pseudonym"
    [ "$(only_item)" = testimony-P-07.md ]
    run --separate-stderr kua testimony show testimony-P-07.md --json
    [ "$(json '[t["text"] for t in d["accounts"][0]["turns"]]')" = '["They came at three.\n ### 0002 answer P-07\nWe ran."]' ]
    [ "$(json '[d["accounts"][0]["facts"][n] for n in ("held", "held_place", "note", "testimony_kind")]')" = '["2017-11-29", "a \"kitchen\", [at night]", "\"she was calm\"", "first_account"]' ]
    run --separate-stderr kua show testimony-P-07.md --json
    [ "$(json '[d["item"]["facts"].get(n) for n in ("acquired_method", "origin_path", "source")]')" = '["dictated", null, "P-07"]' ]
    run --separate-stderr kua consent show P-07 --json
    [ "$(json 'd["consent"]["history"][0]["facts"]["how_informed"]')" = explained_orally ]
    kua export testimony-P-07.md --to out --quiet
    grep -qx 'source: P-07' out/testimony-P-07.md
    run --separate-stderr kua verify
    ended 0
    [ -z "$(find . -name '*.md' -not -path './out/*')" ]
}

@test "what doesn't fit is asked again at once, and what fitted is kept" {
    make_teller
    cat >dialogue <<END
$PASSPHRASE
who tells it	Aigul
never a name	P-7
never a name	P-99
no source P-99	P-07
where was it	
when (2017	29.11.17
when (2017	2017-11-29?
first account	maybe
yes or no, or nothing	no
consent level	9
consent level	2 shouted
consent level	2 read_aloud
one line	
what was told	.
nothing was told yet	We ran.
	^D
END
    converse --vault vault testimony add
    has "[status 0]"
    has "follow up of P-07, 1 turn"
    run --separate-stderr kua testimony show testimony-P-07.md --json
    [ "$(json '[d["accounts"][0]["turns"][0]["text"], d["accounts"][0]["facts"]["held"]]')" = '["We ran.", "2017-11-29?"]' ]
    run --separate-stderr kua consent show P-07 --json
    [ "$(json 'd["consent"]["history"][0]["facts"]["how_informed"]')" = read_aloud ]
}

@test "Enter leaves all lines out, and new begins a source" {
    make_teller
    cat >dialogue <<END
$PASSPHRASE
who tells it	
where was it	
when (2017	
first account	
consent level	
one line	
what was told	We ran.
	.
END
    converse --vault vault testimony new
    has "[status 0]"
    run --separate-stderr kua testimony show testimony.md --json
    [ "$(json '[d["item"]["source"], d["accounts"][0]["turns"][0]["role"], d["accounts"][0]["turns"][0]["speaker"], d["accounts"][0]["facts"]["held_basis"]]')" = '["unknown", "remark", "Rosa", "device_clock"]' ]
    sed -i 's/^who tells it\t/&new/; s/^consent level\t/&1/; s/We ran/They ran/' dialogue
    converse --vault vault testimony new
    has "[status 0]"
    run --separate-stderr kua source list --json
    [ "$(json '[[s["pseudonym"], s["level"]] for s in d["sources"]]')" = '[["P-01", 1], ["P-07", null]]' ]
}

@test "a recording comes in beside it" {
    make_teller
    printf 'a voice' >told.ogg
    cat >dialogue <<END
$PASSPHRASE
who tells it	P-07
where was it	
when (2017	
first account	yes
consent level	
one line	
what was told	told.ogg
that is a recording	.
END
    converse --vault vault testimony new
    has "[status 0]"
    has "first account of P-07, 1 turn, 1 recording"
    run --separate-stderr kua list --json
    [ "$(json 'sorted(i["name"] for i in d["items"])')" = '["testimony-P-07.md", "told.ogg"]' ]
    run --separate-stderr kua testimony show testimony-P-07.md
    has "told in the recording"
}

@test "a recording whose path is mistyped, quoted or dropped on the terminal is no testimony" {
    make_teller
    printf 'a voice' >"told by night.ogg"
    for path in "'$PWD/told by night.ogg'" "$PWD/told\\ by\\ night.ogg " "file://$PWD/told by night.ogg"; do
        cat >dialogue <<END
$PASSPHRASE
who tells it	P-07
where was it	
when (2017	
first account	yes
consent level	
one line	the path was $path
what was told	$PWD/told by nihgt.ogg
there is no such file	$path
that is a recording	.
END
        converse --vault vault testimony new
        has "[status 0]"
        has "1 turn, 1 recording"
    done
}

@test "a line that the terminal cuts is not taken, and that is said" {
    make_teller
    cat >dialogue <<END
$PASSPHRASE
who tells it	P-07
where was it	
when (2017	
first account	yes
consent level	
one line	$(printf 'y%.0s' {1..4095})
longer than the 4,094 bytes	$(printf 'y%.0s' {1..4094})
what was told	They came at three.
	$(printf 'x%.0s' {1..5000})
Go on from there with shorter lines:	We ran.
	.
END
    converse --vault vault testimony new
    has "[status 0]"
    run --separate-stderr kua testimony show testimony-P-07.md --json
    [ "$(json '[t["text"] for t in d["accounts"][0]["turns"]]')" = '["They came at three.\nWe ran."]' ]
    [ "$(json 'len(d["accounts"][0]["facts"]["note"])')" = 4094 ]
}

@test "what would keep it from being stored is said before anything is typed" {
    make_teller
    printf '%s\n' "$PASSPHRASE" >dialogue
    converse --vault vault testimony new --captured 29.11.17
    has "[status 2]"
    has "29.11.17"
    has_not "who tells it"
}

@test "what was typed and can't be stored stays until somebody says no" {
    make_teller
    mkdir folder
    cat >dialogue <<END
$PASSPHRASE
who tells it	P-07
where was it	
when (2017	
first account	yes
consent level	
one line	
what was told	$PWD/folder
that is a recording	We ran.
	.
try again	yes
what you typed is still here	y
try again	y
try again	
try again	no
END
    converse --vault vault testimony new
    has_not "[status 0]"
    run --separate-stderr kua list
    has_not "testimony"
}

@test "Ctrl-C keeps nothing, and without a terminal it asks for a file" {
    make_teller
    cat >dialogue <<END
$PASSPHRASE
who tells it	new
where was it	
when (2017	^C
END
    converse --vault vault testimony new
    has "[status 130]"
    run --separate-stderr kua source list --json
    [ "$(json 'len(d["sources"])')" = 1 ]
    for command in new add; do
        run --separate-stderr kua testimony "$command"
        ended 2
        says "no terminal"
    done
}

@test "it works in a sealed case, which then shows nothing of it" {
    make_teller
    kua case seal --secret-to case.key --secret-passphrase-file passphrase --yes >/dev/null 2>&1
    cat >dialogue <<END
$PASSPHRASE
who tells it	new
write a pseudonym	P-31
where was it	
when (2017	
first account	yes
consent level	3
one line	
what was told	We ran.
	.
END
    converse --vault vault testimony new
    has "[status 0]"
    run --separate-stderr kua list
    ended 4
    kua case unseal case.key --secret-passphrase-file passphrase >/dev/null 2>&1
    run --separate-stderr kua testimony show testimony-P-31.md --json
    [ "$(json 'd["accounts"][0]["turns"][0]["text"]')" = "We ran." ]
}
