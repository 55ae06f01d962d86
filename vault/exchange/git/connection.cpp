#include "vault/exchange/git/connection.h"

#include <algorithm>
#include <span>
#include <utility>

#include <git2/credential_helpers.h>

#include "vault/base/check.h"
#include "vault/base/utf8.h"
#include "vault/crypto/wiped.h"
#include "vault/exchange/git/host_key.h"

namespace kua::exchange {
namespace {

// Each ref to the same name on the other side; without a "+", so only forward.
class Refspecs {
public:
    explicit Refspecs(const std::vector<std::string>& full_names) {
        for (const std::string& name : full_names) {
            specs_.push_back(name);
            specs_.back().append(":").append(name);
        }
        for (std::string& spec : specs_) {
            pointers_.push_back(spec.data());
        }
    }
    git_strarray get() noexcept { return {pointers_.data(), pointers_.size()}; }

private:
    std::vector<std::string> specs_;
    std::vector<char*> pointers_;
};

// Options as this libgit2 has them; it refuses only versions it doesn't know.
template <class Options, auto Initialize>
Options defaults(unsigned int version) {
    Options options{};
    KUA_CHECK(Initialize(&options, version) == GIT_OK);
    return options;
}

}  // namespace

// The C side. Each keeps what it threw; check() throws it on once libgit2 has returned.
struct Connection::Callbacks {
    template <class Call>
    static int keeping_failure(Connection& self, Call call) noexcept {
        try {
            return call();
        } catch (...) {
            self.state_.failure = std::current_exception();
            return GIT_EUSER;
        }
    }

    static int transport(git_transport** out, git_remote* owner, void* payload) noexcept {
        return make_transport(out, owner, static_cast<Connection*>(payload)->state_);
    }

    static int certificate(git_cert* shown, int valid, const char* host, void* payload) noexcept {
        static_cast<void>(host);
        Connection& self = *static_cast<Connection*>(payload);
        return keeping_failure(self, [&] {
            const HostKey key = host_key_of(*shown, valid != 0);
            check_host_key(self.settings_, key);
            if (!key.vouched) {
                self.settings_.pinned_key = key.text;
            }
            self.key_checked_ = true;
            self.guard_.moved();  // a person may have thought about it
            return 0;
        });
    }

    static int credentials(git_credential** out, const char* url, const char* user,
                           unsigned int allowed, void* payload) noexcept {
        static_cast<void>(url);
        static_cast<void>(user);
        Connection& self = *static_cast<Connection*>(payload);
        return keeping_failure(self, [&] { return self.give_login(out, allowed); });
    }

    static int progress(const git_indexer_progress* now, void* payload) noexcept {
        Connection& self = *static_cast<Connection*>(payload);
        self.guard_.moved();  // indexing goes on after the last byte has come
        self.received_objects_ = now->received_objects;
        return 0;
    }

    static int report(const char* ref, const char* status, void* payload) noexcept {
        Connection& self = *static_cast<Connection*>(payload);
        return keeping_failure(self, [&] {
            self.reports_[ref] = status == nullptr ? "" : base::escape_for_display(status);
            return 0;
        });
    }

    static git_remote_callbacks all(Connection& self) {
        auto callbacks =
            defaults<git_remote_callbacks, git_remote_init_callbacks>(GIT_REMOTE_CALLBACKS_VERSION);
        callbacks.transport = &transport;
        callbacks.certificate_check = &certificate;
        callbacks.credentials = &credentials;
        callbacks.transfer_progress = &progress;
        callbacks.push_update_reference = &report;
        callbacks.payload = &self;
        return callbacks;
    }
};

Connection::Connection(UrlRemote& remote, git_repository& repository, git_direction direction,
                       Traffic& traffic)
    : settings_(remote),
      guard_(remote.longest_silence, remote.stopped),
      state_{.scheme = remote.url.scheme,
             .guard = guard_,
             .traffic = traffic,
             .max_fetched_bytes = remote.max_fetched_bytes,
             .haves = {},
             .network_failed = false,
             .failure = nullptr} {
    git_remote* raw = nullptr;
    check_git(git_remote_create_anonymous(&raw, &repository, remote.url.text.c_str()),
              "set up connection to " + settings_.name);
    remote_.reset(raw);
    connect(direction);
    read_refs();
}

Connection::~Connection() = default;

void Connection::connect(git_direction direction) {
    auto options = defaults<git_remote_connect_options, git_remote_connect_options_init>(
        GIT_REMOTE_CONNECT_OPTIONS_VERSION);
    options.callbacks = Callbacks::all(*this);
    options.proxy_opts.type = GIT_PROXY_NONE;
    options.follow_redirects = GIT_REMOTE_REDIRECT_NONE;
    check(git_remote_connect_ext(remote_.get(), direction, &options),
          " cannot be reached; nothing changed, nothing concluded: ");
    const bool has_key =
        settings_.url.scheme == RemoteScheme::kSsh || settings_.url.scheme == RemoteScheme::kHttps;
    if (has_key && !key_checked_) {  // a libgit2 that runs ssh as a program doesn't ask
        throw Error{ErrorCode::kRefused, settings_.name + " was not asked for its key"};
    }
}

void Connection::read_refs() {
    const git_remote_head** heads = nullptr;
    std::size_t count = 0;
    check(git_remote_ls(&heads, &count, remote_.get()), " doesn't show its refs: ");
    for (const git_remote_head* const head : std::span{heads, count}) {
        refs_.emplace(head->name, id_of(head->oid));
    }
}

int Connection::give_login(git_credential** out, unsigned int allowed) {
    const std::string& name = settings_.name;
    if (std::exchange(login_given_, true)) {
        throw Error{ErrorCode::kFailed,
                    name + " doesn't accept the login" +
                        (settings_.url.scheme == RemoteScheme::kHttps
                             ? "; another one: kua remote login " + name + " --user NAME"
                             : "")};
    }
    if (settings_.url.scheme == RemoteScheme::kSsh) {
        if ((allowed & GIT_CREDENTIAL_SSH_KEY) == 0) {
            throw Error{ErrorCode::kFailed, name + " accepts no login by key"};
        }
        const std::string& user = settings_.url.user;
        return settings_.ssh_key_file
                   ? git_credential_ssh_key_new(out, user.c_str(), nullptr,
                                                settings_.ssh_key_file->c_str(), nullptr)
                   : git_credential_ssh_key_from_agent(out, user.c_str());
    }
    if (settings_.url.scheme != RemoteScheme::kHttps) {
        throw Error{ErrorCode::kRefused,
                    name + " wants a login, which kua doesn't send without encryption"};
    }
    if (!key_checked_) {
        throw Error{ErrorCode::kRefused, name + " wants a login before it shows its key"};
    }
    if ((allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT) == 0) {
        throw Error{ErrorCode::kFailed, name + " wants another login than by user and password"};
    }
    std::optional<Login> login = settings_.login ? settings_.login() : std::nullopt;
    if (!login) {
        throw Error{ErrorCode::kFailed,
                    name + " wants a login: kua remote login " + name + " --user NAME"};
    }
    guard_.moved();  // a person may have typed it
    const int result =
        git_credential_userpass_plaintext_new(out, login->user.c_str(), login->secret.c_str());
    crypto::wipe(std::as_writable_bytes(std::span{login->secret}));
    return result;
}

void Connection::download(const std::vector<std::string>& full_names,
                          const std::vector<format::GitId>& haves) {
    Refspecs refspecs{full_names};
    const git_strarray array = refspecs.get();
    state_.haves = haves;
    received_objects_ = 0;
    auto options = defaults<git_fetch_options, git_fetch_options_init>(GIT_FETCH_OPTIONS_VERSION);
    options.callbacks = Callbacks::all(*this);
    options.prune = GIT_FETCH_NO_PRUNE;
    options.update_fetchhead = 0;
    options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
    options.proxy_opts.type = GIT_PROXY_NONE;
    options.follow_redirects = GIT_REMOTE_REDIRECT_NONE;
    const int result = git_remote_download(remote_.get(), &array, &options);
    state_.traffic.received_objects += received_objects_;
    check(result, " broke off; what came was dropped: ");
}

void Connection::upload(const std::vector<std::string>& full_names) {
    Refspecs refspecs{full_names};
    const git_strarray array = refspecs.get();
    reports_.clear();
    auto options = defaults<git_push_options, git_push_options_init>(GIT_PUSH_OPTIONS_VERSION);
    options.callbacks = Callbacks::all(*this);
    options.pb_parallelism = 1;
    options.proxy_opts.type = GIT_PROXY_NONE;
    options.follow_redirects = GIT_REMOTE_REDIRECT_NONE;
    check(git_remote_upload(remote_.get(), &array, &options), " did not take all: ");
    for (const std::string& name : full_names) {
        const auto report = reports_.find(name);
        if (report == reports_.end()) {
            throw Error{ErrorCode::kFailed, settings_.name + " doesn't say whether it took all"};
        }
        if (!report->second.empty()) {
            throw Error{ErrorCode::kFailed,
                        settings_.name + " refuses " + name + ": " + report->second};
        }
    }
}

void Connection::check(int result, const char* doing) {
    if (state_.failure) {
        std::rethrow_exception(std::exchange(state_.failure, nullptr));
    }
    if (result < 0) {
        fail(doing);
    }
}

void Connection::fail(const char* doing) {
    switch (guard_.end()) {
        case base::ConnectionEnd::kNone:
            // A signal ends the call at once, before the guard has asked.
            if (!settings_.stopped || !settings_.stopped()) {
                break;
            }
            [[fallthrough]];
        case base::ConnectionEnd::kStopped:
            throw Error{ErrorCode::kInterrupted, "stopped while talking to " + settings_.name};
        case base::ConnectionEnd::kStalled:
            throw Error{ErrorCode::kFailed,
                        settings_.name + doing + "no answer for " +
                            std::to_string(std::chrono::duration_cast<std::chrono::seconds>(
                                               settings_.longest_silence)
                                               .count()) +
                            " s"};
    }
    const git_error* const last = git_error_last();
    const int kind = last == nullptr ? GIT_ERROR_NONE : last->klass;
    ErrorCode code = ErrorCode::kFailed;
    if (!state_.network_failed) {
        if (kind == GIT_ERROR_OS) {
            code = ErrorCode::kStorage;
        } else if (kind == GIT_ERROR_INDEXER || kind == GIT_ERROR_ODB || kind == GIT_ERROR_ZLIB) {
            code = ErrorCode::kDamaged;
        }
    }
    throw Error{code, settings_.name + doing + last_git_message()};
}

}  // namespace kua::exchange
