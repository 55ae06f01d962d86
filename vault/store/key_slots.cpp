#include "vault/store/key_slots.h"

#include <algorithm>
#include <utility>

#include "vault/base/check.h"
#include "vault/base/utf8.h"
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

struct OpenedSlot {
    crypto::VaultKey vault_key;
    unsigned slot;
};

std::optional<OpenedSlot> find_slot(const Header& header, const crypto::PassphraseKey& key) {
    for (unsigned slot = 0; slot < kSlotCount; ++slot) {
        if (auto vault_key = open_slot(header, slot, key)) {
            return OpenedSlot{std::move(*vault_key), slot};
        }
    }
    return std::nullopt;
}

[[noreturn]] void refuse_passphrase() {
    throw Error{ErrorCode::kWrongKey, "this passphrase does not open the vault"};
}

void check_label(const std::string& label) {
    if (label.size() > kMaxSlotLabelBytes || !base::is_valid_utf8(label)) {
        throw Error{ErrorCode::kUsage, "a label has at most " + std::to_string(kMaxSlotLabelBytes) +
                                           " bytes of UTF-8"};
    }
}

}  // namespace

KeySlots::KeySlots(const base::Environment& environment, Header header, crypto::VaultKey vault_key)
    : environment_(environment), header_(std::move(header)), vault_key_(std::move(vault_key)) {}

KeySlots KeySlots::create(const base::Environment& environment, const fs::path& dir,
                          const crypto::Argon2Cost& cost, const NewSlot& first) {
    check_label(first.label);
    Header header;
    header.generation = 1;
    header.cost = cost;
    environment.random.fill(header.vault_id);
    environment.random.fill(header.salt);
    for (SlotBytes& slot : header.slots) {
        environment.random.fill(slot);  // unused, and indistinguishable from used ones
    }
    KeySlots slots{environment, header, crypto::VaultKey::generate(environment.random)};
    slots.dir_ = dir;
    slots.fill_slot(0, crypto::derive_passphrase_key(first.passphrase, header.salt, cost),
                    first.kind);
    slots.entries_[0] = {.used = true, .kind = first.kind, .label = first.label};
    slots.opened_by_ = 0;
    slots.seal_directory();
    return slots;
}

KeySlots KeySlots::unlock(const base::Environment& environment, const fs::path& dir,
                          const crypto::SecretBytes& passphrase) {
    HeaderReading reading = read_header(environment.files, dir);
    const std::vector<std::size_t> candidates = reading.candidates();
    const Header& newest = *reading.headers[candidates.front()];
    const crypto::PassphraseKey key =
        crypto::derive_passphrase_key(passphrase, newest.salt, newest.cost);
    for (const std::size_t copy : candidates) {
        const Header& header = *reading.headers[copy];
        if (header.salt != newest.salt || header.cost != newest.cost) {
            continue;  // would take a second Argon2id run, for a copy that is out of date
        }
        std::optional<OpenedSlot> opened = find_slot(header, key);
        if (!opened) {
            continue;
        }
        KeySlots slots = unlocked(environment, dir, std::move(reading),
                                  std::move(opened->vault_key), ErrorCode::kDamaged);
        // An older copy may still have a slot that the newest one has removed or changed.
        opened = find_slot(slots.header_, key);
        if (!opened) {
            refuse_passphrase();
        }
        slots.opened_by_ = opened->slot;
        return slots;
    }
    refuse_passphrase();
}

KeySlots KeySlots::unlock(const base::Environment& environment, const fs::path& dir,
                          const crypto::VaultKey& vault_key) {
    return unlocked(environment, dir, read_header(environment.files, dir),
                    crypto::VaultKey::copy_of(vault_key.expose()), ErrorCode::kWrongKey);
}

KeySlots KeySlots::unlocked(const base::Environment& environment, const fs::path& dir,
                            HeaderReading reading, crypto::VaultKey vault_key,
                            ErrorCode if_no_copy_is_authentic) {
    const crypto::HeaderMacKey mac_key = crypto::derive_header_mac_key(vault_key);
    std::optional<std::size_t> chosen;
    for (const std::size_t copy : reading.candidates()) {
        if (!is_authentic(reading.bytes[copy], mac_key)) {
            reading.states[copy] = CopyState::kDamaged;
        } else if (!chosen) {
            chosen = copy;
            reading.states[copy] = CopyState::kGood;
        }
    }
    if (!chosen) {
        throw Error{if_no_copy_is_authentic, "no copy of the header is authentic under this key"};
    }
    KeySlots slots{environment, *reading.headers[*chosen], std::move(vault_key)};
    slots.dir_ = dir;
    slots.states_ = reading.states;
    slots.surplus_ = reading.surplus;
    slots.open_directory();
    return slots;
}

std::vector<SlotInfo> KeySlots::slots() const {
    std::vector<SlotInfo> used;
    for (unsigned slot = 0; slot < kSlotCount; ++slot) {
        if (entries_[slot].used) {
            used.push_back({slot, entries_[slot].kind, entries_[slot].label});
        }
    }
    return used;
}

unsigned KeySlots::add(const NewSlot& fresh) {
    check_label(fresh.label);
    const auto free =
        std::ranges::find_if(entries_, [](const Entry& entry) { return !entry.used; });
    if (free == entries_.end()) {
        throw Error{ErrorCode::kRefused, "all 8 slots are in use; remove a passphrase first"};
    }
    const crypto::PassphraseKey key =
        crypto::derive_passphrase_key(fresh.passphrase, header_.salt, header_.cost);
    refuse_known(key);
    const auto slot = static_cast<unsigned>(free - entries_.begin());
    fill_slot(slot, key, fresh.kind);
    *free = {.used = true, .kind = fresh.kind, .label = fresh.label};
    write();
    return slot;
}

void KeySlots::change(unsigned slot, const crypto::SecretBytes& passphrase,
                      const std::optional<crypto::Argon2Cost>& new_cost) {
    require_used(slot);
    if (new_cost && *new_cost != header_.cost) {
        if (slots().size() != 1) {
            throw Error{ErrorCode::kRefused,
                        "the cost can only change while there is one passphrase"};
        }
        // A new salt with it: the old slot was made under another cost, and must not be tried
        // again.
        refuse_known(crypto::derive_passphrase_key(passphrase, header_.salt, header_.cost));
        header_.cost = *new_cost;
        environment_.random.fill(header_.salt);
    }
    const crypto::PassphraseKey key =
        crypto::derive_passphrase_key(passphrase, header_.salt, header_.cost);
    refuse_known(key);
    fill_slot(slot, key, entries_[slot].kind);
    write();
}

void KeySlots::remove(unsigned slot) {
    require_used(slot);
    if (slots().size() == 1) {
        throw Error{ErrorCode::kRefused, "the last passphrase can't be removed, only changed"};
    }
    environment_.random.fill(header_.slots[slot]);
    entries_[slot] = {};
    if (opened_by_ == slot) {
        opened_by_.reset();
    }
    write();
}

void KeySlots::repair_copies() {
    write();
}

HeaderCopy KeySlots::bytes() const {
    return encode_header(header_, crypto::derive_header_mac_key(vault_key_), environment_.random);
}

void KeySlots::require_used(unsigned slot) const {
    if (slot >= kSlotCount || !entries_[slot].used) {
        throw Error{ErrorCode::kNotFound, "there is no such passphrase"};
    }
}

void KeySlots::refuse_known(const crypto::PassphraseKey& key) const {
    if (find_slot(header_, key)) {
        throw Error{ErrorCode::kRefused, "this passphrase already opens the vault"};
    }
}

void KeySlots::fill_slot(unsigned slot, const crypto::PassphraseKey& key, SlotKind kind) {
    crypto::SecretBytes plain{kPlainBytes};
    const base::MutableByteView out = plain.expose_for_writing();
    std::ranges::copy(vault_key_.expose(), out.begin());
    out[kKindAt] = static_cast<std::byte>(kind);

    SlotBytes& bytes = header_.slots[slot];
    const std::span<std::byte, kSlotBytes> all{bytes};
    environment_.random.fill(all.first<crypto::kAeadNonceBytes>());
    std::ranges::copy(key.commitment, all.subspan<kCommitmentAt>().begin());
    const base::Bytes context = slot_associated_data(header_, slot, key.commitment);
    const base::Bytes sealed = crypto::seal(key.key.expose(), all.first<crypto::kAeadNonceBytes>(),
                                            crypto::AssociatedData{context}, plain.expose());
    std::ranges::copy(sealed, all.subspan<kSealedAt>().begin());
}

void KeySlots::seal_directory() {
    std::array<std::byte, kSlotCount * kDirectoryEntryBytes> plain{};
    for (std::size_t slot = 0; slot < kSlotCount; ++slot) {
        const Entry& entry = entries_[slot];
        const auto out = std::span{plain}.subspan(slot * kDirectoryEntryBytes);
        if (entry.used) {
            out[0] = std::byte{1};
            out[1] = static_cast<std::byte>(entry.kind);
            out[2] = static_cast<std::byte>(entry.label.size());
            std::ranges::copy(base::bytes_of(entry.label), out.subspan(kLabelAt).begin());
        }
    }
    const std::span<std::byte, kDirectoryBytes> all{header_.directory};
    const auto nonce = all.first<crypto::kAeadNonceBytes>();
    environment_.random.fill(nonce);
    const base::Bytes context = directory_context(header_);
    const base::Bytes sealed =
        crypto::seal(crypto::derive_header_directory_key(vault_key_).expose(), nonce,
                     crypto::AssociatedData{context}, plain);
    std::ranges::copy(sealed, all.subspan<crypto::kAeadNonceBytes>().begin());
}

// Authentic bytes that make no sense were written by a mistake of ours or a newer kua.
void KeySlots::open_directory() {
    const std::span<const std::byte, kDirectoryBytes> all{header_.directory};
    const base::Bytes context = directory_context(header_);
    const std::optional<crypto::SecretBytes> plain =
        crypto::open(crypto::derive_header_directory_key(vault_key_).expose(),
                     all.first<crypto::kAeadNonceBytes>(), crypto::AssociatedData{context},
                     all.subspan<crypto::kAeadNonceBytes>());
    if (!plain) {
        throw Error{ErrorCode::kDamaged, "the header's list of slots is damaged"};
    }
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
        entries_[slot] = {.used = true, .kind = *kind, .label = std::string{label}};
    }
}

void KeySlots::write() {
    ++header_.generation;
    seal_directory();
    const HeaderCopy copy = bytes();
    const auto file = environment_.files.open(dir_ / kHeaderName, base::OpenMode::kReadWrite);
    write_header_copies(*file, copy);
    if (surplus_) {
        file->truncate(kHeaderCopies * kHeaderCopyBytes);
        file->sync();
        surplus_ = false;
    }
    states_ = {CopyState::kGood, CopyState::kGood};
}

}  // namespace kua::store
