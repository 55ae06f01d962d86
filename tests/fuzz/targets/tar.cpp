#include "vault/format/tar.h"

#include "tests/fuzz/fuzz.h"
#include "vault/base/memory_stream.h"

namespace {

constexpr format::TarMember kMembers[] = {{"checkpoint", 4096}, {"entries.jsonl", 1U << 20}};

// There is one archive for given members, so what is accepted can be written again.
void check(base::ByteView archive, format::TarEnd end) {
    const auto contents = testing::parsed(ErrorCode::kDamaged, [&] {
        base::MemorySource source{archive};
        return format::read_tar(source, kMembers, end);
    });
    if (!contents) {
        return;
    }
    base::MemorySink sink;
    format::TarWriter writer{sink};
    for (std::size_t i = 0; i < contents->size(); ++i) {
        writer.add(kMembers[i].name, contents->at(i));
    }
    end == format::TarEnd::kPlain ? writer.finish() : writer.finish_padded();
    KUA_CHECK(base::text_of(sink.bytes()) == base::text_of(archive));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    check(testing::fuzz_bytes(data, size), format::TarEnd::kPlain);
    check(testing::fuzz_bytes(data, size), format::TarEnd::kPadded);
    return 0;
}
