#include "vault/base/folders.h"
#include "vault/base/new_file.h"
#include "vault/evidence/casework/consent_entries.h"
#include "vault/evidence/casework/description.h"
#include "vault/evidence/casework/sources.h"
#include "vault/evidence/casework/withdrawal_notice.h"
#include "vault/evidence/items.h"
#include "vault/member_names.h"
#include "vault/vault_state.h"

namespace kua {
namespace {

evidence::CaseKeys open_keys_of(Vault::State& state, const std::string& case_name) {
    return evidence::load_case_keys(state.catalog(),
                                    evidence::resolve_open_case(state.catalog(), case_name));
}

evidence::CaseKeys any_keys_of(Vault::State& state, const std::string& case_name) {
    return evidence::load_case_keys(state.catalog(),
                                    evidence::resolve_case(state.catalog(), case_name));
}

}  // namespace

DescribeReport Vault::describe(const DescribeRequest& request) {
    const evidence::CaseKeys keys = open_keys_of(*state_, request.case_name);
    const evidence::Described thing =
        evidence::resolve_thing(state_->catalog(), keys.case_id, request.thing);
    DescribeReport report;
    report.kind = thing.kind->name;
    report.id = thing.id;
    report.changes = evidence::describe(state_->store, state_->identity, keys, thing, request.facts,
                                        request.comment);
    report.short_id = thing.kind->name == evidence::kItemKind.name
                          ? evidence::shorten_item(state_->catalog(), keys.case_id, thing.id)
                          : thing.id;
    return report;
}

DescribeReport Vault::describe_case(const DescribeRequest& request) {
    const evidence::CaseKeys keys =
        open_keys_of(*state_, request.thing.empty() ? request.case_name : request.thing);
    DescribeReport report;
    report.kind = evidence::kCaseKind.name;
    report.id = keys.case_id;
    report.short_id = keys.case_id.substr(0, 8);
    report.changes = evidence::describe(state_->store, state_->identity, keys,
                                        {&evidence::kCaseKind, ""}, request.facts, request.comment);
    return report;
}

SourceSummary Vault::add_source(const SourceRequest& request) {
    const evidence::CaseKeys keys = any_keys_of(*state_, request.case_name);
    const std::string pseudonym = evidence::add_source(state_->store, state_->identity, keys,
                                                       request.pseudonym, request.facts);
    if (!keys.sealed()) {
        return source(pseudonym, keys.case_id);
    }
    SourceSummary added;
    added.pseudonym = pseudonym;
    return added;
}

std::vector<SourceSummary> Vault::sources(const std::string& case_name) {
    const std::string case_id = evidence::resolve_open_case(state_->catalog(), case_name);
    std::vector<SourceSummary> all = evidence::list_sources(state_->catalog(), case_id);
    const MemberNames names{*state_, case_id};
    for (SourceSummary& one : all) {
        one.added_by_name = names.label_of(one.added_by);
    }
    return all;
}

SourceSummary Vault::source(const std::string& pseudonym, const std::string& case_name) {
    const std::string case_id = evidence::resolve_open_case(state_->catalog(), case_name);
    SourceSummary one = evidence::load_source(state_->catalog(), case_id, pseudonym);
    one.added_by_name = MemberNames{*state_, case_id}.label_of(one.added_by);
    return one;
}

void Vault::give_consent(const ConsentRequest& request) {
    evidence::give_consent(state_->store, state_->identity, any_keys_of(*state_, request.case_name),
                           request);
}

void Vault::withdraw_consent(const ConsentRequest& request) {
    evidence::withdraw_consent(state_->store, state_->identity,
                               any_keys_of(*state_, request.case_name), request);
}

ConsentOverview Vault::write_notices(const std::string& source, const std::string& case_name,
                                     const std::filesystem::path& to) {
    ConsentOverview overview = consent(source, case_name);
    base::FileSystem& files = state_->store.environment().files;
    if (base::lies_in(files, to, state_->store.dir())) {
        throw Error{ErrorCode::kRefused,
                    "the notices would lie in the vault itself; name a folder outside it"};
    }
    const std::vector<evidence::NoticeText> notices = evidence::write_notices(
        state_->catalog(), evidence::resolve_open_case(state_->catalog(), case_name),
        overview.exports);
    if (notices.empty()) {
        return overview;
    }
    if (!files.status(to)) {
        base::create_folder(files, to);
    }
    std::vector<std::unique_ptr<base::NewFile>> made;
    for (const evidence::NoticeText& notice : notices) {
        const std::filesystem::path file = to / notice.file_name;
        made.push_back(base::write_read_back(files, file, base::bytes_of(notice.text)));
        overview.notices.push_back({notice.recipient, file, notice.items});
    }
    for (const auto& file : made) {
        file->keep();
    }
    return overview;
}

ConsentOverview Vault::consent(const std::string& source, const std::string& case_name) {
    const std::string case_id = evidence::resolve_open_case(state_->catalog(), case_name);
    ConsentOverview overview = evidence::view_consent(state_->catalog(), case_id,
                                                      state_->identity.card.fingerprint, source);
    const MemberNames names{*state_, case_id};
    if (!overview.source.added_by.empty()) {
        overview.source.added_by_name = names.label_of(overview.source.added_by);
    }
    for (CustodyEvent& event : overview.history) {
        event.author_name = names.label_of(event.author);
    }
    for (PastExport& past : overview.exports) {
        past.by_name = names.label_of(past.by_name);
    }
    for (std::vector<std::string>* members :
         {&overview.told, &overview.untold, &overview.readers}) {
        for (std::string& member : *members) {
            member = names.label_of(member);
        }
    }
    return overview;
}

}  // namespace kua
