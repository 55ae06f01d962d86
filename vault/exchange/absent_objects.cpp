#include "vault/exchange/absent_objects.h"

#include <algorithm>
#include <utility>

#include "vault/evidence/casework/shredding.h"
#include "vault/evidence/members.h"
#include "vault/exchange/authentic_bundle.h"
#include "vault/exchange/carrier.h"
#include "vault/journal/announced_erasures.h"
#include "vault/journal/ids.h"
#include "vault/store/erased_objects.h"
#include "vault/store/object_table.h"

namespace kua::exchange {

AbsentObjects::AbsentObjects(store::Store& store, Repository& remote, const Channel& channel,
                             const std::vector<format::GitId>& commits, const Progress& progress)
    : store_(store), remote_(remote), channel_(channel), commits_(commits), progress_(progress) {}

std::set<store::SealedDigest> AbsentObjects::require_shredded(const CommitGroup& group,
                                                              const journal::Manifest& manifest,
                                                              bool is_known) {
    std::set<store::SealedDigest> absent = list_absent(group, manifest);
    if (!std::ranges::all_of(absent, [this](const auto& object) { return is_shredded(object); })) {
        throw Refused{FindingCode::kDamaged,
                      "parts of the objects of a bundle are missing or surplus", is_known};
    }
    return absent;
}

bool AbsentObjects::is_shredded(const store::SealedDigest& object) {
    if (journal::find_announced_erasure(store_.catalog(), channel_.case_id, channel_.author,
                                        object)) {
        return true;
    }
    if (!announced_) {
        look_ahead();
    }
    return announced_->contains(object);
}

// What can't be read or isn't the author's says nothing; it is met again when its turn comes.
void AbsentObjects::look_ahead() {
    announced_.emplace();
    for (const format::GitId& id : commits_) {
        if (progress_.cancelled()) {
            throw Error{ErrorCode::kInterrupted, "interrupted"};
        }
        try {
            look_at(id);
        } catch (const Refused&) {
            continue;
        }
    }
}

void AbsentObjects::look_at(const format::GitId& id) {
    const ReadCommit commit = from_remote([&] { return read_commit(remote_, id); });
    const std::optional<base::Bytes> sealed = !commit.bundle ? std::nullopt : from_remote([&] {
        return remote_.read(*commit.bundle, format::GitKind::kBlob, journal::kMaxBundleBytes);
    });
    if (!sealed) {
        return;
    }
    const journal::VerifiedBundle bundle =
        read_signed(store_.catalog(), channel_, open_signed(store_.catalog(), channel_, *sealed),
                    /*is_known=*/false);
    for (const journal::Entry& entry : bundle.entries) {
        const auto object = evidence::object_shredded(entry);
        if (object && evidence::counts(store_.catalog(), channel_.case_id, channel_.author,
                                       entry.header.seq)) {
            announced_->insert(*object);
        }
    }
}

void note_absent(store::Transaction& write, const Channel& channel,
                 const std::set<store::SealedDigest>& absent) {
    for (const store::SealedDigest& object : absent) {
        if (!store::find_object(write.connection(), object)) {
            store::erase_object(write, object, journal::blob_of(channel.case_id));
        }
    }
}

}  // namespace kua::exchange
