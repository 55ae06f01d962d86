#include "vault/evidence/casework/identity_text.h"

#include <algorithm>
#include <array>
#include <optional>

#include "kua/error.h"
#include "vault/base/utf8.h"
#include "vault/format/front_facts.h"
#include "vault/format/padme.h"

namespace kua::evidence {
namespace {

constexpr std::size_t kMaxIdentityBytes = std::size_t{16} << 10;
constexpr std::size_t kMaxIdentityLines = 200;
constexpr std::string_view kFirstLine = "format: kua-identity/1";

// The names reach disk. docs/glossary.md.
constexpr std::array<std::string_view, 10> kIdentityFacts = {
    "real_name",          "other_names",   "born",         "address",
    "workplace",          "phone",         "safe_contact", "relatives",
    "identity_documents", "same_person_as"};

// Takes the next line off the front of `text`.
std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

// Nothing if it is no `name: value`. Unlike parse_front_fact() it copies nothing.
std::optional<IdentityLine> split_line(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    return IdentityLine{line.substr(0, colon), format::trimmed(line.substr(colon + 1))};
}

bool is_identity_fact(std::string_view name) {
    return std::find(kIdentityFacts.begin(), kIdentityFacts.end(), name) != kIdentityFacts.end();
}

[[noreturn]] void refuse_typed(std::size_t number, const std::string& why) {
    throw Error{ErrorCode::kUsage,
                "line " + std::to_string(number) + ": " + why + "; nothing was kept"};
}

std::string fact_names() {
    std::string all;
    for (const std::string_view name : kIdentityFacts) {
        all += (all.empty() ? "" : ", ") + std::string{name};
    }
    return all;
}

// A line that says something; nothing for those that say nothing.
std::optional<IdentityLine> check_typed(std::string_view line, std::size_t number,
                                        std::string_view pseudonym) {
    if (format::trimmed(line).empty() || line == "---") {
        return std::nullopt;
    }
    const std::optional<IdentityLine> fact = split_line(line);
    if (fact && fact->name == "pseudonym") {
        if (fact->value != pseudonym) {
            refuse_typed(number, "this is about another pseudonym");
        }
        return std::nullopt;
    }
    if (!fact || !is_identity_fact(fact->name)) {
        refuse_typed(number, "expected `name: value` with one of the names " + fact_names());
    }
    return fact->value.empty() ? std::nullopt : fact;
}

// Fills memory of a known size, front to back.
class Composed {
public:
    explicit Composed(std::size_t size_bytes) : bytes_(size_bytes) {}
    void put(std::string_view text) {
        std::ranges::copy(base::bytes_of(text),
                          bytes_.expose_for_writing().begin() + static_cast<std::ptrdiff_t>(used_));
        used_ += text.size();
    }
    crypto::SecretBytes take() noexcept { return std::move(bytes_); }

private:
    crypto::SecretBytes bytes_;
    std::size_t used_ = 0;
};

}  // namespace

crypto::SecretBytes compose_identity(std::string_view case_id, std::string_view pseudonym,
                                     base::ByteView typed) {
    std::string_view rest = base::text_of(typed);
    if (rest.size() > kMaxIdentityBytes) {
        throw Error{ErrorCode::kUsage, "more than 16 KiB; nothing was kept"};
    }
    if (!base::is_valid_utf8(rest) || rest.find('\0') != std::string_view::npos) {
        throw Error{ErrorCode::kUsage, "not UTF-8 text; nothing was kept"};
    }
    std::vector<IdentityLine> facts;
    const std::string bound = std::string{kFirstLine} + "\ncase: " + std::string{case_id} +
                              "\npseudonym: " + std::string{pseudonym} + "\n";
    std::size_t size = bound.size();
    for (std::size_t number = 1; !rest.empty(); ++number) {
        if (number > kMaxIdentityLines) {
            throw Error{ErrorCode::kUsage, "more than 200 lines; nothing was kept"};
        }
        if (const auto fact = check_typed(take_line(rest), number, pseudonym)) {
            facts.push_back(*fact);
            size += fact->name.size() + fact->value.size() + 3;
        }
    }
    if (facts.empty()) {
        throw Error{ErrorCode::kUsage, "that says nothing; nothing was kept"};
    }
    Composed text{format::padded_object_size(size)};
    text.put(bound);
    for (const IdentityLine& fact : facts) {
        text.put(fact.name);
        text.put(": ");
        text.put(fact.value);
        text.put("\n");
    }
    return text.take();
}

std::vector<IdentityLine> read_identity(base::ByteView plain, std::string_view case_id,
                                        std::string_view pseudonym) {
    std::string_view rest = base::text_of(plain);
    rest = rest.substr(0, rest.find('\0'));
    const bool is_whole =
        base::is_valid_utf8(rest) && rest.ends_with('\n') &&
        base::text_of(plain).find_first_not_of('\0', rest.size()) == std::string_view::npos;
    if (!is_whole || take_line(rest) != kFirstLine) {
        throw Error{ErrorCode::kDamaged, "what is sealed there isn't what kua writes"};
    }
    const auto bound_case = split_line(take_line(rest));
    const auto bound_source = split_line(take_line(rest));
    if (!bound_case || bound_case->name != "case" || bound_case->value != case_id ||
        !bound_source || bound_source->name != "pseudonym" || bound_source->value != pseudonym) {
        throw Error{ErrorCode::kDamaged,
                    "what is sealed there is about another source; somebody moved it"};
    }
    std::vector<IdentityLine> facts;
    while (!rest.empty()) {
        const auto fact = split_line(take_line(rest));
        if (!fact) {
            throw Error{ErrorCode::kDamaged, "what is sealed there isn't what kua writes"};
        }
        facts.push_back(*fact);
    }
    return facts;
}

}  // namespace kua::evidence
