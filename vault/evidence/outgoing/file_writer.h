// The files of an export: each object into one of a temporary name, and read back and checked once
// all are durable. What follows, export.h says.
#pragma once

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
    // `identities` open the objects; none: their sealed bytes go out. All must outlive it.
    FileWriter(store::Store& store, std::span<const format::AgeIdentity> identities,
               base::Directory& directory, Progress& progress)
        : store_(store), identities_(identities), directory_(directory), progress_(progress) {}

    // Writes what the queue gives until there is no more. Damage is the item's own failure; of what
    // ends the export the queue is told, and what was taken before is written all the same, unless
    // a person stops it.
    void write(OutgoingQueue& queue);
    // Compares the digests of what was written, and has been made durable, as the file system gives
    // it back, with those that the entries name, on as many threads; past the cache if that is
    // removable or another device than the vault's. `to` is where the directory is. Originals that
    // are others in the vault already fail; kStorage if anything else reads differently.
    void read_back(std::span<Outgoing> batch, const base::fs::path& to, unsigned threads);

private:
    void write_sealed(store::SegmentReader& segments, Outgoing& one);
    void write_original(OriginalReading& original, Outgoing& one);
    void finish_file(base::File& file, std::uint64_t written_bytes);
    void compare(Outgoing& one, const crypto::Sha256Digest& digest);
    crypto::Sha256Digest digest_of_original(const Outgoing& one);
    std::unique_ptr<base::File> create_temporary(Outgoing& one);

    store::Store& store_;
    std::span<const format::AgeIdentity> identities_;
    base::Directory& directory_;
    Progress& progress_;
};

}  // namespace kua::evidence
