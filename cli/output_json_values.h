// Parts of reports as JSON values, shared by the files cli/output_json*.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "kua/vault.h"

namespace kua::cli {

using Json = nlohmann::ordered_json;

// Absent facts are null, never an empty text.
Json text_or_null(const std::string& text);
Json value_of(const ItemSummary& item);
Json value_of(const FailedInput& input);
Json value_of(const NotInspected& input);
Json value_of(const DamagedCopy& copy);
Json value_of(const AddedItem& item);
Json value_of(const KnownItem& item);
Json value_of(const CaseSummary& shown);
Json value_of(const CaseHolding& holding);
Json value_of(const IdentitySummary& identity);
Json value_of(const ContactSummary& contact);
Json value_of(const RemoteSummary& remote);
Json value_of(const InvitationSummary& invitation);
Json value_of(const QuarantinedSummary& one);
Json value_of(const StoppedAuthor& stopped);
Json value_of(const PassphraseSlot& slot);
Json value_of(const ExportedItem& item);
Json value_of(const CustodyEvent& event);
Json value_of(const LogEntry& entry);
Json value_of(const LinkSummary& link);
Json value_of(const LabelSummary& label);
Json value_of(const std::vector<Finding>& findings);
// {"name": value, ...}; values as they were disclosed, nested no deeper than 16 levels.
Json value_of(const std::vector<FactValue>& facts);

template <class Each>
Json array_of(const std::vector<Each>& values) {
    Json array = Json::array();
    for (const Each& each : values) {
        array.push_back(value_of(each));
    }
    return array;
}

// Text that is not UTF-8 gets U+FFFD for what is wrong, so that the document always is.
std::string document(const Json& value);
// The same without a line feed, for a value of many.
std::string one_line(const Json& value);

}  // namespace kua::cli
