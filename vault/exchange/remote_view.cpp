#include "vault/exchange/remote_view.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "vault/evidence/cases.h"
#include "vault/evidence/members.h"
#include "vault/exchange/carried_grants.h"
#include "vault/exchange/contacts.h"
#include "vault/exchange/outgoing.h"

namespace kua::exchange {
namespace {

std::vector<Channel> list_all_channels(store::Connection& catalog,
                                       const evidence::Identity& identity) {
    std::vector<Channel> channels;
    for (const std::string& case_id : evidence::list_case_ids(catalog)) {
        std::ranges::move(list_channels(catalog, case_id, identity.card.fingerprint),
                          std::back_inserter(channels));
    }
    return channels;
}

// Contacts, and whoever owns a case that is here: that goes on when the contact is removed.
std::vector<journal::KnownAuthor> list_senders(store::Connection& catalog,
                                               const evidence::Identity& identity) {
    std::vector<journal::KnownAuthor> senders;
    for (const Contact& contact : list_contacts(catalog)) {
        senders.push_back({contact.card.fingerprint, contact.card.signing_key});
    }
    for (const std::string& case_id : evidence::list_case_ids(catalog)) {
        journal::KnownAuthor owner = evidence::load_owner(catalog, case_id);
        const bool is_there =
            owner.fingerprint == identity.card.fingerprint ||
            std::ranges::find(senders, owner.fingerprint, &journal::KnownAuthor::fingerprint) !=
                senders.end();
        if (!is_there) {
            senders.push_back(std::move(owner));
        }
    }
    return senders;
}

}  // namespace

RemoteView look_at(Repository& remote, store::Store& store, const evidence::Identity& identity,
                   SyncDepth depth) {
    if (depth == SyncDepth::kWhole) {
        note_other_inboxes(store, identity);
    }
    store::Connection& catalog = store.catalog();
    RemoteView view;
    std::vector<std::string> names;
    view.channels = list_all_channels(catalog, identity);
    for (const Channel& channel : view.channels) {
        names.push_back(channel.ref);
    }
    for (journal::KnownAuthor& sender : list_senders(catalog, identity)) {
        std::string ref = inbox_ref(identity.card.inbox, sender.fingerprint);
        names.push_back(ref);
        view.inboxes.push_back({std::move(ref), std::move(sender)});
    }
    view.inboxes.push_back(own_inbox(identity));
    names.push_back(view.inboxes.back().ref);
    view.outboxes = list_outboxes(catalog);
    for (const std::string& ref : view.outboxes) {
        if (ref != view.inboxes.back().ref) {
            names.push_back(ref);
        }
    }
    view.others = list_other_inboxes(catalog);
    names.insert(names.end(), view.others.begin(), view.others.end());
    view.refs = remote.read_refs(names);
    return view;
}

bool has_new_channels(const RemoteView& view, store::Connection& catalog,
                      const evidence::Identity& identity) {
    return list_all_channels(catalog, identity).size() != view.channels.size();
}

}  // namespace kua::exchange
