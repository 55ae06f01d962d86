// The part of JsonOutput that reports on the identity compartment.
#include <string>
#include <string_view>

#include "cli/output_json.h"
#include "cli/output_json_values.h"
#include "cli/terminal_secret.h"

namespace kua::cli {
namespace {

Json value_of(const IdentityKeySummary& key) {
    return {{"case", key.case_id},
            {"recipient", text_or_null(key.recipient)},
            {"file", text_or_null(key.to.native())}};
}

// One character as it stands between quotation marks.
std::string inside_of_string(std::string_view character) {
    const std::string quoted = one_line(std::string{character});
    return quoted.substr(1, quoted.size() - 2);
}

// A record up to its facts.
std::string front_of(const IdentityRecord& record) {
    std::string front = one_line({{"author", record.author},
                                  {"author_name", record.author_name},
                                  {"seq", record.seq},
                                  {"time_claimed", record.time}});
    front.pop_back();  // the end of the object
    return front + ", \"facts\": [";
}

}  // namespace

void JsonOutput::identity_key_made(const IdentityKeySummary& key) {
    Json made = value_of(key);
    made["replaced"] = key.replaced;
    print(document({{"identity_key", made}}));
}

void JsonOutput::identity_key(const IdentityKeySummary& key) {
    print(document({{"identity_key", value_of(key)}}));
}

void JsonOutput::identity_added(const IdentityAdded& added) {
    print(document({{"pseudonym", added.pseudonym},
                    {"case", added.case_id},
                    {"sealed_case", added.sealed_case}}));
}

// What it says goes straight from its locked memory to the descriptor.
void JsonOutput::identified(const IdentityReport& report) {
    std::string before = "{\"pseudonym\": " + one_line(report.pseudonym) + ", \"records\": [";
    for (const IdentityRecord& record : report.records) {
        terminal().write(Stream::kOut, before + "\n" + front_of(record));
        before = ",";
        std::string between;
        for (const IdentityFact& fact : record.facts) {
            terminal().write(Stream::kOut,
                             between + "{\"name\": " + one_line(fact.name) + ", \"value\": \"");
            write_secret(terminal(), fact.value.expose(), inside_of_string);
            terminal().write(Stream::kOut, "\"}");
            between = ", ";
        }
        terminal().write(Stream::kOut, "]}");
    }
    terminal().write(Stream::kOut, (report.records.empty() ? before : std::string{}) +
                                       "\n], \"others\": " + std::to_string(report.others) +
                                       ", \"findings\": " +
                                       one_line(kua::cli::value_of(report.findings)) + "}\n");
}

}  // namespace kua::cli
