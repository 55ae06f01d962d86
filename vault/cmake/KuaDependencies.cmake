# Third-party libraries, each as one imported target. scripts/bootstrap puts what the system lacks
# into KUA_DEPS; minimum versions are checked here and again when the program starts.
if(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(kua_cache "$ENV{XDG_CACHE_HOME}")
else()
    set(kua_cache "$ENV{HOME}/.cache")
endif()
set(KUA_DEPS "${kua_cache}/kua/deps/prefix" CACHE PATH "Where scripts/bootstrap put libraries")
list(PREPEND CMAKE_PREFIX_PATH "${KUA_DEPS}")
# As KuaFlags says of the source: debug information names the headers, not where they lie.
target_compile_options(kua_flags INTERFACE "-ffile-prefix-map=${KUA_DEPS}/=deps/")

function(kua_require_version name found needed)
    if(NOT found OR found VERSION_LESS needed)
        message(FATAL_ERROR "${name} is ${found}, kua needs ${needed}: run scripts/bootstrap")
    endif()
endfunction()

# SQLCipher's header has SQLite's version only; the library says its own when it runs. Asked once
# for each library.
function(kua_ask_sqlcipher result)
    file(REAL_PATH "${KUA_SQLCIPHER_LIBRARY}" library)
    if(NOT KUA_SQLCIPHER_ASKED STREQUAL library)
        set(source "${PROJECT_BINARY_DIR}/sqlcipher_version.cpp")
        file(WRITE "${source}" [[
            #include <cstdio>
            #include <sqlcipher/sqlite3.h>
            int main() {
                sqlite3* db = nullptr;
                sqlite3_stmt* ask = nullptr;
                return sqlite3_open(":memory:", &db) == SQLITE_OK &&
                               sqlite3_prepare_v2(db, "PRAGMA cipher_version", -1, &ask, nullptr) ==
                                   SQLITE_OK &&
                               sqlite3_step(ask) == SQLITE_ROW &&
                               std::printf("%s", sqlite3_column_text(ask, 0)) > 0
                           ? 0
                           : 1;
            }
        ]])
        try_run(status compiled "${PROJECT_BINARY_DIR}/sqlcipher_version" "${source}"
            CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${KUA_SQLCIPHER_INCLUDE}"
            LINK_LIBRARIES "${KUA_SQLCIPHER_LIBRARY}" OpenSSL::Crypto Threads::Threads
                ${CMAKE_DL_LIBS} m
            COMPILE_OUTPUT_VARIABLE log RUN_OUTPUT_VARIABLE said)
        if(NOT compiled OR NOT "${status}" EQUAL 0)
            message(FATAL_ERROR "${library} is no SQLCipher that links and runs\n${log}")
        endif()
        string(REGEX MATCH "^[0-9.]+" said "${said}")
        set(KUA_SQLCIPHER_ASKED "${library}" CACHE INTERNAL "")
        set(KUA_SQLCIPHER_VERSION "${said}" CACHE INTERNAL "")
    endif()
    set(${result} "${KUA_SQLCIPHER_VERSION}" PARENT_SCOPE)
endfunction()

set(OPENSSL_USE_STATIC_LIBS ON)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
find_package(Threads REQUIRED)

find_library(KUA_SODIUM_LIBRARY libsodium.a REQUIRED)
find_path(KUA_SODIUM_INCLUDE sodium.h REQUIRED)
add_library(kua_dep_sodium INTERFACE)
file(STRINGS "${KUA_SODIUM_INCLUDE}/sodium/version.h" kua_sodium_version
    REGEX "#define SODIUM_VERSION_STRING ")
string(REGEX MATCH "[0-9.]+" kua_sodium_version "${kua_sodium_version}")
kua_require_version(libsodium "${kua_sodium_version}" 1.0.22)
target_link_libraries(kua_dep_sodium INTERFACE "${KUA_SODIUM_LIBRARY}" Threads::Threads)
target_include_directories(kua_dep_sodium SYSTEM INTERFACE "${KUA_SODIUM_INCLUDE}")

find_library(KUA_SQLCIPHER_LIBRARY libsqlcipher.a REQUIRED)
find_path(KUA_SQLCIPHER_INCLUDE sqlcipher/sqlcipher.h REQUIRED)
add_library(kua_dep_sqlcipher INTERFACE)
target_link_libraries(kua_dep_sqlcipher INTERFACE
    "${KUA_SQLCIPHER_LIBRARY}" OpenSSL::Crypto Threads::Threads ${CMAKE_DL_LIBS} m)
target_include_directories(kua_dep_sqlcipher SYSTEM INTERFACE "${KUA_SQLCIPHER_INCLUDE}")
target_compile_definitions(kua_dep_sqlcipher INTERFACE SQLITE_HAS_CODEC)
kua_ask_sqlcipher(kua_sqlcipher_version)
kua_require_version(SQLCipher "${kua_sqlcipher_version}" 4.6)

find_package(ZLIB 1.2.11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(KUA_LIBGIT2 REQUIRED IMPORTED_TARGET libgit2>=1.5)
pkg_check_modules(KUA_UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc>=2.6)
find_package(nlohmann_json 3.11 REQUIRED)
find_path(KUA_XXHASH_INCLUDE xxhash.h REQUIRED)  # 0.8 or newer, a header and no library
find_package(CLI11 2.1 REQUIRED)
pkg_check_modules(KUA_QRENCODE REQUIRED IMPORTED_TARGET libqrencode>=4.1)
pkg_check_modules(KUA_PNG REQUIRED IMPORTED_TARGET libpng>=1.6)
pkg_check_modules(KUA_EDIT REQUIRED IMPORTED_TARGET libedit>=3.1)
# For kua-inspect alone.
pkg_check_modules(KUA_EXIV2 REQUIRED IMPORTED_TARGET exiv2>=0.27.6)
# Its package also names folders of libraries that only its own build includes.
pkg_check_modules(KUA_MEDIAINFO REQUIRED libmediainfo>=22.12)
find_library(KUA_MEDIAINFO_LIBRARY mediainfo HINTS ${KUA_MEDIAINFO_LIBRARY_DIRS} REQUIRED)
find_library(KUA_ZEN_LIBRARY zen HINTS ${KUA_MEDIAINFO_LIBRARY_DIRS} REQUIRED)
find_path(KUA_MEDIAINFO_INCLUDE MediaInfo/MediaInfo.h HINTS ${KUA_MEDIAINFO_INCLUDE_DIRS} REQUIRED)
add_library(kua_dep_mediainfo INTERFACE)
target_link_libraries(kua_dep_mediainfo INTERFACE "${KUA_MEDIAINFO_LIBRARY}" "${KUA_ZEN_LIBRARY}")
target_include_directories(kua_dep_mediainfo SYSTEM INTERFACE "${KUA_MEDIAINFO_INCLUDE}")
target_compile_definitions(kua_dep_mediainfo INTERFACE UNICODE _UNICODE)
pkg_check_modules(KUA_SECCOMP REQUIRED IMPORTED_TARGET libseccomp>=2.5)
