#include "vault/store/slot_bytes.h"

#include <algorithm>
#include <span>
#include <utility>

#include "vault/crypto/aead.h"
#include "vault/crypto/compare.h"

namespace kua::store {

namespace {

// A slot: nonce 24 | commitment 32 | sealed 56 + 16. docs/formats: Header.
constexpr std::size_t kNonceAt = 0;
constexpr std::size_t kCommitmentAt = 24;
constexpr std::size_t kSealedAt = 56;
// Its plaintext: vault key 32 | kind 1 | zeros.
constexpr std::size_t kPlainBytes = 56;
constexpr std::size_t kKindAt = 32;
static_assert(kSealedAt + kPlainBytes + crypto::kAeadTagBytes == kSlotBytes);

// A directory entry: used 1 | kind 1 | label length 1 | label 24 | zeros.
constexpr std::size_t kLabelAt = 3;

base::Bytes slot_associated_data(const Header& header, std::size_t slot,
                                 base::ByteView commitment) {
    base::Bytes bytes = slot_context(header);
    bytes.push_back(static_cast<std::byte>(slot));
    base::append(bytes, commitment);
    return bytes;
}

std::optional<SlotKind> parse_kind(std::byte byte) {
    switch (std::to_integer<std::uint8_t>(byte)) {
        case static_cast<std::uint8_t>(SlotKind::kPassphrase):
            return SlotKind::kPassphrase;
        case static_cast<std::uint8_t>(SlotKind::kRecovery):
            return SlotKind::kRecovery;
        default:
            return std::nullopt;
    }
}

// The vault key, if `key` is of the passphrase of this slot.
std::optional<crypto::VaultKey> open_slot(const Header& header, std::size_t slot,
                                          const crypto::PassphraseKey& key) {
    const std::span<const std::byte, kSlotBytes> bytes{header.slots[slot]};
    const auto commitment = bytes.subspan<kCommitmentAt, 32>();
    // Before the AEAD: it alone could be made to open under two passphrases.
    if (!crypto::equal(commitment, key.commitment)) {
        return std::nullopt;
    }
    const base::Bytes context = slot_associated_data(header, slot, commitment);
    const std::optional<crypto::SecretBytes> plain =
        crypto::open(key.key.expose(), bytes.subspan<kNonceAt, crypto::kAeadNonceBytes>(),
                     crypto::AssociatedData{context}, bytes.subspan<kSealedAt>());
    if (!plain || plain->size() != kPlainBytes || !parse_kind(plain->expose()[kKindAt])) {
        return std::nullopt;
    }
    return crypto::VaultKey::copy_of(plain->expose().first<crypto::VaultKey::kSizeBytes>());
}

}  // namespace

std::optional<OpenedSlot> find_slot(const Header& header, const crypto::PassphraseKey& key) {
    for (unsigned slot = 0; slot < kSlotCount; ++slot) {
        if (auto vault_key = open_slot(header, slot, key)) {
            return OpenedSlot{std::move(*vault_key), slot};
        }
    }
    return std::nullopt;
}

void seal_slot(Header& header, unsigned slot, const crypto::PassphraseKey& key, SlotKind kind,
               const crypto::VaultKey& vault_key, base::Random& random) {
    crypto::SecretBytes plain{kPlainBytes};
    const base::MutableByteView out = plain.expose_for_writing();
    std::ranges::copy(vault_key.expose(), out.begin());
    out[kKindAt] = static_cast<std::byte>(kind);

    SlotBytes& bytes = header.slots[slot];
    const std::span<std::byte, kSlotBytes> all{bytes};
    random.fill(all.first<crypto::kAeadNonceBytes>());
    std::ranges::copy(key.commitment, all.subspan<kCommitmentAt>().begin());
    const base::Bytes context = slot_associated_data(header, slot, key.commitment);
    const base::Bytes sealed = crypto::seal(key.key.expose(), all.first<crypto::kAeadNonceBytes>(),
                                            crypto::AssociatedData{context}, plain.expose());
    std::ranges::copy(sealed, all.subspan<kSealedAt>().begin());
}

void seal_directory(Header& header, const SlotDirectory& directory,
                    const crypto::VaultKey& vault_key, base::Random& random) {
    std::array<std::byte, kSlotCount * kDirectoryEntryBytes> plain{};
    for (std::size_t slot = 0; slot < kSlotCount; ++slot) {
        const SlotEntry& entry = directory[slot];
        const auto out = std::span{plain}.subspan(slot * kDirectoryEntryBytes);
        if (entry.used) {
            out[0] = std::byte{1};
            out[1] = static_cast<std::byte>(entry.kind);
            out[2] = static_cast<std::byte>(entry.label.size());
            std::ranges::copy(base::bytes_of(entry.label), out.subspan(kLabelAt).begin());
        }
    }
    const std::span<std::byte, kDirectoryBytes> all{header.directory};
    const auto nonce = all.first<crypto::kAeadNonceBytes>();
    random.fill(nonce);
    const base::Bytes context = directory_context(header);
    const base::Bytes sealed = crypto::seal(crypto::derive_header_directory_key(vault_key).expose(),
                                            nonce, crypto::AssociatedData{context}, plain);
    std::ranges::copy(sealed, all.subspan<crypto::kAeadNonceBytes>().begin());
}

// Authentic bytes that make no sense were written by a mistake of ours or a newer kua.
SlotDirectory open_directory(const Header& header, const crypto::VaultKey& vault_key) {
    const std::span<const std::byte, kDirectoryBytes> all{header.directory};
    const base::Bytes context = directory_context(header);
    const std::optional<crypto::SecretBytes> plain =
        crypto::open(crypto::derive_header_directory_key(vault_key).expose(),
                     all.first<crypto::kAeadNonceBytes>(), crypto::AssociatedData{context},
                     all.subspan<crypto::kAeadNonceBytes>());
    if (!plain) {
        throw Error{ErrorCode::kDamaged, "the header's list of slots is damaged"};
    }
    SlotDirectory directory;
    for (std::size_t slot = 0; slot < kSlotCount; ++slot) {
        const base::ByteView entry =
            plain->expose().subspan(slot * kDirectoryEntryBytes, kDirectoryEntryBytes);
        if (entry[0] == std::byte{0}) {
            continue;
        }
        const std::optional<SlotKind> kind = parse_kind(entry[1]);
        const auto label_size = std::to_integer<std::size_t>(entry[2]);
        if (entry[0] != std::byte{1} || !kind || label_size > kMaxSlotLabelBytes) {
            throw Error{ErrorCode::kNewerFormat, "the header's list of slots is of a newer kua"};
        }
        const std::string_view label = base::text_of(entry.subspan(kLabelAt, label_size));
        directory[slot] = {.used = true, .kind = *kind, .label = std::string{label}};
    }
    return directory;
}

}  // namespace kua::store
