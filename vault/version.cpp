#include "kua/version.h"

namespace kua {

std::vector<ComponentVersion> versions() {
    return {{"kua", KUA_VERSION}};
}

}  // namespace kua
