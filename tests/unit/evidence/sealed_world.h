// A vault with a case to seal and one that stays open, both full of values that can be searched
// for.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/canaries.h"
#include "tests/support/cipher_pages.h"
#include "tests/unit/evidence/test_vault.h"
#include "vault/base/hex.h"
#include "vault/crypto/keys.h"
#include "vault/crypto/sha256.h"
#include "vault/evidence/cases.h"
#include "vault/format/edtf.h"
#include "vault/store/object_store_state.h"

namespace kua::testing {

inline constexpr std::int64_t kDayNs = std::int64_t{86'400} * 1'000'000'000;

inline void add_digest(Canaries& canaries, const std::string& name, base::ByteView content) {
    const crypto::Sha256Digest digest = crypto::sha256(content);
    canaries.add(name + ": digest", base::ByteView{digest});
    canaries.add(name + ": digest in hexadecimal", base::encode_hex(digest));
}

// Two cases on different days; the first one will be sealed.
class SealedWorld {
public:
    SealedWorld() {
        vault_.emplace(world.create(draft(hidden)));
        hidden_case = vault_->cases().front().id;
        hidden.add("date of entries", "2017-11-23T09:12");
        add(hidden, hidden_case, "first", "2011-03-05", 5'000);
        add(hidden, hidden_case, "second", "2012-04-06", 1'300'000);
        work_on(hidden, hidden_case, "first");
        export_one(hidden_case, names.at("first"));

        world.clock.advance_ns(std::uint64_t{40} * kDayNs);
        open_case = vault_->create_case(draft(open)).id;
        open.add("date of entries", "2018-01-02T09:12");
        add(open, open_case, "third", "2013-05-07", 5'000);
        work_on(open, open_case, "third");
        const format::AgeIdentity colleague =
            format::AgeIdentity::generate(format::AgeKeyKind::kX25519, world.random);
        recipient = colleague.recipient().text();
        world.files.add_file("/colleague.txt", colleague.reveal().expose());
        store::Store store = world.open_store(Access::kRead);
        hidden.add(
            "case identity",
            evidence::load_case_keys(store.catalog(), hidden_case).identities.front().expose());
    }

    CaseDraft draft(Canaries& canaries) {
        return {.title = fresh(canaries, "title"),
                .description = fresh(canaries, "description"),
                .reference_code = fresh(canaries, "reference code"),
                .languages = {"kk"},
                .questions = {fresh(canaries, "question")}};
    }

    // A value that stands nowhere else.
    std::string fresh(Canaries& canaries, const std::string& name) {
        std::string value;
        while (value.size() < 20) {
            value += static_cast<char>('a' + world.random.below(26));
        }
        canaries.add(name, value);
        return value;
    }
    std::string fresh_number(Canaries& canaries, const std::string& name, std::string value) {
        while (value.size() < 8) {
            value += static_cast<char>('1' + world.random.below(9));
        }
        canaries.add_short(name, value);
        return value;
    }

    // Two files: one with facts of every kind, each of them a canary, and one with nothing but its
    // own time and a source.
    void add(Canaries& canaries, const std::string& case_id, const std::string& word,
             const std::string& day, std::size_t size_bytes) {
        const std::string note = fresh(canaries, word + ": note");
        AddRequest request;
        request.case_name = case_id;
        request.facts = {{"note", {note}},
                         {"place", {fresh(canaries, word + ": place")}},
                         {"device", {fresh(canaries, word + ": device")}},
                         {"captured", {day + "T03:04:05+06:00"}},
                         {"latitude", {fresh_number(canaries, word + ": latitude", "43.")}},
                         {"longitude", {"51.5"}}};
        canaries.add(word + ": claimed date", day);
        names[word] = fresh(canaries, word + ": name") + ".jpg";
        add_file(canaries, request, word, names[word], size_bytes);

        AddRequest plain;
        plain.case_name = case_id;
        const std::string source = fresh_number(canaries, word + ": source", "P-");
        plain.facts = {{"source", {source}}};
        vault_->add_source(
            {source, case_id, {{"note", {fresh(canaries, word + ": note of the source")}}}});
        file_time_ns_ += 400 * kDayNs;
        const std::string name = fresh(canaries, word + ": second name") + ".txt";
        add_file(canaries, plain, word + ", second", name, 300);
        canaries.add(word + ": time of the file",
                     format::format_edtf(file_time_ns_ / 1'000'000'000, 0)->substr(0, 10));
    }

    void add_file(Canaries& canaries, AddRequest& request, const std::string& word,
                  const std::string& name, std::size_t size_bytes) {
        const base::Bytes content = world.random.bytes(size_bytes);
        request.paths = {base::fs::path{"/card"} / name};
        world.files.add_file(request.paths.front(), content);
        world.files.set_modified_ns(request.paths.front(), file_time_ns_);
        const AddReport report = vault_->add(request, no_progress());
        REQUIRE(report.added.size() == 1);
        canaries.add(word + ": item id", report.added.front().id);
        canaries.add(word + ": text", base::ByteView{content}.first(300));
        add_digest(canaries, word, content);
    }

    // What was said of sources, consent, items and the case afterwards.
    void work_on(Canaries& canaries, const std::string& case_id, const std::string& word) {
        const auto said = [&](const std::string& what) {
            return fresh(canaries, word + ": " + what);
        };
        vault_->give_consent({"unknown",
                              case_id,
                              {},
                              {{"level", {"2"}}, {"how_informed", {"not_possible"}}},
                              said("why unknown material may go out")});
        vault_->give_consent({"self",
                              case_id,
                              {},
                              {{"level", {"4"}},
                               {"how_informed", {"message"}},
                               {"conditions", {said("condition")}},
                               {"evidence", {said("evidence of consent")}}},
                              said("comment on consent")});
        vault_->withdraw_consent({"self",
                                  case_id,
                                  {names.at(word)},
                                  {{"purposes", {"publish"}}, {"reason", {said("reason")}}},
                                  ""});
        vault_->describe({names.at(word),
                          case_id,
                          {{"note", {said("later note")}}},
                          said("comment on an item")});
        tell(canaries, case_id, word);
        relate(canaries, case_id, word);
        vault_->describe_case(
            {case_id, "", {{"mandate", {said("mandate")}}}, said("comment on the case")});
    }

    // A testimony with its recording, and a translation of it.
    void tell(Canaries& canaries, const std::string& case_id, const std::string& word) {
        const auto said = [&](const std::string& what) {
            return fresh(canaries, word + ": " + what);
        };
        const base::fs::path text = "/card/" + said("name of a testimony") + ".md";
        const base::fs::path recording = "/card/" + said("name of a recording") + ".ogg";
        world.files.add_file(
            text, base::bytes_of("---\nformat: kua-testimony/1\nsource: unknown\nheld_place: " +
                                 said("place of a testimony") + "\n---\n### 0001 answer Rosa" +
                                 " 00:00:00.000-00:00:02.000 kk\n" + said("turn") + "\n"));
        world.files.add_file(recording, world.random.bytes(700));
        for (const base::fs::path& path : {text, recording}) {
            world.files.set_modified_ns(path, file_time_ns_);
        }
        TestimonyRequest request;
        request.file = text;
        request.recording = recording;
        request.case_name = case_id;
        const TestimonyReport report = vault_->add_testimony(request, no_progress());
        canaries.add(word + ": item id of a testimony", report.item.id);
        canaries.add(word + ": digest of a testimony", report.item.digest);
        const base::fs::path translation = "/card/" + word + ".vtt";
        world.files.add_file(translation,
                             base::bytes_of("WEBVTT\n\n0001.1\n00:00.000 --> 00:02.000\n<v Rosa>" +
                                            said("translated turn") + " <c.uncertain>" +
                                            said("doubtful word") + "</c>\n"));
        vault_->add_text({TextKind::kTranslation,
                          report.item.id,
                          translation,
                          case_id,
                          {{"language", {"en"}}, {"credit", {said("credit")}}}});
    }

    // Places, events and persons, links and tags: and what is searched of all of it.
    void relate(Canaries& canaries, const std::string& case_id, const std::string& word) {
        const auto said = [&](const std::string& what) {
            return fresh(canaries, word + ": " + what);
        };
        const std::string place = said("name of a place");
        const auto added = [&](const std::string& kind, const GivenFacts& facts) {
            const std::string id = vault_->add_thing({kind, case_id, facts}).id;
            canaries.add(word + ": id of a thing", id);
            return id;
        };
        added("place", {{"place_name", {place}}, {"place_names", {"ru=" + said("other name")}}});
        const std::string event =
            added("event", {{"event_title", {said("title of an event")}},
                            {"description", {said("description of an event")}},
                            {"place", {place}}});
        added("act", {{"act_kind", {said("act")}}, {"cause_stated", {said("cause")}}});
        const std::string person = added(
            "person", {{"label", {said("label")}}, {"other_names", {said("name of a person")}}});
        vault_->link({person, "witness", event, case_id, {{"comment", {said("link")}}}});
        vault_->tag({{names.at(word)}, said("tag"), case_id, {{"basis", {said("basis")}}}});
        vault_->describe({names.at(word), case_id, {{"place", {place}}}, said("placed")});
    }

    void export_one(const std::string& case_id, const std::string& name) {
        ExportRequest request;
        request.items = {name};
        request.case_name = case_id;
        request.to = "/out-" + name;
        request.purpose = "team";
        request.recipient = fresh(hidden, "recipient of an export");
        REQUIRE(vault_->export_items(request, no_progress()).exported.size() == 1);
    }

    void seal() {
        vault_->seal_case(hidden_case, {"/case.key", recipient, std::nullopt, std::nullopt});
    }
    void unseal() { vault_->unseal_case({"/case.key", "/colleague.txt", std::nullopt, "", ""}); }
    // The files are left to others.
    void close() { vault_.reset(); }
    void reopen() { vault_.emplace(world.open(Access::kWrite)); }
    Vault& vault() { return *vault_; }

    // Everything in the vault as its passphrase shows it, also what no table uses any more.
    std::vector<base::Bytes> everything_in_the_clear() { return in_the_clear(world.files); }
    std::vector<base::Bytes> in_the_clear(testing::MemoryFileSystem& files) {
        const crypto::VaultKey key = world.vault_key();
        std::vector<base::Bytes> all;
        for (const base::Bytes& catalog :
             {files.content("/vault/catalog.db"), with_copies(files)}) {
            for (base::Bytes& page : testing::decrypt_pages(
                     catalog, crypto::derive_catalog_key(key).expose(), store::kCatalogCipher)) {
                all.push_back(std::move(page));
            }
        }
        all.push_back(files.content("/vault/kua.vault"));
        all.push_back(files.content("/vault/lock"));
        for (const base::DirectoryEntry& entry : files.list("/vault")) {
            REQUIRE(!entry.name.ends_with("-journal"));
        }
        for (const base::DirectoryEntry& entry : files.list("/vault/objects")) {
            const auto number = store::parse_segment_name(entry.name);
            REQUIRE(number);
            for (base::Bytes& page : testing::decrypt_pages(
                     files.content(base::fs::path{"/vault/objects"} / entry.name),
                     crypto::derive_segment_key(key, *number).expose(), store::kSegmentCipher)) {
                all.push_back(std::move(page));
            }
        }
        return all;
    }
    // The catalog with its second copies in their places.
    static base::Bytes with_copies(testing::MemoryFileSystem& files) {
        base::Bytes catalog = files.content("/vault/catalog.db");
        if (!files.status("/vault/catalog.copies")) {
            return catalog;
        }
        constexpr std::size_t kPage = store::kCatalogCipher.page_size_bytes;
        const base::Bytes copies = files.content("/vault/catalog.copies");
        for (std::size_t at = 0; at < copies.size(); at += 4 + kPage) {
            const std::size_t number = std::to_integer<std::size_t>(copies.at(at)) +
                                       256 * std::to_integer<std::size_t>(copies.at(at + 1));
            REQUIRE(number * kPage <= catalog.size());
            std::copy_n(copies.begin() + static_cast<std::ptrdiff_t>(at) + 4, kPage,
                        catalog.begin() + static_cast<std::ptrdiff_t>((number - 1) * kPage));
        }
        return catalog;
    }
    static std::set<std::string> find(const Canaries& canaries,
                                      const std::vector<base::Bytes>& pages) {
        std::set<std::string> found;
        for (const base::Bytes& page : pages) {
            found.merge(canaries.find_in(page));
        }
        return found;
    }
    std::set<std::string> hits(const Canaries& canaries) {
        return find(canaries, everything_in_the_clear());
    }

    VaultWorld world;
    std::string hidden_case;
    std::string open_case;
    Canaries hidden;
    Canaries open;
    std::string recipient;
    std::map<std::string, std::string> names;  // of items, by the word they were added under

private:
    std::optional<Vault> vault_;
    std::int64_t file_time_ns_ = 400 * kDayNs;
};

}  // namespace kua::testing
