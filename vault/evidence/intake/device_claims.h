// What the device that made a file wrote into it, as an inspection tells it: checked like anything
// that comes from others, and made into facts that say whose claim they are. docs/decisions/0034.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kua/inspection.h"
#include "vault/base/json.h"
#include "vault/journal/entry.h"

namespace kua::evidence {

// The answer of an inspection may have no more than this; docs/formats.md.
constexpr base::JsonLimits kAnswerLimits{.max_bytes = std::size_t{16} << 10, .max_depth = 2};

struct DeviceClaims {
    std::string tool;  // what read them: "kua-inspect 0.1.0, Exiv2 0.27.6"
    // captured_device, device, latitude, longitude, geo_basis, accuracy_m, duration, width, height;
    // those that are there, in this order.
    std::vector<journal::Fact> facts;
};

// How a file is inspected, by its media type; nothing if it isn't.
std::optional<MediaKind> media_kind_of(std::string_view media_type);

// Nothing if it is no such answer. Of one that is, a value that makes no sense (a date that is
// none, a latitude of 91) is left out.
std::optional<DeviceClaims> read_claims(const std::string& answer);

// The claims that an entry has recorded; nothing if what it tells of was not inspected.
std::optional<DeviceClaims> recorded_claims(const journal::Entry& entry);

// The device's time less what it was ahead (a duration), in the device's own zone or without one;
// nothing if one of them is no such thing.
std::optional<std::string> corrected_time(const std::string& device_time,
                                          const std::string& clock_offset);

// Adds to the facts of an arrival what the device claims, except where a person said something:
// then that stands. `captured` becomes the device's time, corrected if `clock_offset` is among the
// facts. `inspected` names the tool, `device_claimed` the facts that are the device's word alone.
void add_claims(std::vector<journal::Fact>& facts, const DeviceClaims& claims);

}  // namespace kua::evidence
