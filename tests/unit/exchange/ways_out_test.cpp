// No way out writes what its source does not allow: consent is given and taken back at random, each
// way that ways_out.h lists is tried for each purpose, and all that lies outside the vault
// searched. What must come of it is worked out here from the tables of docs/consent.md, without
// kua's code.
#include "vault/evidence/outgoing/ways_out.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "tests/support/effort.h"
#include "tests/support/errors.h"
#include "tests/support/exchange_world.h"
#include "tests/support/test_vault.h"

namespace kua::evidence {
namespace {

using testing::code_of;
using testing::ExchangeWorld;
using testing::kStick1;
using testing::Start;

const std::vector<std::string> kPurposes = {"keep",  "team",    "commission",
                                            "court", "partner", "publish"};
const std::vector<std::string> kAttributes = {"content", "time", "place", "voice", "face", "name"};
using Cells = std::set<std::pair<std::string, std::string>>;  // purpose, attribute

// docs/consent.md, "Levels". A digit: that level allows; t: if it was ticked.
const std::map<std::string, std::array<std::string, 6>> kLevelsThatAllow = {
    {"keep", {"012345", "012345", "012345", "012345", "012345", "012345"}},
    {"team", {"12345", "12345", "12345", "12345", "12345", ""}},
    {"commission", {"2345", "2345", "2345", "35", "35", "35"}},
    {"court", {"2345", "2345", "2345", "35", "35", "35"}},
    {"partner", {"45", "45", "45", "t", "t", "t"}},
    {"publish", {"45", "5", "5", "t", "t", "t"}},
};

// One item of one source, and what was said of it so far, each cell by its newest statement.
struct Case {
    std::string item;
    std::string canary;
    std::set<std::string> needed;
    bool shows_others = false;
    Cells allowed;
    bool was_asked = false;
    Cells refused;  // by an answer that stands

    bool says_no(const std::string& attribute) const {
        return attribute != "name" &&  // no level gives it to the team
               (refused.contains({"team", attribute}) || refused.contains({"keep", attribute}));
    }
    bool refuses_team() const {
        return std::ranges::any_of(kAttributes, [&](const std::string& attribute) {
            return says_no(attribute) && (attribute == "content" || needed.contains(attribute));
        });
    }
    bool refuses_more() const {
        return std::ranges::any_of(
            kAttributes, [&](const std::string& attribute) { return says_no(attribute); });
    }
    bool may_go(const std::string& purpose) const {
        const bool is_far = purpose == "partner" || purpose == "publish";
        return !(is_far && shows_others) && std::ranges::all_of(needed, [&](const std::string&
                                                                                attribute) {
            return allowed.contains({purpose, attribute}) && allowed.contains({"keep", attribute});
        });
    }
};

class World {
public:
    explicit World(std::uint64_t seed) : world_(Start::kStrangers, seed), random_(seed) {
        CaseDraft draft;
        draft.title = "another";
        case_id_ = world_.rosa->create_case(draft).id;
    }

    bool one_in(std::uint64_t of) { return random_.below(of) == 0; }
    std::string one_of(const std::vector<std::string>& words) {
        return words.at(random_.below(words.size()));
    }
    std::vector<std::string> some_of(const std::vector<std::string>& words) {
        std::vector<std::string> some;
        for (const std::string& word : words) {
            if (one_in(2)) {
                some.push_back(word);
            }
        }
        return some.empty() ? std::vector{one_of(words)} : some;
    }

    void add_item() {
        static const std::map<std::string, std::vector<std::string>> kShows = {
            {"jpg", {"content", "time", "place", "face"}},
            {"mp4", {"content", "time", "place", "face", "voice"}},
            {"ogg", {"content", "time", "voice"}},
            {"pdf", {"content", "time", "name"}},
            {"txt", {"content", "time"}}};
        source_ = world_.rosa->add_source({"", case_id_, {}}).pseudonym;
        const std::string ending = one_of({"jpg", "mp4", "ogg", "pdf", "txt"});
        now_ = {};
        now_.canary = "canary " + source_ + " of " + case_id_ + std::string(100, 'x');
        GivenFacts facts{{"source", {source_}}};
        const std::vector<std::string>& shows = kShows.at(ending);
        now_.needed = {shows.begin(), shows.end()};
        if (one_in(2)) {
            facts["carries"] = some_of(kAttributes);
            now_.needed = {facts["carries"].begin(), facts["carries"].end()};
            now_.needed.insert("content");
        }
        now_.shows_others = ending == "jpg" || ending == "mp4";
        if (one_in(2)) {
            facts["third_parties"] = {
                one_of({"none", "not_identifiable", "identifiable", "unknown"})};
            now_.shows_others = facts["third_parties"].front() == "identifiable" ||
                                facts["third_parties"].front() == "unknown";
        }
        const base::fs::path path = "/card/" + source_ + "." + ending;
        world_.files.add_file(path, base::bytes_of(now_.canary));
        AddRequest request;
        request.paths = {path};
        request.case_name = case_id_;
        request.facts = facts;
        now_.item = world_.rosa->add(request, no_progress()).added.at(0).id;
        world_.files.remove_file(path);
        for (const std::string& attribute : kAttributes) {
            now_.allowed.insert({"keep", attribute});  // level 0
        }
    }

    void say_level() {
        const std::string level = one_of({"0", "1", "2", "3", "4", "5"});
        GivenFacts facts{{"level", {level}}, {"how_informed", {"explained_orally"}}};
        std::vector<std::string> ticked;
        if (level == "5" && one_in(2)) {
            ticked = some_of({"voice", "face", "name"});
            facts["ticked"] = ticked;
        }
        world_.rosa->give_consent({source_, case_id_, {}, facts, ""});
        now_.allowed.clear();
        if (level == "0") {  // nobody was asked: that lifts no refusal
            for (const std::string& attribute : kAttributes) {
                if (!now_.refused.contains({"keep", attribute})) {
                    now_.allowed.insert({"keep", attribute});
                }
            }
            return;
        }
        now_.refused.clear();
        for (const auto& [purpose, levels] : kLevelsThatAllow) {
            for (std::size_t i = 0; i < kAttributes.size(); ++i) {
                const bool is_ticked = levels[i] == "t" && level == "5" &&
                                       std::ranges::find(ticked, kAttributes[i]) != ticked.end();
                if (is_ticked || levels[i].find(level) != std::string::npos) {
                    now_.allowed.insert({purpose, kAttributes[i]});
                } else {
                    now_.refused.insert({purpose, kAttributes[i]});
                }
            }
        }
    }

    void say_cells() {
        const bool withdraws = one_in(3);
        const bool allows = !withdraws && one_in(2);
        const auto purposes = some_of(kPurposes);
        const auto attributes = some_of(kAttributes);
        GivenFacts facts{{"purposes", purposes}, {"attributes", attributes}};
        if (withdraws) {
            world_.rosa->withdraw_consent({source_, case_id_, {}, facts, ""});
        } else {
            facts["decision"] = {allows ? "allow" : "refuse"};
            facts["how_informed"] = {"message"};
            world_.rosa->give_consent({source_, case_id_, {}, facts, ""});
        }
        for (const std::string& purpose : purposes) {
            for (const std::string& attribute : attributes) {
                if (allows) {
                    now_.allowed.insert({purpose, attribute});
                    now_.refused.erase({purpose, attribute});
                } else {
                    now_.allowed.erase({purpose, attribute});
                    now_.refused.insert({purpose, attribute});
                }
            }
        }
    }

    void try_exports() {
        for (const std::string& purpose : kPurposes) {
            for (const bool sealed : {false, true}) {
                ExportRequest request;
                request.items = {now_.item};
                request.case_name = case_id_;
                request.to = "/out" + std::to_string(++folders_);
                request.purpose = purpose;
                request.sealed = sealed;
                request.recipient =
                    purpose == "keep" ? std::nullopt : std::optional<std::string>{"the clerk"};
                CAPTURE(purpose, sealed);
                const ExportReport report = world_.rosa->export_items(request, no_progress());
                const bool is_out = !report.exported.empty();
                CHECK(is_out == now_.may_go(purpose));
                CHECK(is_outside(now_.canary) == (is_out && !sealed));
                sealed_out_ += is_out && sealed ? 1U : 0U;
                CHECK(list_in(request.to).size() == report.exported.size());
                for (const base::fs::path& file : list_in(request.to)) {
                    world_.files.remove_file(file);
                }
            }
        }
        seen_.push_back(now_);
    }

    // All of the case together: what may go goes, and nothing else.
    void try_export_of_all() {
        for (const std::string& purpose : kPurposes) {
            ExportRequest request;
            request.all = true;
            request.case_name = case_id_;
            request.to = "/out" + std::to_string(++folders_);
            request.purpose = purpose;
            request.recipient =
                purpose == "keep" ? std::nullopt : std::optional<std::string>{"the clerk"};
            static_cast<void>(world_.rosa->export_items(request, no_progress()));
            for (const Case& one : seen_) {
                CAPTURE(purpose, one.item);
                CHECK(is_outside(one.canary) == one.may_go(purpose));
            }
            for (const base::fs::path& file : list_in(request.to)) {
                world_.files.remove_file(file);
            }
        }
    }

    void try_hand_over() {
        for (const std::string& purpose : kPurposes) {
            if (purpose == "keep") {
                continue;
            }
            const HandChangeReport report = world_.rosa->enter_hand_change(
                {HandChange::kHandedOver, {now_.item}, case_id_, "the clerk", purpose, "", {}, ""});
            CAPTURE(purpose);
            CHECK(report.entered.empty() != now_.may_go(purpose));
        }
    }

    bool somebody_refuses_team() const { return std::ranges::any_of(seen_, &Case::refuses_team); }

    // Mara is let in only if nobody said no; once she reads, nothing comes in of who says no.
    void try_team() {
        const auto let_in = [&] { world_.rosa->add_member({"Mara", "reader", case_id_, true}); };
        if (somebody_refuses_team()) {
            CHECK(code_of(let_in) == ErrorCode::kRefused);
            CHECK(world_.rosa->members(case_id_).size() == 1);
            world_.rosa->add_member({"Adil", "depositor", case_id_, true});  // reads nothing
            return;
        }
        let_in();
        CHECK(try_to_add("/card/more.txt") ==
              (now_.refuses_more() ? ErrorCode::kRefused : ErrorCode::kFailed));
        world_.rosa->withdraw_consent({source_, case_id_, {}, {{"purposes", {"team"}}}, ""});
        CHECK(try_to_add("/card/no-more.txt") == ErrorCode::kRefused);
        CHECK(world_.rosa->consent(source_, case_id_).readers == std::vector<std::string>{"Mara"});
    }

    // What goes to members is sealed to them.
    void try_exchange() {
        world_.rosa.sync(kStick1);
        world_.rosa->send({"/sent.bundle", case_id_, std::uint64_t{95} << 20, true}, no_progress());
        for (const Case& one : seen_) {
            CHECK_FALSE(is_outside(one.canary));
        }
    }

    std::size_t sealed_out() const { return sealed_out_; }

private:
    // kFailed if it went in.
    std::optional<ErrorCode> try_to_add(const base::fs::path& path) {
        world_.files.add_file(path, base::bytes_of("more"));
        AddRequest request;
        request.paths = {path};
        request.case_name = case_id_;
        request.facts = {{"source", {source_}}};
        return code_of([&] {
            static_cast<void>(world_.rosa->add(request, no_progress()));
            throw Error{ErrorCode::kFailed, "it went in"};
        });
    }

    std::vector<base::fs::path> list_in(const base::fs::path& dir) {
        std::vector<base::fs::path> files;
        for (const auto& [path, content] : testing::copy_folder(world_.files, dir)) {
            files.push_back(path);
        }
        return files;
    }

    bool is_outside(const std::string& canary) {
        const testing::FolderCopy all = testing::copy_folder(world_.files, "/");
        return std::ranges::any_of(all, [&](const auto& file) {
            return base::text_of(file.second).find(canary) != std::string_view::npos;
        });
    }

    ExchangeWorld world_;
    testing::SeededRandom random_;
    std::string case_id_;
    std::string source_;
    Case now_;
    std::vector<Case> seen_;
    int folders_ = 0;
    std::size_t sealed_out_ = 0;
};

TEST_CASE("no way out writes what a source does not allow", "[exchange][consent]") {
    const std::uint64_t seed =
        GENERATE(Catch::Generators::range<std::uint64_t>(1, testing::kSanitized ? 4 : 30));
    CAPTURE(seed);
    World world{seed};
    for (int item = 0; item < 6; ++item) {
        world.add_item();
        for (int said = 0; said < 4; ++said) {
            if (world.one_in(3)) {
                world.say_level();
            } else if (world.one_in(2)) {
                world.say_cells();
            }
        }
        world.try_exports();
        world.try_hand_over();
    }
    world.try_export_of_all();
    world.try_exchange();
    world.try_team();
    CHECK(world.sealed_out() > 0);
}

TEST_CASE("whoever is seen in a picture and refuses the team their face keeps others out",
          "[exchange][consent]") {
    ExchangeWorld world{Start::kStrangers, 1};
    CaseDraft draft;
    draft.title = "another";
    const std::string case_id = world.rosa->create_case(draft).id;
    world.rosa->add_source({"P-01", case_id, {}});
    world.files.add_file("/card/a.jpg", base::bytes_of("a picture"));
    AddRequest request;
    request.paths = {"/card/a.jpg"};
    request.case_name = case_id;
    request.facts = {{"source", {"public"}}};
    const std::string item = world.rosa->add(request, no_progress()).added.at(0).id;
    world.rosa->withdraw_consent(
        {"P-01", case_id, {}, {{"purposes", {"team"}}, {"attributes", {"face"}}}, ""});
    const auto let_in = [&] { world.rosa->add_member({"Mara", "reader", case_id, true}); };
    if (GENERATE(false, true)) {
        world.rosa->link({"P-01", "appeared", item, case_id, {}});
        CHECK(code_of(let_in) == ErrorCode::kRefused);
        CHECK(world.rosa->members(case_id).size() == 1);
    } else {
        let_in();  // nothing here shows it
        CHECK(world.rosa->members(case_id).size() == 2);
    }
}

TEST_CASE("what is said in an item isn't laid over it for others who its source refuses",
          "[exchange][consent]") {
    ExchangeWorld world{Start::kStrangers, 1};
    CaseDraft draft;
    draft.title = "another";
    const std::string case_id = world.rosa->create_case(draft).id;
    world.rosa->add_source({"P-01", case_id, {}});
    world.files.add_file("/card/a.ogg", base::bytes_of("a recording"));
    world.files.add_file("/card/a.vtt",
                         base::bytes_of("WEBVTT\n\n00:00.000 --> 00:01.000\nwords\n"));
    AddRequest request;
    request.paths = {"/card/a.ogg"};
    request.case_name = case_id;
    request.facts = {{"source", {"P-01"}}};
    const std::string item = world.rosa->add(request, no_progress()).added.at(0).id;
    const auto lay_over = [&](TextKind kind) {
        static_cast<void>(
            world.rosa->add_text({kind, item, "/card/a.vtt", case_id, {{"language", {"kk"}}}}));
    };
    const bool is_of_one = GENERATE(false, true);
    world.rosa->add_member({"Mara", "reader", case_id, true});
    lay_over(TextKind::kTranscript);
    world.rosa->withdraw_consent({"P-01",
                                  case_id,
                                  is_of_one ? std::vector{item} : std::vector<std::string>{},
                                  {{"purposes", {"team"}}},
                                  ""});
    for (const TextKind kind : {TextKind::kTranscript, TextKind::kTranslation}) {
        CHECK(code_of([&] { lay_over(kind); }) == ErrorCode::kRefused);
    }
}

TEST_CASE("each way out that asks a person's consent is tried here", "[exchange][consent]") {
    const std::set<std::string_view> tried = {
        "export",        "custody hand-over", "member add",     "add",
        "testimony add", "testimony new",     "transcript add", "translation add"};
    std::set<std::string_view> listed;
    std::set<std::string_view> all;
    for (const CommandOut& command : all_commands_out()) {
        CHECK(all.insert(command.command).second);
        const bool lets_out =
            command.leaves == Leaves::kOriginals || command.leaves == Leaves::kCase;
        const bool asks = command.asks == Asks::kConsent || command.asks == Asks::kTeam;
        CHECK(lets_out == asks);
        if (lets_out) {
            listed.insert(command.command);
        }
    }
    CHECK(listed == tried);
    CHECK(code_of([] { require_listed("export", Asks::kTeam); }) == ErrorCode::kBug);
    CHECK(code_of([] { require_listed("print", Asks::kConsent); }) == ErrorCode::kBug);
}

}  // namespace
}  // namespace kua::evidence
