#include "vault/evidence/casework/recording.h"

#include "vault/base/utf8.h"
#include "vault/evidence/members.h"
#include "vault/evidence/projection.h"

namespace kua::evidence {

void require_may_write(store::Connection& catalog, const Identity& identity, const CaseKeys& keys,
                       const std::vector<journal::EntryDraft>& drafts) {
    const auto own = own_role(catalog, keys.case_id, keys.sealed(), identity.card.fingerprint);
    for (const journal::EntryDraft& draft : drafts) {
        if (own && !may_write(*own, draft.type)) {
            throw Error{ErrorCode::kRefused, "a " + std::string{name_of(*own)} +
                                                 " of this case doesn't write this; ask its owner"};
        }
    }
}

journal::Appended record(
    store::Store& store, const Identity& identity, const CaseKeys& keys,
    const std::vector<journal::EntryDraft>& drafts,
    const std::function<void(store::Transaction&, const journal::Appended&)>& also) {
    require_may_write(store.catalog(), identity, keys, drafts);
    journal::Appended appended;
    {
        store::Transaction write{store.catalog()};
        appended = journal::append(write, identity.author(), keys.channel(), drafts, {},
                                   store.environment());
        if (!keys.sealed()) {
            project(write, appended.entries, appended.seen);
        }
        if (also) {
            also(write, appended);
        }
        write.commit();
    }
    journal::read_back(store.catalog(), appended);
    return appended;
}

void check_comment(const std::string& comment) {
    constexpr std::size_t kMaxCommentBytes = std::size_t{64} << 10;
    if (comment.size() > kMaxCommentBytes || !base::is_valid_utf8(comment)) {
        throw Error{ErrorCode::kUsage, "--comment: at most 64 KiB of UTF-8 text"};
    }
}

}  // namespace kua::evidence
