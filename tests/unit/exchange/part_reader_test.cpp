#include "vault/exchange/part_reader.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "kua/error.h"
#include "tests/support/errors.h"
#include "tests/support/exchange_world.h"
#include "vault/crypto/sha256.h"
#include "vault/journal/ids.h"
#include "vault/journal/receive.h"

namespace kua::exchange {
namespace {

using testing::code_of;
using testing::ExchangeWorld;

constexpr std::size_t kAll = SIZE_MAX;
constexpr std::size_t kClipBytes = std::size_t{41} << 20;  // of which a part of it is read ahead

// A clip whose bundle makes three commits, and its parts in order.
class Clip {
public:
    Clip() {
        std::string content(kClipBytes, '\0');
        world_.random.fill(std::as_writable_bytes(std::span{content}));
        world_.rosa.add("VID_001.mp4", content);
    }

    template <class Body>
    void read(Body&& body) {
        world_.rosa.with_store([&](store::Store& store) {
            const auto first = store.catalog().query_integer(
                "SELECT MAX(first) FROM bundle WHERE case_id = ?1 AND author = ?2",
                journal::blob_of(world_.case_id), journal::blob_of(world_.rosa.fingerprint));
            const auto objects = journal::list_bundle_objects(
                store.catalog(), world_.case_id, world_.rosa.fingerprint,
                static_cast<std::uint64_t>(first.value()));
            REQUIRE(objects.size() == 1);
            REQUIRE(cut_into_commits(objects).size() == 3);
            body(store, objects);
            return 0;
        });
    }

private:
    ExchangeWorld world_;
};

base::Bytes read_parts(store::Store& store, const std::vector<journal::BundleObject>& objects,
                       std::size_t from, std::size_t end) {
    const BundleObjects named{objects, {}};
    PartReader parts{store, named, from, end};
    base::Bytes all;
    const auto commits = cut_into_commits(objects);
    for (std::size_t i = from; i < std::min(end, commits.size()); ++i) {
        for (const PartName& part : commits[i]) {
            base::append(all, parts.read(part));
        }
    }
    return all;
}

TEST_CASE("parts together are the object, from whichever commit on", "[threads][exchange]") {
    Clip clip;
    clip.read([](store::Store& store, const std::vector<journal::BundleObject>& objects) {
        const base::Bytes all = read_parts(store, objects, 0, kAll);
        CHECK(crypto::sha256(all) == objects[0].digest.bytes);
        const base::Bytes second = read_parts(store, objects, 1, 2);
        const base::Bytes rest = read_parts(store, objects, 2, kAll);
        REQUIRE(second.size() + rest.size() < all.size());
        const base::ByteView end = base::ByteView{all}.last(second.size() + rest.size());
        CHECK(base::text_of(end.first(second.size())) == base::text_of(second));
        CHECK(base::text_of(end.last(rest.size())) == base::text_of(rest));
    });
}

TEST_CASE("an object that isn't as its bundle says fails in its turn", "[threads][exchange]") {
    Clip clip;
    clip.read([](store::Store& store, std::vector<journal::BundleObject> objects) {
        const bool is_missing = GENERATE(true, false);
        const journal::BundleObject good = objects[0];
        objects.push_back(good);
        if (is_missing) {
            objects[1].digest.bytes[0] ^= std::byte{1};
        } else {
            objects.erase(objects.begin());
            objects[0].size_bytes += 1;
        }
        const BundleObjects named{objects, {}};
        PartReader parts{store, named, 0, kAll};
        for (std::uint32_t part = 0; is_missing && part < 6; ++part) {
            CHECK_FALSE(parts.read({good.digest, part}).empty());
        }
        CHECK(code_of([&] {
                  return parts.read({objects.back().digest, 0});
              }) == ErrorCode::kDamaged);
    });
}

TEST_CASE("parts are read in no other order than that of the commits", "[threads][exchange]") {
    Clip clip;
    clip.read([](store::Store& store, const std::vector<journal::BundleObject>& objects) {
        const BundleObjects named{objects, {}};
        PartReader parts{store, named, 0, kAll};
        CHECK(code_of([&] { return parts.read({objects[0].digest, 1}); }) == ErrorCode::kBug);
    });
}

}  // namespace
}  // namespace kua::exchange
