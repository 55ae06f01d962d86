load support

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
