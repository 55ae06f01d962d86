// The files of an export: each object into one of a temporary name, read back and checked. What
// follows, export.h says.
//
// When they are read back: originals on the vault's own device, if that stays where it is, chunk by
// chunk while they are written, from the system's memory. What is removable or another device once
// all of a batch is durable, past that memory; sealed objects then too. Decision 0007.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "kua/progress.h"
#include "vault/base/filesystem.h"
#include "vault/evidence/object_reader.h"
#include "vault/evidence/outgoing/outgoing.h"
#include "vault/evidence/outgoing/outgoing_queue.h"
#include "vault/store/store.h"

namespace kua::evidence {

// Removes the files of a batch that got no final name, however the batch ends.
class TemporaryFiles {
public:
    TemporaryFiles(base::Directory& directory, std::span<const Outgoing> batch)
        : directory_(directory), batch_(batch) {}
    TemporaryFiles(const TemporaryFiles&) = delete;
    TemporaryFiles& operator=(const TemporaryFiles&) = delete;
    ~TemporaryFiles() {
        for (const Outgoing& one : batch_) {
            if (one.temporary.empty()) {
                continue;
            }
            try {
                directory_.remove(one.temporary);
            } catch (const Error&) {
                // The device is gone or failing: whatever went wrong first is being reported.
                continue;
            }
        }
    }

private:
    base::Directory& directory_;
    std::span<const Outgoing> batch_;
};

// Its functions may be called from several threads at once.
class FileWriter {
public:
    // `identities` open the objects; none: their sealed bytes go out. `to` is where the directory
    // is, `threads` how many call write(). All that is referred to must outlive it.
    FileWriter(store::Store& store, std::span<const format::AgeIdentity> identities,
               base::Directory& directory, base::fs::path to, unsigned threads, Progress& progress);

    // Writes what the queue gives until there is no more. Damage is the item's own failure; of what
    // ends the export the queue is told, and what was taken before is written all the same, unless
    // a person stops it.
    void write(OutgoingQueue& queue);
    // Reads back what write() didn't; all contents are durable. The digests of files that read back
    // are compared with those that the entries name: originals that are others in the vault already
    // fail; if anything else reads differently it is kStorage, of write() too.
    void read_back(std::span<Outgoing> batch);

private:
    // Originals that one thread writes side by side; what is read back later goes one by one.
    static constexpr std::size_t kLanes = 2;
    struct Lane;

    bool write_on(Lane& lane, OutgoingQueue& queue, std::size_t for_others);
    void begin(Lane& lane);
    bool write_next(Lane& lane);
    void write_all_sealed(OutgoingQueue& queue);
    void write_sealed(store::SegmentReader& segments, Outgoing& one);
    void finish_file(base::File& file, std::uint64_t written_bytes);
    void compare(Outgoing& one, const crypto::Sha256Digest& digest);
    crypto::Sha256Digest digest_of_original(const Outgoing& one);
    std::unique_ptr<base::File> create_temporary(Outgoing& one);

    store::Store& store_;
    std::span<const format::AgeIdentity> identities_;
    base::Directory& directory_;
    base::fs::path to_;
    unsigned threads_;
    Progress& progress_;
    bool is_past_cache_;
};

}  // namespace kua::evidence
