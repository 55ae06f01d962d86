# shellcheck shell=bash
# Which system packages kua needs, and how they get there. Sourced by scripts/bootstrap.

base_packages=(
    g++ make cmake ninja-build pkg-config
    libssl-dev libgit2-dev libcli11-dev nlohmann-json3-dev libxxhash-dev
    zlib1g-dev libqrencode-dev libpng-dev libutf8proc-dev libedit-dev
    libexiv2-dev libmediainfo-dev libzen-dev libseccomp-dev # kua-inspect
    tcl      # makes SQLCipher's amalgamation
    xz-utils # some source archives
    git
)
dev_packages=(
    ccache
    clang libclang-rt-dev lld llvm # sanitizers and fuzzing; llvm: readable traces
    clang-format clang-tidy shellcheck python3
    bats strace
    age openssh-client openssl tar zbar-tools # what other programs read, they read in the tests
    mtools dosfstools # sticks
)
# Hosts that tests exchange with, on loopback. Their packages also start servers open to the network,
# now and at each boot; on a machine that has a service manager people decide that themselves.
server_packages=(openssh-server lighttpd lighttpd-mod-openssl)

# Elsewhere kua can be built too, but which packages that takes is for that system's people to say.
require_debian() {
    local ID="" ID_LIKE=""
    # shellcheck source=/dev/null
    [[ -r /etc/os-release ]] && source /etc/os-release
    case " $ID $ID_LIKE " in
    *" debian "* | *" ubuntu "*) command -v apt-get >/dev/null && return ;;
    esac
    cat >&2 <<'END'
bootstrap: this is neither Debian nor Ubuntu. Install these with your package manager, then build
with cmake --preset release (CMAKE_PREFIX_PATH names where libraries of your own are):
  to build   g++ >= 12, CMake >= 3.25, ninja, pkg-config, OpenSSL 3 (libcrypto), libgit2 >= 1.5,
             CLI11 >= 2.1, nlohmann-json >= 3.11, xxHash >= 0.8, zlib >= 1.2.11,
             libqrencode >= 4.1, libpng >= 1.6, utf8proc >= 2.6, libedit >= 3.1,
             Exiv2 >= 0.27.6, MediaInfo >= 22.12 (libmediainfo, libzen), libseccomp >= 2.5,
             libsodium >= 1.0.22, SQLCipher >= 4.6 (its options are in scripts/deps/recipes.bash)
  to test    Catch2 >= 3.4, python3, bats, shellcheck, clang, lld, clang-format, clang-tidy 14,
             ccache, strace, age, openssh-client, openssl, tar, zbarimg, mtools, dosfstools; sshd
             and lighttpd as hosts; for exchange with post-quantum age files: Node >= 18 and the
             npm packages of tests/interop/node
END
    exit 1
}

missing_packages() { # PACKAGE...
    comm -23 <(printf '%s\n' "$@" | sort) \
        <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
            sed -n 's/^installed //p' | sort)
}

# Runs a command as root; says what to run instead when there is no way.
as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "not root and no sudo; run this as root, then again: $*"
    fi
}

install_packages() { # base|dev
    local wanted=("${base_packages[@]}") missing
    if [[ $1 == dev ]]; then
        wanted+=("${dev_packages[@]}")
        if [[ ! -d /run/systemd/system ]]; then
            wanted+=("${server_packages[@]}")
        else
            mapfile -t missing < <(missing_packages "${server_packages[@]}")
            ((${#missing[@]} == 0)) || say "left to you, since they start servers: ${missing[*]}"
        fi
    fi
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    ((${#missing[@]})) || return 0
    say "installing ${missing[*]}"
    local -r install=(env DEBIAN_FRONTEND=noninteractive apt-get install -q -y
        --no-install-recommends "${missing[@]}")
    # The machine's package lists may be absent or old; they are renewed only if that is so.
    if ! as_root "${install[@]}" >&2; then
        as_root apt-get update -q >&2 || say "some package lists could not be renewed"
        as_root "${install[@]}" >&2 || fail "installing packages failed"
    fi
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    ((${#missing[@]} == 0)) || fail "not installed: ${missing[*]}"
}
