#include "vault/evidence/intake/device_claims.h"

#include <algorithm>
#include <array>
#include <utility>

#include "kua/error.h"
#include "vault/base/parse.h"
#include "vault/evidence/item_facts.h"
#include "vault/format/duration.h"
#include "vault/format/edtf.h"

namespace kua::evidence {
namespace {

using journal::Fact;

constexpr std::size_t kMaxClaimBytes = 256;
constexpr std::uint64_t kMaxPixels = 1'000'000;
constexpr std::uint64_t kMaxSeconds = 10'000'000;  // four months

constexpr std::array<std::string_view, 9> kClaimed = {"captured_device", "device",    "latitude",
                                                      "longitude",       "geo_basis", "accuracy_m",
                                                      "duration",        "width",     "height"};
constexpr std::array<std::string_view, 4> kPosition = {"latitude", "longitude", "geo_basis",
                                                       "accuracy_m"};

const Fact* find_claim(const std::vector<Fact>& facts, std::string_view name) {
    const auto found = std::find_if(facts.begin(), facts.end(),
                                    [name](const Fact& fact) { return fact.name == name; });
    return found == facts.end() ? nullptr : &*found;
}

bool is_plain_text(std::string_view text) {
    return !text.empty() && text.size() <= kMaxClaimBytes &&
           std::none_of(text.begin(), text.end(), [](char letter) {
               return (letter >= 0 && letter < 0x20) || letter == 0x7F;
           });
}

// A second or a day, as a device writes them; no interval, nothing uncertain.
bool is_device_time(const std::string& text) {
    const std::optional<format::Edtf> time = format::find_edtf(text);
    constexpr std::size_t kDayBytes = 10;
    return time && (time->kind == format::EdtfKind::kSecond ||
                    (time->kind == format::EdtfKind::kDate && text.size() == kDayBytes &&
                     text.find_first_not_of("0123456789-") == std::string::npos));
}

// The value as a person's would be kept, or nothing if it would be refused.
std::optional<Fact> as_given(const std::string& name, const std::string& text) {
    try {
        return check_given_facts({{name, {text}}}).front();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kUsage) {
            throw;
        }
        return std::nullopt;
    }
}

std::optional<std::string> text_in(const base::Json& answer, std::string_view key) {
    const base::Json* value = base::find_member(answer, key);
    return value != nullptr && value->is_string() && is_plain_text(value->get<std::string>())
               ? std::optional{value->get<std::string>()}
               : std::nullopt;
}

std::optional<std::uint64_t> number_in(const base::Json& answer, std::string_view key,
                                       std::uint64_t max) {
    const base::Json* value = base::find_member(answer, key);
    if (value == nullptr || !value->is_number_unsigned() || value->get<std::uint64_t>() == 0 ||
        value->get<std::uint64_t>() > max) {
        return std::nullopt;
    }
    return value->get<std::uint64_t>();
}

// "PT3M30S"
std::string duration_text(std::uint64_t seconds) {
    const std::uint64_t hours = seconds / 3600;
    const std::uint64_t minutes = seconds / 60 % 60;
    std::string text = "PT";
    if (hours > 0) {
        text += std::to_string(hours) + "H";
    }
    if (minutes > 0) {
        text += std::to_string(minutes) + "M";
    }
    if (seconds % 60 > 0) {
        text += std::to_string(seconds % 60) + "S";
    }
    return text;
}

void take_position(const base::Json& answer, std::vector<Fact>& facts) {
    const auto latitude = text_in(answer, "latitude");
    const auto longitude = text_in(answer, "longitude");
    if (!latitude || !longitude) {
        return;
    }
    auto north = as_given("latitude", *latitude);
    auto east = as_given("longitude", *longitude);
    if (!north || !east) {
        return;
    }
    facts.push_back(*std::move(north));
    facts.push_back(*std::move(east));
    facts.push_back({"geo_basis", "embedded"});
    constexpr std::uint64_t kAroundTheEarth = 40'000'000;
    if (const auto metres = number_in(answer, "accuracy_m", kAroundTheEarth)) {
        facts.push_back({"accuracy_m", *metres});
    }
}

// The device's time less what it was ahead, in the device's own zone or without one.
std::optional<std::string> corrected(const std::string& device_time, std::int64_t ahead_s) {
    const std::optional<format::Edtf> time = format::find_edtf(device_time);
    if (!time || time->kind != format::EdtfKind::kSecond) {
        return std::nullopt;
    }
    std::optional<std::string> shown = format::format_edtf(*time->span.earliest_s - ahead_s, 0);
    constexpr std::size_t kUpToSeconds = 19;
    if (shown) {
        *shown = shown->substr(0, kUpToSeconds) + device_time.substr(kUpToSeconds);
    }
    return shown;
}

void add_captured(std::vector<Fact>& facts, std::string time, const char* basis) {
    const std::optional<format::Edtf> date = format::find_edtf(time);
    facts.push_back({"captured", std::move(time)});
    facts.push_back({"captured_day", format::coarsen_to_day(*date)});
    if (find_claim(facts, "captured_basis") == nullptr) {
        facts.push_back({"captured_basis", basis});
    }
}

}  // namespace

std::optional<std::string> corrected_time(const std::string& device_time,
                                          const std::string& clock_offset) {
    const std::optional<std::int64_t> ahead_s = format::find_duration(clock_offset);
    return ahead_s ? corrected(device_time, *ahead_s) : std::nullopt;
}

std::optional<MediaKind> media_kind_of(std::string_view media_type) {
    if (media_type.starts_with("image/") && media_type != "image/svg+xml") {
        return MediaKind::kPicture;
    }
    if (media_type.starts_with("video/") || media_type.starts_with("audio/")) {
        return MediaKind::kRecording;
    }
    return std::nullopt;
}

std::optional<DeviceClaims> read_claims(const std::string& answer) {
    DeviceClaims claims;
    base::Json json;
    try {
        json = base::parse_json(answer, kAnswerLimits);
        if (base::uint_at(json, "kua_inspect") != 1) {
            return std::nullopt;
        }
    } catch (const Error&) {
        return std::nullopt;
    }
    const auto tool = text_in(json, "tool");
    if (!tool) {
        return std::nullopt;
    }
    claims.tool = *tool;
    claims.facts.reserve(kClaimed.size());
    if (const auto time = text_in(json, "time"); time && is_device_time(*time)) {
        claims.facts.push_back({"captured_device", *time});
    }
    if (auto device = text_in(json, "device")) {
        claims.facts.push_back({"device", *std::move(device)});
    }
    take_position(json, claims.facts);
    if (const auto seconds = number_in(json, "duration_s", kMaxSeconds)) {
        claims.facts.push_back({"duration", duration_text(*seconds)});
    }
    const auto width = number_in(json, "width", kMaxPixels);
    const auto height = number_in(json, "height", kMaxPixels);
    if (width && height) {
        claims.facts.push_back({"width", *width});
        claims.facts.push_back({"height", *height});
    }
    return claims;
}

std::optional<DeviceClaims> recorded_claims(const journal::Entry& entry) {
    DeviceClaims claims;
    claims.tool = journal::fact_text(entry, "inspected");
    if (claims.tool.empty()) {
        return std::nullopt;
    }
    const Fact* names = find_claim(entry.facts, "device_claimed");
    if (names == nullptr || !names->value.is_array()) {
        return claims;
    }
    claims.facts.reserve(kClaimed.size());
    for (const std::string_view name : kClaimed) {
        const Fact* fact = find_claim(entry.facts, name);
        const bool is_claimed =
            fact != nullptr &&
            std::find(names->value.begin(), names->value.end(), name) != names->value.end();
        const bool is_time = name == "captured_device";
        if (is_claimed && (!is_time || is_device_time(journal::fact_text(entry, name)))) {
            claims.facts.push_back(*fact);
        }
    }
    return claims;
}

void add_claims(std::vector<Fact>& facts, const DeviceClaims& claims) {
    const bool has_position =
        find_claim(facts, "latitude") != nullptr || find_claim(facts, "longitude") != nullptr;
    std::vector<std::string> claimed;
    claimed.reserve(claims.facts.size() + 1);
    for (const Fact& fact : claims.facts) {
        const bool is_position =
            std::find(kPosition.begin(), kPosition.end(), fact.name) != kPosition.end();
        if (find_claim(facts, fact.name) == nullptr && !(is_position && has_position)) {
            facts.push_back(fact);
            claimed.push_back(fact.name);
        }
    }
    const Fact* device_time = find_claim(claims.facts, "captured_device");
    if (device_time != nullptr && find_claim(facts, "captured") == nullptr) {
        const auto said = device_time->value.get<std::string>();
        const Fact* offset = find_claim(facts, "clock_offset");
        if (auto time = offset == nullptr
                            ? std::nullopt
                            : corrected_time(said, offset->value.get<std::string>())) {
            add_captured(facts, *std::move(time), "reference_clock");
        } else {
            add_captured(facts, said, "embedded");
            claimed.emplace_back("captured");
        }
    }
    facts.push_back({"inspected", claims.tool});
    if (!claimed.empty()) {
        facts.push_back({"device_claimed", claimed});
    }
}

}  // namespace kua::evidence
