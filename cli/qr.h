// QR codes of texts of our own: cards and fingerprints, which are public. The only file that
// includes libqrencode and libpng. Both only ever write here; nothing that came from outside is
// decoded by a process that holds keys (docs/decisions/0026).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace kua::cli {

// How much of a code may be unreadable. A card fits only with the least.
enum class QrCorrection : std::uint8_t { kLow, kMedium };

// A square of dark and light modules, with the light border of 4 modules that scanners need.
class QrCode {
public:
    // Holds the bytes of `text` as they are. kFailed if there are too many (2,953 with kLow).
    QrCode(const std::string& text, QrCorrection correction);

    std::size_t modules() const noexcept { return modules_; }  // of one side
    // Light outside the square, too.
    bool is_dark(std::size_t row, std::size_t column) const;

private:
    std::size_t modules_ = 0;
    std::vector<bool> dark_;  // row by row
};

// Two rows of modules in each line, a column for each module. With `colours` black on white by
// escape sequences, whatever the terminal's own colours are; without, light modules are drawn,
// which is right for light letters on a dark ground.
std::string drawn(const QrCode& code, bool colours);

// A PNG file in black and white, 8 pixels a module. kFailed if there is no memory for it.
std::string png_of(const QrCode& code);

}  // namespace kua::cli
