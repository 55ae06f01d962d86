// kua.vault, both copies, as whoever had the disk may have left it. No Argon2id: what comes before
// it is parsing, what comes after it needs keys, and the target has those.
#include <algorithm>
#include <array>

#include "tests/fuzz/fuzz.h"
#include "tests/support/fake_clock.h"
#include "tests/support/memory_filesystem.h"
#include "tests/support/seeded_random.h"
#include "vault/crypto/aead.h"
#include "vault/crypto/hmac.h"
#include "vault/crypto/sha256.h"
#include "vault/store/key_slots.h"

namespace {

using kua::store::Header;
using kua::store::kHeaderCopyBytes;

constexpr std::size_t kFillAt = 1392;
constexpr std::size_t kChecksumAt = 4032;
constexpr std::size_t kMacAt = 4064;

// The vault key of the corpus is 32 times 01. Its passphrase's key is what the corpus was made with
// instead of an Argon2id run: key 32 times 02, commitment 32 times 03.
template <class Bytes>
Bytes repeated(unsigned value) {
    Bytes bytes{};
    bytes.fill(static_cast<std::byte>(value));
    return bytes;
}

const crypto::VaultKey& vault_key() {
    static const auto kKey = crypto::VaultKey::copy_of(repeated<std::array<std::byte, 32>>(1));
    return kKey;
}

const crypto::PassphraseKey& passphrase_key() {
    static const crypto::PassphraseKey kKey{
        crypto::KeyEncryptionKey::copy_of(repeated<std::array<std::byte, 32>>(2)),
        repeated<std::array<std::byte, 32>>(3)};
    return kKey;
}

const crypto::HeaderMacKey& mac_key() {
    static const crypto::HeaderMacKey kKey = crypto::derive_header_mac_key(vault_key());
    return kKey;
}

void check_copy(const Header& header, base::ByteView bytes) {
    KUA_CHECK(crypto::within_caps(header.cost));
    // One text for one header: all but the random fill comes out again.
    testing::SeededRandom random{1};
    const kua::store::HeaderCopy again = kua::store::encode_header(header, mac_key(), random);
    KUA_CHECK(base::text_of(base::ByteView{again}.first(kFillAt)) ==
              base::text_of(bytes.first(kFillAt)));
    // Only the vault key itself ever comes out of a slot.
    const auto opened = kua::store::find_slot(header, passphrase_key());
    KUA_CHECK(!opened || (opened->slot < kua::store::kSlotCount &&
                          std::ranges::equal(opened->vault_key.expose(), vault_key().expose())));
}

// The way a vault is opened, but for Argon2id.
void check_file(base::ByteView file) {
    const auto parse = [&file]() -> std::optional<kua::store::HeaderReading> {
        try {
            return kua::store::parse_header_file(file);
        } catch (const Error& error) {
            KUA_CHECK(error.code() == ErrorCode::kNotVault ||
                      error.code() == ErrorCode::kNewerFormat ||
                      error.code() == ErrorCode::kDamaged);
            return std::nullopt;
        }
    };
    const auto reading = parse();
    if (!reading) {
        return;
    }
    KUA_CHECK(!reading->candidates().empty());
    for (const std::size_t copy : reading->candidates()) {
        check_copy(*reading->headers[copy],
                   file.subspan(copy * kHeaderCopyBytes, kHeaderCopyBytes));
    }

    testing::MemoryFileSystem files;
    testing::FakeClock clock;
    testing::SeededRandom random{2};
    files.add_file(kua::store::kHeaderName, file);
    try {
        auto slots = kua::store::KeySlots::unlock({files, clock, random}, "", vault_key());
        for (const kua::store::SlotInfo& slot : slots.slots()) {
            KUA_CHECK(slot.label.size() <= kua::store::kMaxSlotLabelBytes);
        }
        // Whatever could be unlocked can be mended, and is whole then.
        slots.repair_copies();
        const auto mended = kua::store::KeySlots::unlock({files, clock, random}, "", vault_key());
        KUA_CHECK(!mended.surplus_bytes() && mended.slots().size() == slots.slots().size());
        for (const kua::store::CopyState state : mended.copy_states()) {
            KUA_CHECK(state == kua::store::CopyState::kGood);
        }
    } catch (const Error& error) {
        KUA_CHECK(error.code() == ErrorCode::kWrongKey || error.code() == ErrorCode::kDamaged ||
                  error.code() == ErrorCode::kNewerFormat);
    }
}

// Takes the plaintext of the slot directory from the input, and seals it as the vault key's owner
// would, so that the fuzzer gets behind the encryption.
void seal_directory(const Header& header, std::span<std::byte> copy) {
    constexpr std::size_t kDirectoryAt = kFillAt - kua::store::kDirectoryBytes;
    const auto directory = copy.subspan<kDirectoryAt, kua::store::kDirectoryBytes>();
    const auto nonce = directory.first<crypto::kAeadNonceBytes>();
    const auto plain =
        directory.subspan(nonce.size(), directory.size() - nonce.size() - crypto::kAeadTagBytes);
    const base::Bytes context = kua::store::directory_context(header);
    const base::Bytes sealed =
        crypto::seal(crypto::derive_header_directory_key(vault_key()).expose(), nonce,
                     crypto::AssociatedData{context}, plain);
    std::ranges::copy(sealed, directory.subspan(nonce.size()).begin());
}

// Behind checksum and MAC, of which no fuzzer finds the right one.
void mend(std::span<std::byte> copy) {
    std::ranges::copy(crypto::sha256(copy.first(kChecksumAt)), copy.subspan(kChecksumAt).begin());
    std::ranges::copy(crypto::hmac_sha256(mac_key().expose(), copy.first(kMacAt)),
                      copy.subspan(kMacAt).begin());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    base::Bytes file = base::copy_of(testing::fuzz_bytes(data, size));
    check_file(file);
    const auto for_each_copy = [&file](const auto& change) {
        for (std::size_t at = 0; at + kHeaderCopyBytes <= file.size(); at += kHeaderCopyBytes) {
            change(std::span{file}.subspan(at, kHeaderCopyBytes));
        }
    };
    for_each_copy(mend);
    check_file(file);
    for_each_copy([](std::span<std::byte> copy) {
        try {
            const auto reading = kua::store::parse_header_file(copy);
            seal_directory(*reading.headers[0], copy);
            mend(copy);
        } catch (const Error&) {
            return;  // not a header, however mended: seen above
        }
    });
    check_file(file);
    return 0;
}
