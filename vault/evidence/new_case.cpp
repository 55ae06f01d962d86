#include "vault/evidence/new_case.h"

#include <algorithm>
#include <utility>

#include "vault/base/utf8.h"
#include "vault/evidence/item_facts.h"
#include "vault/evidence/members.h"
#include "vault/evidence/projection.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kMaxTitleBytes = 200;
constexpr std::size_t kMaxCaseTextBytes = std::size_t{64} << 10;

void check_text(const char* what, const std::string& text, std::size_t max_bytes) {
    if (text.empty() || text.size() > max_bytes || !base::is_valid_utf8(text)) {
        throw Error{ErrorCode::kUsage,
                    std::string(what) + ": 1 to " + std::to_string(max_bytes) + " bytes of UTF-8"};
    }
}

std::vector<journal::Fact> facts_of(const CaseDraft& draft, const format::Card& owner) {
    std::vector<journal::Fact> facts = {{"title", draft.title}, {"card", owner.text}};
    if (draft.description) {
        facts.push_back({"description", *draft.description});
    }
    if (draft.reference_code) {
        facts.push_back({"reference_code", *draft.reference_code});
    }
    if (!draft.languages.empty()) {
        facts.push_back({"languages", draft.languages});
    }
    if (!draft.questions.empty()) {
        facts.push_back({"questions", draft.questions});
    }
    return facts;
}

// With two of one name, evidence goes into the wrong one.
void check_title_is_free(store::Transaction& write, const CaseDraft& draft) {
    for (const std::string& name : {draft.title, draft.reference_code.value_or(draft.title)}) {
        if (write.query_integer(
                "SELECT 1 FROM case_info WHERE title = ?1 OR reference_code = ?1 LIMIT 1", name)) {
            throw Error{ErrorCode::kExists, "there is a case " + base::quoted(name) +
                                                " already; choose another title or reference code"};
        }
    }
}

void read_projection(store::Connection& catalog, CaseSummary& summary) {
    const base::Bytes case_id = journal::blob_of(summary.id);
    store::Rows info = catalog.query(
        "SELECT title, description, reference_code, created FROM case_info WHERE case_id = ?1",
        case_id);
    if (info.next()) {
        summary.title = info.text(0);
        summary.description = info.text(1);
        summary.reference_code = info.text(2);
        summary.created = info.text(3);
    }
    store::Rows items = catalog.query(
        "SELECT COUNT(*), CAST(TOTAL(bytes) AS INTEGER) FROM item WHERE case_id = ?1", case_id);
    if (items.next()) {
        summary.items = static_cast<std::uint64_t>(items.integer(0));
        summary.bytes = static_cast<std::uint64_t>(items.integer(1));
    }
}

}  // namespace

void check_case_draft(const CaseDraft& draft) {
    check_text("title", draft.title, kMaxTitleBytes);
    if (draft.description) {
        check_text("description", *draft.description, kMaxCaseTextBytes);
    }
    if (draft.reference_code) {
        check_text("reference code", *draft.reference_code, kMaxTitleBytes);
    }
    for (const std::string& question : draft.questions) {
        check_text("question", question, kMaxTitleBytes);
    }
    if (!draft.languages.empty()) {
        check_given_facts({{"language", draft.languages}});
    }
}

std::string write_new_case(store::Transaction& write, const Identity& identity,
                           const CaseDraft& draft, const base::Environment& environment) {
    check_case_draft(draft);
    check_title_is_free(write, draft);
    const auto kind = draft.classic ? format::AgeKeyKind::kX25519 : format::AgeKeyKind::kHybrid;
    const CaseKeys keys = create_case_keys(write, kind, environment.random);
    add_author(write, keys.case_id, identity.card, /*is_owner=*/true);
    const journal::Appended appended =
        journal::append(write, identity.author(), keys.channel(),
                        {{"case.created", facts_of(draft, identity.card)}}, {}, environment);
    project(write, appended.entries, appended.seen);
    return keys.case_id;
}

CaseSummary summarize_case(store::Connection& catalog, const std::string& case_id) {
    const CaseKeys keys = load_case_keys(catalog, case_id);
    CaseSummary summary;
    summary.id = case_id;
    summary.sealed = keys.sealed();
    summary.recipient = keys.recipient.text();
    const std::optional<std::string> current = current_case(catalog);
    summary.current = current ? *current == case_id : list_case_ids(catalog).size() == 1;
    for (const journal::LogHead& head : journal::list_logs(catalog, case_id)) {
        summary.entries += head.size;
    }
    if (!summary.sealed) {
        read_projection(catalog, summary);
    }
    return summary;
}

}  // namespace kua::evidence
