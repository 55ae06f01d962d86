// A vault with the sample case in it (tests/sample-case), as case.json tells it.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/test_vault.h"
#include "vault/base/json.h"

namespace kua::testing {

// case.json. It has numbers with fractions, which kua's own files never have.
const base::Json& sample();
std::vector<std::string> texts_of(const base::Json& value);

enum class SampleParts {
    kItems,  // sources, items and consents; the testimony as an item like others
    kAll,    // places, testimony, transcript, translation, events, links and tags, too
};

class SampleVault : public TestVault {
public:
    explicit SampleVault(SampleParts parts = SampleParts::kItems);

    // P-21 takes back what was allowed for `publish`.
    void withdraw();
    // How an export of one item ends: "allow", or why it was refused.
    std::string ends(const std::string& item, const std::string& purpose,
                     const std::string& recipient = "somebody", const std::string& met = "");
    // The whole id of a thing that case.json calls by that key.
    std::string thing_of(const std::string& key) const;

private:
    void add_places();
    void add_item(const base::Json& item, SampleParts parts);
    void add_account(const base::Json& item);
    void add_what_is_told();
    void give(const base::Json& consent);

    std::map<std::string, std::string> things_;
    int exports_ = 0;
};

}  // namespace kua::testing
