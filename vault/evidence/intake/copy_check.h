// Whether what is stored of an item still gives the original: asked before anybody is told that
// bytes are here already, since then the file they came in may be wiped.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "kua/finding.h"
#include "kua/progress.h"
#include "vault/crypto/sha256.h"
#include "vault/evidence/original_reading.h"
#include "vault/store/objects.h"

namespace kua::evidence {

// One per thread. A MiB or two once it is used, whatever the objects' sizes; nothing before.
class CopyCheck {
public:
    // All must outlive it. `progress` is only asked whether to stop.
    CopyCheck(const store::ObjectStore& objects, std::span<const format::AgeIdentity> identities,
              const Progress& progress, store::WhileWritten written);
    ~CopyCheck();
    CopyCheck(const CopyCheck&) = delete;
    CopyCheck& operator=(const CopyCheck&) = delete;

    // Reads all of `object`, opens it and compares. Nothing if it holds the `original_bytes` bytes
    // that have `digest`; kDamaged if it can't be read, is sealed to somebody else or can't hold
    // them; kChanged if it holds others. `object` must be of a commit before the first call.
    // Throws what says nothing about the object: kStorage, kInterrupted, kNoFile for want of a
    // permission, kBusy as `written` has it.
    std::optional<FindingCode> fault_of(const store::ObjectRecord& object,
                                        std::uint64_t original_bytes,
                                        const crypto::Sha256Digest& digest);
    // Whether a kBusy may be gone once the writers have committed.
    bool may_wait() const noexcept { return written_ == store::WhileWritten::kGiveUp; }

private:
    // The reading is no part of the work that people see: what it comes to is told of the input.
    class Silent final : public Progress {
    public:
        explicit Silent(const Progress& progress) : progress_(progress) {}
        void begin(std::string_view, std::uint64_t, std::uint64_t) override {}
        void advance(std::uint64_t, std::uint64_t) override {}
        void end() override {}
        bool cancelled() const override { return progress_.cancelled(); }

    private:
        const Progress& progress_;
    };
    struct Reading {
        Reading(store::SegmentReader segments_in, Progress& progress)
            : segments(std::move(segments_in)), original(segments, progress) {}
        store::SegmentReader segments;
        OriginalReading original;
        crypto::Sha256 hash;
    };

    const store::ObjectStore& objects_;
    std::span<const format::AgeIdentity> identities_;
    Silent progress_;
    store::WhileWritten written_;
    std::optional<Reading> reading_;
};

}  // namespace kua::evidence
