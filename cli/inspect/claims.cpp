#include "cli/inspect/claims.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace kua::inspect {
namespace {

constexpr std::size_t kMaxDeviceBytes = 200;
constexpr std::size_t kSecondBytes = 19;  // YYYY-MM-DDThh:mm:ss

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

// Whether `text` begins like `pattern`, in which d is a digit.
bool fits(std::string_view text, std::string_view pattern) {
    return text.size() >= pattern.size() &&
           std::equal(pattern.begin(), pattern.end(), text.begin(), [](char want, char letter) {
               return want == 'd' ? is_digit(letter) : letter == want;
           });
}

std::string_view trimmed(std::string_view text) {
    const auto is_blank = [](char letter) { return letter == ' ' || letter == '\0'; };
    while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

// "Z", "+05:00" or nothing of what follows a time of day.
std::string zone_of(std::string_view text) {
    if (text == "Z" || text == " UTC" || text == "UTC") {
        return "Z";
    }
    if (text.size() == 6 && (fits(text, "+dd:dd") || fits(text, "-dd:dd"))) {
        return std::string{text};
    }
    if (text.size() == 5 && (fits(text, "+dddd") || fits(text, "-dddd"))) {
        return std::string{text.substr(0, 3)} + ":" + std::string{text.substr(3)};
    }
    return {};
}

// How many bytes the character at the front of `text` has; 0 if it is none of UTF-8 (RFC 3629).
std::size_t character_bytes(std::string_view text) {
    struct Form {
        unsigned char first;  // the lowest first byte
        unsigned char last;   // the highest
        unsigned char low;    // of the second byte
        unsigned char high;
        std::size_t length;
    };
    constexpr std::array<Form, 9> kForms{{{0x00, 0x7F, 0x00, 0x00, 1},
                                          {0xC2, 0xDF, 0x80, 0xBF, 2},
                                          {0xE0, 0xE0, 0xA0, 0xBF, 3},
                                          {0xE1, 0xEC, 0x80, 0xBF, 3},
                                          {0xED, 0xED, 0x80, 0x9F, 3},
                                          {0xEE, 0xEF, 0x80, 0xBF, 3},
                                          {0xF0, 0xF0, 0x90, 0xBF, 4},
                                          {0xF1, 0xF3, 0x80, 0xBF, 4},
                                          {0xF4, 0xF4, 0x80, 0x8F, 4}}};
    const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    for (const Form& form : kForms) {
        if (byte(0) < form.first || byte(0) > form.last || text.size() < form.length) {
            continue;
        }
        bool whole = form.length == 1 || (byte(1) >= form.low && byte(1) <= form.high);
        for (std::size_t at = 2; at < form.length; ++at) {
            whole = whole && (byte(at) & 0xC0U) == 0x80U;
        }
        return whole ? form.length : 0;
    }
    return 0;
}

// In quotes. Bytes that are no text, and control characters, become a question mark.
std::string json_string(std::string_view text) {
    std::string quoted = "\"";
    while (!text.empty()) {
        const std::size_t length = character_bytes(text);
        const char first = text.front();
        if (length == 0 || (first >= 0 && first < 0x20) || first == 0x7F) {
            quoted += '?';
        } else {
            if (first == '"' || first == '\\') {
                quoted += '\\';
            }
            quoted += text.substr(0, length);
        }
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return quoted + "\"";
}

void add_text(std::string& json, std::string_view name, const std::optional<std::string>& value) {
    if (value) {
        json.append(",\"").append(name).append("\":").append(json_string(*value));
    }
}

void add_number(std::string& json, std::string_view name, std::optional<std::uint64_t> value) {
    if (value) {
        json.append(",\"").append(name).append("\":").append(std::to_string(*value));
    }
}

std::optional<double> number_at_front(std::string_view& text) {
    if (text.empty() || (text.front() != '+' && text.front() != '-')) {
        return std::nullopt;
    }
    const double sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    double value = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc{}) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return sign * value;
}

}  // namespace

std::string answer_text(const Claims& claims, std::string_view tool, std::string_view sandbox) {
    std::string json =
        "{\"kua_inspect\":1,\"tool\":" + json_string(tool) + ",\"sandbox\":" + json_string(sandbox);
    add_text(json, "time", claims.time);
    add_text(json, "device", claims.device);
    add_text(json, "latitude", claims.latitude);
    add_text(json, "longitude", claims.longitude);
    add_number(json, "accuracy_m", claims.accuracy_m);
    add_number(json, "duration_s", claims.duration_s);
    add_number(json, "width", claims.width);
    add_number(json, "height", claims.height);
    return json + "}\n";
}

std::optional<std::string> exif_time(std::string_view text, std::string_view offset) {
    text = trimmed(text);
    if (text.size() != kSecondBytes || !fits(text, "dddd:dd:dd dd:dd:dd") ||
        text.starts_with("0000")) {
        return std::nullopt;
    }
    std::string time{text};
    time[4] = time[7] = '-';
    time[10] = 'T';
    return time + zone_of(trimmed(offset));
}

std::optional<std::string> recorded_time(std::string_view text) {
    text = trimmed(text);
    const bool utc_before = text.starts_with("UTC ");
    if (utc_before) {
        text.remove_prefix(4);
    }
    if (!fits(text, "dddd-dd-dd") || text.starts_with("0000")) {
        return std::nullopt;
    }
    if (text.size() == 10) {
        return std::string{text};
    }
    std::string time{text.substr(0, std::min(text.size(), kSecondBytes))};
    time[10] = time[10] == ' ' ? 'T' : time[10];
    // The clock of QuickTime begins with 1904; nobody set it.
    if (time.size() != kSecondBytes || !fits(time, "dddd-dd-ddTdd:dd:dd") ||
        time == "1904-01-01T00:00:00") {
        return std::nullopt;
    }
    text.remove_prefix(kSecondBytes);
    if (text.starts_with('.')) {
        const auto end = std::find_if_not(text.begin() + 1, text.end(), is_digit);
        text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
    }
    return time + (utc_before ? "Z" : zone_of(text));
}

std::optional<std::string> device_name(std::string_view make, std::string_view model) {
    make = trimmed(make).substr(0, kMaxDeviceBytes / 2);
    model = trimmed(model).substr(0, kMaxDeviceBytes / 2 - 1);
    if (make.empty() && model.empty()) {
        return std::nullopt;
    }
    if (make.empty() || model.starts_with(make)) {
        return std::string{model};
    }
    return model.empty() ? std::string{make} : std::string{make} + " " + std::string{model};
}

void take_location(std::string_view text, Claims& claims) {
    const std::optional<double> latitude = number_at_front(text);
    const std::optional<double> longitude = number_at_front(text);
    if (!latitude || !longitude) {
        return;
    }
    auto north = degrees_text(*latitude, 90);
    auto east = degrees_text(*longitude, 180);
    if (north && east) {
        claims.latitude = std::move(north);
        claims.longitude = std::move(east);
    }
}

std::optional<std::string> degrees_text(double degrees, double limit) {
    constexpr int kPlaces = 6;
    if (!std::isfinite(degrees) || std::abs(degrees) > limit) {
        return std::nullopt;
    }
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), degrees,
                                            std::chars_format::fixed, kPlaces);
    if (error != std::errc{}) {
        return std::nullopt;
    }
    std::string text(buffer.data(), end);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) {
        text.pop_back();
    }
    return text == "-0" ? "0" : text;
}

}  // namespace kua::inspect
