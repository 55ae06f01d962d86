#include "vault/crypto/secret_bytes.h"

#include <algorithm>
#include <exception>
#include <sstream>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/errors.h"
#include "tests/support/scripted_random.h"
#include "vault/crypto/compare.h"
#include "vault/crypto/key.h"
#include "vault/crypto/wiped.h"

namespace kua::crypto {
namespace {

using base::bytes_of;
using testing::code_of;

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
    out << value;
};
template <class T>
concept Comparable = requires(const T& a, const T& b) {
    a == b;
};

template <class T>
constexpr bool kCloses = !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T> &&
                         !Printable<T> && !Comparable<T>;

static_assert(kCloses<SecretBytes> && std::is_nothrow_move_constructible_v<SecretBytes>);
static_assert(kCloses<VaultKey> && std::is_nothrow_move_assignable_v<VaultKey>);
static_assert(kCloses<WipedArray<32>>);
static_assert(!std::is_convertible_v<CatalogKey, SegmentKey>);
static_assert(!std::is_constructible_v<SegmentKey, CatalogKey>);

bool is_zero(std::byte byte) {
    return byte == std::byte{0};
}

TEST_CASE("secret bytes start as zeros and keep their size", "[crypto]") {
    SecretBytes secret{40};
    REQUIRE(secret.size() == 40);
    CHECK(std::ranges::all_of(secret.expose(), is_zero));
}

TEST_CASE("many secrets at a time do not touch each other", "[crypto]") {
    for (const std::size_t size : {1U, 16U, 32U, 64U, 127U, 128U, 129U, 5000U}) {
        std::vector<SecretBytes> secrets;
        for (std::size_t i = 0; i < 300; ++i) {
            SecretBytes& secret = secrets.emplace_back(size);
            REQUIRE(std::ranges::all_of(secret.expose(), is_zero));
            std::ranges::fill(secret.expose_for_writing(), static_cast<std::byte>(i));
        }
        for (std::size_t i = 0; i < secrets.size(); ++i) {
            REQUIRE(equal(secrets[i].expose(), base::Bytes(size, static_cast<std::byte>(i))));
        }
    }
}

TEST_CASE("secrets may be made and dropped on many threads", "[crypto]") {
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 4; ++i) {
        threads.emplace_back([i] {
            const base::Bytes mine(32, static_cast<std::byte>(i + 1));
            for (int round = 0; round < 5000; ++round) {
                const SecretBytes a = SecretBytes::copy_of(mine);
                const SecretBytes b{32};
                if (!equal(a.expose(), mine) || !std::ranges::all_of(b.expose(), is_zero)) {
                    std::terminate();
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

TEST_CASE("secret bytes that were moved from are empty", "[crypto]") {
    SecretBytes from = SecretBytes::copy_of(bytes_of("correct horse"));
    SecretBytes to{3};
    to = std::move(from);
    CHECK(equal(to.expose(), bytes_of("correct horse")));
    CHECK(from.empty());  // NOLINT(bugprone-use-after-move): that is the promise
    CHECK(from.expose().empty());
}

TEST_CASE("secrets may be empty", "[crypto]") {
    CHECK(SecretBytes{}.empty());
    CHECK(SecretBytes{0}.empty());
    CHECK(SecretBytes::copy_of({}).expose().empty());
}

TEST_CASE("a generated key holds what the randomness gave", "[crypto]") {
    const base::Bytes bytes(32, std::byte{0x5a});
    testing::ScriptedRandom random{bytes};
    const VaultKey key = VaultKey::generate(random);
    CHECK(equal(key.expose(), bytes));
    CHECK(random.left() == 0);
}

TEST_CASE("a key that was moved from can't be used", "[crypto]") {
    FileKey key = FileKey::copy_of(std::array<std::byte, 16>{});
    const FileKey taken = std::move(key);
    CHECK(taken.expose().size() == 16);
    CHECK(code_of([&] { return key.expose().size(); }) == ErrorCode::kBug);  // NOLINT
}

TEST_CASE("bytes compare equal only if all are", "[crypto]") {
    CHECK(equal({}, {}));
    CHECK(equal(bytes_of("abc"), bytes_of("abc")));
    CHECK_FALSE(equal(bytes_of("abc"), bytes_of("abd")));
    CHECK_FALSE(equal(bytes_of("abc"), bytes_of("ab")));
    CHECK_FALSE(equal(bytes_of("abc"), {}));
}

TEST_CASE("wiping leaves zeros", "[crypto]") {
    base::Bytes bytes(100, std::byte{0xff});
    wipe(bytes);
    CHECK(bytes == base::Bytes(100, std::byte{0}));
    wipe({});
}

TEST_CASE("a wiped buffer moves and keeps its bytes", "[crypto]") {
    WipedBuffer from{5};
    std::ranges::copy(bytes_of("frame"), from.bytes().begin());
    WipedBuffer to{900};
    to = std::move(from);
    CHECK(base::text_of(std::as_const(to).bytes()) == "frame");
    CHECK(from.size() == 0);  // NOLINT(bugprone-use-after-move)
}

}  // namespace
}  // namespace kua::crypto
