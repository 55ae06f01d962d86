#include "vault/evidence/outgoing/file_writer.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "vault/base/folders.h"
#include "vault/base/hex.h"
#include "vault/base/parallel.h"
#include "vault/evidence/outgoing/file_digests.h"

namespace kua::evidence {
namespace {

// Damage is the item's own; anything else ends the export, but not what others are writing.
void fail(OutgoingQueue& queue, Outgoing& one, const Error& error) {
    if (error.code() != ErrorCode::kDamaged && error.code() != ErrorCode::kWrongKey) {
        queue.fail(one, std::make_exception_ptr(error));
        return;
    }
    one.failure = error;
    queue.done(one);
}

// What the whole file must have, in hex.
std::string expected_digest(const Outgoing& one, bool is_sealed) {
    return is_sealed ? base::encode_hex(one.object.digest.bytes) : one.item.digest;
}

}  // namespace

void FileWriter::write(OutgoingQueue& queue) {
    store::SegmentReader segments = store_.objects().reader();
    OriginalReading original{segments, progress_};
    while (queue.wait_to_take()) {
        for (Outgoing* const one : queue.take()) {
            try {
                if (progress_.cancelled()) {
                    throw Error{ErrorCode::kInterrupted, "stopped"};
                }
                if (identities_.empty()) {
                    write_sealed(segments, *one);
                } else {
                    write_original(original, *one);
                }
                queue.done(*one);
            } catch (const Error& error) {
                fail(queue, *one, error);
            }
        }
    }
}

void FileWriter::write_sealed(store::SegmentReader& segments, Outgoing& one) {
    const std::unique_ptr<base::File> file = create_temporary(one);
    std::uint64_t written_bytes = 0;
    const auto take = [&](base::ByteView bytes) {
        file->write_at(written_bytes, bytes);
        written_bytes += bytes.size();
    };
    if (read_sealed(segments, one.object, take, progress_) != one.object.digest.bytes) {
        throw Error{ErrorCode::kDamaged, "its sealed bytes were altered"};
    }
    finish_file(*file, written_bytes);
}

// Its digest is compared when it is read back: each byte is authentic until then.
void FileWriter::write_original(OriginalReading& original, Outgoing& one) {
    const std::unique_ptr<base::File> file = create_temporary(one);
    std::uint64_t written_bytes = 0;
    original.begin(one.object, identities_, one.item.bytes);
    for (base::ByteView bytes = original.next(); !bytes.empty(); bytes = original.next()) {
        file->write_at(written_bytes, bytes);
        written_bytes += bytes.size();
    }
    finish_file(*file, written_bytes);
}

void FileWriter::finish_file(base::File& file, std::uint64_t written_bytes) {
    file.start_writeback(0, written_bytes);
    progress_.advance(0, 1);
}

std::unique_ptr<base::File> FileWriter::create_temporary(Outgoing& one) {
    std::array<std::byte, 8> random{};
    store_.environment().random.fill(random);
    const std::string name = ".kua-" + base::encode_hex(random) + ".part";
    std::unique_ptr<base::File> file = directory_.create_new(name);
    one.temporary = name;
    return file;
}

// What was written, as the file system gives it back. If it isn't the vault's own disk, as the
// device does.
void FileWriter::read_back(std::span<Outgoing> batch, const base::fs::path& to, unsigned threads) {
    base::FileSystem& files = store_.environment().files;
    const bool is_past_cache =
        !base::lie_on_one_device(files, to, store_.dir()) || files.is_removable(to);
    std::atomic<std::size_t> next = 0;
    const auto next_file = [&]() -> std::optional<FileToDigest> {
        std::size_t i = next++;
        while (i < batch.size() && batch[i].failure) {
            i = next++;
        }
        if (i >= batch.size()) {
            return std::nullopt;
        }
        Outgoing& one = batch[i];
        std::unique_ptr<base::File> file = files.open(to / one.temporary, base::OpenMode::kRead);
        if (is_past_cache) {
            file->drop_cache(0, 0);
        }
        return FileToDigest{std::move(file), [this, &one](const crypto::Sha256Digest& digest) {
                                compare(one, digest);
                            }};
    };
    base::run_parallel(
        std::vector<std::function<void()>>(threads, [&] { digest_files(next_file); }));
}

void FileWriter::compare(Outgoing& one, const crypto::Sha256Digest& digest) {
    const bool is_sealed = identities_.empty();
    const std::string expected = expected_digest(one, is_sealed);
    if (base::encode_hex(digest) == expected) {
        return;
    }
    try {
        if (!is_sealed && base::encode_hex(digest_of_original(one)) != expected) {
            throw Error{ErrorCode::kDamaged, "its bytes are not those that came in"};
        }
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kDamaged) {
            throw;
        }
        one.failure = error;
        return;
    }
    throw Error{ErrorCode::kStorage,
                "what was just written reads differently; the device is failing"};
}

// Of what the vault holds, read once more.
crypto::Sha256Digest FileWriter::digest_of_original(const Outgoing& one) {
    store::SegmentReader segments = store_.objects().reader();
    OriginalReading original{segments, no_progress()};
    crypto::Sha256 hash;
    original.begin(one.object, identities_, one.item.bytes);
    for (base::ByteView bytes = original.next(); !bytes.empty(); bytes = original.next()) {
        hash.update(bytes);
    }
    return hash.finish();
}

}  // namespace kua::evidence
