#include "vault/base/io_bytes.h"

#include <cstdint>

#include <catch2/catch_test_macros.hpp>

#include "vault/crypto/wiped.h"

namespace kua::base {
namespace {

bool is_at_page_begin(ByteView bytes) {
    return reinterpret_cast<std::uintptr_t>(bytes.data()) % 4096 == 0;
}

TEST_CASE("buffers for files begin where a page of memory does", "[base]") {
    for (const std::size_t size : {1U, 100U, 65'536U, 1'000'000U}) {
        IoBytes bytes(size);
        CHECK(is_at_page_begin(bytes));
        bytes.resize(2 * size + 1);
        CHECK(is_at_page_begin(bytes));
        CHECK(is_at_page_begin(crypto::WipedBuffer{size}.bytes()));
    }
}

TEST_CASE("a buffer grows to what is asked of it and never shrinks", "[base]") {
    IoBytes buffer;
    CHECK(first_of(buffer, 100).size() == 100);
    first_of(buffer, 100)[99] = std::byte{7};
    CHECK(first_of(buffer, 10).size() == 10);
    CHECK(buffer.size() == 100);
    CHECK(first_of(buffer, 200)[99] == std::byte{7});
}

}  // namespace
}  // namespace kua::base
