#include "kua/process.h"

#include "vault/base/process.h"
#include "vault/crypto/init.h"

namespace kua {

void prepare_process() {
    base::hold_standard_streams();
    base::harden_process();
    crypto::ensure_ready();
}

}  // namespace kua
