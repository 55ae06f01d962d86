#include "vault/exchange/receipt.h"

#include "vault/evidence/projection.h"
#include "vault/exchange/carried_opening.h"
#include "vault/journal/log.h"

namespace kua::exchange {

void write_receipt(store::Store& store, const evidence::Identity& identity,
                   const evidence::CaseKeys& keys) {
    journal::Appended appended;
    {
        store::Transaction write{store.catalog()};
        appended = journal::append(write, identity.author(), keys.channel(),
                                   {{"exchange.received", {}}}, {}, store.environment());
        evidence::project(write, appended.entries, appended.seen);
        settle_receipt(write, keys.case_id);
        write.commit();
    }
    journal::read_back(store.catalog(), appended);
}

}  // namespace kua::exchange
