#include "vault/base/json.h"

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto json = testing::parsed(
        ErrorCode::kDamaged, [&] { return base::parse_json(testing::fuzz_text(data, size)); });
    if (json) {
        const std::string text = base::write_json(*json);
        const base::Json again = base::parse_json(text);
        KUA_CHECK(again == *json);
        KUA_CHECK(base::write_json(again) == text);
    }
    return 0;
}
