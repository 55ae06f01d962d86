load support

# scan FILE: the text of the QR code in a picture, without the line break that zbarimg adds.
scan() {
    zbarimg --quiet --raw --nodbus -S'*.disable' -Sqrcode.enable "$1" 2>/dev/null | head -c -1
}

# picture TEXT PICTURE: what is drawn in half blocks, as a picture. Drawn is the dark ink if there
# are colours, and the light one if not.
picture() {
    python3 - "$@" <<'END'
import re, sys
text = open(sys.argv[1], encoding="utf-8", newline="").read()
drawn = [line for line in text.splitlines() if re.search("[\u2580\u2584\u2588]", line)]
coloured = "\x1b[38;5;16;48;5;231m" in text
rows = []
for line in drawn:
    line = re.sub("\x1b\\[[0-9;]*m", "", line)
    for inks in "\u2580\u2588", "\u2584\u2588":
        rows.append([(c in inks) == coloured for c in line])
assert len({len(row) for row in rows}) == 1, [len(row) for row in rows]
scale = 4
with open(sys.argv[2], "wb") as out:
    out.write(b"P5 %d %d 255\n" % (len(rows[0]) * scale, len(rows) * scale))
    for row in rows:
        out.write(b"".join((b"\0" if dark else b"\xff") * scale for dark in row) * scale)
END
}

@test "identity show gives twelve words and the same in digits" {
    make_vault
    run kua identity show
    [ "$status" -eq 0 ]
    [ "$(grep -oE '[0-9]+ [a-z]{3,8}\b' <<<"$output" | wc -l)" -ge 12 ]
    [[ $output =~ ([0-9]{5}\ ){7}[0-9]{5} ]]
    run --separate-stderr kua --json identity show
    [ "$status" -eq 0 ]
    python3 - "$output" <<'END'
import json, sys
identity = json.loads(sys.argv[1])["identity"]
fingerprint = bytes.fromhex(identity["fingerprint"])
assert len(identity["words"]) == 12, identity
assert [int(group) for group in identity["digits"]] == [
    int.from_bytes(fingerprint[at:at + 2], "big") for at in range(0, 16, 2)], identity
END
}

@test "the card is written to a new file, and ssh-keygen accepts its signature" {
    make_vault
    run kua identity card --to rosa.card
    [ "$status" -eq 0 ]
    [[ $output == *"rosa.card"* ]]
    [ "$(head -n 1 rosa.card)" = kua-card-v1 ]
    head -n 5 rosa.card >signed
    sed -n '6,$p' rosa.card >signed.sig
    printf 'rosa namespaces="kua-card-v1" %s\n' "$(sed -n 's/^sign: //p' rosa.card)" >allowed
    ssh-keygen -Y verify -f allowed -I rosa -n kua-card-v1 -s signed.sig <signed
    run --separate-stderr kua --json identity show
    [ "$(json 'd["identity"]["fingerprint"]')" = "$(sha256sum <signed | cut -d' ' -f1)" ]
}

@test "a card never replaces a file, and never lies in the vault" {
    make_vault
    printf 'mine\n' >rosa.card
    run kua identity card --to rosa.card
    [ "$status" -eq 1 ]
    [ "$(cat rosa.card)" = mine ]
    run kua identity card --to vault/rosa.card
    [ "$status" -eq 4 ]
    [ ! -e vault/rosa.card ]
    run kua identity card --to nowhere/rosa.card
    [ "$status" -eq 1 ]
    [[ $output == *nowhere* ]]
    run kua identity card
    [ "$status" -eq 2 ]
}

@test "the picture of a card holds the card, to the byte" {
    command -v zbarimg >/dev/null || skip "zbarimg is not installed"
    for name in Rosa "Күлән Ж." "$(printf 'x%.0s' $(seq 100))"; do
        rm -rf vault rosa.*
        bare init vault --name "$name" --passphrase-file passphrase --kdf-memory 8 --kdf-passes 1 \
            >/dev/null 2>&1
        run --separate-stderr kua identity card --to rosa.card --png rosa.png --json
        ended 0
        [ "$(json 'd["png_file"]')" = rosa.png ]
        [ "$(head -c 8 rosa.png | od -An -tx1)" = " 89 50 4e 47 0d 0a 1a 0a" ]
        scan rosa.png >scanned
        cmp scanned rosa.card
    done
}

@test "what a phone scanned can be added as a contact" {
    command -v zbarimg >/dev/null || skip "zbarimg is not installed"
    make_vault
    bare init theirs --name Mara --passphrase-file passphrase --kdf-memory 8 --kdf-passes 1 \
        >/dev/null 2>&1
    bare --vault theirs --passphrase-file passphrase identity card --png mara.png
    scan mara.png >scanned
    bare --vault theirs --passphrase-file passphrase identity show --qr >drawn 2>/dev/null
    picture drawn drawn.pgm
    scan drawn.pgm >heard
    kua contact add scanned
    kua contact verify Mara --words-file heard
}

@test "a card is drawn on a terminal that is wide enough, for any colours it has" {
    command -v zbarimg >/dev/null || skip "zbarimg is not installed"
    make_vault
    kua identity card --to rosa.card >/dev/null 2>&1
    : >dialogue
    SCREEN_COLUMNS=200 converse --vault vault --passphrase-file passphrase identity card
    has "[status 0]"
    printf '%s\n' "$output" >screen
    grep -q $'\033' screen
    picture screen screen.pgm
    scan screen.pgm >scanned
    cmp scanned rosa.card
    # Not on a terminal there is nothing that would drive one.
    run --separate-stderr kua identity card --qr
    ended 0
    printf '%s\n' "$output" >plain
    picture plain plain.pgm
    scan plain.pgm >scanned
    cmp scanned rosa.card
}

@test "a terminal too narrow for a card is told so, with the ways out" {
    make_vault
    : >dialogue
    SCREEN_COLUMNS=100 converse --vault vault --passphrase-file passphrase identity card
    has "[status 1]"
    has "this terminal only 100"
    has "kua identity card --png FILE"
    has "kua identity show --qr"
    SCREEN_COLUMNS=100 converse --vault vault --passphrase-file passphrase identity show --qr
    has "[status 0]"
}

@test "a picture never replaces a file, never lies in the vault, and is no JSON" {
    make_vault
    printf 'mine\n' >rosa.png
    run --separate-stderr kua identity card --png rosa.png
    ended 1
    [ "$(cat rosa.png)" = mine ]
    run --separate-stderr kua identity card --png vault/rosa.png
    ended 4
    [ ! -e vault/rosa.png ]
    for command in "show --qr" "card --qr"; do
        # shellcheck disable=SC2086 # words of one command
        run --separate-stderr kua identity $command --json
        ended 2
        [ "$(json 'd["error"]["code"]')" = usage ]
    done
    run --separate-stderr kua identity card
    ended 2
    says "--png FILE"
    run --separate-stderr kua identity card --json
    ended 2
}
