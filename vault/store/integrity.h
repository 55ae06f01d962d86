// Checks of the stored files themselves, below anything a journal promises. What they find is data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kua/finding.h"
#include "vault/store/objects.h"
#include "vault/store/sealed_digest.h"

namespace kua::store {

// How findings name a segment.
std::string segment_subject(std::uint32_t number);

// Every page's MAC, then SQLite's own check of structure, indexes and constraints.
std::vector<Finding> check_catalog(const base::Environment& environment, Connection& catalog);

// The MACs of all pages of one segment but those in `read`, which some reader has checked already;
// takes no time if that is all of them. Also finds a missing or empty file and one of a wrong size.
std::vector<Finding> check_segment(const ObjectStore& objects, std::uint32_t number,
                                   const PageSet& read);

struct ExtentReport {
    std::vector<SealedDigest> damaged;  // objects whose pieces are missing or of the wrong size
    // Segments that hold surplus pieces, or are recorded as they were earlier.
    std::vector<Finding> findings;
};

// Whether the pieces in the segments are exactly those that the catalog's objects name. Reads the
// index pages of the segments, not the pieces. Of segments that are missing or empty
// check_segment() tells.
ExtentReport check_extents(Connection& catalog, const ObjectStore& objects);

}  // namespace kua::store
