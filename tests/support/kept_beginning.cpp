#include "tests/support/kept_beginning.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include <nlohmann/json.hpp>
#include <unistd.h>

namespace kua::testing {
namespace {

using nlohmann::json;

json as_json(const MemoryNode& node) {
    const base::Bytes& content = node.content.read();
    const auto* const octets = reinterpret_cast<const std::uint8_t*>(content.data());
    return {{"kind", static_cast<int>(node.kind)},
            {"content", json::binary({octets, octets + content.size()})},
            {"entries", node.entries},
            {"target", node.target},
            {"is_readable", node.is_readable},
            {"modified_ns", node.modified_ns},
            {"changed_ns", node.changed_ns}};
}

MemoryNode node_from(const json& kept) {
    const json::binary_t& octets = kept.at("content").get_binary();
    const auto* const bytes = reinterpret_cast<const std::byte*>(octets.data());
    return {.kind = static_cast<base::FileKind>(kept.at("kind").get<int>()),
            .content = SharedBytes{base::Bytes(bytes, bytes + octets.size())},
            .entries = kept.at("entries").get<decltype(MemoryNode::entries)>(),
            .target = kept.at("target").get<std::string>(),
            .is_readable = kept.at("is_readable").get<bool>(),
            .modified_ns = kept.at("modified_ns").get<std::int64_t>(),
            .changed_ns = kept.at("changed_ns").get<std::int64_t>()};
}

fs::path program() {
    return fs::read_symlink("/proc/self/exe");
}

// Another after each time the program is built.
std::string program_id() {
    const auto modified = fs::last_write_time(program()).time_since_epoch().count();
    return std::to_string(fs::file_size(program())) + " bytes of " + std::to_string(modified);
}

std::optional<Beginning> read_kept(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    const std::vector<std::uint8_t> octets{std::istreambuf_iterator<char>{in}, {}};
    const json kept = json::from_cbor(octets, /*strict=*/true, /*allow_exceptions=*/false);
    if (kept.is_discarded() || kept.at("program") != program_id()) {
        return std::nullopt;
    }
    Beginning beginning;
    beginning.case_id = kept.at("case_id").get<std::string>();
    beginning.fingerprints = kept.at("fingerprints").get<std::vector<std::string>>();
    beginning.tree.next_inode = kept.at("next_inode").get<std::uint64_t>();
    for (const json& node : kept.at("nodes")) {
        beginning.tree.nodes[node.at(0).get<std::uint64_t>()] = node_from(node.at(1));
    }
    return beginning;
}

// Whole under its name or not there: other tests run at the same time.
void keep(const fs::path& file, const Beginning& beginning) {
    json nodes = json::array();
    for (const auto& [inode, node] : beginning.tree.nodes) {
        nodes.push_back({inode, as_json(node)});
    }
    const std::vector<std::uint8_t> octets =
        json::to_cbor({{"program", program_id()},
                       {"case_id", beginning.case_id},
                       {"fingerprints", beginning.fingerprints},
                       {"next_inode", beginning.tree.next_inode},
                       {"nodes", std::move(nodes)}});
    fs::create_directories(file.parent_path());
    const fs::path unfinished = file.string() + "." + std::to_string(::getpid());
    try {
        std::ofstream out{unfinished, std::ios::binary};
        out.exceptions(std::ios::badbit | std::ios::failbit);
        out.write(reinterpret_cast<const char*>(octets.data()),
                  static_cast<std::streamsize>(octets.size()));
        out.close();
        fs::rename(unfinished, file);
    } catch (const std::ios_base::failure&) {
        fs::remove(unfinished);  // no room: the next test makes its own
    }
}

}  // namespace

Beginning kept_beginning(const std::string& name, const std::function<Beginning()>& make) {
    const char* const folder = std::getenv("KUA_TEST_BEGINNINGS");
    if (folder == nullptr) {
        return make();
    }
    const fs::path file = fs::path{folder} / (program().filename().string() + "-" + name);
    if (std::optional<Beginning> kept = read_kept(file)) {
        return std::move(*kept);
    }
    Beginning made = make();
    keep(file, made);
    return made;
}

}  // namespace kua::testing
