#include "vault/exchange/carried.h"

#include <algorithm>
#include <utility>

#include "vault/base/folders.h"
#include "vault/exchange/carrier.h"
#include "vault/exchange/path_layout.h"
#include "vault/exchange/path_repository.h"
#include "vault/exchange/small_file.h"
#include "vault/journal/bundle.h"
#include "vault/journal/check.h"

namespace kua::exchange {
namespace {

constexpr const char* kFolder = "carried";

base::fs::path folder_of(const store::Store& store, const std::string& ref) {
    return store.dir() / kFolder / ref;
}

CarriedCommit read_carried_row(const store::Rows& rows) {
    return {static_cast<std::uint64_t>(rows.integer(0)), format::GitId{rows.fixed_blob<20>(1)},
            rows.integer(2) != 0, static_cast<std::uint64_t>(rows.integer(3))};
}

std::uint64_t bytes_of_commit(Repository& carried, const ReadCommit& commit) {
    std::uint64_t bytes = 0;
    const auto count = [&](const format::GitId& blob, std::size_t max_bytes) {
        const auto content = carried.read(blob, format::GitKind::kBlob, max_bytes);
        if (!content) {
            throw Error{ErrorCode::kDamaged, "a part of it is missing"};
        }
        bytes += content->size();
    };
    for (const auto& [name, blob] : commit.parts) {
        count(blob, kMaxPartBytes);
    }
    if (commit.bundle) {
        count(*commit.bundle, journal::kMaxBundleBytes);
    }
    return bytes;
}

// Everything from what is known to `tip`, read through, the oldest first. kDamaged if it doesn't
// continue the newest commit that is known.
std::vector<CarriedCommit> read_through(store::Connection& catalog, Repository& carried,
                                        const std::string& ref, const format::GitId& tip) {
    std::vector<CarriedCommit> commits;
    std::optional<format::GitId> next = tip;
    while (next && !find_commit(catalog, ref, *next)) {
        const ReadCommit commit = read_commit(carried, *next);
        commits.push_back(
            {0, commit.id, commit.bundle.has_value(), bytes_of_commit(carried, commit)});
        next = commit.parent;
    }
    if (!commits.empty() && !continues_newest(catalog, ref, next)) {
        throw Error{ErrorCode::kDamaged, "it doesn't continue what is known"};
    }
    std::ranges::reverse(commits);
    for (std::size_t i = 0; i < commits.size(); ++i) {
        commits[i].place = i + 1;
    }
    return commits;
}

// What is really carried; nothing if it can't be used.
std::optional<std::vector<CarriedCommit>> list_usable(store::Store& store, const std::string& ref) {
    const CarriedRepository carried = read_carried(store, ref);
    if (!carried.repository) {
        return std::nullopt;
    }
    try {
        const auto newest = newest_carried(store.catalog(), ref);
        if (newest && newest->id == carried.tip) {
            std::vector<CarriedCommit> rows = list_carried(store.catalog(), ref, 0);
            const ReadCommit first = read_commit(*carried.repository, rows.front().id);
            if (!find_commit(store.catalog(), ref, rows.front().id) &&
                continues_newest(store.catalog(), ref, first.parent)) {
                return rows;
            }
        }
        return read_through(store.catalog(), *carried.repository, ref, carried.tip);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
        return std::nullopt;
    }
}

void forget_carried(store::Transaction& write, const std::string& ref, std::uint64_t last_place) {
    write.run("DELETE FROM carried_commit WHERE ref = ?1 AND place > ?2", ref, last_place);
}

}  // namespace

std::optional<std::uint64_t> find_carried(store::Connection& catalog, const std::string& ref,
                                          const format::GitId& id) {
    const auto place = catalog.query_integer(
        "SELECT place FROM carried_commit WHERE ref = ?1 AND commit_id = ?2", ref, id.bytes);
    return place ? std::optional{static_cast<std::uint64_t>(*place)} : std::nullopt;
}

std::optional<ChainPlace> find_known_or_carried(store::Connection& catalog, const std::string& ref,
                                                const format::GitId& id) {
    if (const auto known = find_commit(catalog, ref, id)) {
        return known;
    }
    const auto place = find_carried(catalog, ref, id);
    return place ? std::optional{ChainPlace{.first = kFirstOfCarried + *place}} : std::nullopt;
}

std::optional<std::string> lacking_since(store::Connection& catalog, const std::string& ref,
                                         const std::optional<format::GitId>& before,
                                         const std::optional<ChainPlace>& now) {
    auto was = before ? find_known_or_carried(catalog, ref, *before) : std::nullopt;
    if (was && !was->completes()) {  // a bundle counts once its end is there
        const auto whole = commit_before(catalog, ref, {was->first, 0});
        was = whole ? whole->place : kBeforeAll;
    }
    if (!was || !now || *now >= *was) {
        return std::nullopt;
    }
    if (was->first >= kFirstOfCarried) {
        return "it held more of this journal, which is carried here unread; nothing was taken or"
               " sent";
    }
    return "it held this journal up to the bundle from entry " + std::to_string(was->first) +
           ", now " +
           (now->first == 0 ? "nothing of it" : "only from " + std::to_string(now->first)) +
           "; nothing was taken or sent";
}

std::optional<CarriedCommit> newest_carried(store::Connection& catalog, const std::string& ref) {
    store::Rows rows = catalog.query(
        "SELECT place, commit_id, completes, bytes FROM carried_commit WHERE ref = ?1"
        " ORDER BY place DESC LIMIT 1",
        ref);
    return rows.next() ? std::optional{read_carried_row(rows)} : std::nullopt;
}

std::vector<CarriedCommit> list_carried(store::Connection& catalog, const std::string& ref,
                                        std::uint64_t behind) {
    store::Rows rows = catalog.query(
        "SELECT place, commit_id, completes, bytes FROM carried_commit"
        " WHERE ref = ?1 AND place > ?2 ORDER BY place",
        ref, behind);
    std::vector<CarriedCommit> commits;
    while (rows.next()) {
        commits.push_back(read_carried_row(rows));
    }
    return commits;
}

CarriedTotal count_carried(store::Connection& catalog) {
    const auto count = [&catalog](std::string_view sql) {
        return static_cast<std::uint64_t>(catalog.query_integer(sql).value_or(0));
    };
    return {count("SELECT COUNT(*) FROM carried_commit WHERE completes = 1"),
            count("SELECT COALESCE(SUM(bytes), 0) FROM carried_commit")};
}

std::unique_ptr<Repository> open_carried(store::Store& store, const std::string& ref) {
    base::FileSystem& files = store.environment().files;
    if (!is_directory(files, store.dir() / kFolder)) {
        files.create_directory(store.dir() / kFolder);
        files.sync_directory(store.dir() / "");
    }
    return open_path_repository(files, folder_of(store, ref), IfMissing::kCreate);
}

void record_carried(store::Transaction& write, const std::string& ref,
                    const CarriedCommit& commit) {
    write.run(
        "INSERT INTO carried_commit (ref, place, commit_id, completes, bytes)"
        " VALUES (?1, ?2, ?3, ?4, ?5)",
        ref, commit.place, commit.id.bytes, commit.completes ? 1 : 0, commit.bytes);
}

void cut_carried(store::Store& store, const std::string& ref, std::uint64_t last_place) {
    const auto newest = newest_carried(store.catalog(), ref);
    const std::vector<CarriedCommit> kept = list_carried(store.catalog(), ref, 0);
    if (last_place > 0 && newest && newest->place > last_place) {
        open_carried(store, ref)
            ->push({{ref, newest->id, kept.at(static_cast<std::size_t>(last_place) - 1).id}}, {});
    }
    if (newest) {
        store::Transaction write{store.catalog()};
        forget_carried(write, ref, last_place);
        write.commit();
    }
    if (last_place == 0 && is_directory(store.environment().files, folder_of(store, ref))) {
        base::remove_tree(store.environment().files, folder_of(store, ref));
    }
}

bool is_carried(store::Store& store, const std::string& ref) {
    return newest_carried(store.catalog(), ref) ||
           is_directory(store.environment().files, folder_of(store, ref));
}

CarriedRepository read_carried(store::Store& store, const std::string& ref) {
    CarriedRepository carried;
    try {
        auto repository = open_path_repository(store.environment().files, folder_of(store, ref),
                                               IfMissing::kFail);
        const auto tips = repository->read_refs({ref});
        if (!tips.empty()) {
            carried = {std::move(repository), tips.at(ref)};
        }
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged && error.code() != ErrorCode::kFailed &&
            error.code() != ErrorCode::kNoFile) {
            throw;
        }
        return {};
    }
    return carried;
}

Finding lost_finding(const Channel& channel) {
    return {FindingCode::kDamaged, journal::log_subject(channel.case_id, channel.author),
            "what was carried of it here, unread, is damaged or gone; the next sync with a remote"
            " that has it brings it again"};
}

std::optional<Finding> mend_carried(store::Store& store, const Channel& channel) {
    if (!is_carried(store, channel.ref)) {
        return std::nullopt;
    }
    const auto newest = newest_carried(store.catalog(), channel.ref);
    const auto found = list_usable(store, channel.ref);
    if (!found || found->empty()) {
        cut_carried(store, channel.ref, 0);
        return found || !newest ? std::nullopt : std::optional{lost_finding(channel)};
    }
    if (newest && newest->id == found->back().id && newest->place == found->back().place) {
        return std::nullopt;
    }
    store::Transaction write{store.catalog()};
    forget_carried(write, channel.ref, 0);
    for (const CarriedCommit& commit : *found) {
        record_carried(write, channel.ref, commit);
    }
    write.commit();
    return std::nullopt;
}

}  // namespace kua::exchange
