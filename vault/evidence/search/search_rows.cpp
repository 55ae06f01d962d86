#include "vault/evidence/search/search_rows.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "vault/base/parse.h"
#include "vault/base/words.h"
#include "vault/evidence/item_id.h"
#include "vault/evidence/journal_view.h"
#include "vault/evidence/standing_facts.h"
#include "vault/evidence/testimony/turn_facts.h"
#include "vault/format/duration.h"
#include "vault/format/edtf.h"
#include "vault/journal/ids.h"

namespace kua::evidence {
namespace {

using journal::Entry;

constexpr std::array<std::string_view, 5> kChangesSearch = {
    "custody.received", "item.tagged", "testimony.recorded", "transcript.added",
    "translation.added"};

// Facts of things that are searched, by what they are called where something is found.
struct SearchedFact {
    std::string_view fact;
    std::string_view place;
};
constexpr std::array<SearchedFact, 14> kSearchedFacts = {{
    {"place_name", "name"},
    {"place_names", "name"},
    {"event_title", "title"},
    {"description", "description"},
    {"act_kind", "title"},
    {"cause_stated", "cause stated"},
    {"cause_reported", "cause reported"},
    {"method", "method"},
    {"stated_reason", "stated reason"},
    {"label", "name"},
    {"names", "name"},
    {"other_names", "name"},
    {"landmarks", "landmarks"},
    {"note", "note"},
}};

std::vector<std::string> texts_among(const base::Json& facts, std::string_view name) {
    std::vector<std::string> texts;
    const base::Json* value = base::find_member(facts, name);
    if (value != nullptr && value->is_string()) {
        texts.push_back(value->get<std::string>());
    } else if (value != nullptr && value->is_structured()) {
        for (const base::Json& one : *value) {
            if (one.is_string()) {
                texts.push_back(one.get<std::string>());
            }
        }
    }
    return texts;
}

void add_passage(SearchRows& rows, std::string place, std::string text, std::string start = {}) {
    if (!text.empty()) {
        rows.passages.insert({std::move(place), std::move(start), std::move(text)});
    }
}

// Those that may be language tags, the first few: others may have written anything.
std::vector<std::string> languages_among(const base::Json& facts) {
    constexpr std::size_t kMostLanguages = 8;
    constexpr std::size_t kMostTagBytes = 35;
    std::vector<std::string> tags = texts_among(facts, "language");
    std::erase_if(tags, [](const std::string& tag) {
        return tag.empty() || tag.size() > kMostTagBytes ||
               !std::ranges::all_of(tag, [](char letter) {
                   return letter == '-' || base::is_ascii_alphanumeric(letter);
               });
    });
    tags.resize(std::min(tags.size(), kMostLanguages));
    return tags;
}

// "kk-Cyrl" is found by itself and by "kk".
void add_languages(SearchRows& rows, const std::vector<std::string>& tags) {
    for (const std::string& tag : tags) {
        const std::string low = base::to_ascii_lower(tag);
        rows.facets.insert({"language", low});
        rows.facets.insert({"language", low.substr(0, low.find('-'))});
    }
}

std::optional<DatedRow> dated_row(const base::Json& facts) {
    const auto edtf = format::find_edtf(text_among(facts, "captured"));
    if (!edtf) {
        return std::nullopt;
    }
    format::TimeSpan span = edtf->span;
    const auto tolerance = format::find_duration(text_among(facts, "captured_tolerance"));
    if (tolerance && *tolerance > 0) {
        span = format::widen(span, *tolerance);
    }
    return DatedRow{span.earliest_s, span.latest_s, span.utc_offset_minutes};
}

void add_item_facts(SearchRows& rows, const base::Json& facts) {
    // A file name as it is shown, not as it is escaped for the journal.
    add_passage(rows, "name", text_among(facts, "name"));
    add_passage(rows, "note", text_among(facts, "note"));
    add_passage(rows, "landmarks", text_among(facts, "landmarks"));
    if (const std::string place = text_among(facts, "place"); !place.empty()) {
        rows.facets.insert({"place", facet_of_place(place)});
        if (!is_thing_id(place, kPlaceKind.id_prefix)) {
            add_passage(rows, "place", place);
        }
    }
    for (const std::string& attribute : texts_among(facts, "carries")) {
        rows.facets.insert({"carries", attribute});
    }
    add_languages(rows, languages_among(facts));
    rows.dated = dated_row(facts);
}

std::string languages_in_a_row(const base::Json& facts) {
    std::string all;
    for (const std::string& tag : languages_among(facts)) {
        all += (all.empty() ? "" : ",") + tag;
    }
    return all;
}

void add_entry(SearchRows& rows, const Entry& entry) {
    base::Json facts = base::Json::object();
    for (const char* name : {"language", "note", "source"}) {
        if (const base::Json* value = journal::find_fact(entry, name)) {
            facts[name] = *value;
        }
    }
    const std::string& type = entry.header.type;
    if (type == "custody.received") {
        if (const std::string source = text_among(facts, "source"); !source.empty()) {
            rows.facets.insert({"source", source});
        }
    } else if (type == "testimony.recorded") {
        add_languages(rows, languages_among(facts));
        add_passage(rows, "testimony note", text_among(facts, "note"));
        for (const Turn& turn : read_turns(entry.facts)) {
            add_passage(rows, "turn " + turn.number, turn.text, turn.start);
        }
    } else {
        add_languages(rows, languages_among(facts));
        const std::string front = (type == "transcript.added" ? "transcript " : "translation ") +
                                  languages_in_a_row(facts) + " ";
        for (const TextSegment& segment : read_segments(entry.facts)) {
            std::string place = front;
            place += segment.turn;
            place += '.';
            place += std::to_string(segment.part);
            add_passage(rows, std::move(place), segment.text, segment.start);
        }
    }
}

void add_labels(SearchRows& rows, store::Connection& catalog, const std::string& case_id,
                const std::string& item) {
    store::Rows labels =
        catalog.query("SELECT tag, facts FROM label WHERE case_id = ?1 AND item = ?2",
                      journal::blob_of(case_id), item);
    while (labels.next()) {
        const std::string tag{labels.text(0)};
        const std::string state = text_among(parse_facts(labels.text(1)), "tag_state");
        if (state != "removed") {
            std::string value = tag;
            value += '=';
            value += state;
            rows.facets.insert({"tag", std::move(value)});
            add_passage(rows, "tag", tag);
        }
    }
}

void insert_passage(store::Transaction& write, const base::Bytes& case_id,
                    const std::string& subject, const Passage& passage) {
    write.run(
        "INSERT INTO passage (case_id, subject, place, start, text) VALUES (?1, ?2, ?3, ?4, ?5)",
        case_id, subject, passage.place, passage.start, passage.text);
    write.run("INSERT INTO search (rowid, words) VALUES (?1, ?2)", write.last_insert_id(),
              base::fold_text(passage.text));
}

void insert_rows(store::Transaction& write, const base::Bytes& case_id, const std::string& subject,
                 const SearchRows& rows, const SearchRows& known) {
    for (const Facet& facet : rows.facets) {
        if (!known.facets.contains(facet)) {
            write.run("INSERT INTO facet (case_id, facet, value, item) VALUES (?1, ?2, ?3, ?4)",
                      case_id, facet.name, facet.value, subject);
        }
    }
    if (rows.dated && rows.dated != known.dated) {
        write.run(
            "INSERT OR REPLACE INTO dated (case_id, item, earliest, latest, utc_offset)"
            " VALUES (?1, ?2, ?3, ?4, ?5)",
            case_id, subject, rows.dated->earliest_s, rows.dated->latest_s,
            rows.dated->utc_offset_minutes);
    }
    for (const Passage& passage : rows.passages) {
        if (!known.passages.contains(passage)) {
            insert_passage(write, case_id, subject, passage);
        }
    }
}

void delete_passages(store::Transaction& write, const base::Bytes& case_id,
                     const std::string& subject, const std::set<Passage>& kept) {
    std::vector<std::int64_t> numbers;
    {
        store::Rows rows = write.query(
            "SELECT number, place, start, text FROM passage WHERE case_id = ?1 AND subject = ?2",
            case_id, subject);
        while (rows.next()) {
            if (!kept.contains({std::string{rows.text(1)}, std::string{rows.text(2)},
                                std::string{rows.text(3)}})) {
                numbers.push_back(rows.integer(0));
            }
        }
    }
    for (const std::int64_t number : numbers) {
        write.run("DELETE FROM search WHERE rowid = ?1", number);
        write.run("DELETE FROM passage WHERE number = ?1", number);
    }
}

void delete_rows(store::Transaction& write, const base::Bytes& case_id, const std::string& subject,
                 const SearchRows& known, const SearchRows& rows) {
    for (const Facet& facet : known.facets) {
        if (!rows.facets.contains(facet)) {
            write.run(
                "DELETE FROM facet WHERE case_id = ?1 AND facet = ?2 AND value = ?3 AND item = ?4",
                case_id, facet.name, facet.value, subject);
        }
    }
    if (known.dated && !rows.dated) {
        write.run("DELETE FROM dated WHERE case_id = ?1 AND item = ?2", case_id, subject);
    }
    if (!std::ranges::includes(rows.passages, known.passages)) {
        delete_passages(write, case_id, subject, rows.passages);
    }
}

SearchRows rows_of_item(store::Connection& catalog, const std::string& case_id,
                        const std::string& item) {
    SearchRows rows;
    const std::optional<base::Json> facts = facts_of_item(catalog, case_id, item);
    if (!facts) {
        return rows;
    }
    add_item_facts(rows, *facts);
    add_labels(rows, catalog, case_id, item);
    for (const Entry& entry : entries_of_item(catalog, case_id, item, kChangesSearch)) {
        if (entry.header.type != "item.tagged") {
            add_entry(rows, entry);
        }
    }
    return rows;
}

SearchRows rows_of_thing(store::Connection& catalog, const std::string& case_id,
                         const std::string& thing) {
    SearchRows rows;
    store::Rows found = catalog.query("SELECT facts FROM thing WHERE case_id = ?1 AND thing = ?2",
                                      journal::blob_of(case_id), thing);
    if (found.next()) {
        const base::Json facts = parse_facts(found.text(0));
        for (const SearchedFact& searched : kSearchedFacts) {
            for (const std::string& text : texts_among(facts, searched.fact)) {
                add_passage(rows, std::string{searched.place}, text);
            }
        }
    }
    return rows;
}

}  // namespace

std::string facet_of_place(std::string_view place) {
    return is_thing_id(place, kPlaceKind.id_prefix) ? std::string{place}
                                                    : facet_of_place_name(place);
}

std::string facet_of_place_name(std::string_view name) {
    return "~" + base::fold_text(name);
}

bool changes_search(std::string_view entry_type) {
    return std::ranges::find(kChangesSearch, entry_type) != kChangesSearch.end();
}

SearchRows search_rows_of(store::Connection& catalog, const std::string& case_id,
                          const std::string& subject) {
    return is_item_id(subject) ? rows_of_item(catalog, case_id, subject)
                               : rows_of_thing(catalog, case_id, subject);
}

SearchRows stored_search_rows(store::Connection& catalog, const std::string& case_id,
                              const std::string& subject) {
    const base::Bytes id = journal::blob_of(case_id);
    SearchRows rows;
    store::Rows passages = catalog.query(
        "SELECT place, start, text FROM passage WHERE case_id = ?1 AND subject = ?2", id, subject);
    while (passages.next()) {
        rows.passages.insert({std::string{passages.text(0)}, std::string{passages.text(1)},
                              std::string{passages.text(2)}});
    }
    store::Rows facets = catalog.query(
        "SELECT facet, value FROM facet WHERE case_id = ?1 AND item = ?2", id, subject);
    while (facets.next()) {
        rows.facets.insert({std::string{facets.text(0)}, std::string{facets.text(1)}});
    }
    store::Rows dated = catalog.query(
        "SELECT earliest, latest, utc_offset FROM dated WHERE case_id = ?1 AND item = ?2", id,
        subject);
    if (dated.next()) {
        const auto number = [&dated](int column) {
            return dated.is_null(column) ? std::nullopt : std::optional{dated.integer(column)};
        };
        rows.dated = DatedRow{number(0), number(1), number(2)};
    }
    return rows;
}

void refresh_search(store::Transaction& write, const std::string& case_id,
                    const std::string& subject) {
    const SearchRows known = stored_search_rows(write.connection(), case_id, subject);
    const SearchRows rows = search_rows_of(write.connection(), case_id, subject);
    const base::Bytes id = journal::blob_of(case_id);
    delete_rows(write, id, subject, known, rows);
    insert_rows(write, id, subject, rows, known);
}

void begin_search(store::Transaction& write, const Entry& added, const std::string& facts) {
    SearchRows rows;
    add_item_facts(rows, parse_facts(facts));
    insert_rows(write, journal::blob_of(added.header.case_id),
                journal::fact_text(added, kItemKind.id_fact), rows, {});
}

}  // namespace kua::evidence
