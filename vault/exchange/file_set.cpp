#include "vault/exchange/file_set.h"

#include <set>
#include <utility>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/exchange/carrier.h"

namespace kua::exchange {
namespace {

class FileSet final : public Repository {
public:
    explicit FileSet(std::vector<std::unique_ptr<Repository>> files) : files_(std::move(files)) {}

    std::map<std::string, format::GitId> read_refs(const std::vector<std::string>& names) override {
        std::map<std::string, format::GitId> longest;
        std::map<std::string, std::size_t> lengths;
        for (const std::unique_ptr<Repository>& file : files_) {
            for (const auto& [name, tip] : file->read_refs(names)) {
                const std::size_t length = history_length(tip);
                std::size_t& known = lengths[name];
                if (length > known) {
                    known = length;
                    longest[name] = tip;
                }
            }
        }
        return longest;
    }

    void fetch(const std::vector<std::string>& names,
               const std::vector<KnownCommit>& known) override {
        for (const std::unique_ptr<Repository>& file : files_) {
            std::vector<std::string> there;
            for (const auto& [name, tip] : file->read_refs(names)) {
                there.push_back(name);
            }
            if (!there.empty()) {
                file->fetch(there, known);
            }
        }
    }

    std::optional<base::Bytes> read(const format::GitId& id, format::GitKind kind,
                                    std::size_t max_bytes) override {
        for (const std::unique_ptr<Repository>& file : files_) {
            if (std::optional<base::Bytes> content = file->read(id, kind, max_bytes)) {
                return content;
            }
        }
        return std::nullopt;
    }

    format::GitId add(format::GitKind, base::ByteView) override {
        base::check_failed("files that were taken aren't written to", __FILE__, __LINE__);
    }
    std::uint64_t added_bytes() const override { return 0; }
    void push(const std::vector<RefUpdate>&, const std::vector<KnownCommit>&) override {
        base::check_failed("files that were taken aren't written to", __FILE__, __LINE__);
    }

private:
    // How many commits the files have behind one another, down from `tip`.
    std::size_t history_length(const format::GitId& tip) {
        std::set<format::GitId> met;
        std::optional<format::GitId> next = tip;
        while (next && met.insert(*next).second) {
            const auto content = read(*next, format::GitKind::kCommit, kMaxCommitTextBytes);
            if (!content) {
                break;
            }
            try {
                next = format::parse_git_commit(*content).parent;
            } catch (const Error& error) {
                if (error.code() != ErrorCode::kDamaged) {
                    throw;
                }
                break;  // whoever takes it in says what is wrong
            }
        }
        return met.size();
    }

    std::vector<std::unique_ptr<Repository>> files_;
};

}  // namespace

std::unique_ptr<Repository> make_file_set(std::vector<std::unique_ptr<Repository>> files) {
    return std::make_unique<FileSet>(std::move(files));
}

}  // namespace kua::exchange
