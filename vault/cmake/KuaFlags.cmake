# Warnings, hardening and sanitizers, as one interface target that every target of ours links.
# -O3 of GCC 12 warns wrongly about memcpy (bugs 105329, 105651), and the hot loops are OpenSSL's.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
# Line numbers are what traces need; all that a debugger can show makes builds a fifth longer.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")
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

# For tests and the command line, whose work is done in the layers: most of their build would be
# optimizing what runs once. Release builds optimize all alike.
add_library(kua_built_quickly INTERFACE)
if(KUA_SANITIZE)
    target_compile_options(kua_built_quickly INTERFACE -O0)
elseif(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
    target_compile_options(kua_built_quickly INTERFACE -Og)
endif()
if(KUA_SANITIZE)
    # But for targets with the property KUA_UNSANITIZED.
    set(kua_sanitized $<NOT:$<BOOL:$<TARGET_PROPERTY:KUA_UNSANITIZED>>>)
    target_compile_options(kua_flags INTERFACE "$<${kua_sanitized}:-fsanitize=${KUA_SANITIZE}>"
        $<${kua_sanitized}:-fno-sanitize-recover=all> -fno-omit-frame-pointer)
    target_link_options(kua_flags INTERFACE "$<${kua_sanitized}:-fsanitize=${KUA_SANITIZE}>")
elseif(CMAKE_BUILD_TYPE MATCHES "^(Release|RelWithDebInfo)$")
    # In preset dev, too: it makes the compiler warn of more, and else only a release would not build.
    target_compile_options(kua_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
if(KUA_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # A precompiled header with its time in it would be another one for ccache with every build.
    target_compile_options(kua_flags INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
endif()
if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    include(CheckLinkerFlag)
    check_linker_flag(CXX -fuse-ld=lld KUA_HAS_LLD)
    if(KUA_HAS_LLD)  # links instrumented programs five times as fast
        target_link_options(kua_flags INTERFACE -fuse-ld=lld)
    endif()
endif()
# What libFuzzer follows a program by; for the layers.
add_library(kua_followed INTERFACE)
if(KUA_FUZZ)
    target_compile_options(kua_followed INTERFACE -fsanitize=fuzzer-no-link)
endif()
