// The index of words over all passages of the catalog.
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vault/base/words.h"
#include "vault/evidence/search/search_rows.h"

namespace kua::evidence {
namespace {

constexpr std::int64_t kPassagesAtOnce = 1000;

struct IndexedPassage {
    std::int64_t number = 0;
    std::string text;
};

std::vector<IndexedPassage> passages_after(store::Connection& catalog, std::int64_t number) {
    std::vector<IndexedPassage> passages;
    store::Rows rows =
        catalog.query("SELECT number, text FROM passage WHERE number > ?1 ORDER BY number LIMIT ?2",
                      number, kPassagesAtOnce);
    while (rows.next()) {
        passages.push_back({rows.integer(0), std::string{rows.text(1)}});
    }
    return passages;
}

template <class Use>
void for_each_passage(store::Connection& catalog, Use&& use) {
    std::int64_t last = 0;
    for (std::vector<IndexedPassage> some = passages_after(catalog, last); !some.empty();
         some = passages_after(catalog, last)) {
        for (const IndexedPassage& passage : some) {
            use(passage);
        }
        last = some.back().number;
    }
}

// A sum over all words with where they stand, the same in any order (FNV-1a: nothing here is
// chosen by an adversary, who can't write pages).
class SumOfWords {
public:
    void add(std::string_view word, std::int64_t passage, std::int64_t place) noexcept {
        std::uint64_t hash = 14695981039346656037ULL;
        const auto mix = [&hash](std::uint64_t byte) { hash = (hash ^ byte) * 1099511628211ULL; };
        for (const char letter : word) {
            mix(static_cast<unsigned char>(letter));
        }
        for (const std::int64_t number : {passage, place}) {
            for (unsigned shift = 0; shift < 64; shift += 8) {
                mix((static_cast<std::uint64_t>(number) >> shift) & 0xff);
            }
        }
        sum_ += hash;
        ++words_;
    }
    bool operator==(const SumOfWords&) const = default;

private:
    std::uint64_t sum_ = 0;
    std::uint64_t words_ = 0;
};

// Row by row: an index of the table would have as many even if the table hasn't.
bool has_as_many_as_passages(store::Connection& catalog) {
    return catalog.query_integer(
               "SELECT (SELECT COUNT(*) FROM passage) ="
               " (SELECT COUNT(sz) FROM search_docsize NOT INDEXED)"
               " AND NOT EXISTS (SELECT 1 FROM passage WHERE NOT EXISTS (SELECT sz FROM"
               " search_docsize WHERE id = passage.number AND sz IS NOT NULL))") == 1;
}

}  // namespace

void erase_search(store::Transaction& write) {
    // Deleting rows leaves their words in the index until it is merged; this leaves nothing.
    write.run("INSERT INTO search (search) VALUES ('delete-all')");
    for_each_passage(write.connection(), [&write](const IndexedPassage& passage) {
        write.run("INSERT INTO search (rowid, words) VALUES (?1, ?2)", passage.number,
                  base::fold_text(passage.text));
    });
}

bool index_fits(store::Connection& catalog) {
    if (!has_as_many_as_passages(catalog)) {
        return false;
    }
    SumOfWords indexed;
    std::map<std::string, std::int64_t, std::less<>> passages_of_word;
    {
        store::Rows rows = catalog.query("SELECT term, doc, \"offset\" FROM search_word");
        std::int64_t before = 0;
        while (rows.next()) {
            const std::string_view word = rows.text(0);
            const std::int64_t passage = rows.integer(1);
            indexed.add(word, passage, rows.integer(2));
            auto known = passages_of_word.find(word);
            if (known == passages_of_word.end()) {
                known = passages_of_word.emplace(word, 0).first;
                before = 0;
            }
            known->second += passage == before ? 0 : 1;
            before = passage;
        }
    }
    for (const auto& [word, passages] : passages_of_word) {
        if (catalog.query_integer("SELECT COUNT(*) FROM search WHERE search MATCH ?1",
                                  '"' + word + '"') != passages) {
            return false;
        }
    }
    SumOfWords shown;
    for_each_passage(catalog, [&shown](const IndexedPassage& passage) {
        std::int64_t place = 0;
        for (const base::Word& word : base::split_words(passage.text)) {
            shown.add(word.folded, passage.number, place++);
        }
    });
    return indexed == shown;
}

}  // namespace kua::evidence
