// The chain of commits behind an inbox ref, one for each grant, as a remote has it. Anybody who can
// write to the remote can have put anything there: what is wrong is noted, and keeps nothing else
// back. Source: docs/formats.md, "Grant".
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kua/finding.h"
#include "vault/exchange/incoming.h"
#include "vault/exchange/repository.h"

namespace kua::exchange {

// Something there that is no good, and keeps nothing else back: each grant tells all that the ones
// before it told.
struct InboxFault {
    FindingCode code = FindingCode::kDamaged;
    std::string text;
    base::Bytes mark;
};

class InboxReader {
public:
    static constexpr std::size_t kMaxGrants = 1'000;

    // Of a ref that was fetched.
    InboxReader(Repository& remote, History history) : remote_(remote), history_(history) {}

    // The trees of the commits up to `tip`, the newest first and at most kMaxGrants, until one is
    // known.
    std::vector<format::GitId> list_trees(
        const format::GitId& tip, const std::function<bool(const format::GitId& commit)>& is_known);
    // The name of the sealed grant in a tree, and what it holds; nothing if that can't be read or
    // isn't there.
    std::optional<format::GitId> find_grant(const format::GitId& tree);
    std::optional<base::Bytes> read_grant(const format::GitId& blob);
    // Gives the sealed grant in a tree to `body`, of which kDamaged and kWrongKey are noted.
    void open(const format::GitId& tree,
              const std::function<void(const base::Bytes& sealed)>& body);

    // Whether all could be read, be it good or not. What couldn't may be mended there, under the
    // same names.
    [[nodiscard]] bool is_whole() const noexcept { return is_whole_; }
    std::vector<InboxFault> take_faults() { return std::move(faults_); }

private:
    std::optional<base::Bytes> get(const format::GitId& id, format::GitKind kind,
                                   std::size_t max_bytes);
    void attempt(const format::GitId& about, const std::function<void()>& body);

    Repository& remote_;
    History history_;
    bool is_whole_ = true;
    std::vector<InboxFault> faults_;
};

}  // namespace kua::exchange
