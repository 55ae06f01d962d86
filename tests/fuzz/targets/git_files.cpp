#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_filesystem.h"
#include "vault/base/memory_stream.h"
#include "vault/crypto/sha1.h"
#include "vault/format/git_pack_scan.h"
#include "vault/format/git_refs.h"

namespace {

constexpr std::size_t kMaxBytes = std::size_t{1} << 20;

void check_index(base::ByteView bytes) {
    const auto index =
        testing::parsed(ErrorCode::kDamaged, [&] { return format::parse_git_index(bytes); });
    if (!index) {
        return;
    }
    for (const format::GitIndexEntry& entry : index->entries) {
        KUA_CHECK(index->find(entry.id) == &entry);
    }
    // An offset can be written in two ways, so only what was read is the same again.
    base::MemorySink sink;
    format::write_git_index(*index, sink);
    KUA_CHECK(format::parse_git_index(sink.bytes()) == *index);
}

// A pack whose index, made by scanning or taken from somewhere, leads to every object or to damage.
void check_pack(base::ByteView bytes) {
    testing::MemoryFileSystem files;
    files.add_file("/pack", bytes);
    const auto index = testing::parsed(ErrorCode::kDamaged, [&] {
        format::GitPackReader pack{files.open("/pack", base::OpenMode::kRead)};
        return format::index_git_pack(pack, {});
    });
    testing::parsed(ErrorCode::kDamaged, [&] {
        format::GitPackReader pack{files.open("/pack", base::OpenMode::kRead)};
        const format::FindGitBase to_the_middle = [&](const format::GitId&) {
            return format::GitBase{.offset = bytes.size() / 2};
        };
        return pack.read(pack.first_entry(), {.kind = std::nullopt, .max_bytes = kMaxBytes},
                         to_the_middle);
    });
    if (!index) {
        return;
    }
    format::GitPackReader pack{files.open("/pack", base::OpenMode::kRead)};
    const format::FindGitBase find_base = [&](const format::GitId& id) {
        const format::GitIndexEntry* entry = index->find(id);
        return entry != nullptr ? format::GitBase{.offset = entry->offset} : format::GitBase{};
    };
    for (const format::GitIndexEntry& entry : index->entries) {
        const auto object = testing::parsed(ErrorCode::kDamaged, [&] {
            return pack.read(entry.offset, {.kind = std::nullopt, .max_bytes = kMaxBytes},
                             find_base);
        });
        KUA_CHECK(!object || !*object ||
                  format::git_id((*object)->kind, (*object)->content) == entry.id);
    }
}

// Behind the checksum, which keeps the fuzzer out.
base::Bytes summed(base::ByteView bytes) {
    base::Bytes with_sum = base::copy_of(bytes);
    crypto::Sha1 hash;
    hash.update(bytes);
    base::append(with_sum, hash.finish());
    return with_sum;
}

void check_texts(std::string_view text) {
    if (const auto id = format::parse_git_ref(text)) {
        KUA_CHECK(format::write_git_ref(*id) == text);
    }
    for (const auto& [name, id] : format::parse_packed_refs(text)) {
        KUA_CHECK(format::is_ref_name(name));
    }
    const auto bundle =
        testing::parsed(ErrorCode::kDamaged, [&] { return format::parse_bundle_header(text); });
    if (bundle) {
        KUA_CHECK(bundle->size_bytes <= text.size());
        const std::string again = format::write_bundle_header(bundle->header);
        KUA_CHECK(again.size() > format::kMaxBundleHeaderBytes ||
                  format::parse_bundle_header(again).header == bundle->header);
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView bytes = testing::fuzz_bytes(data, size);
    check_index(bytes);
    check_index(summed(bytes));
    check_pack(bytes);
    check_pack(summed(bytes));
    check_texts(testing::fuzz_text(data, size));
    return 0;
}
