#include <utility>

#include "vault/evidence/casework/case_view.h"
#include "vault/evidence/new_case.h"
#include "vault/evidence/projection.h"
#include "vault/evidence/rebuild.h"
#include "vault/vault_state.h"

namespace kua {

CaseSummary Vault::create_case(const CaseDraft& draft) {
    store::Transaction write{state_->catalog()};
    const std::string case_id =
        evidence::write_new_case(write, state_->identity, draft, state_->store.environment());
    write.commit();
    return evidence::summarize_case(state_->catalog(), case_id);
}

std::vector<CaseSummary> Vault::cases() {
    std::vector<CaseSummary> all;
    for (const std::string& case_id : evidence::list_case_ids(state_->catalog())) {
        all.push_back(evidence::summarize_case(state_->catalog(), case_id));
    }
    return all;
}

std::vector<std::string> Vault::sealed_cases() {
    return evidence::list_sealed_cases(state_->catalog());
}

CaseSummary Vault::find_case(const std::string& name) {
    return evidence::summarize_case(state_->catalog(),
                                    evidence::resolve_case(state_->catalog(), name));
}

CaseDetails Vault::case_details(const std::string& name) {
    CaseDetails details;
    details.summary = find_case(name);
    if (!details.summary.sealed) {
        evidence::read_case_details(state_->catalog(), details.summary.id, details);
    }
    return details;
}

void Vault::use_case(const std::string& name) {
    const std::string case_id = evidence::resolve_case(state_->catalog(), name);
    store::Transaction write{state_->catalog()};
    evidence::set_current_case(write, case_id);
    write.commit();
}

RebuildReport Vault::rebuild(Progress& progress) {
    RebuildReport report;
    const std::vector<std::string> cases = evidence::list_case_ids(state_->catalog());
    progress.begin("rebuilding", 0, cases.size());
    for (const std::string& case_id : cases) {
        const evidence::CaseKeys keys = evidence::load_case_keys(state_->catalog(), case_id);
        progress.advance(0, 1);
        if (keys.sealed()) {
            ++report.sealed_cases;
            continue;
        }
        const evidence::ProjectionDigest before =
            evidence::digest_projection(state_->catalog(), case_id);
        store::Transaction write{state_->catalog()};
        evidence::Projected made = evidence::project_case_anew(write, keys);
        const evidence::ProjectionDigest after =
            evidence::digest_projection(state_->catalog(), case_id);
        if (made.findings.empty()) {
            write.commit();
        }  // else what is there stays: a damaged journal must not thin out what is shown
        ++report.cases;
        report.entries += made.entries;
        report.rows += after.rows;
        if (before != after) {
            report.same = false;
            report.findings.push_back({FindingCode::kFactMismatch, "case " + case_id.substr(0, 8),
                                       "the catalog showed it differently than its bundles say"});
        }
        report.findings.insert(report.findings.end(), made.findings.begin(), made.findings.end());
    }
    progress.end();
    return report;
}

}  // namespace kua
