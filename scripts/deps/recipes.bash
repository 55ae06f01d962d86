# shellcheck shell=bash
# How each library is built. Sourced by scripts/bootstrap; a function runs inside the unpacked
# source and installs into the folder it is given, ANYWHERE/deps. Everything is static and position-independent,
# because kua is one PIE and its crypto must not be swapped under it by the system's loader.

# Lines of debug information name the source as NAME, not where it was unpacked: what is built says
# nothing about who built it where, and comes out the same anywhere.
common_cflags() { # NAME: prints them, one a line
    printf '%s\n' -O2 -g1 -fPIC -fstack-protector-strong -D_FORTIFY_SOURCE=2 \
        -fno-strict-overflow "-ffile-prefix-map=$PWD=$1"
}

build_libsodium() { # STAGE
    ./configure --prefix=/deps --disable-shared --enable-static --with-pic --disable-dependency-tracking
    make -j"$(nproc)"
    make install DESTDIR="${1%/deps}"
    rm -f "$1"/lib/*.la
}

# What SQLCipher is and isn't, at compile time, so that no pragma and no environment can change it.
sqlcipher_options=(
    -DSQLITE_HAS_CODEC          # the encryption itself
    -DSQLCIPHER_CRYPTO_OPENSSL  # by libcrypto: SHA and AES instructions of the processor
    -DSQLCIPHER_OMIT_LOG        # no log: it could name keys' settings and pages on stderr
    -DSQLITE_TEMP_STORE=3       # temporary tables and sorts only ever in memory, never in a file
    -DSQLITE_MAX_MMAP_SIZE=0    # pages are decrypted copies; a mapping would bypass that
    -DSQLITE_SECURE_DELETE      # deleted content is overwritten with zeros before encryption
    -DSQLITE_TRUSTED_SCHEMA=0   # a schema from a foreign file runs no unsafe functions
    -DSQLITE_DQS=0              # a "misspelt" column is an error, not a string
    -DSQLITE_OMIT_LOAD_EXTENSION # no code from outside
    -DSQLITE_OMIT_SHARED_CACHE  # one connection, one cache
    -DSQLITE_USE_URI=0          # a file name is a file name, whatever it holds
    -DSQLITE_THREADSAFE=2       # many threads, each with connections of its own
    -DSQLITE_DEFAULT_MEMSTATUS=0 # no global lock around allocations
    -DSQLITE_ENABLE_FTS5        # the search index
    -DHAVE_FDATASYNC=1 -DHAVE_USLEEP=1 -DHAVE_PREAD=1 -DHAVE_PWRITE=1 -DHAVE_PREAD64=1
    -DHAVE_PWRITE64=1 -DHAVE_GMTIME_R=1 -DHAVE_LOCALTIME_R=1 -DHAVE_ISNAN=1 -DHAVE_STRCHRNUL=1
    -DHAVE_MALLOC_USABLE_SIZE=1 -DHAVE_UTIME=1 # what its configure would find on glibc
)

# A static library under a header folder of its own (<sqlcipher/sqlite3.h>), so that it can never be
# mistaken for the system's SQLite; and SQLCipher's shell, for the tests and for rescue.
build_sqlcipher() { # STAGE
    local stage=$1 flags options=("${sqlcipher_options[@]}")
    ./configure --disable-tcl --disable-readline --disable-shared CFLAGS="-DSQLITE_HAS_CODEC"
    make sqlite3.c sqlite3.h shell.c
    mapfile -t flags < <(common_cflags sqlcipher)
    mkdir -p "$stage/bin" "$stage/lib/pkgconfig" "$stage/include/sqlcipher"
    cc "${flags[@]}" "${options[@]}" -c sqlite3.c -o sqlcipher.o
    ar rcs "$stage/lib/libsqlcipher.a" sqlcipher.o
    cc "${flags[@]}" "${options[@]}" -pie shell.c sqlcipher.o -o "$stage/bin/sqlcipher" \
        -Wl,-z,relro,-z,now -lcrypto -lm -lpthread
    # sqlcipher.h: how a program takes part in the encryption of pages
    cp sqlite3.h src/sqlcipher.h "$stage/include/sqlcipher/"
    cat >"$stage/lib/pkgconfig/sqlcipher.pc" <<END
prefix=/deps
Name: sqlcipher
Description: SQLite with page encryption, static, built for kua
Version: $(sed -n 's/^#define CIPHER_VERSION_NUMBER //p' src/sqlcipher.c)
Cflags: -I\${prefix}/include -DSQLITE_HAS_CODEC
Libs: -L\${prefix}/lib -lsqlcipher -lm -lpthread
Requires: libcrypto >= 3
END
}

build_catch2() { # STAGE
    cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_INSTALL_PREFIX=/deps \
        -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_CXX_STANDARD=20 -DCMAKE_POSITION_INDEPENDENT_CODE=ON \
        -DBUILD_TESTING=OFF -DCATCH_INSTALL_DOCS=OFF
    DESTDIR="${1%/deps}" cmake --build build --target install
}
