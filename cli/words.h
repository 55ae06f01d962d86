// Numbers, sizes and times as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kua::cli {

// "3,086"
std::string grouped(std::uint64_t number);
// "1 item", "3,086 items"
std::string counted(std::uint64_t number, std::string_view one, std::string_view many);
// "512 B", "7.7 KiB", "412 MiB"
std::string human_bytes(std::uint64_t bytes);
// "8 s", "3 min", "2 h 10 min"
std::string human_seconds(std::uint64_t seconds);
// An EDTF time with spaces instead of "T" and before the zone, "2017-11-23 15:04:31 +05:00"
// ("UTC" for Z);
// anything else as it is.
std::string readable_time(const std::string& edtf);
// The same to the minute and without the zone, for tables.
std::string readable_minute(const std::string& edtf);
// "captured_basis" as words: "embedded" is "in the file", "reference_clock" is "compared clock".
std::string basis_in_words(const std::string& basis);
// "kk, ru"
std::string in_a_row(const std::vector<std::string>& words);
// Ten of them at most, and how many more: ids of items are shortened.
std::string some_in_a_row(const std::vector<std::string>& things);
// The first eight digits of a case id or fingerprint: enough to tell them apart here.
std::string short_hex(const std::string& hex);
// "case ec6d2593 is", "cases ec6d2593, f07caf4a are"
std::string cases_are(const std::vector<std::string>& case_ids);

}  // namespace kua::cli
