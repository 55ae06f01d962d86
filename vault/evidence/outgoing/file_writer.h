// The files of an export: each object into one of a temporary name, checked, and read back once all
// are durable. What follows, export.h says.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "kua/item.h"
#include "kua/progress.h"
#include "vault/base/filesystem.h"
#include "vault/evidence/object_reader.h"
#include "vault/evidence/outgoing/consent_gate.h"
#include "vault/evidence/outgoing/written_file.h"
#include "vault/store/store.h"

namespace kua::evidence {

// One item on its way out.
struct Outgoing {
    ItemSummary item;
    store::ObjectRecord object;
    std::string name;       // final
    std::string temporary;  // empty until it is made
    WrittenFile written;
    ConsentGate::Passage passage;  // why it may
    std::optional<Error> failure;
};

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

// Any number of threads of its own; called by one.
class FileWriter {
public:
    // `identities` open the objects; none: their sealed bytes go out. All must outlive it.
    FileWriter(store::Store& store, std::span<const format::AgeIdentity> identities,
               base::Directory& directory, unsigned threads, Progress& progress)
        : store_(store),
          identities_(identities),
          directory_(directory),
          threads_(threads),
          progress_(progress) {}

    // Writes all that have no failure. Damage is the item's own failure; throws what ends the
    // export.
    void write(std::span<Outgoing> batch);
    // Compares what was written, and has been made durable, with what the file system gives back.
    // `to` is where the directory is. kStorage if anything reads differently.
    void read_back(std::span<const Outgoing> batch, const base::fs::path& to);

private:
    void write_sealed(store::SegmentReader& segments, Outgoing& one);
    OriginalToRead original_of(Outgoing& one);
    void finish_file(base::File& file, const Outgoing& one);
    std::unique_ptr<base::File> create_temporary(Outgoing& one);

    store::Store& store_;
    std::span<const format::AgeIdentity> identities_;
    base::Directory& directory_;
    unsigned threads_;
    Progress& progress_;
    std::mutex mutex_;  // of directory_
};

}  // namespace kua::evidence
