#include "vault/exchange/incoming.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "vault/base/base64.h"
#include "vault/evidence/members.h"
#include "vault/evidence/projection.h"
#include "vault/evidence/rebuild.h"
#include "vault/exchange/object_intake.h"
#include "vault/exchange/quarantine.h"
#include "vault/exchange/standing.h"
#include "vault/journal/check.h"
#include "vault/journal/ids.h"
#include "vault/journal/receive.h"

namespace kua::exchange {
namespace {

constexpr std::size_t kMaxCommits = 10'000'000;
constexpr std::string_view kReceipt = "exchange.received";

// The commits of one bundle, in order; the last holds it.
using Group = std::vector<ReadCommit>;

// Ends what is done with a ref.
struct Refused {
    FindingCode code;
    std::string text;
};

class Incoming {
public:
    Incoming(store::Store& store, const evidence::Identity& identity, Repository& remote,
             const std::string& remote_name, const Channel& channel, History history,
             Progress& progress)
        : store_(store),
          identity_(identity),
          remote_(remote),
          remote_name_(remote_name),
          channel_(channel),
          history_(history),
          progress_(progress) {}

    TakenIn run(const format::GitId& tip) {
        base::Bytes mark{tip.bytes.begin(), tip.bytes.end()};
        evidence_.clear();
        try {
            const std::vector<format::GitId> commits = list_new(tip);
            Group group;
            for (const format::GitId& id : commits) {
                mark.assign(id.bytes.begin(), id.bytes.end());
                group.push_back(read_commit(remote_, id));
                if (group.back().bundle) {
                    take_group(group);
                    group.clear();
                }
            }
            taken_.up_to_tip = group.empty();  // else the rest is still on its way
        } catch (const Refused& refused) {
            refuse(refused.code, refused.text, mark);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kDamaged && error.code() != ErrorCode::kWrongKey) {
                throw;
            }
            refuse(error.code() == ErrorCode::kWrongKey ? FindingCode::kWrongCase
                                                        : FindingCode::kDamaged,
                   error.what(), mark);
        }
        return std::move(taken_);
    }

private:
    void find(FindingCode code, std::string text) {
        taken_.findings.push_back({code, journal::log_subject(channel_.case_id, channel_.author),
                                   remote_name_ + ": " + std::move(text)});
    }

    void refuse(FindingCode code, const std::string& text, base::ByteView mark) {
        find(code, text);
        taken_.up_to_tip = false;
        if (code == FindingCode::kGap) {
            return;  // it only waits
        }
        store::Transaction write{store_.catalog()};
        quarantine(write, remote_name_, taken_.findings.back(), mark, evidence_,
                   store_.environment().clock);
        if (code == FindingCode::kFork) {
            stop_author(write, channel_.case_id, channel_.author, store_.environment().clock);
        }
        write.commit();
    }

    // From the oldest commit that isn't known here to `tip`. Goes back to a commit that completes
    // a bundle, so that the rest of one that was cut off comes as a whole.
    std::vector<format::GitId> list_new(const format::GitId& tip) {
        std::vector<format::GitId> commits;
        std::set<format::GitId> met;
        std::optional<format::GitId> next = tip;
        while (next) {
            const std::optional<ChainPlace> known =
                find_commit(store_.catalog(), channel_.ref, *next);
            if (known && known->completes()) {
                break;
            }
            if (commits.size() == kMaxCommits || !met.insert(*next).second) {
                throw Refused{FindingCode::kDamaged, "its history has no end"};
            }
            commits.push_back(*next);
            const std::optional<base::Bytes> content =
                remote_.read(*next, format::GitKind::kCommit, kMaxCommitTextBytes);
            if (!content && history_ == History::kEnd) {
                throw Refused{FindingCode::kGap,
                              "what it continues isn't here yet: take all files of one sending "
                              "together, and those sent before first"};
            }
            if (!content) {
                throw Refused{FindingCode::kDamaged, "a part of its history is missing there"};
            }
            next = format::parse_git_commit(*content).parent;
        }
        std::ranges::reverse(commits);
        return commits;
    }

    void take_group(const Group& group) {
        std::optional<base::Bytes> sealed =
            remote_.read(*group.back().bundle, format::GitKind::kBlob, journal::kMaxBundleBytes);
        if (!sealed) {
            throw Refused{FindingCode::kDamaged, "a part of it is missing"};
        }
        evidence_ = *std::move(sealed);
        const store::SealedDigest digest{crypto::sha256(evidence_)};
        const journal::VerifiedBundle bundle = open(evidence_);
        const journal::LogHead head =
            journal::find_log(store_.catalog(), channel_.case_id, channel_.author);
        check_cut(group, bundle.manifest);
        switch (journal::position_of(store_.catalog(), head, bundle, digest)) {
            case journal::Position::kKnown:
                record_commits(group, bundle.manifest.first);
                return;
            case journal::Position::kLater:
                throw Refused{FindingCode::kGap, "entries " + std::to_string(head.size + 1) +
                                                     " to " +
                                                     std::to_string(bundle.manifest.first - 1) +
                                                     " are missing; those after them wait"};
            case journal::Position::kAnother:
                refuse_fork(bundle);
            case journal::Position::kNext:
                break;
        }
        check_standing(bundle);
        check_order(head, bundle);
        check_seen(bundle.manifest);
        take_bundle(group, head, bundle, digest);
    }

    journal::VerifiedBundle open(base::ByteView sealed) {
        const evidence::CaseKeys keys =
            evidence::load_case_keys(store_.catalog(), channel_.case_id);
        if (keys.identities.size() != keys.epoch) {
            throw Error{ErrorCode::kDamaged, "a key of the case is missing from the catalog"};
        }
        const crypto::Ed25519PublicKey key = author_key();
        const auto& identity =
            keys.identities[static_cast<std::size_t>(keys.epoch - channel_.epoch)];
        journal::BundleContent content = [&] {
            try {
                return journal::open_bundle(sealed, identity);
            } catch (const Error& error) {
                if (error.code() != ErrorCode::kWrongKey) {
                    throw;
                }
                throw Refused{FindingCode::kWrongCase,
                              "a bundle there is not sealed to this case; not opened"};
            }
        }();
        if (!journal::has_good_signatures(content, key)) {
            throw Refused{FindingCode::kForged, "the signature of a bundle is wrong; kept aside"};
        }
        journal::VerifiedBundle bundle = journal::verify_bundle(std::move(content), key);
        const journal::Manifest& manifest = bundle.manifest;
        if (manifest.case_id != channel_.case_id || manifest.author != channel_.author ||
            manifest.epoch != channel_.epoch) {
            throw Refused{FindingCode::kWrongCase,
                          "a bundle there is signed for another place than it lies in; not taken"};
        }
        return bundle;
    }

    crypto::Ed25519PublicKey author_key() {
        for (const journal::KnownAuthor& author :
             evidence::load_authors(store_.catalog(), channel_.case_id)) {
            if (author.fingerprint == channel_.author) {
                return author.key;
            }
        }
        throw Refused{FindingCode::kUnknownAuthor, "signed by nobody this vault knows"};
    }

    // Whether the parts lie in the commits that kua puts them in, no more and no fewer.
    static void check_cut(const Group& group, const journal::Manifest& manifest) {
        std::set<store::SealedDigest> digests;
        for (const journal::BundleObject& object : manifest.objects) {
            if (!digests.insert(object.digest).second) {
                throw Refused{FindingCode::kDamaged, "a bundle names an object twice"};
            }
        }
        std::vector<std::vector<PartName>> expected = cut_into_commits(manifest.objects);
        if (expected.size() != group.size()) {
            throw Refused{FindingCode::kDamaged, "a bundle isn't cut as kua cuts it"};
        }
        for (std::size_t i = 0; i < group.size(); ++i) {
            std::ranges::sort(expected[i]);
            if (!std::ranges::equal(
                    expected[i], group[i].parts,
                    [](const PartName& a, const auto& b) { return a == b.first; })) {
                throw Refused{FindingCode::kDamaged,
                              "parts of the objects of a bundle are missing or surplus"};
            }
        }
    }

    [[noreturn]] void refuse_fork(const journal::VerifiedBundle& bundle) {
        store::Rows rows = store_.catalog().query(
            "SELECT sealed FROM bundle WHERE case_id = ?1 AND author = ?2 AND first <= ?3"
            " ORDER BY first DESC LIMIT 1",
            journal::blob_of(channel_.case_id), journal::blob_of(channel_.author),
            bundle.manifest.first);
        if (rows.next()) {
            const evidence::CaseKeys keys =
                evidence::load_case_keys(store_.catalog(), channel_.case_id);
            evidence_ = write_fork_evidence({channel_.case_id, channel_.author, author_key(),
                                             journal::open_bundle(rows.blob(0), keys.identities),
                                             bundle.content});
        }
        const bool is_own = channel_.author == identity_.card.fingerprint;
        throw Refused{FindingCode::kFork,
                      is_own
                          ? "this vault's own journal went on differently elsewhere from entry " +
                                std::to_string(bundle.manifest.first) +
                                " on: it was restored from an older copy and then added to"
                          : "two journals by this author from entry " +
                                std::to_string(bundle.manifest.first) +
                                " on; both kept, nothing new of theirs is taken"};
    }

    void check_standing(const journal::VerifiedBundle& bundle) {
        const Standing standing = standing_of(store_.catalog(), bundle);
        if (standing.fault) {
            throw Refused{*standing.fault, "entries from " + std::to_string(bundle.manifest.first) +
                                               ": " + standing.text};
        }
        std::set<std::string> unknown;
        for (const journal::Entry& entry : bundle.entries) {
            if (!is_known_type(entry.header.type) && unknown.insert(entry.header.type).second) {
                find(FindingCode::kUnknownType,
                     "an entry of a kind that this kua doesn't know is kept and passed on, not"
                     " shown as understood");
            }
        }
    }

    static void check_order(const journal::LogHead& head, const journal::VerifiedBundle& bundle) {
        switch (journal::check_lamports(head, bundle)) {
            case journal::LamportOutcome::kGood:
                return;
            case journal::LamportOutcome::kNotGrowing:
                throw Refused{FindingCode::kDamaged, "its lamport numbers don't grow"};
            case journal::LamportOutcome::kAhead:
                throw Refused{FindingCode::kFastForward,
                              "its lamport numbers are ahead of all entries its author can have"
                              " known; not taken"};
        }
    }

    // What its author saw of others against what is here: two roots for one size are two histories.
    void check_seen(const journal::Manifest& manifest) {
        for (const journal::SeenLog& seen : manifest.seen) {
            const journal::LogHead known =
                journal::find_log(store_.catalog(), manifest.case_id, seen.author);
            if (seen.size == 0 || seen.size > known.size) {
                continue;
            }
            const auto root =
                journal::root_at(store_.catalog(), manifest.case_id, seen.author, seen.size);
            if (!root || base::encode_base64(*root, base::Base64::kPadded) != seen.root) {
                taken_.findings.push_back(
                    {FindingCode::kFork, journal::log_subject(manifest.case_id, seen.author),
                     remote_name_ + ": " + manifest.author.substr(0, 8) +
                         " has seen another history of this journal up to entry " +
                         std::to_string(seen.size) +
                         " than is here: one of the two was told two"
                         " stories"});
            }
        }
    }

    void take_bundle(const Group& group, const journal::LogHead& head,
                     const journal::VerifiedBundle& bundle, const store::SealedDigest& digest) {
        const base::Bytes case_id = journal::blob_of(channel_.case_id);
        store::SegmentWriter segments = store_.objects().writer();
        std::vector<store::ObjectRecord> objects;
        for (const journal::BundleObject& object : bundle.manifest.objects) {
            if (!store::find_object(store_.catalog(), object.digest)) {
                objects.push_back(take_object(segments, group, object, case_id));
            }
            taken_.bytes += object.size_bytes;
        }
        const std::vector<store::SegmentState> states = segments.commit();
        {
            store::Transaction write{store_.catalog()};
            store_.objects().record(write, states);
            for (const store::ObjectRecord& object : objects) {
                store::insert_object(write, object);
            }
            journal::append_received(write, head, bundle, evidence_, digest);
            show(write, head, bundle);
            record_commits(write, group, bundle.manifest.first);
            write.commit();
        }
        read_back(bundle.manifest.first, digest);
        count(bundle);
    }

    store::ObjectRecord take_object(store::SegmentWriter& segments, const Group& group,
                                    const journal::BundleObject& object, base::ByteView case_id) {
        ObjectIntake intake{segments, object};
        for (const ReadCommit& commit : group) {
            for (const auto& [part, id] : commit.parts) {
                if (part.object != object.digest) {
                    continue;
                }
                if (progress_.cancelled()) {
                    throw Error{ErrorCode::kInterrupted, "interrupted"};
                }
                const std::optional<base::Bytes> bytes =
                    remote_.read(id, format::GitKind::kBlob, kMaxPartBytes);
                if (!bytes || bytes->size() != part_bytes(object.size_bytes, part.part)) {
                    throw Refused{FindingCode::kDamaged, "a part of an object is missing or cut"};
                }
                intake.add(*bytes);
                progress_.advance(bytes->size(), 0);
            }
        }
        return intake.finish(case_id);
    }

    void show(store::Transaction& write, const journal::LogHead& head,
              const journal::VerifiedBundle& bundle) {
        bool takes_back = false;
        for (const journal::Entry& entry : bundle.entries) {
            evidence::project(write, entry);
            if (const auto removed = evidence::read_member_removed(entry)) {
                takes_back = takes_back || journal::find_log(write.connection(), channel_.case_id,
                                                             removed->fingerprint)
                                                   .size > removed->last_seq;
            }
        }
        static_cast<void>(head);
        if (takes_back) {
            static_cast<void>(evidence::project_case_anew(
                write, evidence::load_case_keys(write.connection(), channel_.case_id)));
        }
    }

    void record_commits(store::Transaction& write, const Group& group, std::uint64_t first) {
        for (std::size_t i = 0; i < group.size(); ++i) {
            const bool is_last = i + 1 == group.size();
            record_commit(write, channel_.ref,
                          {group[i].id, {first, is_last ? ChainPlace::kLast : i + 1}});
        }
    }
    void record_commits(const Group& group, std::uint64_t first) {
        store::Transaction write{store_.catalog()};
        record_commits(write, group, first);
        write.commit();
    }

    void read_back(std::uint64_t first, const store::SealedDigest& digest) {
        store::Rows rows = store_.catalog().query(
            "SELECT sealed FROM bundle WHERE case_id = ?1 AND author = ?2 AND first = ?3",
            journal::blob_of(channel_.case_id), journal::blob_of(channel_.author), first);
        if (!rows.next() || store::SealedDigest{crypto::sha256(rows.blob(0))} != digest) {
            throw Error{ErrorCode::kStorage,
                        "what was just written to the catalog reads differently"};
        }
    }

    void count(const journal::VerifiedBundle& bundle) {
        ++taken_.bundles;
        taken_.entries += bundle.entries.size();
        taken_.bytes += evidence_.size();
        for (const journal::Entry& entry : bundle.entries) {
            taken_.items += entry.header.type == "item.added" ? 1U : 0U;
            taken_.worth_receipt = taken_.worth_receipt || entry.header.type != kReceipt;
        }
        progress_.advance(evidence_.size(), 1);
    }

    store::Store& store_;
    const evidence::Identity& identity_;
    Repository& remote_;
    const std::string& remote_name_;
    const Channel& channel_;
    History history_;
    Progress& progress_;
    base::Bytes evidence_;  // the bundle at hand, or what shows what is wrong with it
    TakenIn taken_;
};

}  // namespace

TakenIn take_in(store::Store& store, const evidence::Identity& identity, Repository& remote,
                const std::string& remote_name, const Channel& channel, const format::GitId& tip,
                History history, Progress& progress) {
    return Incoming{store, identity, remote, remote_name, channel, history, progress}.run(tip);
}

}  // namespace kua::exchange
