#include "cli/words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace kua::cli {
namespace {

// Whether `text` starts with a date and a time of day: "dddd-dd-ddTdd:dd".
bool has_time_of_day(std::string_view text) noexcept {
    constexpr std::string_view kPattern = "dddd-dd-ddTdd:dd";
    return text.size() >= kPattern.size() &&
           std::equal(kPattern.begin(), kPattern.end(), text.begin(), [](char want, char c) {
               return want == 'd' ? c >= '0' && c <= '9' : c == want;
           });
}

}  // namespace

std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, 1, ',');
    }
    return digits;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
    return grouped(number) + " " + std::string(number == 1 ? one : many);
}

std::string human_bytes(std::uint64_t bytes) {
    if (bytes < 1024) {
        return std::to_string(bytes) + " B";
    }
    constexpr std::array<const char*, 6> kUnits{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    std::size_t unit = 0;
    std::uint64_t scale = 1024;
    // 1,023.5 of a unit would be shown as 1,024 of it: that is 1.0 of the next.
    while (unit + 1 < kUnits.size() && bytes / scale * 2 + bytes % scale * 2 / scale >= 2047) {
        scale *= 1024;
        ++unit;
    }
    const std::uint64_t whole = bytes / scale;
    const std::uint64_t rest = bytes % scale;
    const std::uint64_t tenths = whole * 10 + (rest / (scale / 1024) * 10 + 512) / 1024;
    if (tenths < 100) {
        return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " " + kUnits[unit];
    }
    return std::to_string(whole + (rest >= scale / 2 ? 1 : 0)) + " " + kUnits[unit];
}

std::string human_seconds(std::uint64_t seconds) {
    if (seconds < 100) {
        return std::to_string(seconds) + " s";
    }
    const std::uint64_t minutes = (seconds + 30) / 60;
    if (minutes < 100) {
        return std::to_string(minutes) + " min";
    }
    return std::to_string(minutes / 60) + " h " + std::to_string(minutes % 60) + " min";
}

std::string readable_time(const std::string& edtf) {
    if (!has_time_of_day(edtf)) {
        return edtf;
    }
    std::string shown = edtf;
    shown[10] = ' ';
    const std::size_t zone = shown.find_first_of("Z+-", 16);
    if (zone != std::string::npos) {
        shown.replace(zone, std::string::npos,
                      shown[zone] == 'Z' ? " UTC" : " " + shown.substr(zone));
    }
    return shown;
}

std::string readable_minute(const std::string& edtf) {
    return has_time_of_day(edtf) ? edtf.substr(0, 10) + " " + edtf.substr(11, 5) : edtf;
}

std::string basis_in_words(const std::string& basis) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kWords{{
        {"embedded", "in the file"},
        {"file_time", "the file's own time"},
        {"device_clock", "clock of the device"},
        {"reference_clock", "compared clock"},
        {"seen_in_content", "seen in it"},
    }};
    for (const auto& [name, words] : kWords) {
        if (basis == name) {
            return std::string(words);
        }
    }
    std::string words = basis;
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
}

std::string short_hex(const std::string& hex) {
    return hex.substr(0, 8);
}

std::string in_a_row(const std::vector<std::string>& words) {
    std::string all;
    for (const std::string& word : words) {
        all += (all.empty() ? "" : ", ") + word;
    }
    return all;
}

std::string some_in_a_row(const std::vector<std::string>& things) {
    constexpr std::size_t kMostNamed = 10;
    constexpr std::size_t kItemDigits = 10;  // with "i-"
    std::vector<std::string> named;
    for (const std::string& thing : things) {
        if (named.size() < kMostNamed) {
            named.push_back(thing.starts_with("i-") ? thing.substr(0, kItemDigits) : thing);
        }
    }
    return in_a_row(named) + (things.size() > kMostNamed
                                  ? " and " + grouped(things.size() - kMostNamed) + " more"
                                  : "");
}

std::string cases_are(const std::vector<std::string>& case_ids) {
    std::string all;
    for (const std::string& case_id : case_ids) {
        all += (all.empty() ? "" : ", ") + short_hex(case_id);
    }
    return case_ids.size() == 1 ? "case " + all + " is" : "cases " + all + " are";
}

}  // namespace kua::cli
