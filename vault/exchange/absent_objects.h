// Objects that a bundle names and a remote doesn't have, because its author has destroyed them and
// says so further on in the same journal. Nobody else's word counts, so that nothing goes missing
// that its author still wants known.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "kua/progress.h"
#include "vault/exchange/commit_group.h"
#include "vault/exchange/refs.h"
#include "vault/store/store.h"

namespace kua::exchange {

class AbsentObjects {
public:
    // `commits` are those that lead to the tip, the oldest first. All must outlive it.
    AbsentObjects(store::Store& store, Repository& remote, const Channel& channel,
                  const std::vector<format::GitId>& commits, const Progress& progress);

    // Those of `manifest` that `group` lacks. Throws Refused, alien if the bundle `is_known` here,
    // if they should be there; kInterrupted.
    std::set<store::SealedDigest> require_shredded(const CommitGroup& group,
                                                   const journal::Manifest& manifest,
                                                   bool is_known);

private:
    bool is_shredded(const store::SealedDigest& object);
    void look_ahead();
    void look_at(const format::GitId& id);

    store::Store& store_;
    Repository& remote_;
    const Channel& channel_;
    const std::vector<format::GitId>& commits_;
    const Progress& progress_;
    std::optional<std::set<store::SealedDigest>> announced_;  // nothing: not looked for yet
};

// That none of them is to be missed, unless it is here.
void note_absent(store::Transaction& write, const Channel& channel,
                 const std::set<store::SealedDigest>& absent);

}  // namespace kua::exchange
