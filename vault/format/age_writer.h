// Writes age files whose length need not be known beforehand: bundles, grants, single files to
// send. Objects are sealed in bulk by AgePayloadSealer (age_stream.h) instead.
#pragma once

#include <cstdint>
#include <span>

#include "vault/base/bytes.h"
#include "vault/base/random.h"
#include "vault/crypto/secret_bytes.h"
#include "vault/crypto/wiped.h"
#include "vault/format/age_keys.h"
#include "vault/format/age_stream.h"

namespace kua::format {

// Writes a binary age file front to back, at most one 64 KiB chunk in memory. One thread per
// writer. Without finish() the file is cut short and opens nowhere; the destructor writes nothing.
// Throws what the sink throws; the writer is of no use after that.
class AgeWriter final : public base::ByteSink {
public:
    // `sealed` must outlive the writer, all else only this call, which writes the header. All
    // recipients are of one kind (else kRefused), one at least.
    AgeWriter(base::ByteSink& sealed, std::span<const AgeRecipient> recipients,
              base::Random& random);
    AgeWriter(base::ByteSink& sealed, const AgeRecipient& recipient, base::Random& random);
    // For a passphrase, which is then the only way in. `log_n`: age_stanza_scrypt.h.
    AgeWriter(base::ByteSink& sealed, const crypto::SecretBytes& passphrase, std::uint32_t log_n,
              base::Random& random);

    void write(base::ByteView plaintext) override;
    // Seals the last chunk. To be called once, at the end (else kBug).
    void finish();

private:
    struct Start {
        crypto::FileKey file_key;
        base::Bytes header;
    };
    template <class... To>
    static Start start(base::Random& random, const To&... to);

    AgeWriter(base::ByteSink& sealed, const Start& start, base::Random& random);
    void put_chunk(base::ByteView chunk, AgePart part);

    base::ByteSink& sink_;
    AgePayloadSealer payload_;
    crypto::WipedBuffer held_;  // up to one chunk: it may turn out to be the last
    std::size_t held_bytes_ = 0;
    base::Bytes sealed_;
};

}  // namespace kua::format
