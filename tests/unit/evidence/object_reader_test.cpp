#include "vault/evidence/object_reader.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/effort.h"
#include "tests/support/errors.h"
#include "tests/unit/store/test_store.h"
#include "vault/format/age_file_key.h"
#include "vault/format/age_stream.h"
#include "vault/format/padme.h"

namespace kua::evidence {
namespace {

using testing::code_of;
using testing::StoreWorld;

constexpr std::size_t kChunk = format::kAgeSealedChunkBytes;
constexpr std::size_t kNonce = format::kAgePayloadNonceBytes;
constexpr std::size_t kChunks = 16;

// An age file to one identity, taken apart into header and payload.
struct Sealed {
    base::Bytes header;
    base::Bytes payload;
};

struct ObjectWorld : StoreWorld {
    Sealed seal(base::ByteView original, const crypto::FileKey& file_key) {
        base::Bytes plain = base::copy_of(original);
        plain.resize(format::padded_object_size(original.size()));
        Sealed sealed{format::seal_age_header(file_key, identity.recipient(), random), {}};
        sealed.payload.resize(format::age_payload_size(plain.size()));
        format::AgePayloadSealer sealer{file_key, random};
        CHECK(sealer.seal(plain, format::AgePart::kLast, sealed.payload) == sealed.payload.size());
        return sealed;
    }
    Sealed seal(base::ByteView original) {
        return seal(original, crypto::FileKey::generate(random));
    }

    // Stores the object in pieces and reads it as an original of that size.
    crypto::Sha256Digest read(const Sealed& sealed, std::size_t original_bytes,
                              std::size_t piece_bytes = store::kMaxPieceBytes) {
        store::SegmentWriter writer = store.objects().writer();
        store::ObjectRecord object = testing::append_object(writer, sealed.payload, piece_bytes);
        object.header = sealed.header;
        writer.commit();
        released = 0;
        return read(object, original_bytes);
    }
    crypto::Sha256Digest read(const store::ObjectRecord& object, std::size_t original_bytes) {
        store::SegmentReader one = store.objects().reader();
        store::SegmentReader other = store.objects().reader();
        std::optional<crypto::Sha256Digest> result;
        std::optional<OriginalToRead> job{
            {.object = object,
             .identities = {&identity, 1},
             .original_bytes = original_bytes,
             .take = [this](base::ByteView bytes) { released += bytes.size(); },
             .done = [&](const crypto::Sha256Digest& digest) { result = digest; },
             .failed = [](const Error& error) { throw Error{error}; }}};
        OriginalsReader{{&one, &other}, no_progress()}.read_all(
            [&](std::size_t) { return std::exchange(job, std::nullopt); });
        return result.value();
    }
    bool is_refused(const Sealed& sealed, std::size_t original_bytes) {
        ++tried;
        const auto code = code_of([&] { return read(sealed, original_bytes); });
        return code == ErrorCode::kDamaged || code == ErrorCode::kWrongKey;
    }

    format::AgeIdentity identity =
        format::AgeIdentity::generate(format::AgeKeyKind::kX25519, random);
    store::Store store = create();
    std::size_t released = 0;
    std::size_t tried = 0;
};

base::Bytes chunk_of(const base::Bytes& payload, std::size_t which) {
    return base::copy_of(base::ByteView{payload}.subspan(kNonce + which * kChunk, kChunk));
}

void put_chunk(base::Bytes& payload, std::size_t which, const base::Bytes& chunk) {
    std::ranges::copy(chunk,
                      payload.begin() + static_cast<std::ptrdiff_t>(kNonce + which * kChunk));
}

TEST_CASE("an original comes back however the pieces cut its payload", "[evidence]") {
    ObjectWorld world;
    const std::size_t size = GENERATE(0U, 1U, 4096U, 65'535U, 65'536U, 65'537U, 1'000'000U);
    const base::Bytes original = world.random.bytes(size);
    const Sealed sealed = world.seal(original);
    for (const std::size_t piece : {std::size_t{983'296}, std::size_t{1} << 20, std::size_t{65'552},
                                    std::size_t{5'001}, std::size_t{100'003}}) {
        CAPTURE(size, piece);
        CHECK(world.read(sealed, size, piece) == crypto::sha256(original));
        CHECK(world.released == size);
    }
}

TEST_CASE("originals that are read side by side each have their digest, or their failure",
          "[evidence]") {
    ObjectWorld world;
    constexpr std::array<std::size_t, 7> kSizes{700'000, 10, 0, 300'000, 262'144, 5'000, 65'536};
    constexpr std::size_t kAltered = 3;
    std::vector<base::Bytes> originals;
    std::vector<store::ObjectRecord> objects;
    store::SegmentWriter writer = world.store.objects().writer();
    for (std::size_t i = 0; i < kSizes.size(); ++i) {
        originals.push_back(world.random.bytes(kSizes.at(i)));
        Sealed sealed = world.seal(originals.back());
        if (i == kAltered) {
            sealed.payload.at(200'000) ^= std::byte{1};
        }
        objects.push_back(testing::append_object(writer, sealed.payload, store::kMaxPieceBytes));
        objects.back().header = sealed.header;
    }
    writer.commit();
    store::SegmentReader one = world.store.objects().reader();
    store::SegmentReader other = world.store.objects().reader();
    std::vector<std::optional<crypto::Sha256Digest>> digests(kSizes.size());
    std::vector<base::Bytes> taken(kSizes.size());
    std::vector<std::size_t> failed;
    std::array<std::size_t, OriginalsReader::kAtOnce> asked{};
    std::size_t next = 0;
    const auto next_original = [&](std::size_t lane) -> std::optional<OriginalToRead> {
        ++asked.at(lane);
        const std::size_t i = next++;
        if (i >= objects.size()) {
            return std::nullopt;
        }
        return OriginalToRead{
            .object = objects[i],
            .identities = {&world.identity, 1},
            .original_bytes = kSizes.at(i),
            .take = [&taken, i](base::ByteView bytes) { base::append(taken[i], bytes); },
            .done = [&digests, i](const crypto::Sha256Digest& digest) { digests[i] = digest; },
            .failed = [&failed, i](const Error&) { failed.push_back(i); }};
    };
    OriginalsReader{{&one, &other}, no_progress()}.read_all(next_original);
    CHECK(failed == std::vector{kAltered});
    CHECK(std::ranges::count(asked, 0U) == 0);
    for (std::size_t i = 0; i < kSizes.size(); ++i) {
        CAPTURE(i);
        CHECK(digests[i].has_value() == (i != kAltered));
        if (digests[i]) {
            CHECK(*digests[i] == crypto::sha256(originals[i]));
            CHECK(taken[i] == originals[i]);
        }
    }
}

TEST_CASE("no chunk of an object can be moved, dropped, doubled or exchanged", "[evidence][T12]") {
    ObjectWorld world;
    constexpr std::size_t kSize = kChunks * format::kAgeChunkBytes;
    const base::Bytes original = world.random.bytes(kSize);
    const auto file_key = crypto::FileKey::generate(world.random);
    const Sealed good = world.seal(original, file_key);
    const Sealed other = world.seal(original);           // another file key
    const Sealed twin = world.seal(original, file_key);  // the same one, another nonce
    REQUIRE(good.payload.size() == kNonce + kChunks * kChunk);
    CHECK(world.read(good, kSize) == crypto::sha256(original));
    std::size_t accepted = 0;
    const auto attempt = [&](Sealed changed) {
        accepted += world.is_refused(changed, kSize) ? 0U : 1U;
    };
    const std::uint64_t stride = testing::stride(5, "chunks");
    for (std::size_t one = 0; one < kChunks; one += stride) {
        for (std::size_t two = one + 1; two < kChunks; ++two) {
            Sealed swapped = good;
            put_chunk(swapped.payload, one, chunk_of(good.payload, two));
            put_chunk(swapped.payload, two, chunk_of(good.payload, one));
            attempt(std::move(swapped));
        }
        const auto at = static_cast<std::ptrdiff_t>(kNonce + one * kChunk);
        Sealed dropped = good;
        dropped.payload.erase(dropped.payload.begin() + at,
                              dropped.payload.begin() + at + static_cast<std::ptrdiff_t>(kChunk));
        attempt(std::move(dropped));
        Sealed doubled = good;
        const base::Bytes chunk = chunk_of(good.payload, one);
        doubled.payload.insert(doubled.payload.begin() + at, chunk.begin(), chunk.end());
        attempt(std::move(doubled));
        for (const Sealed* from : {&other, &twin}) {
            Sealed spliced = good;
            put_chunk(spliced.payload, one, chunk_of(from->payload, one));
            attempt(std::move(spliced));
        }
    }
    attempt({other.header, good.payload});
    attempt({good.header, other.payload});
    WARN(world.tried << " rearranged objects, " << accepted << " accepted");
    CHECK(accepted == 0);
}

TEST_CASE("a flipped bit anywhere in an object is refused", "[evidence][T10]") {
    ObjectWorld world;
    const base::Bytes original = world.random.bytes(3000);
    Sealed sealed = world.seal(original);
    std::size_t accepted = 0;
    const std::uint64_t stride = testing::stride(5, "bits");
    for (base::Bytes* part : {&sealed.header, &sealed.payload}) {
        for (std::size_t bit = 0; bit < part->size() * 8; bit += 61 * stride) {
            (*part)[bit / 8] ^= std::byte{1} << (bit % 8);
            accepted += world.is_refused(sealed, original.size()) ? 0U : 1U;
            (*part)[bit / 8] ^= std::byte{1} << (bit % 8);
        }
    }
    CHECK(accepted == 0);
    CHECK_FALSE(world.is_refused(sealed, original.size()));
}

TEST_CASE("an object that is cut or has something behind it is refused", "[evidence][T11]") {
    ObjectWorld world;
    const base::Bytes original = world.random.bytes(200'000);
    const Sealed good = world.seal(original);
    for (const std::size_t missing :
         {std::size_t{1}, std::size_t{16}, std::size_t{17}, kChunk - 1, kChunk, kChunk + 1,
          2 * kChunk, good.payload.size() - kNonce, good.payload.size() - 1}) {
        Sealed cut = good;
        cut.payload.resize(good.payload.size() - missing);
        CHECK(world.is_refused(cut, original.size()));
    }
    for (const std::size_t surplus : {std::size_t{1}, std::size_t{16}, kChunk, kChunk + 16}) {
        Sealed longer = good;
        longer.payload.resize(good.payload.size() + surplus);
        CHECK(world.is_refused(longer, original.size()));
    }
}

TEST_CASE("what an entry says about the size must fit, and the padding must be empty",
          "[evidence]") {
    ObjectWorld world;
    base::Bytes original(3000, std::byte{7});
    const Sealed sealed = world.seal(original);
    CHECK(world.is_refused(sealed, 2999));    // the last byte would be padding
    CHECK(world.is_refused(sealed, 40'000));  // of another padded size
    CHECK(world.read(sealed, 3001) != crypto::sha256(original));
    original.resize(4096);
    original.back() = std::byte{1};
    CHECK(world.is_refused(world.seal(original), 3000));
}

TEST_CASE("who knows an object's file key can make another payload but not its digest",
          "[evidence][T12]") {
    ObjectWorld world;
    const auto file_key = crypto::FileKey::generate(world.random);
    const base::Bytes original = world.random.bytes(3000);
    const Sealed good = world.seal(original, file_key);
    const Sealed forged = world.seal(world.random.bytes(3000), file_key);
    // It opens, since it is sealed as it should be: only the digest in the entry tells.
    CHECK(world.read({good.header, forged.payload}, 3000) != crypto::sha256(original));
}

}  // namespace
}  // namespace kua::evidence
