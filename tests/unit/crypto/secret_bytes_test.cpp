#include "vault/crypto/secret_bytes.h"

#include <algorithm>
#include <sstream>
#include <type_traits>
#include <utility>

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

TEST_CASE("secret bytes start as zeros and keep their size", "[crypto]") {
    SecretBytes secret{40};
    REQUIRE(secret.size() == 40);
    CHECK(std::ranges::all_of(secret.expose(), [](std::byte b) { return b == std::byte{0}; }));
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
