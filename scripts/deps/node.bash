# shellcheck shell=bash
# shellcheck disable=SC2154 # root, cache and work are set by scripts/bootstrap
# The npm package age-encryption: another implementation of age, which knows post-quantum files as
# the age of Debian 12 doesn't. Tests that exchange files with it skip where it is missing, so
# nothing here is ever a failure of bootstrap. tests/interop/node pins it and what it needs, by
# version and SHA-512, and names no registry: npm asks the one that it is set up for.

node_packages=(nodejs npm)
node_min_major=18
node_retry_minutes=1440 # a machine that was offline is asked again, but not with every build

node_set() {
    printf 'node-%s' "$(cat "$root"/tests/interop/node/package{,-lock}.json | sha256sum | cut -c1-16)"
}

has_node() {
    command -v npm >/dev/null && command -v node >/dev/null &&
        (($(node -p 'parseInt(process.versions.node)') >= node_min_major))
}

# Whether there is nothing to do: it is there, or could not be had a short while ago.
knows_node_modules() {
    local set missing
    set="$(node_set)"
    missing="$cache/$set.missing"
    [[ $(readlink "$cache/node" 2>/dev/null) == "sets/$set" && -d "$cache/sets/$set" ]] ||
        [[ -n $(find "$missing" -mmin "-$node_retry_minutes" 2>/dev/null) ]]
}

without_node_modules() { # WHY
    say "no npm package age-encryption: $1; tests with post-quantum files of others will skip"
    touch "$cache/$(node_set).missing"
}

# Puts the packages into a tree of their own and points `node` at it: $cache/node/node_modules.
provide_node_modules() {
    local set
    set="$(node_set)"
    # Never at the price of another package: a vendor's node may not go with Debian's npm.
    if ! has_node && ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
        --no-install-recommends --no-remove "${node_packages[@]}" >"$work/node.log" 2>&1; then
        without_node_modules "installing ${node_packages[*]} failed"
        return
    fi
    if ! has_node; then
        without_node_modules "there is no npm, or no Node $node_min_major"
        return
    fi
    if [[ ! -d "$cache/sets/$set" ]]; then
        mkdir "$work/node"
        cp "$root"/tests/interop/node/package{,-lock}.json "$work/node"
        # Its scripts don't run; what the lock file doesn't name by hash doesn't come.
        if ! (cd "$work/node" && npm ci --ignore-scripts --no-audit --no-fund --prefer-offline \
            --fetch-retries=1 --omit-lockfile-registry-resolved) >"$work/node.log" 2>&1; then
            tail -n 5 "$work/node.log" >&2
            without_node_modules "npm could not get it"
            return
        fi
        sync -f "$work/node"
        mv -T "$work/node" "$cache/sets/$set"
    fi
    ln -s "sets/$set" "$work/node"
    mv -T "$work/node" "$cache/node"
    rm -f "$cache/$set.missing"
    say "ready: npm package age-encryption in $cache/node"
}
