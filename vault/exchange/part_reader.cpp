#include "vault/exchange/part_reader.h"

#include <algorithm>
#include <map>
#include <utility>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/store/object_table.h"

namespace kua::exchange {
namespace {

constexpr std::uint64_t kAheadBytes = std::uint64_t{24} << 20;
constexpr std::uint64_t kWorthAThread = std::uint64_t{1} << 20;

}  // namespace

// One object after the other, front to back.
class PartReader::Objects {
public:
    explicit Objects(store::SegmentReader segments) : segments_(std::move(segments)) {}

    void begin(std::optional<store::ObjectRecord> record, std::uint64_t size_bytes) {
        source_.reset();
        if (!record || record->header.size() + record->payload_bytes != size_bytes) {
            throw Error{ErrorCode::kDamaged, "an object that a bundle names is not in this vault"};
        }
        header_ = std::move(record->header);
        header_read_ = 0;
        source_.emplace(segments_, std::move(record->extents), record->payload_bytes);
    }

    base::Bytes read(std::size_t bytes) {
        if (!source_) {  // begin() failed, and this was asked for before that was known
            throw Error{ErrorCode::kDamaged, "the front of an object could not be read"};
        }
        base::Bytes part(bytes);
        base::MutableByteView out{part};
        const std::size_t of_header = std::min(out.size(), header_.size() - header_read_);
        std::copy_n(header_.begin() + static_cast<std::ptrdiff_t>(header_read_), of_header,
                    out.begin());
        header_read_ += of_header;
        out = out.subspan(of_header);
        while (!out.empty()) {
            const std::size_t got = source_->read(out);
            if (got == 0) {
                throw Error{ErrorCode::kDamaged, "an object is shorter than the catalog says"};
            }
            out = out.subspan(got);
        }
        return part;
    }

private:
    store::SegmentReader segments_;
    std::optional<store::PayloadSource> source_;
    base::Bytes header_;
    std::size_t header_read_ = 0;
};

PartReader::PartReader(store::Store& store, const BundleObjects& objects, std::size_t from,
                       std::size_t end)
    : store_(store), reading_(std::make_unique<Objects>(store.objects().reader())) {
    std::map<store::SealedDigest, const journal::BundleObject*> by_digest;
    for (const journal::BundleObject& object : objects.named) {
        by_digest.emplace(object.digest, &object);
    }
    const std::vector<std::vector<PartName>> commits = cut_into_commits(objects.named);
    std::uint64_t sum = 0;
    for (std::size_t i = from; i < std::min(end, commits.size()); ++i) {
        for (const PartName& part : commits[i]) {
            if (objects.erased.contains(part.object)) {
                continue;
            }
            const journal::BundleObject* object = by_digest.at(part.object);
            all_.push_back({object, part.part, part_bytes(object->size_bytes, part.part)});
            sum += all_.back().bytes;
        }
    }
    if (sum >= kWorthAThread) {
        ahead_.emplace();
    }
}

PartReader::~PartReader() = default;

base::Bytes PartReader::read(const PartName& part) {
    KUA_CHECK(next_ < all_.size() && all_[next_].object->digest == part.object &&
              all_[next_].part == part.part);
    const Next& now = all_[next_];
    if (!ahead_) {
        ++begun_;
        ++next_;
        return job_of(now)();
    }
    read_ahead();
    ++next_;
    begun_bytes_ -= now.bytes;
    base::Bytes bytes = ahead_->take();
    read_ahead();
    return bytes;
}

void PartReader::read_ahead() {
    while (begun_ < all_.size() && (ahead_->count() == 0 || begun_bytes_ < kAheadBytes)) {
        ahead_->add(job_of(all_[begun_]));
        begun_bytes_ += all_[begun_].bytes;
        ++begun_;
    }
}

// Looks the object up here, for the catalog belongs to this thread.
base::Ahead::Job PartReader::job_of(const Next& next) {
    const bool is_first = &next == all_.data();
    if (next.part != 0 && !is_first) {
        return [this, bytes = next.bytes] { return reading_->read(bytes); };
    }
    return [this, next, record = store::find_object(store_.catalog(), next.object->digest)] {
        reading_->begin(record, next.object->size_bytes);
        for (std::uint32_t part = 0; part < next.part; ++part) {  // where a bundle was cut off
            static_cast<void>(reading_->read(part_bytes(next.object->size_bytes, part)));
        }
        return reading_->read(next.bytes);
    };
}

}  // namespace kua::exchange
