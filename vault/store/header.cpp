#include "vault/store/header.h"

#include <algorithm>
#include <span>
#include <utility>

#include "vault/base/check.h"
#include "vault/crypto/compare.h"
#include "vault/crypto/hmac.h"
#include "vault/crypto/sha256.h"

namespace kua::store {

namespace {

// Where each field of a copy begins. Integers are little endian. docs/formats: Header.
constexpr std::string_view kMagic = "kua vault\n";  // then zeros
constexpr std::uint32_t kFormat = 1;
// A first copy that begins like ours but says a higher number is taken for a newer kua's, unless
// the number is so high that damage is likelier.
constexpr std::uint32_t kMaxPlausibleFormat = 1000;
constexpr std::size_t kMagicBytes = 16;
constexpr std::size_t kFormatAt = 16;
constexpr std::size_t kFlagsAt = 20;
constexpr std::size_t kGenerationAt = 24;
constexpr std::size_t kVaultIdAt = 32;
constexpr std::size_t kMemoryKibAt = 48;
constexpr std::size_t kPassesAt = 52;
constexpr std::size_t kSaltAt = 56;
constexpr std::size_t kSlotsAt = 72;
constexpr std::size_t kDirectoryAt = kSlotsAt + kSlotCount * kSlotBytes;
constexpr std::size_t kFillAt = kDirectoryAt + kDirectoryBytes;
constexpr std::size_t kChecksumAt = 4032;
constexpr std::size_t kMacAt = 4064;
static_assert(kFillAt == 1392 && kMacAt + 32 == kHeaderCopyBytes);

// The vault key stays the same whatever happens to passphrases, so an older header opens, too.
constexpr std::string_view kHeaderAdvice =
    "; put kua.vault from an older copy or backup of this vault in its place: the passphrase of"
    " that time opens it then";

template <class Integer>
void put(std::span<std::byte> out, std::size_t at, Integer value) {
    for (std::size_t index = 0; index < sizeof(Integer); ++index) {
        out[at + index] = static_cast<std::byte>(value >> (8 * index));
    }
}

template <class Integer>
Integer get(base::ByteView bytes, std::size_t at) {
    Integer value = 0;
    for (std::size_t index = sizeof(Integer); index > 0; --index) {
        value = static_cast<Integer>(value << 8) | std::to_integer<Integer>(bytes[at + index - 1]);
    }
    return value;
}

template <std::size_t SizeBytes>
void put_bytes(std::span<std::byte> out, std::size_t at,
               const std::array<std::byte, SizeBytes>& bytes) {
    std::ranges::copy(bytes, out.subspan(at).begin());
}

template <std::size_t SizeBytes>
std::array<std::byte, SizeBytes> get_bytes(base::ByteView bytes, std::size_t at) {
    std::array<std::byte, SizeBytes> out{};
    std::ranges::copy(bytes.subspan(at, SizeBytes), out.begin());
    return out;
}

void put_fields(const Header& header, std::span<std::byte> out) {
    std::ranges::copy(base::bytes_of(kMagic), out.begin());
    put(out, kFormatAt, kFormat);
    put(out, kFlagsAt, std::uint32_t{0});
    put(out, kGenerationAt, header.generation);
    put_bytes(out, kVaultIdAt, header.vault_id);
    put(out, kMemoryKibAt, static_cast<std::uint32_t>(header.cost.memory_bytes / 1024));
    put(out, kPassesAt, header.cost.passes);
    put_bytes(out, kSaltAt, header.salt);
    for (std::size_t slot = 0; slot < kSlotCount; ++slot) {
        put_bytes(out, kSlotsAt + slot * kSlotBytes, header.slots[slot]);
    }
}

bool has_magic(base::ByteView copy) {
    return copy.size() >= kMagicBytes && base::text_of(copy.first(kMagic.size())) == kMagic &&
           std::ranges::all_of(copy.subspan(kMagic.size(), kMagicBytes - kMagic.size()),
                               [](std::byte byte) { return byte == std::byte{0}; });
}

bool has_checksum(base::ByteView copy) {
    return crypto::sha256(copy.first(kChecksumAt)) == get_bytes<32>(copy, kChecksumAt);
}

[[noreturn]] void refuse_newer(std::uint32_t format) {
    throw Error{ErrorCode::kNewerFormat, "the header has format " + std::to_string(format) +
                                             "; this kua knows format " + std::to_string(kFormat)};
}

// An intact copy, or nothing if it is damaged.
std::optional<Header> parse_copy(base::ByteView copy) {
    if (copy.size() != kHeaderCopyBytes || !has_magic(copy) || !has_checksum(copy)) {
        return std::nullopt;
    }
    if (const auto format = get<std::uint32_t>(copy, kFormatAt); format != kFormat) {
        refuse_newer(format);
    }
    if (get<std::uint32_t>(copy, kFlagsAt) != 0) {
        throw Error{ErrorCode::kNewerFormat, "the header has flags that this kua doesn't know"};
    }
    Header header;
    header.generation = get<std::uint64_t>(copy, kGenerationAt);
    header.vault_id = get_bytes<16>(copy, kVaultIdAt);
    header.cost = {.memory_bytes = std::uint64_t{get<std::uint32_t>(copy, kMemoryKibAt)} * 1024,
                   .passes = get<std::uint32_t>(copy, kPassesAt)};
    if (!crypto::within_caps(header.cost)) {
        return std::nullopt;
    }
    header.salt = get_bytes<crypto::kArgon2SaltBytes>(copy, kSaltAt);
    for (std::size_t slot = 0; slot < kSlotCount; ++slot) {
        header.slots[slot] = get_bytes<kSlotBytes>(copy, kSlotsAt + slot * kSlotBytes);
    }
    header.directory = get_bytes<kDirectoryBytes>(copy, kDirectoryAt);
    return header;
}

}  // namespace

HeaderCopy encode_header(const Header& header, const crypto::HeaderMacKey& mac_key,
                         base::Random& random) {
    HeaderCopy copy{};
    put_fields(header, copy);
    put_bytes(copy, kDirectoryAt, header.directory);
    const base::MutableByteView all{copy};
    random.fill(all.subspan(kFillAt, kChecksumAt - kFillAt));
    put_bytes(copy, kChecksumAt, crypto::sha256(all.first(kChecksumAt)));
    put_bytes(copy, kMacAt, crypto::hmac_sha256(mac_key.expose(), all.first(kMacAt)));
    return copy;
}

base::Bytes slot_context(const Header& header) {
    HeaderCopy copy{};
    put_fields(header, copy);
    const base::ByteView all{copy};
    base::Bytes context(kGenerationAt + kSlotsAt - kVaultIdAt);
    const auto rest = std::ranges::copy(all.first(kGenerationAt), context.begin()).out;
    std::ranges::copy(all.subspan(kVaultIdAt, kSlotsAt - kVaultIdAt), rest);
    return context;
}

base::Bytes directory_context(const Header& header) {
    HeaderCopy copy{};
    put_fields(header, copy);
    return base::copy_of(base::ByteView{copy}.first(kDirectoryAt));
}

bool is_authentic(const HeaderCopy& copy, const crypto::HeaderMacKey& mac_key) {
    const base::ByteView all{copy};
    return crypto::equal(crypto::hmac_sha256(mac_key.expose(), all.first(kMacAt)),
                         all.subspan(kMacAt));
}

std::vector<std::size_t> HeaderReading::candidates() const {
    std::vector<std::size_t> found;
    for (std::size_t copy = 0; copy < kHeaderCopies; ++copy) {
        if (headers[copy]) {
            found.push_back(copy);
        }
    }
    if (found.size() == 2 && headers[0]->generation < headers[1]->generation) {
        std::swap(found[0], found[1]);
    }
    return found;
}

HeaderReading parse_header_file(base::ByteView file) {
    HeaderReading reading;
    for (std::size_t copy = 0; copy < kHeaderCopies; ++copy) {
        const std::size_t begin = std::min(copy * kHeaderCopyBytes, file.size());
        const std::size_t size = std::min(kHeaderCopyBytes, file.size() - begin);
        const base::ByteView bytes = file.subspan(begin, size);
        std::ranges::copy(bytes, reading.bytes[copy].begin());
        reading.headers[copy] = parse_copy(bytes);
        reading.states[copy] = reading.headers[copy] ? CopyState::kGood : CopyState::kDamaged;
    }
    reading.surplus = file.size() > kHeaderCopies * kHeaderCopyBytes;
    const auto& headers = reading.headers;
    if (headers[0] && headers[1] && headers[0]->generation != headers[1]->generation) {
        reading.states[headers[0]->generation < headers[1]->generation ? 0 : 1] = CopyState::kOlder;
    }
    if (!headers[0] && !headers[1]) {
        const bool first_is_ours = has_magic(reading.bytes[0]);
        if (!first_is_ours && !has_magic(reading.bytes[1])) {
            throw Error{ErrorCode::kNotVault,
                        "kua.vault is not the header of a vault, or both of its copies are"
                        " destroyed" +
                            std::string{kHeaderAdvice}};
        }
        const auto format = get<std::uint32_t>(reading.bytes[0], kFormatAt);
        if (first_is_ours && format > kFormat && format <= kMaxPlausibleFormat) {
            refuse_newer(format);
        }
        throw Error{ErrorCode::kDamaged,
                    "both copies of the header are damaged; without an intact "
                    "copy of kua.vault nothing in this vault can be opened" +
                        std::string{kHeaderAdvice}};
    }
    return reading;
}

HeaderReading read_header(base::FileSystem& files, const fs::path& dir) {
    const fs::path path = dir / kHeaderName;
    if (!files.status(path)) {
        if (files.status(dir / kNewHeaderName)) {
            throw Error{ErrorCode::kNotVault, "making this vault was interrupted; make it again"};
        }
        if (files.status(dir / "catalog.db") && files.status(dir / "objects")) {
            throw Error{ErrorCode::kNotVault, "the header of this vault, kua.vault, is missing" +
                                                  std::string{kHeaderAdvice}};
        }
        throw Error{ErrorCode::kNotVault, "there is no vault here (no kua.vault)"};
    }
    const auto file = files.open(path, base::OpenMode::kRead);
    base::Bytes bytes(kHeaderCopies * kHeaderCopyBytes + 1);
    bytes.resize(file->read_at(0, bytes));
    return parse_header_file(bytes);
}

void write_header_copies(base::File& file, const HeaderCopy& copy, CopyStates& states) {
    // Never over the only good copy: at every moment one of the two is whole and current.
    const std::size_t first = states[0] == CopyState::kGood ? 1 : 0;
    for (const std::size_t which : {first, 1 - first}) {
        states[which] = CopyState::kDamaged;  // as far as is known until it is durable
        file.write_at(which * kHeaderCopyBytes, copy);
        file.sync();
        if (which == first && states[1 - first] == CopyState::kGood) {
            states[1 - first] = CopyState::kOlder;
        }
        states[which] = CopyState::kGood;
    }
    file.drop_cache(0, 0);
    base::Bytes written(kHeaderCopies * kHeaderCopyBytes);
    written.resize(file.read_at(0, written));
    base::Bytes expected = base::copy_of(copy);
    base::append(expected, copy);
    if (written != expected) {
        throw Error{ErrorCode::kStorage, "the header reads back differently than it was written"};
    }
}

}  // namespace kua::store
