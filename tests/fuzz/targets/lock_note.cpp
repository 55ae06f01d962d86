// The note in the lock file, which says what may be swept: it is read by every command.
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_filesystem.h"
#include "vault/store/writer_lock.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using kua::store::WriterLock;
    testing::MemoryFileSystem files;
    const base::fs::path dir = "vault";
    files.add_file(dir / "lock", testing::fuzz_bytes(data, size));
    WriterLock::Note note = WriterLock::read_note(files, dir);
    for (const auto& [segment, first_piece] : note) {
        KUA_CHECK(segment <= 999'999 && first_piece > 0);
    }
    // Whatever a crash left, the next line is heard, and none of those before it is lost.
    WriterLock lock{files, dir};
    KUA_CHECK(lock.note_found() == note);
    lock.add_to_note(7, 42);
    note[7] = 42;
    KUA_CHECK(WriterLock::read_note(files, dir) == note);
    lock.clear_note();
    KUA_CHECK(WriterLock::read_note(files, dir).empty());
    return 0;
}
