#include "vault/exchange/remote_view.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "vault/evidence/cases.h"
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

}  // namespace

RemoteView look_at(Repository& remote, store::Connection& catalog,
                   const evidence::Identity& identity) {
    RemoteView view;
    std::vector<std::string> names;
    view.channels = list_all_channels(catalog, identity);
    for (const Channel& channel : view.channels) {
        names.push_back(channel.ref);
    }
    for (const Contact& contact : list_contacts(catalog)) {
        view.inboxes.push_back(
            {inbox_ref(identity.card.inbox, contact.card.fingerprint), contact.card});
        names.push_back(view.inboxes.back().ref);
    }
    view.inboxes.push_back(own_inbox(identity));
    names.push_back(view.inboxes.back().ref);
    view.outboxes = list_outboxes(catalog);
    for (const std::string& ref : view.outboxes) {
        if (ref != view.inboxes.back().ref) {
            names.push_back(ref);
        }
    }
    view.refs = remote.read_refs(names);
    return view;
}

bool has_new_channels(const RemoteView& view, store::Connection& catalog,
                      const evidence::Identity& identity) {
    return list_all_channels(catalog, identity).size() != view.channels.size();
}

}  // namespace kua::exchange
