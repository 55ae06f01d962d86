#include <array>
#include <charconv>
#include <cmath>
#include <exception>
#include <vector>

#include <MediaInfo/MediaInfo.h>
#include <ZenLib/Ztring.h>
#include <unistd.h>

#include "cli/inspect/reader.h"
#include "cli/inspect/sandbox.h"

namespace kua::inspect {
namespace {

using MediaInfoLib::MediaInfo;
using MediaInfoLib::stream_t;

constexpr std::size_t kBlockBytes = std::size_t{256} << 10;
// Enough for the index of a clip of hours; a file that makes the library want more is left.
constexpr std::uint64_t kMaxReadBytes = std::uint64_t{64} << 20;

std::string value_of(MediaInfo& media, stream_t stream, const wchar_t* name) {
    constexpr std::size_t kMaxValueBytes = 1024;
    const std::string text = ZenLib::Ztring{media.Get(stream, 0, name)}.To_UTF8();
    return text.size() > kMaxValueBytes ? std::string{} : text;
}

std::optional<double> number_of(MediaInfo& media, stream_t stream, const wchar_t* name) {
    const std::string text = value_of(media, stream, name);
    double value = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc{} || end == text.data() || value < 0) {
        return std::nullopt;
    }
    return value;
}

// Feeds the library what it asks for, until it has had enough.
bool feed(MediaInfo& media, std::uint64_t size_bytes) {
    std::vector<ZenLib::int8u> block(kBlockBytes);
    media.Open_Buffer_Init(size_bytes, 0);
    std::uint64_t offset = 0;
    for (std::uint64_t fed = 0; fed < kMaxReadBytes && offset < size_bytes;) {
        const ssize_t got =
            ::pread(kFileDescriptor, block.data(), block.size(), static_cast<off_t>(offset));
        if (got <= 0) {
            break;
        }
        const auto count = static_cast<std::size_t>(got);
        fed += count;
        offset += count;
        constexpr std::size_t kFinished = 8;
        if ((media.Open_Buffer_Continue(block.data(), count) & kFinished) != 0) {
            break;
        }
        const std::uint64_t wanted = media.Open_Buffer_Continue_GoTo_Get();
        if (wanted != ~std::uint64_t{0}) {
            offset = wanted;
            media.Open_Buffer_Init(size_bytes, offset);
        }
    }
    media.Open_Buffer_Finalize();
    return !value_of(media, MediaInfoLib::Stream_General, L"Format").empty();
}

void take_size(MediaInfo& media, Claims& claims) {
    constexpr double kMaxPixels = 1'000'000;
    const auto width = number_of(media, MediaInfoLib::Stream_Video, L"Width");
    const auto height = number_of(media, MediaInfoLib::Stream_Video, L"Height");
    if (width && height && *width >= 1 && *height >= 1 && *width <= kMaxPixels &&
        *height <= kMaxPixels) {
        claims.width = static_cast<std::uint64_t>(*width);
        claims.height = static_cast<std::uint64_t>(*height);
    }
}

void take_general(MediaInfo& media, Claims& claims) {
    constexpr stream_t kGeneral = MediaInfoLib::Stream_General;
    // A year alone is when a song came out.
    for (const wchar_t* name :
         {L"com.apple.quicktime.creationdate", L"Recorded_Date", L"Encoded_Date"}) {
        if (!claims.time) {
            claims.time = recorded_time(value_of(media, kGeneral, name));
        }
    }
    constexpr std::array<std::array<const wchar_t*, 2>, 3> kMakeAndModel{{
        {L"Encoded_Hardware_CompanyName", L"Encoded_Hardware_Model"},
        {L"com.apple.quicktime.make", L"com.apple.quicktime.model"},
        {L"Make", L"Model"},
    }};
    for (const auto& [make, model] : kMakeAndModel) {
        if (!claims.device) {
            claims.device =
                device_name(value_of(media, kGeneral, make), value_of(media, kGeneral, model));
        }
    }
    for (const wchar_t* name :
         {L"Recorded_Location", L"xyz", L"com.apple.quicktime.location.ISO6709"}) {
        if (!claims.latitude) {
            take_location(value_of(media, kGeneral, name), claims);
        }
    }
    constexpr double kMaxDurationMs = 1e10;  // four months
    const auto duration_ms = number_of(media, kGeneral, L"Duration");
    if (duration_ms && *duration_ms > 0 && *duration_ms <= kMaxDurationMs) {
        claims.duration_s = static_cast<std::uint64_t>(std::llround(*duration_ms / 1000));
    }
}

}  // namespace

std::optional<Claims> read_media(std::uint64_t size_bytes) {
    Claims claims;
    try {
        MediaInfo media;
        if (!feed(media, size_bytes)) {
            return std::nullopt;
        }
        take_general(media, claims);
        take_size(media, claims);
    } catch (const std::exception&) {
        return std::nullopt;  // malformed, or too large for its memory
    }
    return claims;
}

std::string tool() {
    // "MediaInfoLib - v23.04"
    const std::string said = ZenLib::Ztring{MediaInfo::Option_Static(L"Info_Version")}.To_UTF8();
    const std::size_t version = said.rfind('v');
    return version == std::string::npos ? "MediaInfo" : "MediaInfo " + said.substr(version + 1);
}

void get_ready() {
    // The library fills its tables at its first file: half a second of silence.
    constexpr std::size_t kHeaderBytes = 44;
    std::vector<ZenLib::int8u> sound = {'R',  'I',  'F', 'F', 0xC4, 0x0F, 0, 0, 'W', 'A', 'V', 'E',
                                        'f',  'm',  't', ' ', 16,   0,    0, 0, 1,   0,   1,   0,
                                        0x40, 0x1F, 0,   0,   0x40, 0x1F, 0, 0, 1,   0,   8,   0,
                                        'd',  'a',  't', 'a', 0xA0, 0x0F, 0, 0};
    sound.resize(kHeaderBytes + 4000, 0x80);
    MediaInfo media;
    media.Open_Buffer_Init(sound.size(), 0);
    media.Open_Buffer_Continue(sound.data(), sound.size());
    media.Open_Buffer_Finalize();
    value_of(media, MediaInfoLib::Stream_General, L"Duration");
}

}  // namespace kua::inspect
