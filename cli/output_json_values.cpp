#include "cli/output_json_values.h"

#include <algorithm>

#include "cli/output.h"
#include "kua/text.h"

namespace kua::cli {
namespace {

constexpr int kDeepestFact = 16;

// The library has checked that it is JSON; the limit keeps a fact that somebody else wrote from
// nesting without end in what we write.
Json fact_value(const FactValue& fact) {
    const auto keep = [](int depth, Json::parse_event_t /*event*/, Json& /*parsed*/) {
        return depth <= kDeepestFact;
    };
    Json value = Json::parse(fact.json, keep, /*allow_exceptions=*/false);
    return value.is_discarded() ? Json(fact.text) : value;
}

// The UTF-16 code units of one UTF-8 character, as JSON escapes.
std::string json_escape(std::string_view character) {
    const std::string ascii = Json(character).dump(-1, ' ', /*ensure_ascii=*/true);
    return ascii.substr(1, ascii.size() - 2);
}

std::size_t character_bytes(char first) noexcept {
    const auto lead = static_cast<unsigned char>(first);
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

// JSON leaves characters as they are that drive a terminal or turn the direction of reading. As
// escapes they mean the same to a parser and do nothing to a person's screen.
std::string escape_unsafe(const std::string& json) {
    std::string out;
    out.reserve(json.size());
    for (std::size_t at = 0; at < json.size();) {
        const auto special =
            std::find_if(json.begin() + static_cast<std::ptrdiff_t>(at), json.end(),
                         [](char c) { return static_cast<unsigned char>(c) >= 0x7f; });
        const auto plain = static_cast<std::size_t>(special - json.begin());
        out.append(json, at, plain - at);
        at = plain;
        if (at == json.size()) {
            break;
        }
        const std::size_t size = character_bytes(json[at]);
        const std::string_view character = std::string_view{json}.substr(at, size);
        if (size > 1 && escape_for_display(character) == character) {
            out += character;
        } else {
            // DEL is the one that JSON's own escaping passes over.
            out += size == 1 ? "\\u007f" : json_escape(character);
        }
        at += size;
    }
    return out;
}

}  // namespace

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json value_of(const ItemSummary& item) {
    return {{"id", item.id},
            {"short_id", item.short_id},
            {"name", item.name},
            {"kind", item.kind},
            {"media_type", item.media_type},
            {"digest", item.digest},
            {"bytes", item.bytes},
            {"case", item.case_id},
            {"source", text_or_null(item.source)},
            {"captured", text_or_null(item.captured)},
            {"captured_basis", text_or_null(item.captured_basis)},
            {"added_claimed", text_or_null(item.added)},
            {"arrivals", item.arrivals},
            {"shredded", item.shredded},
            {"object", item.sealed_digest}};
}

Json value_of(const FailedInput& input) {
    return {{"path", input.path}, {"code", error_name(input.code)}, {"text", input.reason}};
}

Json value_of(const NotInspected& input) {
    const auto reason = [&] {
        switch (input.why) {
            case InspectionEnd::kAnswered:
                break;
            case InspectionEnd::kNotUnderstood:
                return "not_understood";
            case InspectionEnd::kCrashed:
                return "crashed";
            case InspectionEnd::kTooSlow:
                return "too_slow";
            case InspectionEnd::kNoSandbox:
                return "no_sandbox";
            case InspectionEnd::kNoProgram:
                return "no_program";
        }
        return "unknown";
    };
    return {{"path", input.path}, {"reason", reason()}};
}

Json value_of(const DamagedCopy& copy) {
    return {{"id", copy.id}, {"short_id", copy.short_id}, {"code", name_of(copy.code)}};
}

Json value_of(const AddedItem& item) {
    return {{"id", item.id},
            {"short_id", item.short_id},
            {"path", item.path},
            {"kind", item.kind},
            {"digest", item.digest},
            {"bytes", item.bytes},
            {"damaged_copies", array_of(item.damaged_copies)}};
}

Json value_of(const KnownItem& item) {
    return {{"id", item.id},
            {"short_id", item.short_id},
            {"path", item.path},
            {"arrival_recorded", item.arrival_recorded}};
}

Json value_of(const CaseHolding& holding) {
    Json members = Json::array();
    for (const CaseHolding::Member& member : holding.members) {
        members.push_back({{"name", member.name},
                           {"originals", member.originals},
                           {"own_entries", member.own_entries}});
    }
    return {{"case", holding.case_id},
            {"sealed", holding.sealed},
            {"originals", holding.originals},
            {"only_here", holding.only_here},
            {"own_entries", holding.own_entries},
            {"members", members}};
}

Json value_of(const CaseSummary& shown) {
    Json value = {{"id", shown.id},
                  {"sealed", shown.sealed},
                  {"current", shown.current},
                  {"recipient", shown.recipient},
                  {"entries", shown.entries}};
    // Of a sealed case nothing else is known; null says so, 0 would be a claim.
    const bool open = !shown.sealed;
    value["title"] = open ? text_or_null(shown.title) : Json(nullptr);
    value["description"] = text_or_null(shown.description);
    value["reference_code"] = text_or_null(shown.reference_code);
    value["created_claimed"] = text_or_null(shown.created);
    value["items"] = open ? Json(shown.items) : Json(nullptr);
    value["bytes"] = open ? Json(shown.bytes) : Json(nullptr);
    return value;
}

Json value_of(const std::vector<Finding>& findings) {
    Json array = Json::array();
    for (const Finding& finding : findings) {
        array.push_back({{"code", name_of(finding.code)},
                         {"subject", finding.subject},
                         {"text", finding.text}});
    }
    return array;
}

Json value_of(const std::vector<FactValue>& facts) {
    Json object = Json::object();
    for (const FactValue& fact : facts) {
        object[fact.name] = fact_value(fact);
    }
    return object;
}

Json value_of(const IdentitySummary& identity) {
    return {{"name", identity.name},
            {"fingerprint", identity.fingerprint},
            {"card", identity.card},
            {"words", identity.words},
            {"digits", identity.digits}};
}

Json value_of(const ContactSummary& contact) {
    return {
        {"name", contact.name},           {"fingerprint", contact.fingerprint},
        {"verified", contact.verified},   {"verified_claimed", text_or_null(contact.verified_at)},
        {"added_claimed", contact.added}, {"words", contact.words},
        {"digits", contact.digits}};
}

Json value_of(const PassphraseSlot& slot) {
    return {{"slot", slot.number},
            {"kind", slot.kind},
            {"label", slot.label},
            {"current", slot.current}};
}

Json value_of(const ExportedItem& item) {
    return {{"id", item.id},
            {"short_id", item.short_id},
            {"path", item.path.native()},
            {"digest", item.digest},
            {"bytes", item.bytes}};
}

Json value_of(const CustodyEvent& event) {
    return {{"type", event.type}, {"author", event.author},     {"author_name", event.author_name},
            {"seq", event.seq},   {"time_claimed", event.time}, {"facts", value_of(event.facts)}};
}

Json value_of(const LogEntry& entry) {
    return {{"case", entry.case_id},
            {"author", entry.author},
            {"author_name", entry.author_name},
            {"seq", entry.seq},
            {"lamport", entry.lamport},
            {"time_claimed", entry.time},
            {"type", entry.type},
            {"item", text_or_null(entry.item)},
            {"short_item", text_or_null(entry.short_item)},
            {"facts", value_of(entry.facts)}};
}

std::string document(const Json& value) {
    return escape_unsafe(
               value.dump(2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace)) +
           "\n";
}

std::string one_line(const Json& value) {
    return escape_unsafe(
        value.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace));
}

}  // namespace kua::cli
