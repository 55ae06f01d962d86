#include "vault/journal/manifest.h"

#include "tests/fuzz/fuzz.h"
#include "vault/base/json.h"

namespace {

void check(const std::string& text) {
    const auto manifest =
        testing::parsed(ErrorCode::kDamaged, [&] { return kua::journal::parse_manifest(text); });
    if (!manifest) {
        return;
    }
    KUA_CHECK(manifest->first > 0 && manifest->count > 0);
    KUA_CHECK(manifest->count <= kua::journal::kMaxEntriesPerBundle);
    KUA_CHECK(manifest->case_id.size() == format::kCaseIdDigits);
    KUA_CHECK(manifest->author.size() == format::kFingerprintDigits);
    // What was read can be written, and then reads the same.
    const std::string again = kua::journal::write_manifest(*manifest);
    KUA_CHECK(kua::journal::write_manifest(kua::journal::parse_manifest(again)) == again);
    KUA_CHECK(base::parse_json(again) == base::parse_json(text));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{testing::fuzz_text(data, size)};
    check(text);
    check(text + '\n');
    return 0;
}
