#include "cli/names_of_vault.h"

#include "kua/vault.h"

namespace kua::cli {
namespace {

using Names = std::vector<std::string>;

void add_items(Vault& vault, const std::string& case_name, Names& out) {
    ListRequest request;
    request.case_name = case_name;
    for (const ItemSummary& item : vault.list(request)) {
        out.push_back(item.short_id);
        out.push_back(item.name);
    }
}

void add_sources(Vault& vault, const std::string& case_name, Names& out) {
    for (const SourceSummary& source : vault.sources(case_name)) {
        out.push_back(source.pseudonym);
    }
}

void add_things(Vault& vault, const std::string& kind, const std::string& case_name, Names& out) {
    for (const ThingSummary& thing : vault.things(kind, case_name)) {
        out.push_back(thing.short_id);
        out.push_back(thing.name);
    }
}

void add_cases(Vault& vault, Names& out) {
    for (const CaseSummary& one : vault.cases()) {
        out.push_back(one.id.substr(0, 8));
        if (!one.sealed) {
            out.push_back(one.title);
        }
    }
}

void add_all(Vault& vault, const std::string& case_name, Names& out) {
    add_items(vault, case_name, out);
    add_sources(vault, case_name, out);
    for (const char* kind : {"place", "event", "act", "person"}) {
        add_things(vault, kind, case_name, out);
    }
}

template <class Summaries>
void add_named(const Summaries& summaries, Names& out) {
    for (const auto& one : summaries) {
        out.push_back(one.name);
    }
}

Names names_of(Vault& vault, Nameable kind, const std::string& case_name) {
    Names out;
    switch (kind) {
        case Nameable::kNothing:
        case Nameable::kFile:
            break;
        case Nameable::kItem:
            add_items(vault, case_name, out);
            break;
        case Nameable::kCase:
            add_cases(vault, out);
            break;
        case Nameable::kSource:
            add_sources(vault, case_name, out);
            break;
        case Nameable::kContact:
            add_named(vault.contacts(), out);
            break;
        case Nameable::kMember:
            add_named(vault.members(case_name), out);
            break;
        case Nameable::kRemote:
            add_named(vault.remotes(), out);
            break;
        case Nameable::kPlace:
            add_things(vault, "place", case_name, out);
            break;
        case Nameable::kEvent:
            add_things(vault, "event", case_name, out);
            break;
        case Nameable::kAct:
            add_things(vault, "act", case_name, out);
            break;
        case Nameable::kPerson:
            add_things(vault, "person", case_name, out);
            break;
        case Nameable::kAnything:
            add_all(vault, case_name, out);
            break;
    }
    return out;
}

}  // namespace

Names names_of_vault(const Session& session, Nameable kind) {
    if (session.key() == nullptr || kind == Nameable::kNothing) {
        return {};
    }
    try {
        Vault vault = Vault::open(session.directory(), *session.key(), Access::kRead);
        return names_of(vault, kind, session.defaults().case_name.value_or(""));
    } catch (const Error&) {
        return {};  // a sealed case, or one that isn't chosen: the command itself will say so
    }
}

}  // namespace kua::cli
