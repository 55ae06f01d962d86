#include "vault/format/checkpoint.h"

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = testing::fuzz_text(data, size);
    const auto checkpoint =
        testing::parsed(ErrorCode::kDamaged, [&] { return format::parse_checkpoint(text); });
    KUA_CHECK(!checkpoint || format::encode_checkpoint(*checkpoint) == text);
    return 0;
}
