// What a media file says about itself, and the answer that tells kua so. All of it comes from the
// file and from libraries that have read it: whoever gets the answer takes it for untrusted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kua::inspect {

// The longest answer, in bytes; docs/formats.md, "Answers of kua-inspect".
constexpr std::size_t kMaxAnswerBytes = std::size_t{16} << 10;

struct Claims {
    std::optional<std::string> time;  // ISO 8601, as the device wrote it: with its zone, or without
    std::optional<std::string> device;  // make and model
    // Decimal degrees, both or none.
    std::optional<std::string> latitude;
    std::optional<std::string> longitude;
    std::optional<std::uint64_t> accuracy_m;
    std::optional<std::uint64_t> duration_s;
    // As stored, before any rotation.
    std::optional<std::uint64_t> width;
    std::optional<std::uint64_t> height;
};

// One JSON object. `tool` names the library that read the file, `sandbox` what held it meanwhile.
std::string answer_text(const Claims& claims, std::string_view tool, std::string_view sandbox);

// The following put what libraries say into the shape that answers have; nothing where it makes no
// sense.

// "2017:11:23 15:04:31" and "+05:00" (may be empty) of EXIF.
std::optional<std::string> exif_time(std::string_view text, std::string_view offset);
// "2017-11-23 10:12:08 UTC", "UTC 2017-11-23 10:12:08", "2017-11-23T15:12:08+0500", "2017-11-23".
std::optional<std::string> recorded_time(std::string_view text);
// "Sample" and "Sample Phone A" are "Sample Phone A".
std::optional<std::string> device_name(std::string_view make, std::string_view model);
// "+42.1012+050.9021/", "+42.1012+050.9021+012.3/" (ISO 6709).
void take_location(std::string_view text, Claims& claims);
// Decimal degrees with six places (a tenth of a metre), without zeros at the end.
std::optional<std::string> degrees_text(double degrees, double limit);

}  // namespace kua::inspect
