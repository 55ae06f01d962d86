#include <iostream>

#include "kua/version.h"

int main() {
    for (const kua::ComponentVersion& component : kua::versions()) {
        std::cout << component.name << ' ' << component.version << '\n';
    }
    return kua::versions().empty() ? 1 : 0;
}
