// The refs of a repository on a stick: loose ones and packed ones. Names are 32 hex digits.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vault/base/filesystem.h"
#include "vault/format/git_object.h"

namespace kua::exchange {

class PathRefs {
public:
    // `dir` is the repository.
    PathRefs(base::FileSystem& files, base::fs::path dir);

    // Those of `names` that are there. A loose ref that holds anything but a name and a line feed,
    // as after a power cut, isn't; a packed one of the same name then counts.
    std::map<std::string, format::GitId> read(const std::vector<std::string>& names);
    // Makes the ref durable, and reads it back.
    void write(const std::string& name, const format::GitId& to);
    // Removes what a crash left.
    void sweep();

private:
    base::FileSystem& files_;
    base::fs::path dir_;
    base::fs::path heads_;
};

}  // namespace kua::exchange
