#include <algorithm>
#include <iterator>
#include <utility>

#include "vault/base/hex.h"
#include "vault/evidence/casework/consent_entries.h"
#include "vault/evidence/casework/recording.h"
#include "vault/evidence/casework/things.h"
#include "vault/evidence/consent/consents.h"
#include "vault/evidence/intake/arrival.h"
#include "vault/evidence/intake/intake.h"
#include "vault/evidence/item_facts.h"
#include "vault/evidence/items.h"
#include "vault/evidence/media_types.h"
#include "vault/evidence/outgoing/team_gate.h"
#include "vault/evidence/pseudonym.h"
#include "vault/evidence/testimony/testimony_entries.h"
#include "vault/evidence/testimony/testimony_view.h"
#include "vault/evidence/testimony/text_entries.h"
#include "vault/evidence/testimony/typed_text.h"
#include "vault/evidence/vocabulary.h"
#include "vault/format/testimony_text.h"
#include "vault/member_names.h"
#include "vault/vault_state.h"

namespace kua {
namespace {

// What came of one file; what is wrong with it stops everything.
AddedItem only_item(const AddReport& report, const std::filesystem::path& path) {
    for (const auto* failed : {&report.failed, &report.skipped}) {
        if (!failed->empty()) {
            throw Error{failed->front().code, failed->front().reason + "; nothing added"};
        }
    }
    if (!report.added.empty()) {
        return report.added.front();
    }
    const KnownItem& known = report.known.at(0);
    AddedItem item;
    item.path = path.string();
    item.id = known.id;
    item.short_id = known.short_id;
    return item;
}

void require_may_add_testimony(Vault::State& state, const evidence::CaseKeys& keys) {
    evidence::require_may_write(state.catalog(), state.identity, keys,
                                {{"item.added", {}}, {"testimony.recorded", {}}});
}

// Adds a testimony and what belongs to it.
class TestimonyIntake {
public:
    TestimonyIntake(Vault::State& state, evidence::CaseKeys keys, const TestimonyRequest& request,
                    Progress& progress)
        : state_(state), keys_(std::move(keys)), request_(request), progress_(progress) {}

    TestimonyReport run() {
        require_may_add_testimony(state_, keys_);
        draft_ = evidence::or_nothing_added([this] {
            if (request_.typed) {
                take_typed();
            } else {
                text_ = evidence::read_written_text(state_.store.environment().files, request_.file,
                                                    format::kMaxTestimonyBytes);
            }
            return evidence::draft_testimony(state_.catalog(), state_.identity, keys_, text_,
                                             request_.facts, state_.store.environment().clock);
        });
        if (request_.recording && *request_.recording == request_.file) {
            throw Error{ErrorCode::kUsage, "the recording is the text itself; nothing was added"};
        }
        if (request_.recording) {  // one file, before anything is added
            const std::string_view kind =
                evidence::media_type_of(request_.recording->filename().native()).kind;
            if (kind == "text" || kind == "document") {
                throw Error{ErrorCode::kUsage, "the file named as recording is a " +
                                                   std::string{kind} + "; nothing was added"};
            }
            static_cast<void>(
                state_.store.environment().files.open(*request_.recording, base::OpenMode::kRead));
        }
        report_.source = draft_.source;
        report_.kind = draft_.kind;
        report_.turns = draft_.turns;
        report_.sealed_case = keys_.sealed();
        report_.case_id = keys_.case_id;
        if (request_.recording) {
            // First: whatever happens then, it is only an item more.
            AddRequest recording;
            recording.paths = {*request_.recording};
            recording.facts = draft_.recording_facts;
            recording.inspector = request_.inspector;
            report_.recording = add(recording, nullptr, {});
            draft_.recording = report_.recording->id;
        }
        report_.item = add_text();
        report_.item.kind = "testimony";
        report_.item.digest = base::encode_hex(text_.digest);
        report_.item.bytes = text_.bytes.size();
        if (!keys_.sealed() && evidence::is_pseudonym(draft_.source) &&
            evidence::list_statements(state_.catalog(), keys_.case_id, draft_.source).empty()) {
            report_.not_asked = draft_.source;
        }
        if (!keys_.sealed() && report_.recorded) {
            const evidence::TakenBackNames taken = evidence::names_taken_back(
                state_.catalog(), keys_.case_id, state_.identity.card.fingerprint, draft_.source);
            report_.taken_back = taken.purposes;
            report_.taken_back_of = taken.items;
        }
        return std::move(report_);
    }

private:
    // Writes what was typed into the form of a text.
    void take_typed() {
        const base::Environment& environment = state_.store.environment();
        const TypedTestimony& typed = *request_.typed;
        evidence::check_typed(state_.catalog(), keys_, typed);
        if (typed.text.empty() && !request_.recording) {
            throw Error{ErrorCode::kUsage, "nothing was told, and there is no recording"};
        }
        text_.status.kind = base::FileKind::kRegular;
        text_.status.modified_ns = environment.clock.unix_time_ns();
        const std::string now =
            evidence::file_time(text_.status, environment.clock).value_or("unknown");
        const std::string text = evidence::write_typed(typed, state_.identity, now);
        const base::ByteView bytes = base::bytes_of(text);
        text_.bytes.assign(bytes.begin(), bytes.end());
        text_.status.size_bytes = text_.bytes.size();
        text_.digest = crypto::sha256(text_.bytes);
    }

    AddedItem add_text() {
        AddRequest request;
        request.facts = draft_.item_facts;
        const auto follow_up = [this](const evidence::IntakeInput& input) {
            return entries(input);
        };
        if (!request_.typed) {
            request.paths = {request_.file};
            return add(request, nullptr, follow_up);
        }
        request.facts.emplace("acquired_method", std::vector<std::string>{"dictated"});
        const evidence::TypedInput typed{evidence::typed_name(*request_.typed), text_.bytes,
                                         text_.status.modified_ns};
        return add(request, &typed, follow_up);
    }

    AddedItem add(AddRequest request, const evidence::TypedInput* typed,
                  const evidence::FollowUp& follow_up) {
        if (!keys_.sealed()) {
            evidence::resolve_references(state_.catalog(), keys_.case_id,
                                         evidence::arrival_fact_rules(), request.facts);
        }
        const std::filesystem::path path =
            typed != nullptr ? std::filesystem::path{typed->name} : request.paths.front();
        AddReport added = evidence::add_files(state_.store, state_.identity, keys_, request,
                                              state_.batch_limits, progress_, follow_up, typed);
        std::ranges::move(added.not_inspected, std::back_inserter(report_.not_inspected));
        return only_item(added, path);
    }

    std::vector<journal::EntryDraft> entries(const evidence::IntakeInput& input) {
        if (input.digest != base::encode_hex(text_.digest)) {
            throw Error{ErrorCode::kFailed, "the text changed while being read; nothing added"};
        }
        std::vector<journal::EntryDraft> drafts =
            evidence::testimony_entries(draft_, input.item, draft_.recording);
        bool is_first = input.is_new;
        if (!input.is_new && !keys_.sealed()) {
            is_first = !evidence::was_testimony(state_.catalog(), keys_.case_id, input.item);
            if (evidence::is_recorded(state_.catalog(), keys_.case_id, drafts.front(),
                                      input.item)) {
                report_.recorded = false;
                return {};
            }
            // It came in as something else: what its turns carry has to be said of it.
            drafts.insert(drafts.begin(), evidence::describe_as_testimony(draft_, input.item));
        }
        // What was allowed may have been taken back since the same text first came in.
        if (draft_.consent && is_first) {
            add_consent(drafts, input.item);
        }
        return drafts;
    }

    // The same account in a text that was changed since may tell of a consent that was taken back.
    void add_consent(std::vector<journal::EntryDraft>& drafts, const std::string& item) {
        journal::EntryDraft consent =
            evidence::draft_consent(state_.catalog(), state_.identity, keys_,
                                    evidence::consent_with_evidence(*draft_.consent, item));
        report_.consent_left_out =
            !keys_.sealed() && evidence::may_be_outdated(state_.catalog(), keys_.case_id,
                                                         state_.identity.card.fingerprint, consent);
        if (!report_.consent_left_out) {
            drafts.push_back(std::move(consent));
            report_.consent_level =
                static_cast<unsigned>(draft_.consent->facts.at("level").front().front() - '0');
        }
    }

    Vault::State& state_;
    evidence::CaseKeys keys_;
    const TestimonyRequest& request_;
    Progress& progress_;
    evidence::WrittenText text_;
    evidence::TestimonyDraft draft_;
    TestimonyReport report_;
};

evidence::CaseKeys keys_of_case(Vault::State& state, const std::string& case_name) {
    return evidence::load_case_keys(state.catalog(),
                                    evidence::resolve_case(state.catalog(), case_name));
}

}  // namespace

TestimonyReport Vault::add_testimony(const TestimonyRequest& request, Progress& progress) {
    return TestimonyIntake{*state_, keys_of_case(*state_, request.case_name), request, progress}
        .run();
}

void Vault::check_typed(const TestimonyRequest& request) {
    const evidence::CaseKeys keys = keys_of_case(*state_, request.case_name);
    require_may_add_testimony(*state_, keys);
    evidence::check_given_facts(request.facts, evidence::arrival_fact_rules());
    const TypedTestimony& typed = request.typed.value();
    evidence::check_typed(state_->catalog(), keys, typed);
    evidence::require_team_for_source("testimony new", state_->catalog(), keys,
                                      state_->identity.card.fingerprint, typed.source);
}

TextReport Vault::add_text(const TextRequest& request) {
    const evidence::CaseKeys keys = keys_of_case(*state_, request.case_name);
    return evidence::or_nothing_added(
        [&] { return evidence::enter_text(state_->store, state_->identity, keys, request); });
}

TestimonyView Vault::testimony(const std::string& item, const std::string& case_name) {
    const std::string case_id = evidence::resolve_open_case(state_->catalog(), case_name);
    TestimonyView view = evidence::view_testimony(
        state_->catalog(), case_id, evidence::resolve_item(state_->catalog(), case_id, item));
    if (view.accounts.empty() && view.texts.empty()) {
        throw Error{ErrorCode::kNotFound,
                    view.item.short_id + " is no testimony here, and has no transcript"};
    }
    const MemberNames names{*state_, case_id};
    for (TestimonyAccount& account : view.accounts) {
        account.author_name = names.label_of(account.author);
    }
    for (SpokenText& text : view.texts) {
        text.author_name = names.label_of(text.author);
    }
    return view;
}

}  // namespace kua
