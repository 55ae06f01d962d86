#include <array>
#include <cmath>
#include <exception>

#include <exiv2/exiv2.hpp>
#include <sys/mman.h>

#include "cli/inspect/reader.h"
#include "cli/inspect/sandbox.h"

namespace kua::inspect {
namespace {

// Beyond, there is no room for a view of it.
constexpr std::uint64_t kMaxPictureBytes = std::uint64_t{256} << 20;

// A file, seen as memory: only what the library looks at is read. If the file becomes shorter
// meanwhile or its device is pulled out, the process dies, and nobody else.
class FileView {
public:
    explicit FileView(std::size_t size_bytes)
        : size_bytes_(size_bytes),
          begin_(::mmap(nullptr, size_bytes, PROT_READ, MAP_PRIVATE, kFileDescriptor, 0)) {}
    ~FileView() {
        if (begin_ != MAP_FAILED) {
            ::munmap(begin_, size_bytes_);
        }
    }
    FileView(const FileView&) = delete;
    FileView& operator=(const FileView&) = delete;
    const Exiv2::byte* begin() const noexcept {
        return begin_ == MAP_FAILED ? nullptr : static_cast<const Exiv2::byte*>(begin_);
    }

private:
    std::size_t size_bytes_;
    void* begin_;
};

std::string text_of(const Exiv2::ExifData& exif, const char* key) {
    const auto found = exif.findKey(Exiv2::ExifKey{key});
    constexpr long kMaxValueBytes = 1024;
    return found == exif.end() || found->size() > kMaxValueBytes ? std::string{}
                                                                 : found->toString();
}

std::optional<double> number_of(const Exiv2::Exifdatum& datum, long at) {
    if (at >= datum.count()) {
        return std::nullopt;
    }
    const Exiv2::Rational value = datum.toRational(at);
    if (value.second == 0) {
        return std::nullopt;
    }
    return static_cast<double>(value.first) / value.second;
}

// Degrees, minutes, seconds; positive towards `ref` N or E.
std::optional<std::string> coordinate(const Exiv2::ExifData& exif, const char* key,
                                      const std::string& ref, const std::array<char, 2>& refs,
                                      double limit) {
    const auto found = exif.findKey(Exiv2::ExifKey{key});
    if (found == exif.end() || ref.empty() || (ref[0] != refs[0] && ref[0] != refs[1])) {
        return std::nullopt;
    }
    double degrees = 0;
    double unit = 1;
    for (long part = 0; part < 3; ++part, unit *= 60) {
        const std::optional<double> value = number_of(*found, part);
        // Some write minutes with a fraction, and seconds as nothing by nothing.
        if (!value && part < 2) {
            return std::nullopt;
        }
        degrees += value.value_or(0) / unit;
    }
    return degrees_text(ref[0] == refs[1] ? -degrees : degrees, limit);
}

void take_position(const Exiv2::ExifData& exif, Claims& claims) {
    auto latitude = coordinate(exif, "Exif.GPSInfo.GPSLatitude",
                               text_of(exif, "Exif.GPSInfo.GPSLatitudeRef"), {'N', 'S'}, 90);
    auto longitude = coordinate(exif, "Exif.GPSInfo.GPSLongitude",
                                text_of(exif, "Exif.GPSInfo.GPSLongitudeRef"), {'E', 'W'}, 180);
    if (!latitude || !longitude) {
        return;
    }
    claims.latitude = std::move(latitude);
    claims.longitude = std::move(longitude);
    const auto error = exif.findKey(Exiv2::ExifKey{"Exif.GPSInfo.GPSHPositioningError"});
    constexpr double kAroundTheEarth = 40'000'000;
    if (error != exif.end()) {
        const std::optional<double> metres = number_of(*error, 0);
        if (metres && *metres > 0 && *metres <= kAroundTheEarth) {
            claims.accuracy_m = static_cast<std::uint64_t>(std::ceil(*metres));
        }
    }
}

void take_exif(const Exiv2::ExifData& exif, Claims& claims) {
    claims.time = exif_time(text_of(exif, "Exif.Photo.DateTimeOriginal"),
                            text_of(exif, "Exif.Photo.OffsetTimeOriginal"));
    if (!claims.time) {
        claims.time = exif_time(text_of(exif, "Exif.Photo.DateTimeDigitized"),
                                text_of(exif, "Exif.Photo.OffsetTimeDigitized"));
    }
    claims.device =
        device_name(text_of(exif, "Exif.Image.Make"), text_of(exif, "Exif.Image.Model"));
    take_position(exif, claims);
}

}  // namespace

std::optional<Claims> read_media(std::uint64_t size_bytes) {
    if (size_bytes == 0 || size_bytes > kMaxPictureBytes) {
        return std::nullopt;
    }
    const FileView view{static_cast<std::size_t>(size_bytes)};
    if (view.begin() == nullptr) {
        return std::nullopt;
    }
    Claims claims;
    try {
        const auto image = Exiv2::ImageFactory::open(view.begin(), static_cast<long>(size_bytes));
        image->readMetadata();
        take_exif(image->exifData(), claims);
        if (image->pixelWidth() > 0 && image->pixelHeight() > 0) {
            claims.width = static_cast<std::uint64_t>(image->pixelWidth());
            claims.height = static_cast<std::uint64_t>(image->pixelHeight());
        }
    } catch (const std::exception&) {
        return std::nullopt;  // malformed, or too large for its memory
    }
    return claims;
}

std::string tool() {
    return "Exiv2 " + Exiv2::versionString();
}

void get_ready() {
    Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
    Exiv2::enableBMFF(true);
    Exiv2::XmpParser::initialize();
    // The smallest GIF: goes through the tables that the library fills at its first picture.
    constexpr std::array<Exiv2::byte, 14> kPicture{'G', 'I', 'F', '8', '9', 'a', 1,
                                                   0,   1,   0,   0,   0,   0,   0x3B};
    try {
        Exiv2::ImageFactory::open(kPicture.data(), long{kPicture.size()})->readMetadata();
    } catch (const std::exception&) {
        return;  // not ready: its first file may be its last
    }
}

}  // namespace kua::inspect
