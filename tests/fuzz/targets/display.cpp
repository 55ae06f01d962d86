// [T42] Untrusted text on its way to a terminal and into JSON.
#include <algorithm>

#include "tests/fuzz/fuzz.h"
#include "vault/base/utf8.h"

namespace {

bool has_controls(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = testing::fuzz_text(data, size);
    const std::string shown = base::escape_for_display(text);
    KUA_CHECK(base::is_valid_utf8(shown));
    KUA_CHECK(!has_controls(shown));
    KUA_CHECK(shown.find("\xe2\x80\xae") == std::string::npos);  // right-to-left override
    const std::string quoted = base::quoted(text);
    KUA_CHECK(std::ranges::count(quoted, '"') == 2);
    const std::string name = base::from_file_name(text);
    KUA_CHECK(base::is_valid_utf8(name));
    KUA_CHECK(base::to_file_name(name) == text);
    return 0;
}
