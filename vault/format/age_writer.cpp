#include "vault/format/age_writer.h"

#include <algorithm>
#include <utility>

#include "vault/format/age_file_key.h"

namespace kua::format {

template <class... To>
AgeWriter::Start AgeWriter::start(base::Random& random, const To&... to) {
    crypto::FileKey file_key = crypto::FileKey::generate(random);
    base::Bytes header = seal_age_header(file_key, to..., random);
    return {std::move(file_key), std::move(header)};
}

AgeWriter::AgeWriter(base::ByteSink& sealed, const Start& start, base::Random& random)
    : sink_(sealed),
      payload_(start.file_key, random),
      held_(kAgeChunkBytes),
      sealed_(age_payload_size(kAgeChunkBytes)) {
    sink_.write(start.header);
}

AgeWriter::AgeWriter(base::ByteSink& sealed, std::span<const AgeRecipient> recipients,
                     base::Random& random)
    : AgeWriter(sealed, start(random, recipients), random) {}

AgeWriter::AgeWriter(base::ByteSink& sealed, const AgeRecipient& recipient, base::Random& random)
    : AgeWriter(sealed, start(random, recipient), random) {}

AgeWriter::AgeWriter(base::ByteSink& sealed, const crypto::SecretBytes& passphrase,
                     std::uint32_t log_n, base::Random& random)
    : AgeWriter(sealed, start(random, passphrase, log_n), random) {}

void AgeWriter::put_chunk(base::ByteView chunk, AgePart part) {
    const std::size_t count = payload_.seal(chunk, part, sealed_);
    sink_.write(std::span{sealed_}.first(count));
}

// A full chunk is sealed once a byte follows it, because only then it is known not to be the last.
void AgeWriter::write(base::ByteView plaintext) {
    while (!plaintext.empty()) {
        if (held_bytes_ == kAgeChunkBytes) {
            put_chunk(held_.bytes(), AgePart::kMore);
            held_bytes_ = 0;
        }
        if (held_bytes_ == 0 && plaintext.size() > kAgeChunkBytes) {
            put_chunk(plaintext.first(kAgeChunkBytes), AgePart::kMore);
            plaintext = plaintext.subspan(kAgeChunkBytes);
            continue;
        }
        const std::size_t count = std::min(plaintext.size(), kAgeChunkBytes - held_bytes_);
        std::copy_n(plaintext.begin(), count, held_.bytes().subspan(held_bytes_).begin());
        held_bytes_ += count;
        plaintext = plaintext.subspan(count);
    }
}

void AgeWriter::finish() {
    put_chunk(held_.bytes().first(held_bytes_), AgePart::kLast);
    held_bytes_ = 0;
}

}  // namespace kua::format
