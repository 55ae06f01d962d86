# Warnings, hardening and sanitizers, as one interface target that every target of ours links.
# -O3 of GCC 12 warns wrongly about memcpy (bugs 105329, 105651), and the hot loops are OpenSSL's.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
add_library(kua_flags INTERFACE)
target_compile_options(kua_flags INTERFACE
    -Werror -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Wformat=2 -Wextra-semi -fstack-protector-strong
    # GCC 12 sees overlapping copies in std::string that are not there (its bug 105651).
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
    $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond> $<$<CXX_COMPILER_ID:GNU>:-Wlogical-op>)
# No path of the machine that built it in the program or its debug information.
target_compile_options(kua_flags INTERFACE "-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=")
target_compile_definitions(kua_flags INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(kua_flags INTERFACE -Wl,-z,relro,-z,now -Wl,-z,noexecstack)
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)

if(KUA_SANITIZE)
    target_compile_options(kua_flags INTERFACE
        -fsanitize=${KUA_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(kua_flags INTERFACE -fsanitize=${KUA_SANITIZE})
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(kua_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
if(KUA_FUZZ)
    target_compile_options(kua_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
