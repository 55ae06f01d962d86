#include "vault/evidence/testimony/typed_text.h"

#include <algorithm>
#include <string_view>

#include "vault/base/utf8.h"
#include "vault/evidence/casework/description.h"
#include "vault/evidence/consent/statement.h"
#include "vault/evidence/item_facts.h"
#include "vault/evidence/pseudonym.h"
#include "vault/format/edtf.h"
#include "vault/format/front_facts.h"
#include "vault/format/testimony_text.h"

namespace kua::evidence {
namespace {

// Of a conversation at a table, unless it is said otherwise.
constexpr const char* kUsualInformation = "explained_orally";

[[noreturn]] void refuse_answer(const std::string& why) {
    throw Error{ErrorCode::kUsage, why};
}

void check_typed_source(store::Connection& catalog, const CaseKeys& keys,
                        const TypedTestimony& typed) {
    if (typed.source.empty()) {
        return;
    }
    if (!is_pseudonym(typed.source)) {
        refuse_answer("write a pseudonym like P-07, or new; never a name");
    }
    require_source(catalog, keys, typed.source);
}

struct TypedConsent {
    std::string level;
    std::string how_informed;
};

TypedConsent split_consent(const std::string& typed) {
    const std::string_view text = format::trimmed(typed);
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string_view how = format::trimmed(text.substr(space));
    return {std::string{text.substr(0, space)}, how.empty() ? kUsualInformation : std::string{how}};
}

void check_typed_consent(const TypedTestimony& typed) {
    if (typed.consent.empty()) {
        return;
    }
    if (typed.source.empty() && !typed.new_source) {
        refuse_answer("who told it isn't said, so nobody's consent can be entered; leave it out");
    }
    const TypedConsent consent = split_consent(typed.consent);
    check_given_facts({{"level", {consent.level}}, {"how_informed", {consent.how_informed}}},
                      consent_fact_rules());
    const std::string why = why_nobody_allowed({{"how_informed", consent.how_informed}});
    if (consent.level != "0" && !why.empty()) {
        refuse_answer("that allows nothing: " + why + "; write 0 until they can be asked");
    }
}

void check_line(const std::string& text) {
    if (!base::is_valid_utf8(text) ||
        text.find_first_of(std::string_view{"\n\r\0", 3}) != std::string::npos) {
        refuse_answer("that isn't one line of UTF-8 text");
    }
}

// So that it is read back as it was typed: marks around all of a value would be left out.
void put_fact(std::string& text, const char* name, const std::string& typed) {
    const std::string value{format::trimmed(typed)};
    if (value.empty()) {
        return;
    }
    const bool has_marks = value.size() >= 2 && value.front() == '"' && value.back() == '"';
    text += std::string{name} + ": " + (has_marks ? '"' + value + '"' : value) + '\n';
}

// A line that would begin another turn gets a space in front.
std::string typed_words_of(const std::string& typed) {
    std::string words;
    std::string_view rest = typed;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, end);
        words += (line.starts_with("###") ? " " : "") + std::string{line} + '\n';
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return words;
}

}  // namespace

void check_typed(store::Connection& catalog, const CaseKeys& keys, const TypedTestimony& typed) {
    check_typed_source(catalog, keys, typed);
    for (const std::string* line : {&typed.place, &typed.held, &typed.note}) {
        check_line(*line);
    }
    if (!typed.held.empty()) {
        format::parse_edtf(format::trimmed(typed.held));
    }
    if (!typed.first_account.empty() && typed.first_account != "yes" &&
        typed.first_account != "no") {
        refuse_answer("yes or no, or nothing");
    }
    check_typed_consent(typed);
    if (typed.text.size() > kMaxTypedBytes || !base::is_valid_utf8(typed.text) ||
        typed.text.find('\0') != std::string::npos) {
        refuse_answer("what was told has to be UTF-8 text of at most 256 KiB");
    }
}

std::string write_typed(const TypedTestimony& typed, const Identity& identity,
                        const std::string& now) {
    std::string text = "---\nformat: " + std::string{format::kTestimonyFormat} + '\n';
    const bool has_source = !typed.source.empty();
    put_fact(text, "source", has_source ? typed.source : "unknown");
    put_fact(text, "testimony_kind",
             typed.first_account == "yes"  ? "first_account"
             : typed.first_account == "no" ? "follow_up"
                                           : "unknown");
    put_fact(text, "held", typed.held.empty() ? now : typed.held);
    put_fact(text, "held_basis", typed.held.empty() ? "device_clock" : "unknown");
    put_fact(text, "held_place", typed.place);
    put_fact(text, "note", typed.note);
    if (!typed.consent.empty()) {
        const TypedConsent consent = split_consent(typed.consent);
        put_fact(text, "consent_level", consent.level);
        put_fact(text, "how_informed", consent.how_informed);
    }
    std::string writer = identity.card.name;
    std::replace(writer.begin(), writer.end(), ' ', '_');
    const bool is_told = has_source && !typed.text.empty();
    text += "turns: 1\n---\n\n### 0001 " +
            (is_told ? "answer " + typed.source : "remark " + writer) + "\n\n";
    return text + (typed.text.empty() ? "told in the recording\n" : typed_words_of(typed.text));
}

std::string typed_name(const TypedTestimony& typed) {
    return "testimony" + (typed.source.empty() ? "" : "-" + typed.source) + ".md";
}

}  // namespace kua::evidence
