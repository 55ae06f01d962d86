// A repository as a host shows it that spares what it may: of what the named commits reach nothing
// is sent, be it met again in another place.
#pragma once

#include <set>

#include "vault/exchange/repository.h"

namespace kua::testing {

class SparingHost final : public exchange::Repository {
public:
    explicit SparingHost(exchange::Repository& there) : there_(there) {}

    std::map<std::string, format::GitId> read_refs(const std::vector<std::string>& names) override {
        return there_.read_refs(names);
    }
    void fetch(const std::vector<std::string>& names,
               const std::vector<exchange::KnownCommit>& known) override;
    std::optional<base::Bytes> read(const format::GitId& id, format::GitKind kind,
                                    std::size_t max_bytes) override {
        return sent_.contains(id) ? there_.read(id, kind, max_bytes) : std::nullopt;
    }
    format::GitId add(format::GitKind kind, base::ByteView content) override {
        return there_.add(kind, content);
    }
    std::uint64_t added_bytes() const override { return there_.added_bytes(); }
    void push(const std::vector<exchange::RefUpdate>& updates,
              const std::vector<exchange::KnownCommit>& known) override {
        there_.push(updates, known);
    }

    std::size_t sent_objects() const { return sent_.size(); }

private:
    std::set<format::GitId> reached_by(std::optional<format::GitId> commit);
    void reach_tree(const format::GitId& tree, std::set<format::GitId>& reached);

    exchange::Repository& there_;
    std::set<format::GitId> sent_;
};

}  // namespace kua::testing
