#include "cli/qr.h"

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include <png.h>
#include <qrencode.h>

#include "kua/error.h"

namespace kua::cli {
namespace {

constexpr std::size_t kBorder = 4;  // ISO/IEC 18004, "quiet zone"
constexpr std::size_t kPixelsPerModule = 8;
constexpr int kSmallestThatFits = 0;
constexpr unsigned kDarkBit = 1;  // of a module as libqrencode has it

// Colours 16 and 231 of the palette of 256 are black and white in every theme; 0 and 7 are not.
constexpr const char* kBlackOnWhite = "\x1b[38;5;16;48;5;231m";
constexpr const char* kNoColours = "\x1b[0m";

struct FreeCode {
    void operator()(QRcode* code) const noexcept { QRcode_free(code); }
};

struct FreeImage {
    void operator()(png_image* image) const noexcept { png_image_free(image); }
};

// The character whose upper and lower half are inked like this.
const char* half_blocks(bool upper, bool lower) noexcept {
    return upper ? (lower ? "\u2588" : "\u2580") : (lower ? "\u2584" : " ");
}

}  // namespace

QrCode::QrCode(const std::string& text, QrCorrection correction) {
    const std::unique_ptr<QRcode, FreeCode> code{
        QRcode_encodeString8bit(text.c_str(), kSmallestThatFits,
                                correction == QrCorrection::kLow ? QR_ECLEVEL_L : QR_ECLEVEL_M)};
    if (!code) {
        const std::string why = errno == ERANGE ? "this is too long for a QR code"
                                                : std::generic_category().message(errno);
        throw Error{ErrorCode::kFailed, "make a QR code: " + why};
    }
    const auto width = static_cast<std::size_t>(code->width);
    modules_ = width + 2 * kBorder;
    dark_.assign(modules_ * modules_, false);
    for (std::size_t at = 0; at < width * width; ++at) {
        const std::size_t row = at / width + kBorder;
        dark_[row * modules_ + at % width + kBorder] = (code->data[at] & kDarkBit) != 0;
    }
}

bool QrCode::is_dark(std::size_t row, std::size_t column) const {
    return row < modules_ && column < modules_ && dark_[row * modules_ + column];
}

std::string drawn(const QrCode& code, bool colours) {
    std::string text;
    for (std::size_t row = 0; row < code.modules(); row += 2) {
        text += colours ? kBlackOnWhite : "";
        for (std::size_t column = 0; column < code.modules(); ++column) {
            text += half_blocks(code.is_dark(row, column) == colours,
                                code.is_dark(row + 1, column) == colours);
        }
        text += colours ? kNoColours : "";
        text += '\n';
    }
    return text;
}

std::string png_of(const QrCode& code) {
    constexpr std::array<png_byte, 2> kLightAndDark{255, 0};
    const std::size_t side = code.modules() * kPixelsPerModule;
    std::vector<png_byte> pixels(side * side);
    for (std::size_t at = 0; at < pixels.size(); ++at) {
        const bool dark = code.is_dark(at / side / kPixelsPerModule, at % side / kPixelsPerModule);
        pixels[at] = dark ? 1 : 0;
    }
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(side);
    image.height = static_cast<png_uint_32>(side);
    image.format = PNG_FORMAT_GRAY | PNG_FORMAT_FLAG_COLORMAP;  // two colours: one bit a pixel
    image.colormap_entries = kLightAndDark.size();
    const std::unique_ptr<png_image, FreeImage> guard{&image};
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    std::string file(size, '\0');
    if (png_image_write_to_memory(&image, file.data(), &size, /*convert_to_8_bit=*/0, pixels.data(),
                                  static_cast<png_int_32>(side), kLightAndDark.data()) == 0) {
        throw Error{ErrorCode::kFailed, std::string("make a PNG file: ") + image.message};
    }
    file.resize(size);
    return file;
}

}  // namespace kua::cli
