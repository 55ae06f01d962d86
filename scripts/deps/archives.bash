# shellcheck shell=bash
# shellcheck disable=SC2154 # root and work are set by scripts/bootstrap
# Where the source archives come from, and that they are the right ones. Sourced by
# scripts/bootstrap. Two ways: a folder ($KUA_SOURCES), or Debian's source packages through apt.

# Name, version and SHA-256 of the archive as Debian distributes it (upstream's, unpatched). The pin
# holds on both ways. Changed together with the versions asserted in CMake.
archive_pin() { # NAME: prints VERSION SHA256
    case $1 in
    libsodium) echo "1.0.22 5838bb0c3da6148c24ebe531d1ed1297de9a87aea77d426bcd99f289e681631c" ;;
    sqlcipher) echo "4.6.1 d8f9afcbc2f4b55e316ca4ada4425daf3d0b4aab25f45e11a802ae422b9f53a3" ;;
    catch2) echo "3.7.1 c991b247a1a0d7bb9c39aa35faf0fe9e19764213f28ffba3109388e62ee0269c" ;;
    *) fail "no archive is pinned for $1" ;;
    esac
}

archive_suites() { # NAME: prints the Debian suites to look in, best first
    case $1 in
    libsodium) echo "forky sid" ;;
    *) echo "trixie" ;;
    esac
}

# Leaves DIR/NAME (the archive) and DIR/NAME.version for each NAME, all checked.
fetch_archives() { # DIR NAME...
    local dir=$1
    shift
    mkdir -p "$dir"
    if [[ -z ${KUA_SOURCES+set} && -d "$root/../shared/deps" ]]; then
        local KUA_SOURCES="$root/../shared/deps"
    fi
    if [[ -n ${KUA_SOURCES-} ]]; then
        archives_from_folder "$KUA_SOURCES" "$dir" "$@"
    else
        archives_from_apt "$dir" "$@"
    fi
}

# Checks the copy, not the original: what was checked is what gets built.
archives_from_folder() { # FOLDER DIR NAME...
    local folder=$1 dir=$2 name version sha256
    shift 2
    for name in "$@"; do
        read -r version sha256 < <(archive_pin "$name")
        local file="${name}_$version.orig.tar.gz"
        cp "$folder/$file" "$dir/$name" || fail "KUA_SOURCES has no $file"
        echo "$sha256  $dir/$name" | sha256sum --check --status ||
            fail "$folder/$file is not the pinned archive (SHA-256 differs)"
        echo "$version" >"$dir/$name.version"
    done
}

# The Debian archives in the machine's apt configuration, both its formats, as lines "URI KEYRING"
# (KEYRING may be -): entries that bring this system's own suite, so neither -security nor -updates,
# and component main. Those whose path ends in /debian come first; others may be a vendor's.
debian_archives() {
    local codename parts list
    # shellcheck source=/dev/null
    codename="$(source /etc/os-release && printf '%s' "${VERSION_CODENAME-}")"
    eval "$(apt-config shell parts Dir::Etc::sourceparts/d list Dir::Etc::sourcelist/f)"
    local -r wanted=" ${codename:-stable} stable oldstable testing unstable sid "
    {
        { cat "$list" "$parts"/*.list 2>/dev/null || true; } | awk -v wanted="$wanted" '
            $1 != "deb" { next }
            {
                key = "-"
                if (match($0, /\[[^]]*\]/)) {
                    options = substr($0, RSTART + 1, RLENGTH - 2)
                    if (match(options, /signed-by=[^ ,]+/))
                        key = substr(options, RSTART + 10, RLENGTH - 10)
                    sub(/\[[^]]*\]/, "")
                }
                main = 0
                for (i = 4; i <= NF; i++) if ($i == "main") main = 1
                if (main && index(wanted, " " $3 " ")) print $2, key
            }'
        for list in "$parts"/*.sources; do
            [[ -r $list ]] || continue
            awk -v wanted="$wanted" '
                function flush_stanza(  i, n, word, ours, main, uris) {
                    n = split(field["suites"], word, " ")
                    for (i = 1; i <= n; i++) if (index(wanted, " " word[i] " ")) ours = 1
                    main = (" " field["components"] " ") ~ / main /
                    if (ours && main && (" " field["types"] " ") ~ / deb / &&
                        field["enabled"] != "no") {
                        n = split(field["uris"], uris, " ")
                        for (i = 1; i <= n; i++)
                            print uris[i], (field["signed-by"] ~ /^\// ? field["signed-by"] : "-")
                    }
                    split("", field)
                }
                /^#/ { next }
                /^[ \t]*$/ { flush_stanza(); next }
                /^[ \t]/ { sub(/^[ \t]+/, ""); field[name] = field[name] " " $0; next }
                {
                    name = tolower($0)
                    sub(/:.*/, "", name)
                    sub(/^[^:]*:[ \t]*/, "")
                    sub(/[ \t]+$/, "")
                    field[name] = $0
                }
                END { flush_stanza() }' "$list"
        done
    } | awk '{ print ($1 ~ /\/debian\/?$/ ? 0 : 1), $0 }' | sort -s -k1,1 | cut -d' ' -f2- | uniq
}

# An apt of its own: the machine's lists, cache and hooks are not touched. Signatures are checked by
# apt with the keyring that the machine trusts for that archive.
private_apt() { # FOLDER URI KEYRING SUITE...
    local apt=$1 uri=$2 keyring=$3
    shift 3
    rm -rf "$apt"
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/parts"
    {
        echo "Types: deb-src"
        echo "URIs: $uri"
        echo "Suites: $*"
        echo "Components: main"
        if [[ $keyring != - ]]; then echo "Signed-By: $keyring"; fi
    } >"$apt/parts/kua.sources"
    cat >"$apt/apt.conf" <<END
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$apt/parts";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt/cache";
Acquire::Languages "none";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
END
}

# The newest source version of the pinned series (1.0.22 accepts 1.0.23), the pinned one if there.
choose_version() { # FOLDER NAME PINNED: prints VERSION as apt names it
    apt-cache -c "$1/apt.conf" showsrc --only-source "$2" 2>/dev/null |
        awk '$1 == "Version:" { print $2 }' | sort -Vr | awk -v pinned="$3" '
            { upstream = $1; sub(/^[0-9]+:/, "", upstream); sub(/-[^-]*$/, "", upstream) }
            upstream == pinned { exact = $1 }
            !newest && index(upstream, substr(pinned, 1, match(pinned, /[^.]*$/) - 1)) == 1 {
                newest = $1
            }
            END { if (exact) print exact; else if (newest) print newest }'
}

archives_from_apt() { # DIR NAME...
    local dir=$1 apt uri keyring name found=0
    shift
    local -r suites="$(for name in "$@"; do archive_suites "$name"; done | tr ' ' '\n' | sort -u)"
    # Not below the cache: apt downloads as a user of its own, who can't look into a home directory.
    apt="$(mktemp -d "${TMPDIR:-/tmp}/kua-apt.XXXXXX")"
    chmod 755 "$apt"
    while read -r uri keyring; do
        found=1
        if archives_from_archive "$dir" "$apt/apt" "$uri" "$keyring" "$suites" "$@"; then
            rm -rf "$apt"
            return
        fi
    done < <(debian_archives)
    rm -rf "$apt"
    ((found)) || fail "apt knows no Debian archive; set KUA_SOURCES to a folder with the archives"
    fail "no configured Debian archive has the sources; set KUA_SOURCES to a folder with them"
}

archives_from_archive() { # DIR FOLDER URI KEYRING SUITES NAME...
    local dir=$1 apt=$2 uri=$3 keyring=$4 name version pinned sha256 upstream
    local -a suites files
    mapfile -t suites <<<"$5"
    shift 5
    say "fetching $* as source packages of Debian ${suites[*]} from $uri"
    private_apt "$apt" "$uri" "$keyring" "${suites[@]}"
    # A suite that this mirror lacks is no failure as long as another has the version.
    apt-get -c "$apt/apt.conf" update -q >&2 || say "$uri: not every suite could be read"
    for name in "$@"; do
        read -r pinned sha256 < <(archive_pin "$name")
        version="$(choose_version "$apt" "$name" "$pinned")"
        if [[ -z $version ]]; then
            say "$uri has no $name $pinned or newer of its series"
            return 1
        fi
        rm -rf "$apt/source"
        mkdir "$apt/source"
        ((EUID != 0)) || chown _apt "$apt/source" 2>/dev/null || true
        (cd "$apt/source" &&
            apt-get -c "$apt/apt.conf" source -qq --download-only --only-source \
                "$name=$version") >&2 || return 1
        files=("$apt/source/${name}_"*.orig.tar.?z*)
        [[ ${#files[@]} == 1 && -f ${files[0]} ]] || fail "$name $version: no single source archive"
        cp "${files[0]}" "$dir/$name"
        upstream="${version#*:}"
        upstream="${upstream%-*}"
        if [[ $upstream == "$pinned" ]]; then
            echo "$sha256  $dir/$name" | sha256sum --check --status ||
                fail "$name $version from $uri is not the pinned archive (SHA-256 differs)"
        else
            say "$name $upstream instead of $pinned, as signed by Debian"
        fi
        echo "$upstream" >"$dir/$name.version"
    done
}
