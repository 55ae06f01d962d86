// Bundles and grants as somebody writes them who has a member's keys and no scruples: whatever a
// test changes before sealing is signed as it stands.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/exchange_world.h"
#include "vault/evidence/identity.h"
#include "vault/exchange/grant.h"
#include "vault/exchange/repository.h"
#include "vault/journal/bundle.h"

namespace kua::testing {

struct HandMade {
    evidence::Identity identity;     // whose signature it gets
    format::AgeRecipient recipient;  // of the case
    std::string ref;                 // where the author's bundles of that epoch lie
    journal::LogHead head;           // what it continues; seal() moves it on
    std::uint64_t lamport = 0;       // of the last entry before it
    std::vector<journal::EntryDraft> drafts = {{"item.described", {{"comment", "by hand"}}}};
    // All but what follows from `head` and `drafts`.
    journal::Manifest manifest{};
    // The last word on the manifest and on what goes into the archive, before and after signing.
    std::function<void(journal::Manifest&)> change = [](journal::Manifest&) {};
    std::function<void(journal::BundleContent&)> tamper = [](journal::BundleContent&) {};
    // What each object of the manifest is, in its order.
    std::vector<base::Bytes> objects{};
};

// The next bundle of that person in Rosa's case, by what the person's vault knows.
HandMade hand_made(ExchangeWorld& world, Person& author, std::uint64_t epoch = 1);
// Adds an object sealed to so many recipients, the case's first.
void bring_object(HandMade& bundle, std::size_t recipients, base::Random& random);
// The bundle; `made` then is the next one.
base::Bytes seal(HandMade& made, base::Random& random);

// What a commit is to hold, against what kua puts there.
struct Carried {
    base::Bytes bundle;
    std::vector<journal::BundleObject> objects;
    std::vector<base::Bytes> contents;
};
Carried carry(HandMade& made, base::Random& random);
// The bundle at the tip of `ref`, as it lies there, with its commit left behind; one commit.
Carried newest_at(exchange::Repository& repository, const std::string& ref);
// Writes it behind what `ref` shows; returns the commit.
format::GitId push(exchange::Repository& repository, const std::string& ref,
                   const Carried& carried);
format::GitId push(ExchangeWorld& world, const std::string& stick, const std::string& ref,
                   const Carried& carried);
// The same behind that commit, or as the first one: whoever holds a stick may move any ref.
format::GitId push_behind(ExchangeWorld& world, const std::string& stick, const std::string& ref,
                          std::optional<format::GitId> parent, const Carried& carried);
// The beginning of a bundle whose end isn't there, behind that commit or as the first one.
format::GitId push_unfinished(ExchangeWorld& world, const std::string& stick,
                              const std::string& ref, std::optional<format::GitId> parent);
// Makes `ref` point to any commit of the stick.
void move_ref(ExchangeWorld& world, const std::string& stick, const std::string& ref,
              const format::GitId& to);

// Puts a grant behind what lies in that inbox.
void push_grant(exchange::Repository& repository, const std::string& inbox, base::ByteView sealed);
// The inbox of `to` for grants from `from`.
std::string inbox_of(Person& to, const Person& from);
// Puts a grant behind what is in the inbox of `to` for grants from `from`.
void push_grant(ExchangeWorld& world, const std::string& stick, Person& from, Person& to,
                base::ByteView sealed);
// The newest grant that `from` wrote for `to`.
base::Bytes newest_grant(Person& from, const Person& to);

}  // namespace kua::testing
