// What a remote has of one channel and this vault has not: found, checked and taken in, one bundle
// after the other, each whole or not at all. Whatever fails is kept aside with a finding, and
// nothing behind it on that ref is taken.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kua/finding.h"
#include "kua/progress.h"
#include "vault/evidence/cases.h"
#include "vault/evidence/identity.h"
#include "vault/exchange/carrier.h"
#include "vault/exchange/chain.h"
#include "vault/exchange/refs.h"
#include "vault/exchange/repository.h"
#include "vault/store/store.h"

namespace kua::exchange {

struct TakenIn {
    std::uint64_t bundles = 0;
    std::uint64_t entries = 0;
    std::uint64_t items = 0;
    std::uint64_t bytes = 0;     // sealed
    bool worth_receipt = false;  // something else than receipts came
    bool up_to_tip = true;       // all that the ref reaches is here now
    bool is_cut_off = false;     // the tip is of a bundle whose end isn't there
    bool has_more = false;       // much was passed over; another run goes on behind it
    bool is_listed = false;      // the history led to what is known here, so `reached` can be told
    // The last commit that is known now, of those that lead to the tip; nothing: none is.
    std::optional<format::GitId> reached{};
    std::vector<Finding> findings;
    // What lies there and is nobody's: the ref goes on behind it, and it isn't found again.
    std::vector<Finding> passed_over;
};

// Whether a remote must have the whole history of what it shows, or only the newer end of it.
enum class History : std::uint8_t { kWhole, kEnd };
// How much is passed over in one run: of what anybody can go on adding to, some.
enum class PassOver : std::uint8_t { kSome, kAll };

struct Reading {
    History history = History::kWhole;
    PassOver pass_over = PassOver::kSome;
};

// `tip` is where the remote's ref of `channel` points. Throws for the remote's or the vault's
// storage, and kInterrupted, only; then everything up to the last whole bundle is kept.
TakenIn take_in(store::Store& store, const evidence::Identity& identity, Repository& remote,
                const std::string& remote_name, const Channel& channel, const format::GitId& tip,
                Reading reading, Progress& progress);

}  // namespace kua::exchange
