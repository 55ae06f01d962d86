#include "vault/evidence/outgoing/file_writer.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vault/base/folders.h"
#include "vault/base/hex.h"
#include "vault/base/parallel.h"
#include "vault/crypto/sha256_lanes.h"
#include "vault/crypto/wiped.h"
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

[[noreturn]] void reads_differently() {
    throw Error{ErrorCode::kStorage,
                "what was just written reads differently; the device is failing"};
}

// What the whole file must have, in hex.
std::string expected_digest(const Outgoing& one, bool is_sealed) {
    return is_sealed ? base::encode_hex(one.object.digest.bytes) : one.item.digest;
}

}  // namespace

// A file that is being written, and what reads back of it.
struct FileWriter::Lane : crypto::Sha256Backlog {
    Lane(store::Store& store, Progress& progress)
        : segments(store.objects().reader()), original(segments, progress) {}
    store::SegmentReader segments;
    OriginalReading original;
    std::deque<Outgoing*> taken;  // the next ones
    Outgoing* one = nullptr;      // what `file` becomes; nullptr: idle
    std::unique_ptr<base::File> file;
    std::uint64_t written_bytes = 0;
    crypto::WipedBuffer read_back{OriginalReading::kMostBytes};
};

FileWriter::FileWriter(store::Store& store, std::span<const format::AgeIdentity> identities,
                       base::Directory& directory, base::fs::path to, unsigned threads,
                       Progress& progress)
    : store_(store),
      identities_(identities),
      directory_(directory),
      to_(std::move(to)),
      threads_(threads),
      progress_(progress),
      is_past_cache_(!base::lie_on_one_device(store.environment().files, to_, store.dir()) ||
                     store.environment().files.is_removable(to_)) {}

void FileWriter::write(OutgoingQueue& queue) {
    if (identities_.empty()) {
        write_all_sealed(queue);
        return;
    }
    std::array<Lane, kLanes> lanes{Lane{store_, progress_}, Lane{store_, progress_}};
    const auto is_idle = [](const Lane& lane) { return lane.one == nullptr; };
    while (queue.wait_to_take()) {
        crypto::take_in_all(lanes, [&](Lane& lane) {
            // Beside another one only what nobody else is waiting for.
            const std::size_t for_others = std::ranges::all_of(lanes, is_idle) ? 0 : threads_ - 1;
            return write_on(lane, queue, for_others);
        });
    }
}

// Has the lane write on, in another file if need be, until something reads back; false if there is
// nothing more to take.
bool FileWriter::write_on(Lane& lane, OutgoingQueue& queue, std::size_t for_others) {
    for (;;) {
        if (lane.one == nullptr) {
            if (lane.taken.empty()) {
                lane.taken = queue.take(for_others);
            }
            if (lane.taken.empty()) {
                return false;
            }
            lane.one = lane.taken.front();
            lane.taken.pop_front();
        }
        try {
            if (!lane.file) {
                begin(lane);
            }
            if (write_next(lane)) {
                return true;
            }
        } catch (const Error& error) {
            lane.file.reset();
            fail(queue, *std::exchange(lane.one, nullptr), error);
            continue;
        }
        queue.done(*std::exchange(lane.one, nullptr));
    }
}

void FileWriter::begin(Lane& lane) {
    if (progress_.cancelled()) {
        throw Error{ErrorCode::kInterrupted, "stopped"};
    }
    lane.file = create_temporary(*lane.one);
    lane.written_bytes = 0;
    lane.begin_message();
    lane.original.begin(lane.one->object, identities_, lane.one->item.bytes);
}

// Until something reads back, which then waits in the lane; false at the end of the file. If that
// is read back later its digest is, too: each byte is authentic until then.
bool FileWriter::write_next(Lane& lane) {
    for (base::ByteView bytes = lane.original.next(); !bytes.empty();
         bytes = lane.original.next()) {
        const std::uint64_t offset =
            std::exchange(lane.written_bytes, lane.written_bytes + bytes.size());
        lane.file->write_at(offset, bytes);
        if (!is_past_cache_) {
            const auto back = lane.read_back.bytes().first(bytes.size());
            if (lane.file->read_at(offset, back) != back.size()) {
                reads_differently();
            }
            lane.bytes = back;
            return true;
        }
    }
    finish_file(*lane.file, lane.written_bytes);
    lane.file.reset();
    if (!is_past_cache_) {
        compare(*lane.one, lane.digest());
    }
    return false;
}

void FileWriter::write_all_sealed(OutgoingQueue& queue) {
    store::SegmentReader segments = store_.objects().reader();
    while (queue.wait_to_take()) {
        for (Outgoing* const one : queue.take()) {
            try {
                if (progress_.cancelled()) {
                    throw Error{ErrorCode::kInterrupted, "stopped"};
                }
                write_sealed(segments, *one);
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

void FileWriter::read_back(std::span<Outgoing> batch) {
    if (!is_past_cache_ && !identities_.empty()) {
        return;  // that was done while it was written
    }
    base::FileSystem& files = store_.environment().files;
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
        std::unique_ptr<base::File> file = files.open(to_ / one.temporary, base::OpenMode::kRead);
        if (is_past_cache_) {
            file->drop_cache(0, 0);
        }
        return FileToDigest{std::move(file), [this, &one](const crypto::Sha256Digest& digest) {
                                compare(one, digest);
                            }};
    };
    base::run_parallel(
        std::vector<std::function<void()>>(threads_, [&] { digest_files(next_file); }));
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
    reads_differently();
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
