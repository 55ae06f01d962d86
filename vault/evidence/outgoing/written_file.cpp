#include "vault/evidence/outgoing/written_file.h"

namespace kua::evidence {

void WrittenFile::note(base::ByteView block, crypto::Checksum& checksum) {
    blocks_.push_back({block.size(), checksum.of(block)});
    size_bytes_ += block.size();
}

bool WrittenFile::is_in(base::File& file, crypto::Checksum& checksum, base::Bytes& buffer) const {
    std::uint64_t offset = 0;
    for (const Block& block : blocks_) {
        buffer.resize(block.size_bytes);
        if (file.read_at(offset, buffer) != block.size_bytes ||
            checksum.of(buffer) != block.checksum) {
            return false;
        }
        offset += block.size_bytes;
    }
    return file.status().size_bytes == size_bytes_;
}

}  // namespace kua::evidence
