# Puts a word list into a source file: kua_embed_words(TARGET FILE HEADER NAMESPACE NAME) adds it to
# TARGET as the array NAME, which HEADER declares with as many elements as FILE has lines.
function(kua_embed_words target file header namespace name)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
    file(STRINGS "${file}" words)
    list(LENGTH words count)
    list(TRANSFORM words REPLACE "(.+)" "    \"\\1\",\n")
    list(JOIN words "" lines)
    cmake_path(GET file STEM stem)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/${stem}.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT [[
// Made by the build from vault/words.
#include "@header@"

namespace @namespace@ {

const decltype(@name@) @name@ = {{
@lines@}};
static_assert(@name@.size() == @count@);

}  // namespace @namespace@
]] @ONLY)
    target_sources(${target} PRIVATE "${source}")
endfunction()
