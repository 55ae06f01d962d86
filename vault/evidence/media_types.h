// Kind and media type of a file by the ending of its name. kua never looks into the bytes to find
// out: no media parser runs where keys are held. Source: IANA media types registry.
#pragma once

#include <string_view>

namespace kua::evidence {

struct MediaType {
    std::string_view kind;        // a word of the vocabulary `kind`
    std::string_view media_type;  // as registered
};

// `name`: a file name; the case of its ending doesn't matter. "other" and
// "application/octet-stream" for endings that aren't known.
MediaType media_type_of(std::string_view name);

}  // namespace kua::evidence
