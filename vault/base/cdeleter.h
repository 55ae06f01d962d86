// Makes a C library's free function the deleter of a std::unique_ptr:
//     using Context = std::unique_ptr<EVP_MD_CTX, CDeleter<EVP_MD_CTX_free>>;
#pragma once

namespace kua::base {

template <auto Free>
struct CDeleter {
    void operator()(auto* handle) const noexcept { Free(handle); }
};

}  // namespace kua::base
