#include "vault/exchange/path_refs.h"

#include "vault/base/check.h"
#include "vault/exchange/small_file.h"
#include "vault/format/git_refs.h"

namespace kua::exchange {
namespace {

constexpr std::size_t kMaxPackedRefsBytes = std::size_t{16} << 20;
constexpr std::size_t kRefFileBytes = 41;

}  // namespace

PathRefs::PathRefs(base::FileSystem& files, base::fs::path dir)
    : files_(files), dir_(std::move(dir)), heads_(dir_ / "refs" / "heads") {}

std::map<std::string, format::GitId> PathRefs::read(const std::vector<std::string>& names) {
    std::map<std::string, format::GitId> packed;
    if (const auto text = read_small_file(files_, dir_ / "packed-refs", kMaxPackedRefsBytes)) {
        packed = format::parse_packed_refs(*text);
    }
    std::map<std::string, format::GitId> refs;
    for (const std::string& name : names) {
        KUA_CHECK(format::is_ref_name(name));
        if (file_size(files_, heads_ / name) == kRefFileBytes) {
            const auto text = read_small_file(files_, heads_ / name, kRefFileBytes);
            if (const auto id = format::parse_git_ref(text.value_or(""))) {
                refs[name] = *id;
                continue;
            }
        }
        if (const auto found = packed.find(name); found != packed.end()) {
            refs[name] = found->second;
        }
    }
    return refs;
}

void PathRefs::write(const std::string& name, const format::GitId& to) {
    replace_file(files_, heads_ / (std::string(kTemporaryPrefix) + name + ".lock"), heads_ / name,
                 format::write_git_ref(to));
}

void PathRefs::sweep() {
    sweep_temporary_files(files_, dir_ / "");
    sweep_temporary_files(files_, heads_);
}

}  // namespace kua::exchange
