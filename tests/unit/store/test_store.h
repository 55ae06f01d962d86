// A store in memory with a cheap header, for the tests of this folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/fake_clock.h"
#include "tests/support/memory_filesystem.h"
#include "tests/support/seeded_random.h"
#include "vault/crypto/sha256.h"
#include "vault/store/object_table.h"
#include "vault/store/store.h"

namespace kua::testing {

inline constexpr crypto::Argon2Cost kCheapCost{.memory_bytes = 8 * 1024, .passes = 1};

inline crypto::SecretBytes secret(std::string_view text) {
    return crypto::SecretBytes::copy_of(base::bytes_of(text));
}

// What a vault runs on. Everything in it may be looked into.
struct StoreWorld {
    explicit StoreWorld(std::uint64_t seed = 7) : random(seed) {}
    // Goes on with what a crash left. No store may be open.
    void restart(MemoryTree tree) { files = MemoryFileSystem{std::move(tree)}; }

    MemoryFileSystem files;
    FakeClock clock;
    SeededRandom random;
    base::Environment environment{files, clock, random};
    fs::path dir = "/vault";

    store::Store create(const store::StoreOptions& options = {}) {
        return store::Store::create(environment, dir, kCheapCost,
                                    {.passphrase = passphrase, .label = "first"}, options);
    }
    store::Store open(Access access, const store::StoreOptions& options = {}) {
        return store::Store::open(environment, dir, passphrase, access, options);
    }

    crypto::SecretBytes passphrase = secret("correct horse");
};

// Stores `payload` in pieces of `piece_bytes`, without committing.
inline store::ObjectRecord append_object(store::SegmentWriter& writer, const base::Bytes& payload,
                                         std::size_t piece_bytes = store::kMaxPieceBytes) {
    store::ObjectRecord object;
    object.digest.bytes = crypto::sha256(payload);
    object.case_id = base::copy_of(base::bytes_of("case"));
    object.header = base::copy_of(base::bytes_of("header"));
    object.payload_bytes = payload.size();
    store::ExtentList extents;
    base::ByteView left{payload};
    while (!left.empty()) {
        const base::ByteView piece = left.first(std::min(piece_bytes, left.size()));
        extents.add(writer.append(piece));
        left = left.subspan(piece.size());
    }
    object.extents = extents.extents();
    return object;
}

// The whole order of commits for one object.
inline store::SealedDigest add_object(store::Store& store, const base::Bytes& payload,
                                      std::size_t piece_bytes = store::kMaxPieceBytes) {
    store::SegmentWriter writer = store.objects().writer();
    const store::ObjectRecord object = append_object(writer, payload, piece_bytes);
    const std::vector<store::SegmentState> segments = writer.commit();
    store::Transaction write{store.catalog()};
    store.objects().record(write, segments);
    store::insert_object(write, object);
    write.commit();
    return object.digest;
}

inline base::Bytes read_object(store::Store& store, store::SegmentReader& reader,
                               const store::SealedDigest& digest) {
    const std::optional<store::ObjectRecord> object = store::find_object(store.catalog(), digest);
    if (!object) {
        throw Error{ErrorCode::kNotFound, "no such object"};
    }
    store::PayloadSource source{reader, object->extents, object->payload_bytes};
    base::Bytes payload;
    for (;;) {
        const base::ByteView piece = source.read_piece();
        if (piece.empty()) {
            return payload;
        }
        base::append(payload, piece);
    }
}

}  // namespace kua::testing
