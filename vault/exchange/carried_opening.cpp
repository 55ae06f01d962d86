#include "vault/exchange/carried_opening.h"

#include <algorithm>
#include <map>
#include <optional>

#include "vault/base/hex.h"
#include "vault/evidence/cases.h"
#include "vault/exchange/carried.h"
#include "vault/exchange/incoming.h"
#include "vault/journal/check.h"
#include "vault/journal/going_on.h"
#include "vault/journal/ids.h"

namespace kua::exchange {
namespace {

// In place of a remote's name.
const std::string kCarried = "carried";

class Opening {
public:
    Opening(store::Store& store, const evidence::Identity& identity, const std::string& case_id,
            Progress& progress)
        : store_(store), identity_(identity), case_id_(case_id), progress_(progress) {}

    CarriedTaken run() {
        // More than once: an author may wait for what another one says.
        bool again = true;
        while (again) {
            again = false;
            for (const Channel& channel :
                 list_channels(store_.catalog(), case_id_, identity_.card.fingerprint)) {
                if (is_carried(store_, channel.ref)) {
                    again = take(channel) || again;
                }
            }
        }
        for (auto& [ref, findings] : waiting_) {
            std::ranges::move(findings, std::back_inserter(taken_.findings));
        }
        return std::move(taken_);
    }

private:
    // Whether something came.
    bool take(const Channel& channel) {
        if (journal::is_stopped(store_.catalog(), channel.case_id, channel.author)) {
            taken_.findings.push_back(
                {FindingCode::kStopped, journal::log_subject(channel.case_id, channel.author),
                 kCarried + ": nothing is taken: this author signed two histories"});
            drop(channel);
            return false;
        }
        const CarriedRepository carried = read_carried(store_, channel.ref);
        if (!carried.repository) {
            if (newest_carried(store_.catalog(), channel.ref)) {
                taken_.findings.push_back(lost_finding(channel));
            }
            drop(channel);
            return false;
        }
        // How much junk there can be was bounded when it was carried.
        TakenIn taken = take_in(store_, identity_, *carried.repository, kCarried, channel,
                                carried.tip, {History::kWhole, PassOver::kAll}, progress_);
        taken_.items += taken.items;
        std::ranges::move(taken.passed_over, std::back_inserter(taken_.findings));
        taken_.entries.emplace_back(channel, taken.entries);
        if (taken.worth_receipt) {
            store::Transaction write{store_.catalog()};
            write.run("INSERT INTO receipt_due (case_id) VALUES (?1) ON CONFLICT DO NOTHING",
                      journal::blob_of(case_id_));
            write.commit();
        }
        settle(channel, std::move(taken.findings));
        return taken.entries > 0;
    }

    void settle(const Channel& channel, std::vector<Finding> findings) {
        std::vector<Finding>& gaps = waiting_[channel.ref];
        gaps.clear();
        for (Finding& finding : findings) {
            (finding.code == FindingCode::kGap ? gaps : taken_.findings)
                .push_back(std::move(finding));
        }
        if (gaps.empty()) {
            waiting_.erase(channel.ref);
            drop(channel);
        }
    }

    void drop(const Channel& channel) { cut_carried(store_, channel.ref, 0); }

    store::Store& store_;
    const evidence::Identity& identity_;
    const std::string& case_id_;
    Progress& progress_;
    std::map<std::string, std::vector<Finding>> waiting_;
    CarriedTaken taken_;
};

}  // namespace

CarriedTaken take_in_carried(store::Store& store, const evidence::Identity& identity,
                             const std::string& case_id, Progress& progress) {
    if (evidence::load_case_keys(store.catalog(), case_id).sealed()) {
        return {};
    }
    return Opening{store, identity, case_id, progress}.run();
}

std::vector<std::string> list_receipts_due(store::Connection& catalog) {
    store::Rows rows = catalog.query("SELECT case_id FROM receipt_due ORDER BY case_id");
    std::vector<std::string> cases;
    while (rows.next()) {
        cases.push_back(base::encode_hex(rows.blob(0)));
    }
    return cases;
}

void settle_receipt(store::Transaction& write, const std::string& case_id) {
    write.run("DELETE FROM receipt_due WHERE case_id = ?1", journal::blob_of(case_id));
}

}  // namespace kua::exchange
