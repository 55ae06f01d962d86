// What can be bound to a parameter of an SQL statement.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "vault/base/bytes.h"
#include "vault/base/check.h"

namespace kua::store {

// One bound value. Texts and blobs are views: whatever they refer to must live until the call that
// takes the Value returns.
class Value {
public:
    enum class Kind : std::uint8_t { kNull, kInteger, kReal, kText, kBlob };

    Value(std::nullptr_t) noexcept {}
    Value(std::nullopt_t) noexcept {}
    template <std::integral Integer>
    Value(Integer integer) : kind_(Kind::kInteger), integer_(static_cast<std::int64_t>(integer)) {
        if constexpr (std::unsigned_integral<Integer> && sizeof(Integer) >= 8) {
            KUA_CHECK(integer <= static_cast<Integer>(std::numeric_limits<std::int64_t>::max()));
        }
    }
    Value(double real) noexcept : kind_(Kind::kReal), real_(real) {}
    Value(std::string_view text) noexcept : kind_(Kind::kText), bytes_(base::bytes_of(text)) {}
    Value(const std::string& text) noexcept : Value(std::string_view{text}) {}
    Value(const char* text) noexcept : Value(std::string_view{text}) {}
    Value(base::ByteView blob) noexcept : kind_(Kind::kBlob), bytes_(blob) {}
    Value(const base::Bytes& blob) noexcept : Value(base::ByteView{blob}) {}
    template <std::size_t SizeBytes>
    Value(const std::array<std::byte, SizeBytes>& blob) noexcept : Value(base::ByteView{blob}) {}
    template <class Type>
    Value(const std::optional<Type>& value) : Value(value ? Value{*value} : Value{nullptr}) {}

    Kind kind() const noexcept { return kind_; }
    std::int64_t integer() const noexcept { return integer_; }
    double real() const noexcept { return real_; }
    base::ByteView bytes() const noexcept { return bytes_; }

private:
    Kind kind_ = Kind::kNull;
    std::int64_t integer_ = 0;
    double real_ = 0;
    base::ByteView bytes_;
};

}  // namespace kua::store
