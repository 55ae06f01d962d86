#include "vault/evidence/outgoing/file_writer.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <exception>
#include <functional>
#include <optional>
#include <vector>

#include "vault/base/folders.h"
#include "vault/base/hex.h"
#include "vault/base/io_bytes.h"
#include "vault/base/parallel.h"

namespace kua::evidence {
namespace {

// Damage is the item's own; anything else ends the export. It isn't thrown, since other originals
// are being read beside this one.
void fail(OutgoingQueue& queue, Outgoing& one, const Error& error) {
    if (error.code() != ErrorCode::kDamaged && error.code() != ErrorCode::kWrongKey) {
        queue.fail(one, std::make_exception_ptr(error));
        return;
    }
    one.failure = error;
    queue.done(one);
}

TakeBytes write_to(base::File& file, Outgoing& one) {
    return [&](base::ByteView bytes) {
        file.write_at(one.written.size_bytes(), bytes);
        one.written.note(bytes);
    };
}

}  // namespace

void FileWriter::write(OutgoingQueue& queue) {
    // One for each original that is being read, and one beside them.
    std::array<store::SegmentReader, OriginalsReader::kAtOnce + 1> segments{
        store_.objects().reader(), store_.objects().reader(), store_.objects().reader()};
    std::array<std::deque<Outgoing*>, OriginalsReader::kAtOnce> taken;
    const auto next_original = [&](std::size_t lane) -> std::optional<OriginalToRead> {
        std::deque<Outgoing*>& left = taken.at(lane);
        for (;;) {
            if (left.empty()) {
                left = queue.take();
            }
            if (left.empty()) {
                return std::nullopt;
            }
            Outgoing& one = *left.front();
            left.pop_front();
            try {
                if (progress_.cancelled()) {
                    throw Error{ErrorCode::kInterrupted, "stopped"};
                }
                if (!identities_.empty()) {
                    return original_of(queue, one);
                }
                write_sealed(segments.back(), one);
                queue.done(one);
            } catch (const Error& error) {
                fail(queue, one, error);
            }
        }
    };
    OriginalsReader reader{{&segments[0], &segments[1]}, progress_};
    while (queue.wait_to_take()) {
        reader.read_all(next_original);
    }
}

void FileWriter::write_sealed(store::SegmentReader& segments, Outgoing& one) {
    const std::unique_ptr<base::File> file = create_temporary(one);
    if (read_sealed(segments, one.object, write_to(*file, one), progress_) !=
        one.object.digest.bytes) {
        throw Error{ErrorCode::kDamaged, "its sealed bytes were altered"};
    }
    finish_file(*file, one);
}

OriginalToRead FileWriter::original_of(OutgoingQueue& queue, Outgoing& one) {
    const std::shared_ptr<base::File> file = create_temporary(one);
    return {.object = one.object,
            .identities = identities_,
            .original_bytes = one.item.bytes,
            .take = write_to(*file, one),
            .done =
                [this, &queue, &one, file](const crypto::Sha256Digest& digest) {
                    if (base::encode_hex(digest) == one.item.digest) {
                        finish_file(*file, one);
                    } else {
                        one.failure =
                            Error{ErrorCode::kDamaged, "its bytes are not those that came in"};
                    }
                    queue.done(one);
                },
            .failed = [&queue, &one](const Error& error) { fail(queue, one, error); }};
}

void FileWriter::finish_file(base::File& file, const Outgoing& one) {
    file.start_writeback(0, one.written.size_bytes());
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
void FileWriter::read_back(std::span<const Outgoing> batch, const base::fs::path& to,
                           unsigned threads) {
    base::FileSystem& files = store_.environment().files;
    const bool is_past_cache =
        !base::lie_on_one_device(files, to, store_.dir()) || files.is_removable(to);
    std::atomic<std::size_t> next = 0;
    const auto body = [&] {
        base::IoBytes buffer;
        for (std::size_t i = next++; i < batch.size(); i = next++) {
            if (!batch[i].failure) {
                const auto file = files.open(to / batch[i].temporary, base::OpenMode::kRead);
                if (is_past_cache) {
                    file->drop_cache(0, 0);
                }
                if (!batch[i].written.is_in(*file, buffer)) {
                    throw Error{ErrorCode::kStorage,
                                "what was just written reads differently; the device is "
                                "failing"};
                }
            }
        }
    };
    base::run_parallel(std::vector<std::function<void()>>(threads, body));
}

}  // namespace kua::evidence
