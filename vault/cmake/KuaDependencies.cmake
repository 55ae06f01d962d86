# Third-party libraries, each as one imported target. scripts/bootstrap puts what the system lacks
# into KUA_DEPS; minimum versions are checked here and again when the program starts.
if(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(kua_cache "$ENV{XDG_CACHE_HOME}")
else()
    set(kua_cache "$ENV{HOME}/.cache")
endif()
set(KUA_DEPS "${kua_cache}/kua/deps/prefix" CACHE PATH "Where scripts/bootstrap put libraries")
list(PREPEND CMAKE_PREFIX_PATH "${KUA_DEPS}")

set(OPENSSL_USE_STATIC_LIBS ON)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
find_package(Threads REQUIRED)

find_library(KUA_SODIUM_LIBRARY libsodium.a REQUIRED)
find_path(KUA_SODIUM_INCLUDE sodium.h REQUIRED)
add_library(kua_dep_sodium INTERFACE)
target_link_libraries(kua_dep_sodium INTERFACE "${KUA_SODIUM_LIBRARY}" Threads::Threads)
target_include_directories(kua_dep_sodium SYSTEM INTERFACE "${KUA_SODIUM_INCLUDE}")

find_library(KUA_SQLCIPHER_LIBRARY libsqlcipher.a REQUIRED)
find_path(KUA_SQLCIPHER_INCLUDE sqlcipher/sqlite3.h REQUIRED)
add_library(kua_dep_sqlcipher INTERFACE)
target_link_libraries(kua_dep_sqlcipher INTERFACE
    "${KUA_SQLCIPHER_LIBRARY}" OpenSSL::Crypto Threads::Threads ${CMAKE_DL_LIBS} m)
target_include_directories(kua_dep_sqlcipher SYSTEM INTERFACE "${KUA_SQLCIPHER_INCLUDE}")
target_compile_definitions(kua_dep_sqlcipher INTERFACE SQLITE_HAS_CODEC)

find_package(PkgConfig REQUIRED)
pkg_check_modules(KUA_LIBGIT2 REQUIRED IMPORTED_TARGET libgit2>=1.5)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
