#include "vault/base/json.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "kua/error.h"
#include "vault/base/utf8.h"

namespace kua::base {
namespace {

[[noreturn]] void fail(const std::string& why) {
    throw Error{ErrorCode::kDamaged, why};
}

// Receives the events of nlohmann's parser, which keeps its own stack on the heap, and builds the
// value; stops it (false) at the first breach of the rules. The library's own builder is not used:
// it lets the last of equal keys win, and looks for each key among all others.
class StrictBuilder final : public nlohmann::json_sax<Json> {
public:
    explicit StrictBuilder(int max_depth) : max_depth_(max_depth) {}

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override {
        return value >= -kMaxJsonInteger ? add(value) : refuse("a number is too small");
    }
    bool number_unsigned(number_unsigned_t value) override {
        return value <= static_cast<number_unsigned_t>(kMaxJsonInteger)
                   ? add(value)
                   : refuse("a number is too large");
    }
    bool number_float(number_float_t, const string_t&) override {
        return refuse("a number is not whole or too large");
    }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t&) override { return refuse("not JSON"); }
    bool start_object(std::size_t) override { return open(Json::object()); }
    bool key(string_t& value) override {
        if (!open_.back().keys.insert(value).second) {
            return refuse("a key occurs twice in one object");
        }
        key_ = std::move(value);
        return true;
    }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::json::exception&) override {
        return refuse("not JSON, at byte " + std::to_string(position));
    }

    Json take() { return std::move(root_); }
    const std::string& reason() const noexcept { return reason_; }

private:
    struct Level {
        Json* value;  // stays where it is: its parent takes no other value while it is open
        std::set<std::string> keys;
    };

    bool refuse(std::string reason) {
        reason_ = std::move(reason);
        return false;
    }

    Json* place(Json value) {
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        Json& parent = *open_.back().value;
        if (parent.is_array()) {
            auto& elements = parent.get_ref<Json::array_t&>();
            return &elements.emplace_back(std::move(value));
        }
        // The vector under the ordered map: its own emplace would search all members for the key.
        auto& members = parent.get_ref<Json::object_t&>();
        return &members.emplace_back(std::move(key_), std::move(value)).second;
    }

    template <class Value>
    bool add(Value&& value) {
        place(Json(std::forward<Value>(value)));
        return true;
    }

    bool open(Json container) {
        if (open_.size() == static_cast<std::size_t>(std::max(max_depth_, 0))) {
            return refuse("nested too deeply");
        }
        Json* placed = place(std::move(container));
        open_.push_back({placed, {}});
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    int max_depth_;
    Json root_;
    std::vector<Level> open_;
    std::string key_;
    std::string reason_;
};

void check_writable(const Json& json) {  // as deep as our own program built it
    const bool is_too_large =
        json.is_number_unsigned()
            ? json.get<std::uint64_t>() > static_cast<std::uint64_t>(kMaxJsonInteger)
            : json.is_number_integer() && (json.get<std::int64_t>() > kMaxJsonInteger ||
                                           json.get<std::int64_t>() < -kMaxJsonInteger);
    if (is_too_large || json.is_number_float() || json.is_binary() || json.is_discarded()) {
        throw Error{ErrorCode::kBug, "a bug in kua: a value that JSON can't keep exact"};
    }
    if (json.is_structured()) {
        for (const Json& element : json) {
            check_writable(element);
        }
    }
}

std::string named(std::string_view key) {
    return "JSON member " + quoted(key);
}

}  // namespace

Json parse_json(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.max_bytes) {
        fail("JSON of more than " + std::to_string(limits.max_bytes) + " bytes");
    }
    if (text.starts_with("\xef\xbb\xbf")) {  // the library would skip it
        fail("JSON with a byte order mark");
    }
    if (text.find('\0') != std::string_view::npos) {  // the library would take it for the end
        fail("JSON with a zero byte");
    }
    StrictBuilder builder(limits.max_depth);
    if (!Json::sax_parse(text.begin(), text.end(), &builder, Json::input_format_t::json,
                         /*strict=*/true, /*ignore_comments=*/false)) {
        fail("malformed JSON: " + builder.reason());
    }
    return builder.take();
}

std::string write_json(const Json& json) {
    check_writable(json);
    try {
        return json.dump(/*indent=*/-1, /*indent_char=*/' ', /*ensure_ascii=*/false,
                         Json::error_handler_t::strict);
    } catch (const Json::exception&) {
        throw Error{ErrorCode::kBug, "a bug in kua: JSON text that is not UTF-8"};
    }
}

const Json* find_member(const Json& json, std::string_view key) {
    if (!json.is_object()) {
        fail("JSON object expected around member " + quoted(key));
    }
    for (const auto& [name, value] : json.get_ref<const Json::object_t&>()) {
        if (name == key) {
            return &value;
        }
    }
    return nullptr;
}

const Json& member_at(const Json& json, std::string_view key) {
    const Json* member = find_member(json, key);
    if (member == nullptr) {
        fail(named(key) + " is missing");
    }
    return *member;
}

const std::string& text_at(const Json& json, std::string_view key) {
    return as_text(member_at(json, key), key);
}

std::uint64_t uint_at(const Json& json, std::string_view key, std::uint64_t max) {
    const Json& member = member_at(json, key);
    const bool is_negative = !member.is_number_unsigned() && member.is_number_integer() &&
                             member.get<std::int64_t>() < 0;
    if (!member.is_number_integer() || is_negative || member.get<std::uint64_t>() > max) {
        fail(named(key) + " is not a whole number from 0 to " + std::to_string(max));
    }
    return member.get<std::uint64_t>();
}

std::int64_t int_at(const Json& json, std::string_view key, std::int64_t min, std::int64_t max) {
    const Json& member = member_at(json, key);
    if (!member.is_number_integer() || member.get<std::int64_t>() < min ||
        member.get<std::int64_t>() > max) {
        fail(named(key) + " is not a whole number from " + std::to_string(min) + " to " +
             std::to_string(max));
    }
    return member.get<std::int64_t>();
}

bool bool_at(const Json& json, std::string_view key) {
    const Json& member = member_at(json, key);
    if (!member.is_boolean()) {
        fail(named(key) + " is neither true nor false");
    }
    return member.get<bool>();
}

const Json& array_at(const Json& json, std::string_view key) {
    const Json& member = member_at(json, key);
    if (!member.is_array()) {
        fail(named(key) + " is not an array");
    }
    return member;
}

const Json& object_at(const Json& json, std::string_view key) {
    const Json& member = member_at(json, key);
    if (!member.is_object()) {
        fail(named(key) + " is not an object");
    }
    return member;
}

const std::string& as_text(const Json& json, std::string_view what) {
    if (!json.is_string()) {
        fail(named(what) + " is not a text");
    }
    return json.get_ref<const std::string&>();
}

void require_only_members(const Json& json, std::initializer_list<std::string_view> keys) {
    if (!json.is_object()) {
        fail("JSON object expected");
    }
    for (const auto& [name, value] : json.get_ref<const Json::object_t&>()) {
        if (std::find(keys.begin(), keys.end(), name) == keys.end()) {
            fail("unexpected JSON member");
        }
    }
}

}  // namespace kua::base
