// The part of JsonOutput that reports on cards: the own, and those of contacts.
#include "cli/output_json.h"
#include "cli/output_json_values.h"

namespace kua::cli {

void JsonOutput::identity(const IdentitySummary& own) {
    print(document({{"identity", value_of(own)}}));
}

void JsonOutput::card_written(const IdentitySummary& own, const CardFiles& files) {
    print(document({{"card_file", text_or_null(files.card)},
                    {"png_file", text_or_null(files.png)},
                    {"identity", value_of(own)}}));
}

void JsonOutput::contact_added(const AddedContact& added) {
    print(document({{"change", added.known ? "known" : "added"},
                    {"contact", value_of(added.contact)},
                    {"namesakes", added.namesakes}}));
}

void JsonOutput::contacts(const std::vector<ContactSummary>& contacts) {
    print(document({{"contacts", array_of(contacts)}}));
}

void JsonOutput::contact(const ContactDetails& details) {
    Json contact = value_of(details.summary);
    contact["card"] = details.card;
    contact["history"] = Json::array();
    for (const ContactEvent& event : details.history) {
        contact["history"].push_back({{"time_claimed", event.at}, {"what", event.what}});
    }
    print(document({{"contact", contact}}));
}

void JsonOutput::contact_verified(const ContactSummary& now) {
    print(document({{"change", "verified"}, {"contact", value_of(now)}}));
}

void JsonOutput::contact_removed(const RemovedContact& removed) {
    print(document({{"change", "removed"},
                    {"contact", value_of(removed.contact)},
                    {"owner_of", removed.owner_of}}));
}

}  // namespace kua::cli
