load support

@test "export writes the original bytes and says where" {
    make_vault
    make_files
    kua add in >/dev/null
    run --separate-stderr kua export IMG_0412.jpg notice.ru.txt --to out
    ended 0
    has "out/IMG_0412.jpg"
    has "2 exported · 0 failed"
    cmp in/IMG_0412.jpg out/IMG_0412.jpg
    cmp in/notice.ru.txt out/notice.ru.txt
    [ "$(find out -type f | wc -l)" -eq 2 ]
}

@test "export --all takes all of the case, and --json lists it" {
    make_vault
    make_files
    kua add in >/dev/null
    run --separate-stderr kua export --all --to out --json
    ended 0
    [ "$(json 'len(d["exported"])')" = 3 ]
    [ "$(json 'd["failed"]')" = "[]" ]
    [ "$(json 'sorted(d["exported"][0])')" = '["bytes", "digest", "id", "path", "short_id"]' ]
    diff -r in out
}

@test "export never overwrites" {
    make_vault
    make_files
    kua add in >/dev/null
    mkdir out
    printf mine >out/IMG_0412.jpg
    run --separate-stderr kua export IMG_0412.jpg --to out
    [ "$status" -eq 1 ]
    [ "$(cat out/IMG_0412.jpg)" = mine ]
    run --separate-stderr kua export --all --to out
    ended 3
    [ "$(cat out/IMG_0412.jpg)" = mine ]
    cmp in/IMG_0419.jpg out/IMG_0419.jpg
    [ "$(find out -type f | wc -l)" -eq 3 ]
}

@test "export through a link to a folder says that it is a link" {
    make_vault
    make_files
    kua add in --quiet >/dev/null
    mkdir real
    ln -s real link
    run --separate-stderr kua export --all --to link
    ended 1
    says "is a symbolic link"
    [ -z "$(ls real)" ]
}

@test "export follows no link that lies where a file should go" {
    make_vault
    make_files
    kua add in >/dev/null
    mkdir out
    ln -s ../target out/IMG_0412.jpg
    run --separate-stderr kua export IMG_0412.jpg --to out
    [ "$status" -ne 0 ]
    [ ! -e target ]
}

@test "export makes hostile names harmless" {
    make_vault
    mkdir in
    printf 1 >in/$'a\nb.jpg'
    printf 2 >in/$'\x1b[31mred.jpg'
    printf 3 >in/-rf
    printf 4 >in/.hidden
    kua add in >/dev/null
    run --separate-stderr kua export --all --to out
    ended 0
    [ "$(find out -type f | wc -l)" -ge 4 ]
    [ "$(find out -mindepth 1 -maxdepth 1 -type f -print0 | tr -dc '\0' | wc -c)" -eq 4 ]
    LC_ALL=C find out -print0 | tr '\0' '\1' | LC_ALL=C grep -q "$(printf '\033')" && return 1
    true
}

@test "an export is an entry in the journal with its purpose and recipient" {
    make_vault
    make_files
    kua add in >/dev/null
    kua consent give unknown --level 2 --how-informed not_possible --comment "openly shared" \
        --quiet
    kua describe IMG_0412.jpg --carries content,time --comment "looked at it" --quiet
    kua export IMG_0412.jpg --to out --purpose court --recipient "the clerk" >/dev/null
    run --separate-stderr kua log --facts
    ended 0
    has "custody.exported"
    has "purpose court"
    run --separate-stderr kua show IMG_0412.jpg --json
    [ "$(json 'd["item"]["history"][-1]["type"]')" = custody.exported ]
    [ "$(json 'd["item"]["history"][-1]["facts"]["to"]')" = "the clerk" ]
    run --separate-stderr kua export IMG_0412.jpg --to out2 --purpose fun
    ended 2
}

@test "export --sealed gives the age file as it is stored" {
    make_vault
    make_files
    kua add in >/dev/null
    run --separate-stderr kua export IMG_0412.jpg --to out --sealed --json
    ended 0
    file="$(json 'd["exported"][0]["path"]')"
    [ "$(head -c 21 "$file")" = age-encryption.org/v1 ]
    run --separate-stderr kua show IMG_0412.jpg --json
    [ "$(json 'd["item"]["seal"]["object"]')" = "$(sha256sum "$file" | cut -d' ' -f1)" ]
}

@test "export needs items or --all, not both, and a folder" {
    make_vault
    run --separate-stderr kua export --to out
    ended 2
    run --separate-stderr kua export i-7k2m9 --all --to out
    ended 2
    run --separate-stderr kua export i-7k2m9
    ended 2
    run --separate-stderr kua export i-7k2m9 --to out
    ended 8
    [ ! -e out ] || [ -z "$(ls out)" ]
}
