# Puts the word list into a source file: kua_embed_words(TARGET FILE) adds it to TARGET.
function(kua_embed_words target file)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
    file(STRINGS "${file}" words)
    list(LENGTH words count)
    list(TRANSFORM words REPLACE "(.+)" "    \"\\1\",\n")
    list(JOIN words "" lines)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/eff_words.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT [[
// Made by the build from vault/words.
#include "vault/words.h"

namespace kua {

const std::array<std::string_view, kWordCount> kWords = {{
@lines@}};
static_assert(kWordCount == @count@);

}  // namespace kua
]] @ONLY)
    target_sources(${target} PRIVATE "${source}")
endfunction()
