#include "vault/base/counted.h"

namespace kua::base {

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
    return std::to_string(number) + ' ' + std::string{number == 1 ? one : many};
}

}  // namespace kua::base
