// How things hang together: links between two of them, and tags of items. Open cases only. Of what
// was said of the same two, or of the same item and tag, the last counts; the journal keeps all.
#pragma once

#include <string>
#include <vector>

#include "kua/relations.h"
#include "vault/evidence/casework/recording.h"

namespace kua::evidence {

// Returns the whole ids of both ends. kUsage for a relation that doesn't fit between two such
// things; kRefused for one that would say who a source is.
struct LinkedEnds {
    std::string subject;
    std::string target;
};
LinkedEnds link_things(store::Store& store, const Identity& identity, const CaseKeys& keys,
                       const LinkRequest& request);
// From `id` (a whole id) and to it, by relation.
std::vector<LinkSummary> links_of(store::Connection& catalog, const std::string& case_id,
                                  const std::string& id);

// Returns the whole ids of the items whose tag is another now.
std::vector<std::string> tag_items(store::Store& store, const Identity& identity,
                                   const CaseKeys& keys, const TagRequest& request);
// Without those that were removed.
std::vector<LabelSummary> labels_of(store::Connection& catalog, const std::string& case_id,
                                    const std::string& item);
// By tag: how many items have it, unverified and verified.
struct TagCount {
    std::string tag;
    std::uint64_t unverified = 0;
    std::uint64_t verified = 0;
};
std::vector<TagCount> count_tags(store::Connection& catalog, const std::string& case_id);

}  // namespace kua::evidence
