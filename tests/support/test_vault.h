// A whole vault on a disk in memory, with a clock that stands still, seeded randomness and a cheap
// passphrase, opened as kua opens it.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/fake_clock.h"
#include "tests/support/memory_filesystem.h"
#include "tests/support/seeded_random.h"
#include "vault/passphrase.h"
#include "vault/vault_state.h"

namespace kua::testing {

inline Passphrase passphrase_of(std::string typed) {
    return Passphrase::take(typed);
}

inline CreateOptions cheap_vault(CaseDraft first_case = {}) {
    CreateOptions options;
    options.name = "Rosa";
    options.first_case = std::move(first_case);
    options.kdf_memory_bytes = 8 * 1024;
    options.kdf_passes = 1;
    return options;
}

class TestVault {
public:
    explicit TestVault(const CreateOptions& options = cheap_vault()) {
        vault_.emplace(create_vault(environment, dir, passphrase, options, store_options()));
        case_id = (*this)->find_case("").id;
    }

    // Open for writing.
    Vault* operator->() {
        if (!vault_) {
            vault_.emplace(open(Access::kWrite));
        }
        return &*vault_;
    }
    Vault open(Access access) { return open_vault(environment, dir, passphrase, access); }
    // With other files than these, such as ones that fail.
    Vault open_through(base::FileSystem& other, Access access) {
        return open_vault({other, clock, random}, dir, passphrase, access);
    }
    void close() { vault_.reset(); }

    // Adds one file of that name and content; returns the item's full id, also if the bytes were
    // here already.
    std::string add(const std::string& name, std::string_view content,
                    const GivenFacts& facts = {}) {
        files.add_file("/card/" + name, base::bytes_of(content));
        AddRequest request = request_of({"/card/" + name});
        request.facts = facts;
        know_source(facts);
        const AddReport report = (*this)->add(request, no_progress());
        return report.added.empty() ? report.known.at(0).id : report.added.at(0).id;
    }
    // A pseudonym that isn't in the current case yet is added to it.
    void know_source(const GivenFacts& facts) {
        const auto given = facts.find("source");
        if (given == facts.end() || !given->second.at(0).starts_with("P-")) {
            return;
        }
        for (const SourceSummary& known : (*this)->sources("")) {
            if (known.pseudonym == given->second.at(0)) {
                return;
            }
        }
        (*this)->add_source({given->second.at(0), "", {}});
    }
    static AddRequest request_of(std::vector<std::filesystem::path> paths) {
        AddRequest request;
        request.paths = std::move(paths);
        request.threads = 1;
        return request;
    }

    ExportReport export_to(const std::filesystem::path& to, std::vector<std::string> items) {
        ExportRequest request;
        request.all = items.empty();
        request.items = std::move(items);
        request.to = to;
        request.threads = 1;
        return (*this)->export_items(request, no_progress());
    }
    VerificationReport verify(VerifyDepth depth = VerifyDepth::kFull) {
        return (*this)->verify({.items = {}, .case_name = {}, .depth = depth, .threads = 1},
                               no_progress());
    }
    std::string text(const std::filesystem::path& path) {
        return std::string{base::text_of(files.content(path))};
    }

    // What lies below: as somebody who knows the passphrase could change it by hand.
    template <class Body>
    auto with_store(Body&& body) {
        close();
        store::Store store = store::Store::open(environment, dir, secret_of(passphrase),
                                                Access::kWrite, store_options());
        return body(store);
    }
    template <class... Arguments>
    void write(std::string_view sql, const Arguments&... arguments) {
        with_store([&](store::Store& store) {
            store::Transaction write{store.catalog()};
            write.run(sql, arguments...);
            write.commit();
        });
    }
    template <class... Arguments>
    std::int64_t number(std::string_view sql, const Arguments&... arguments) {
        return with_store([&](store::Store& store) {
            return store.catalog().query_integer(sql, arguments...).value_or(-1);
        });
    }

    MemoryFileSystem files;
    FakeClock clock;
    SeededRandom random{11};
    base::Environment environment{files, clock, random};
    const std::filesystem::path dir = "/vault";
    const Passphrase passphrase = passphrase_of("correct horse");
    std::string case_id;  // of the first case

private:
    std::optional<Vault> vault_;
};

}  // namespace kua::testing
