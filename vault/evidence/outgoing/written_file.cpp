#include "vault/evidence/outgoing/written_file.h"

namespace kua::evidence {

void WrittenFile::note(base::ByteView block) {
    blocks_.push_back({block.size(), crypto::checksum_of(block)});
    size_bytes_ += block.size();
}

bool WrittenFile::is_in(base::File& file, base::IoBytes& buffer) const {
    std::uint64_t offset = 0;
    for (const Block& block : blocks_) {
        const base::MutableByteView read = base::first_of(buffer, block.size_bytes);
        if (file.read_at(offset, read) != block.size_bytes ||
            crypto::checksum_of(read) != block.checksum) {
            return false;
        }
        offset += block.size_bytes;
    }
    return file.status().size_bytes == size_bytes_;
}

}  // namespace kua::evidence
