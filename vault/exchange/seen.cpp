#include "vault/exchange/seen.h"

#include <algorithm>
#include <utility>

#include "vault/base/hex.h"
#include "vault/evidence/members.h"
#include "vault/exchange/quarantine.h"
#include "vault/journal/check.h"
#include "vault/journal/going_on.h"
#include "vault/journal/ids.h"
#include "vault/journal/known_seen.h"
#include "vault/journal/receive.h"

namespace kua::exchange {
namespace {

Finding another_history(const std::string& case_id, const std::string& who,
                        const std::string& author, std::uint64_t size) {
    return {FindingCode::kFork, journal::log_subject(case_id, author),
            who.substr(0, 8) + " has seen another history of this journal up to entry " +
                std::to_string(size) + " than is here: one of the two was told two stories"};
}

// Whether what an author wrote has another history elsewhere, proven or told of by those who have
// seen it: then it may never come, and nobody waits for it.
bool tells_two_stories(store::Connection& catalog, const std::string& case_id,
                       const std::string& author) {
    return journal::is_stopped(catalog, case_id, author) ||
           is_quarantined(catalog, FindingCode::kFork, journal::log_subject(case_id, author));
}

}  // namespace

std::vector<Finding> compare_seen(store::Connection& catalog, const journal::Manifest& manifest) {
    std::vector<Finding> findings;
    for (const journal::SeenLog& seen : manifest.seen) {
        const std::uint64_t known = journal::find_log(catalog, manifest.case_id, seen.author).size;
        if (seen.size != 0 && seen.size <= known &&
            !journal::is_root_here(catalog, manifest.case_id, seen.author, seen.size, seen.root)) {
            findings.push_back(
                another_history(manifest.case_id, manifest.author, seen.author, seen.size));
        }
    }
    return findings;
}

std::vector<Finding> compare_with_seen(store::Transaction& write,
                                       const journal::Manifest& manifest) {
    const base::Bytes case_id = journal::blob_of(manifest.case_id);
    const base::Bytes author = journal::blob_of(manifest.author);
    const std::uint64_t last = manifest.first + manifest.count - 1;
    std::vector<Finding> findings;
    std::vector<std::pair<std::string, std::uint64_t>> same;
    {
        store::Rows rows = write.connection().query(
            "SELECT author, size, root FROM seen_ahead"
            " WHERE case_id = ?1 AND other = ?2 AND size <= ?3 ORDER BY author, size",
            case_id, author, last);
        while (rows.next()) {
            const std::string who = base::encode_hex(rows.blob(0));
            const auto size = static_cast<std::uint64_t>(rows.integer(1));
            if (journal::is_root_here(write.connection(), manifest.case_id, manifest.author, size,
                                      rows.text(2))) {
                same.emplace_back(who, size);
            } else {
                findings.push_back(another_history(manifest.case_id, who, manifest.author, size));
            }
        }
    }
    for (const auto& [who, size] : same) {
        journal::note_seen_here(write, manifest.case_id, who, manifest.author, size);
    }
    write.run("DELETE FROM seen_ahead WHERE case_id = ?1 AND other = ?2 AND size <= ?3", case_id,
              author, last);
    return findings;
}

std::optional<std::string> missing_before(store::Connection& catalog,
                                          const journal::Manifest& manifest,
                                          const std::string& own_fingerprint) {
    const std::vector<journal::KnownAuthor> authors =
        evidence::load_authors(catalog, manifest.case_id);
    const std::string owner = evidence::owner_of(catalog, manifest.case_id);
    for (const journal::SeenLog& seen : manifest.seen) {
        if (std::ranges::find(authors, seen.author, &journal::KnownAuthor::fingerprint) ==
            authors.end()) {
            return "it builds on somebody whom the owner's journal here doesn't name yet";
        }
        const std::uint64_t here = journal::find_log(catalog, manifest.case_id, seen.author).size;
        if (seen.size <= here) {
            continue;
        }
        // The owner's word on members must reach everybody, also where somebody told two stories.
        const bool may_miss = manifest.author == owner || seen.author == own_fingerprint ||
                              tells_two_stories(catalog, manifest.case_id, seen.author) ||
                              !evidence::counts(catalog, manifest.case_id, seen.author, here + 1);
        if (!may_miss) {
            return "waits for entries " + std::to_string(here + 1) + " to " +
                   std::to_string(seen.size) + " of " + seen.author.substr(0, 8) +
                   ", which it builds on";
        }
    }
    return std::nullopt;
}

}  // namespace kua::exchange
