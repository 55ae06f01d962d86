// A remote repository as sync sees it: a bare git repository on a stick, at a host or in one file,
// written to by people who are trusted with nothing. Whatever it says is checked by the caller;
// here only sizes are bounded and names of objects compared with their content.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vault/format/git_object.h"

namespace kua::exchange {

// Blobs are parts of sealed objects (8 MiB at most) and bundles.
constexpr std::size_t kMaxPartBytes = std::size_t{8} << 20;

// A commit that this vault has everything of, so that its history isn't fetched again. Its content
// is wanted by bundle files alone, which stock git may have made so that they build on it.
struct KnownCommit {
    format::GitId id;
    base::Bytes commit;              // content of the commit, or empty,
    std::vector<base::Bytes> trees;  // of its tree and of the trees in that
};

// refs/heads/`name` is to move from one commit to a later one. Names: 32 hex digits.
struct RefUpdate {
    std::string name;
    std::optional<format::GitId> from;  // nothing: it is new
    format::GitId to;
};

// One thread. Errors of all calls: kStorage if the device or the path is gone, full or failing;
// kFailed if a host can't be reached or refuses; kRefused if a host shows another key than before;
// kDamaged if what is there breaks git's formats or our limits. Messages have the remote's text
// escaped.
class Repository {
public:
    virtual ~Repository() = default;

    // Where those of `names` point that are there. Asked again after each push.
    virtual std::map<std::string, format::GitId> read_refs(
        const std::vector<std::string>& names) = 0;

    // Brings everything that the refs `names` reach within reach of read(), except what `known`
    // reaches. `names` are among what read_refs() gave.
    virtual void fetch(const std::vector<std::string>& names,
                       const std::vector<KnownCommit>& known) = 0;

    // The content of an object that a fetched ref reaches, compared with its name. Nothing if it
    // isn't there. kDamaged if it is of another kind or larger than `max_bytes`, which is checked
    // before anything is allocated or inflated.
    virtual std::optional<base::Bytes> read(const format::GitId& id, format::GitKind kind,
                                            std::size_t max_bytes) = 0;

    // Takes an object for the next push(); returns its name. May write it out at once. Of objects
    // that were never pushed nothing is left but what the next push sweeps.
    virtual format::GitId add(format::GitKind kind, base::ByteView content) = 0;

    // How many bytes were added since the last push(); callers push now and then, so that an
    // interruption loses little and no host needs to take gigabytes at once.
    virtual std::uint64_t added_bytes() const = 0;

    // Makes what was added durable and readable there, and only then moves the refs, one after the
    // other, each only if it still is at `from`. Objects before refs, in this order of `updates`.
    // `known` as in fetch(): the commits that `updates` build on. What was written is read back,
    // past the cache where the system allows. kFailed if a ref has moved meanwhile.
    virtual void push(const std::vector<RefUpdate>& updates,
                      const std::vector<KnownCommit>& known) = 0;

    // Why the upkeep after a push could not be done, which takes nothing from the push; empty: it
    // was done, or there is none.
    virtual std::string trouble_with_upkeep() const { return {}; }
};

}  // namespace kua::exchange
