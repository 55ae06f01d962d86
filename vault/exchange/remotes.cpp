#include "vault/exchange/remotes.h"

#include <algorithm>
#include <utility>

#include "kua/error.h"
#include "kua/secret_text.h"
#include "vault/base/parse.h"
#include "vault/base/utf8.h"
#include "vault/exchange/git/remote_url.h"
#include "vault/exchange/git/url_repository.h"
#include "vault/exchange/path_repository.h"
#include "vault/journal/log.h"

namespace kua::exchange {
namespace {

constexpr std::size_t kMaxNameBytes = 40;
constexpr std::size_t kMaxAddressBytes = 4096;
constexpr const char* kScratchName = "exchange";

RemoteSummary read_remote(const store::Rows& rows) {
    return {std::string{rows.text(0)}, std::string{rows.text(1)}, rows.integer(2) != 0,
            std::string{rows.text(3)}, std::string{rows.text(4)}, std::string{rows.text(5)},
            std::string{rows.text(6)}, std::string{rows.text(7)}, std::string{rows.text(8)}};
}

constexpr std::string_view kColumns =
    "SELECT name, address, is_url, host_key, identity_file, added, synced, news,"
    " login_user FROM remote";

UrlRemote url_remote(const std::string& name, const std::string& address,
                     const std::string& host_key, const std::string& identity_file) {
    UrlRemote remote;
    remote.name = name;
    remote.url = parse_remote_url(address);
    remote.pinned_key = host_key;
    if (!identity_file.empty()) {
        remote.ssh_key_file = identity_file;
    }
    return remote;
}

// Read once, while the catalog is at hand; what is kept of it is wiped with the connection.
std::function<std::optional<Login>()> login_of(store::Connection& catalog,
                                               const RemoteSummary& remote) {
    store::Rows rows =
        catalog.query("SELECT login_secret FROM remote WHERE name = ?1", remote.name);
    if (remote.user.empty() || !rows.next()) {
        return {};
    }
    auto secret = std::make_shared<const SecretText>(base::text_of(rows.blob(0)));
    return [user = remote.user, secret = std::move(secret)] {
        return std::optional{Login{user, std::string{secret->expose()}}};
    };
}

// What RFC 7617 allows of a user's name.
bool is_user(const std::string& user) {
    constexpr std::size_t kMaxUserBytes = 255;
    return user.size() <= kMaxUserBytes && base::is_valid_utf8(user) &&
           std::ranges::none_of(user, [](char c) {
               return c == ':' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
           });
}

[[noreturn]] void refuse_remote(const std::string& name) {
    throw Error{ErrorCode::kNotFound,
                "no remote called " + base::quoted(name) + "; kua remote list"};
}

base::fs::path scratch_dir(const store::Store& store) {
    return store.dir() / kScratchName;
}

// It is there: mounted by another user of this computer, or made by one, such as root.
Error not_permitted(const std::string& what, const std::string& folder, const Error& why) {
    return Error::no_permission(what + ": " + why.what() +
                                ". It is another user's on this computer: run kua as that user, or"
                                " plug it in again yourself; if that doesn't help: sudo chown -R"
                                " USER " +
                                base::quoted(folder));
}

}  // namespace

void check_remote(const RemoteRequest& request) {
    const auto is_plain = [](char c) {
        return base::is_ascii_alphanumeric(c) || c == '-' || c == '_' || c == '.';
    };
    if (request.name.empty() || request.name.size() > kMaxNameBytes ||
        !std::ranges::all_of(request.name, is_plain) || request.name.front() == '-') {
        throw Error{ErrorCode::kUsage,
                    "the name of a remote: 1 to 40 letters, digits, dots, dashes or underscores"};
    }
    if (request.address.empty() || request.address.size() > kMaxAddressBytes) {
        throw Error{ErrorCode::kUsage, "a remote needs a folder or a URL"};
    }
    if (names_host(request.address)) {
        static_cast<void>(parse_remote_url(request.address));
    }
}

void add_remote(store::Transaction& write, const RemoteRequest& request, const base::Clock& clock) {
    check_remote(request);
    const std::int64_t added = write.run(
        "INSERT INTO remote (name, address, is_url, host_key, identity_file, added, synced, news)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, '', '') ON CONFLICT DO NOTHING",
        request.name, request.address, names_host(request.address) ? 1 : 0, request.host_key,
        request.identity_file, journal::claimed_time(clock));
    if (added == 0) {
        throw Error{ErrorCode::kExists, "there is a remote " + base::quoted(request.name) +
                                            " already; nothing was changed"};
    }
}

void check_login(store::Connection& catalog, const std::string& name, const std::string& user) {
    const RemoteSummary remote = load_remote(catalog, name);
    if (!remote.is_url || parse_remote_url(remote.address).scheme != RemoteScheme::kHttps) {
        throw Error{ErrorCode::kUsage,
                    base::quoted(name) + " takes no login: only an https host does (ssh: a key)"};
    }
    if (!user.empty() && !is_user(user)) {
        throw Error{ErrorCode::kUsage, "a user's name has at most 255 bytes and no colon"};
    }
}

void set_login(store::Transaction& write, const std::string& name, const std::string& user,
               base::ByteView secret) {
    check_login(write.connection(), name, user);
    if (std::ranges::any_of(secret, [](std::byte byte) { return byte < std::byte{0x20}; })) {
        throw Error{ErrorCode::kUsage, "a password or token is one line of text"};
    }
    write.run("UPDATE remote SET login_user = ?2, login_secret = ?3 WHERE name = ?1", name, user,
              user.empty() ? base::ByteView{} : secret);
}

void remove_remote(store::Transaction& write, const std::string& name) {
    if (write.run("DELETE FROM remote WHERE name = ?1", name) == 0) {
        refuse_remote(name);
    }
    write.run("DELETE FROM remote_ref WHERE remote = ?1", name);
}

std::vector<RemoteSummary> list_remotes(store::Connection& catalog) {
    store::Rows rows = catalog.query(std::string{kColumns} + " ORDER BY name");
    std::vector<RemoteSummary> remotes;
    while (rows.next()) {
        remotes.push_back(read_remote(rows));
    }
    return remotes;
}

RemoteSummary load_remote(store::Connection& catalog, const std::string& name) {
    store::Rows rows = catalog.query(std::string{kColumns} + " WHERE name = ?1", name);
    if (!rows.next()) {
        refuse_remote(name);
    }
    return read_remote(rows);
}

void mark_synced(store::Transaction& write, const std::string& name, bool brought_news,
                 const base::Clock& clock) {
    const std::string now = journal::claimed_time(clock);
    write.run("UPDATE remote SET synced = ?2 WHERE name = ?1", name, now);
    if (brought_news) {
        write.run("UPDATE remote SET news = ?2 WHERE name = ?1", name, now);
    }
}

RemoteProbe probe_remote(store::Store& store, const RemoteRequest& request) {
    check_remote(request);
    RemoteProbe probe;
    probe.is_url = names_host(request.address);
    if (!probe.is_url) {
        return probe;
    }
    UrlRemote remote = url_remote(request.name, request.address, "", request.identity_file);
    remote.accept = [&probe](const HostKey& key) {
        probe.host_key = key.text;
        probe.vouched = key.vouched;
        return false;
    };
    probe.has_key =
        remote.url.scheme == RemoteScheme::kSsh || remote.url.scheme == RemoteScheme::kHttps;
    if (!probe.has_key) {
        return probe;
    }
    try {
        static_cast<void>(
            open_url_repository(store.environment().files, scratch_dir(store), std::move(remote))
                ->read_refs({}));
    } catch (const Error&) {
        if (probe.host_key.empty()) {
            throw;
        }
    }
    return probe;
}

void sweep_unfinished(store::Store& store) {
    sweep_scratch(store.environment().files, scratch_dir(store));
}

std::unique_ptr<Repository> open_remote(store::Store& store, const RemoteSummary& remote,
                                        const Progress& progress) {
    base::FileSystem& files = store.environment().files;
    if (!remote.is_url) {
        try {
            return open_path_repository(files, remote.address, IfMissing::kFail);
        } catch (const Error& error) {
            if (error.lacks_permission()) {
                throw not_permitted(remote.name + " may not be read here", remote.address, error);
            }
            if (error.code() != ErrorCode::kNoFile) {
                throw;
            }
            throw Error{ErrorCode::kStorage,
                        remote.name + " isn't there; plug it in and run this again (no folder " +
                            base::quoted(remote.address) + ")"};
        }
    }
    UrlRemote url = url_remote(remote.name, remote.address, remote.host_key, remote.identity_file);
    url.accept = [](const HostKey& key) { return key.vouched; };
    url.login = login_of(store.catalog(), remote);
    url.stopped = [&progress] { return progress.cancelled(); };
    return open_url_repository(files, scratch_dir(store), std::move(url));
}

void prepare_path(store::Store& store, const std::string& path) {
    try {
        static_cast<void>(
            open_path_repository(store.environment().files, path, IfMissing::kCreate));
    } catch (const Error& error) {
        if (error.lacks_permission()) {
            throw not_permitted("no folder may be made there (is the stick plugged in?)", path,
                                error);
        }
        if (error.code() != ErrorCode::kNoFile) {
            throw;
        }
        throw Error{error.code(), "there is no folder to make " + base::quoted(path) +
                                      " in; is the stick plugged in?"};
    }
}

}  // namespace kua::exchange
