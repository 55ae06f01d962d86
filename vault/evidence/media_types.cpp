#include "vault/evidence/media_types.h"

#include <algorithm>
#include <array>
#include <string>

#include "vault/base/parse.h"

namespace kua::evidence {
namespace {

struct Ending {
    std::string_view ending;
    MediaType type;
};

constexpr std::array<Ending, 73> kEndings = {{
    {"jpg", {"photo", "image/jpeg"}},
    {"jpeg", {"photo", "image/jpeg"}},
    {"jpe", {"photo", "image/jpeg"}},
    {"png", {"photo", "image/png"}},
    {"gif", {"photo", "image/gif"}},
    {"bmp", {"photo", "image/bmp"}},
    {"tif", {"photo", "image/tiff"}},
    {"tiff", {"photo", "image/tiff"}},
    {"webp", {"photo", "image/webp"}},
    {"heic", {"photo", "image/heic"}},
    {"heif", {"photo", "image/heif"}},
    {"avif", {"photo", "image/avif"}},
    {"svg", {"photo", "image/svg+xml"}},
    {"dng", {"photo", "image/x-adobe-dng"}},
    {"cr2", {"photo", "image/x-canon-cr2"}},
    {"cr3", {"photo", "image/x-canon-cr3"}},
    {"nef", {"photo", "image/x-nikon-nef"}},
    {"arw", {"photo", "image/x-sony-arw"}},
    {"orf", {"photo", "image/x-olympus-orf"}},
    {"rw2", {"photo", "image/x-panasonic-rw2"}},
    {"mp4", {"video", "video/mp4"}},
    {"m4v", {"video", "video/mp4"}},
    {"mov", {"video", "video/quicktime"}},
    {"qt", {"video", "video/quicktime"}},
    {"3gp", {"video", "video/3gpp"}},
    {"3g2", {"video", "video/3gpp2"}},
    {"avi", {"video", "video/x-msvideo"}},
    {"mkv", {"video", "video/matroska"}},
    {"webm", {"video", "video/webm"}},
    {"mpg", {"video", "video/mpeg"}},
    {"mpeg", {"video", "video/mpeg"}},
    {"mts", {"video", "video/mp2t"}},
    {"m2ts", {"video", "video/mp2t"}},
    {"ogv", {"video", "video/ogg"}},
    {"wmv", {"video", "video/x-ms-wmv"}},
    {"flv", {"video", "video/x-flv"}},
    {"mp3", {"audio", "audio/mpeg"}},
    {"m4a", {"audio", "audio/mp4"}},
    {"aac", {"audio", "audio/aac"}},
    {"ogg", {"audio", "audio/ogg"}},
    {"oga", {"audio", "audio/ogg"}},
    {"opus", {"audio", "audio/ogg"}},
    {"wav", {"audio", "audio/vnd.wave"}},
    {"flac", {"audio", "audio/flac"}},
    {"amr", {"audio", "audio/amr"}},
    {"wma", {"audio", "audio/x-ms-wma"}},
    {"pdf", {"document", "application/pdf"}},
    {"doc", {"document", "application/msword"}},
    {"docx",
     {"document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}},
    {"odt", {"document", "application/vnd.oasis.opendocument.text"}},
    {"rtf", {"document", "application/rtf"}},
    {"ppt", {"document", "application/vnd.ms-powerpoint"}},
    {"pptx",
     {"document", "application/vnd.openxmlformats-officedocument.presentationml.presentation"}},
    {"odp", {"document", "application/vnd.oasis.opendocument.presentation"}},
    {"djvu", {"document", "image/vnd.djvu"}},
    {"epub", {"document", "application/epub+zip"}},
    {"txt", {"text", "text/plain"}},
    {"md", {"text", "text/markdown"}},
    {"vtt", {"text", "text/vtt"}},
    {"srt", {"text", "application/x-subrip"}},
    {"html", {"web_capture", "text/html"}},
    {"htm", {"web_capture", "text/html"}},
    {"mhtml", {"web_capture", "multipart/related"}},
    {"warc", {"web_capture", "application/warc"}},
    {"wacz", {"web_capture", "application/wacz"}},
    {"eml", {"message", "message/rfc822"}},
    {"mbox", {"message", "application/mbox"}},
    {"csv", {"dataset", "text/csv"}},
    {"json", {"dataset", "application/json"}},
    {"xls", {"dataset", "application/vnd.ms-excel"}},
    {"xlsx", {"dataset", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}},
    {"ods", {"dataset", "application/vnd.oasis.opendocument.spreadsheet"}},
    {"gpx", {"dataset", "application/gpx+xml"}},
}};

constexpr std::size_t kLongestEnding = 5;

}  // namespace

MediaType media_type_of(std::string_view name) {
    constexpr MediaType kUnknown = {"other", "application/octet-stream"};
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || name.size() - dot - 1 > kLongestEnding) {
        return kUnknown;
    }
    const std::string ending = base::to_ascii_lower(name.substr(dot + 1));
    const auto found = std::find_if(kEndings.begin(), kEndings.end(),
                                    [&ending](const Ending& one) { return one.ending == ending; });
    return found == kEndings.end() ? kUnknown : found->type;
}

}  // namespace kua::evidence
