#include "vault/exchange/git/transport.h"

#include <memory>
#include <string>

#include <git2/sys/transport.h>

#include "kua/error.h"
#include "vault/base/check.h"
#include "vault/exchange/git/negotiation.h"

namespace kua::exchange {
namespace {

struct FreeStream {
    void operator()(git_smart_subtransport_stream* stream) const noexcept { stream->free(stream); }
};
struct FreeSubtransport {
    void operator()(git_smart_subtransport* inner) const noexcept { inner->free(inner); }
};

class Subtransport;

// libgit2 owns streams and subtransports through their bases.
class Stream final : public git_smart_subtransport_stream {
public:
    Stream(Subtransport& owner, git_smart_subtransport_stream* inner);

    git_smart_subtransport_stream* inner() const noexcept { return inner_.get(); }
    void begin(git_smart_service_t service) noexcept {
        service_ = service;
        received_bytes_ = 0;
    }

private:
    static Stream& of(git_smart_subtransport_stream* stream) {
        return *static_cast<Stream*>(stream);
    }
    int read_some(char* buffer, std::size_t size, std::size_t* got);
    int write_all(std::string_view bytes);
    void count_received(std::uint64_t bytes);

    Subtransport& owner_;
    std::unique_ptr<git_smart_subtransport_stream, FreeStream> inner_;
    git_smart_service_t service_{};
    std::uint64_t received_bytes_ = 0;
};

class Subtransport final : public git_smart_subtransport {
public:
    Subtransport(TransportState& state, git_transport* owner)
        : git_smart_subtransport{&on_action, &on_close, &on_free}, state_(state) {
        git_smart_subtransport* inner = nullptr;
        int result = GIT_ERROR;
        switch (state.scheme) {
            case RemoteScheme::kSsh:
                result = git_smart_subtransport_ssh(&inner, owner, nullptr);
                break;
            case RemoteScheme::kHttps:
            case RemoteScheme::kHttp:
                result = git_smart_subtransport_http(&inner, owner, nullptr);
                break;
            case RemoteScheme::kGit:
                result = git_smart_subtransport_git(&inner, owner, nullptr);
                break;
        }
        check_call(result);
        inner_.reset(inner);
    }

    TransportState& state() noexcept { return state_; }
    void forget(const Stream& stream) noexcept {
        if (stream_ == &stream) {
            stream_ = nullptr;
        }
    }

    static void check_call(int result) {
        if (result < 0) {
            throw Error{ErrorCode::kFailed, "libgit2 has no such transport"};
        }
    }

private:
    static Subtransport& of(git_smart_subtransport* subtransport) {
        return *static_cast<Subtransport*>(subtransport);
    }
    static int on_action(git_smart_subtransport_stream** out, git_smart_subtransport* subtransport,
                         const char* url, git_smart_service_t service) noexcept {
        Subtransport& self = of(subtransport);
        git_smart_subtransport_stream* inner = nullptr;
        const int result = self.inner_->action(&inner, self.inner_.get(), url, service);
        self.state_.guard.moved();
        if (result < 0) {
            self.state_.network_failed = true;
            return result;
        }
        try {
            if (self.stream_ == nullptr || self.stream_->inner() != inner) {
                self.stream_ = std::make_unique<Stream>(self, inner).release();
            }
            self.stream_->begin(service);
            *out = self.stream_;
            return GIT_OK;
        } catch (...) {
            self.state_.failure = std::current_exception();  // rethrown by Connection
            return GIT_EUSER;
        }
    }
    static int on_close(git_smart_subtransport* subtransport) noexcept {
        git_smart_subtransport* const inner = of(subtransport).inner_.get();
        return inner->close(inner);
    }
    static void on_free(git_smart_subtransport* subtransport) noexcept {
        const std::unique_ptr<Subtransport> self{&of(subtransport)};
    }

    TransportState& state_;
    std::unique_ptr<git_smart_subtransport, FreeSubtransport> inner_;
    Stream* stream_ = nullptr;  // the last one, until libgit2 frees it
};

Stream::Stream(Subtransport& owner, git_smart_subtransport_stream* inner)
    : git_smart_subtransport_stream{}, owner_(owner), inner_(inner) {
    subtransport = &owner;
    read = [](git_smart_subtransport_stream* stream, char* buffer, std::size_t size,
              std::size_t* got) noexcept { return of(stream).read_some(buffer, size, got); };
    write = [](git_smart_subtransport_stream* stream, const char* bytes,
               std::size_t size) noexcept {
        return of(stream).write_all({bytes, size});
    };
    free = [](git_smart_subtransport_stream* stream) noexcept {
        const std::unique_ptr<Stream> self{&of(stream)};
        self->owner_.forget(*self);
    };
}

int Stream::read_some(char* buffer, std::size_t size, std::size_t* got) {
    TransportState& state = owner_.state();
    const int result = inner_->read(inner_.get(), buffer, size, got);
    state.guard.moved();
    if (result < 0) {
        state.network_failed = true;
        return result;
    }
    try {
        count_received(*got);
        return result;
    } catch (...) {
        state.failure = std::current_exception();  // rethrown by Connection
        return GIT_EUSER;
    }
}

void Stream::count_received(std::uint64_t bytes) {
    TransportState& state = owner_.state();
    received_bytes_ += bytes;
    state.traffic.received_bytes += bytes;
    const bool data = service_ == GIT_SERVICE_UPLOADPACK;
    if (received_bytes_ > (data ? state.max_fetched_bytes : kMaxRefListBytes)) {
        throw Error{ErrorCode::kDamaged,
                    data ? "sends more than one fetch may take" : "shows more refs than kua reads"};
    }
}

int Stream::write_all(std::string_view bytes) {
    TransportState& state = owner_.state();
    try {
        std::string changed;
        if (service_ == GIT_SERVICE_UPLOADPACK) {
            changed = with_haves(bytes, state.haves);
            bytes = changed;
        }
        state.traffic.sent_bytes += bytes.size();
        const int result = inner_->write(inner_.get(), bytes.data(), bytes.size());
        state.guard.moved();
        state.network_failed = state.network_failed || result < 0;
        return result;
    } catch (...) {
        state.failure = std::current_exception();  // rethrown by Connection
        return GIT_EUSER;
    }
}

int make_subtransport(git_smart_subtransport** out, git_transport* owner, void* param) noexcept {
    TransportState& state = *static_cast<TransportState*>(param);
    try {
        *out = std::make_unique<Subtransport>(state, owner).release();
        return GIT_OK;
    } catch (...) {
        state.failure = std::current_exception();  // rethrown by Connection
        return GIT_EUSER;
    }
}

}  // namespace

int make_transport(git_transport** out, git_remote* owner, TransportState& state) noexcept {
    const bool stateless =
        state.scheme == RemoteScheme::kHttps || state.scheme == RemoteScheme::kHttp;
    git_smart_subtransport_definition definition{};
    definition.callback = &make_subtransport;
    definition.rpc = stateless ? 1U : 0U;
    definition.param = &state;
    return git_transport_smart(out, owner, &definition);
}

}  // namespace kua::exchange
