"""Bugs that somebody could make: the code as it is, and as it would be with the bug."""
from typing import NamedTuple


class Bug(NamedTuple):
    name: str
    file: str
    code: str  # exactly one place
    planted: str


BUGS = [
    Bug("sequence not checked", "vault/journal/receive.cpp",
        "    if (manifest.first > head.size + 1) {\n        return Position::kLater;\n    }\n",
        "    if (manifest.first > head.size + 1) {\n        return Position::kNext;\n    }\n"),
    Bug("what a remote showed is forgotten at a restart", "vault/exchange/chain.cpp",
        "    return format::GitId{rows.fixed_blob<20>(0)};\n}\n\nvoid record_shown",
        "    return std::nullopt;\n}\n\nvoid record_shown"),
    Bug("root compared with nothing", "vault/journal/known_seen.cpp",
        "    return here && base::encode_base64(*here, base::Base64::kPadded) == root;",
        "    return !here || !root.empty();"),
    Bug("root that was signed not compared", "vault/journal/receive.cpp",
        "    return frontier.root() == bundle.checkpoint.head.root;\n}\n\nvoid append_received",
        "    return frontier.size() == bundle.checkpoint.head.size;\n}\n\nvoid append_received"),
    Bug("roster not checked", "vault/exchange/standing.cpp",
        "    if (member == members.end() || !member->belongs_at(manifest.roster)) {",
        "    if (member == members.end()) {"),
    Bug("removal not checked", "vault/exchange/standing.cpp",
        "    if (member->removed != 0 && manifest.first > member->last_seq) {",
        "    if (member->removed != 0 && member->last_seq == 0) {"),
    Bug("role not checked", "vault/exchange/standing.cpp",
        "        if (!evidence::may_write(member->role, entry.header.type)) {",
        "        if (entry.header.type.empty()) {"),
    Bug("signature checked over other bytes", "vault/journal/bundle.cpp",
        "                                "
        "base::bytes_of(content.manifest), content.manifest_signature);",
        "                                "
        "base::bytes_of(write_manifest(parse_manifest(content.manifest))),\n"
        "                                content.manifest_signature);"),
    Bug("signature of the manifest not checked", "vault/journal/bundle.cpp",
        "           format::is_signed_by(author_key, format::SignatureNamespace::kBundle,\n"
        "                                "
        "base::bytes_of(content.manifest), content.manifest_signature);",
        "           !content.manifest_signature.empty();"),
    Bug("ref moved before the pack is durable", "vault/exchange/path_repository.cpp",
        "            is_spoilt_ = true;\n            new_packs_->publish();\n",
        "            is_spoilt_ = true;\n            for (const RefUpdate& update : updates) {\n"
        "                refs_.write(update.name, update.to);\n            }\n"
        "            before.clear();\n            for (const RefUpdate& update : updates) {\n"
        "                before.push_back(update.to);\n            }\n"
        "            new_packs_->publish();\n"),
    Bug("recipient of a grant not bound", "vault/exchange/grant.cpp",
        "    if (grant.from != owner.fingerprint || grant.to != own_fingerprint) {",
        "    if (grant.from != owner.fingerprint) {"),
    Bug("place of a bundle not bound", "vault/exchange/authentic_bundle.cpp",
        "    if (bundle.manifest.epoch != channel.epoch) {",
        "    if (bundle.manifest.epoch == 0) {"),
    Bug("keys of a case taken from anybody", "vault/exchange/membership.cpp",
        "    if (evidence::owner_of(catalog, grant.case_id) != sender.fingerprint) {",
        "    if (sender.fingerprint.empty()) {"),
    Bug("objects not compared with their digests", "vault/exchange/commit_group.cpp",
        "    return store::SealedDigest{hash.finish()} == object.digest;",
        "    return store::SealedDigest{hash.finish()} != store::SealedDigest{};"),
    Bug("lamport numbers not bounded", "vault/journal/receive.cpp",
        "            outcome = LamportOutcome::kAhead;",
        "            outcome = LamportOutcome::kGood;"),
    Bug("an own journal that is longer elsewhere goes on", "vault/journal/going_on.cpp",
        "    if (seen.size > size) {", "    if (seen.size > size && size == 0) {"),
    Bug("an author with two histories goes on", "vault/exchange/incoming.cpp",
        "            journal::stop_author(write, channel_.case_id, channel_.author,\n"
        "                                 store_.environment().clock);\n", ""),
    Bug("ids of items not bound to their authors", "vault/exchange/standing.cpp",
        "    for (const journal::Entry& entry : bundle.entries) {\n"
        "        if (!evidence::has_own_item_id(entry)) {\n          "
        "  return foreign_item();\n        }\n"
        "        if (!evidence::has_possible_size(entry, bundle.manifest.objects)) {\n"
        "            return impossible_size();\n        }\n"
        "        if (!evidence::may_write",
        "    for (const journal::Entry& entry : bundle.entries) {\n"
        "        if (!evidence::may_write"),
    Bug("only the newest that somebody saw compared", "vault/exchange/seen.cpp",
        "            \" WHERE case_id = ?1 AND other = ?2 AND size <= ?3 ORDER BY author, size\",",
        "            \" WHERE case_id = ?1 AND other = ?2 AND size <= ?3 AND EXISTS (SELECT 1 FROM"
        " seen_log\"\n"
        "            \" AS one WHERE one.case_id = ?1 AND one.author = seen_ahead.author AND"
        " one.other = ?2\"\n"
        "            \" AND one.size = seen_ahead.size) ORDER BY author, size\","),
    Bug("anybody may say that an object was destroyed", "vault/exchange/absent_objects.cpp",
        "    if (!std::ranges::all_of(absent, [this](const auto& object) {"
        " return is_shredded(object); })) {",
        "    if (absent.size() > manifest.objects.size()) {"),
]
