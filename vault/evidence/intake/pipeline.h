// The pipeline of intake: lanes that each seal one file after the other with one thread and store
// the pieces with another, so that all cores are busy with many files and two with a single one.
// Memory is bounded by the number of lanes, whatever the files' sizes.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "vault/evidence/cases.h"
#include "vault/evidence/intake/file_sealer.h"
#include "vault/store/objects.h"

namespace kua::evidence {

class SealPipeline {
public:
    // All must outlive the pipeline.
    SealPipeline(const base::Environment& environment, store::ObjectStore& objects,
                 const CaseKeys& keys, DigestClaims& claims, unsigned lanes,
                 MediaInspector* inspector, Progress& progress);
    ~SealPipeline();
    SealPipeline(const SealPipeline&) = delete;
    SealPipeline& operator=(const SealPipeline&) = delete;

    // Seals all inputs; results in the same order. Of those with the same bytes the first is stored
    // and the others are known. Of some it may be undecided; whoever commits first, has the claims
    // settled and runs those again gets all decided. Throws kStorage and the like when the vault
    // can't take them, kInterrupted; then the pipeline must be destroyed, which undoes everything
    // since the last commit().
    std::vector<SealedInput> run(std::span<const InputFile> inputs);

    // Makes everything stored durable and reads every page written back, in all lanes at once;
    // returns what the catalog has to record with the objects.
    std::vector<store::SegmentState> commit();

private:
    struct Lane;
    struct Work;
    void seal_all(Lane& lane, Work& work);

    const base::Environment& environment_;
    store::ObjectStore& objects_;
    const CaseKeys& keys_;
    DigestClaims& claims_;
    MediaInspector* inspector_;
    Progress& progress_;
    std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace kua::evidence
