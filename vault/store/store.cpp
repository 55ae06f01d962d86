#include "vault/store/store.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "vault/base/check.h"
#include "vault/base/folders.h"
#include "vault/base/new_file.h"
#include "vault/base/utf8.h"
#include "vault/store/core_pages.h"
#include "vault/store/object_store_state.h"
#include "vault/store/writer_lock.h"

namespace kua::store {

struct Store::State {
    State(const base::Environment& environment_in, const fs::path& dir_in, Access access_in,
          const StoreOptions& options_in, std::unique_ptr<WriterLock> lock_in, KeySlots slots_in,
          Connection catalog_in)
        : environment(environment_in),
          dir(dir_in),
          access(access_in),
          options(options_in),
          lock(std::move(lock_in)),
          slots(std::move(slots_in)),
          catalog(std::move(catalog_in)),
          objects(environment, dir, slots.vault_key(), catalog, lock.get(),
                  options.segment_limit_bytes) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        if (access != Access::kWrite) {
            return;
        }
        try {
            save_core(environment, dir, crypto::derive_catalog_key(slots.vault_key()),
                      options.core_tables);
        } catch (const std::exception&) {
            // Everything is durable; only its second copy is older, or of a damaged catalog.
        }
    }

    base::Environment environment;
    fs::path dir;
    Access access;
    StoreOptions options;
    std::unique_ptr<WriterLock> lock;  // outlives `objects`
    KeySlots slots;
    Connection catalog;
    ObjectStore objects;
    SweepReport swept;
    std::size_t copies_used = 0;
};

namespace {

// What an interrupted create() may have left.
constexpr std::string_view kLeftovers[] = {"kua.vault.new", "catalog.db", "catalog.db-journal",
                                           "lock",          "objects",    kCoreName,
                                           kNewCoreName};

// Refuses a directory that holds anything of somebody's. Nothing is changed.
void check_empty(base::FileSystem& files, const fs::path& dir) {
    const std::vector<base::DirectoryEntry> entries = files.list(dir);
    const auto has = [&](std::string_view name) {
        return std::ranges::any_of(entries, [&](const auto& entry) { return entry.name == name; });
    };
    if (has(kHeaderName)) {
        throw Error{ErrorCode::kExists, "there is a vault here already; nothing changed"};
    }
    const bool only_leftovers = std::ranges::all_of(entries, [](const base::DirectoryEntry& entry) {
        return std::ranges::find(kLeftovers, entry.name) != std::end(kLeftovers);
    });
    // Only a create() that didn't finish leaves a header of that name, and it never has segments.
    const bool was_interrupted =
        has(kNewHeaderName) || entries.empty() || (entries.size() == 1 && has("lock"));
    if (!only_leftovers || !was_interrupted ||
        (has(kObjectsName) && !files.list(dir / kObjectsName).empty())) {
        throw Error{ErrorCode::kExists, "the directory isn't empty; nothing changed"};
    }
}

// Removes what check_empty() let pass; the new header last, since it is what explains the rest.
void remove_leftovers(base::FileSystem& files, const fs::path& dir) {
    if (files.status(dir / kObjectsName)) {
        files.remove_directory(dir / kObjectsName);
    }
    for (const std::string_view name :
         {std::string_view{"catalog.db-journal"}, kCatalogName, kCoreName, kNewCoreName}) {
        if (files.status(dir / name)) {
            files.remove_file(dir / name);
        }
    }
    files.sync_directory(dir);
    if (files.status(dir / kNewHeaderName)) {
        files.remove_file(dir / kNewHeaderName);
    }
}

void write_new_header(base::FileSystem& files, const fs::path& dir, const HeaderCopy& copy) {
    const auto file = files.open(dir / kNewHeaderName, base::OpenMode::kCreateNew);
    CopyStates states{CopyState::kDamaged, CopyState::kDamaged};  // neither is there yet
    write_header_copies(*file, copy, states);
    files.sync_directory(dir);
}

// Removes what this create() made, if it doesn't come to an end.
class CreationGuard {
public:
    CreationGuard(base::FileSystem& files, fs::path dir, bool made_dir)
        : files_(files), dir_(std::move(dir)), made_dir_(made_dir) {}
    CreationGuard(const CreationGuard&) = delete;
    CreationGuard& operator=(const CreationGuard&) = delete;
    ~CreationGuard() {
        if (done_) {
            return;
        }
        try {
            remove_objects();
            remove_leftovers(files_, dir_);
            files_.remove_file(dir_ / "lock");
            if (made_dir_) {
                files_.remove_directory(dir_);
            }
        } catch (const Error&) {
            // The next create() here removes the rest.
        }
    }
    void finish() noexcept { done_ = true; }

private:
    // Whatever `fill` stored: nobody has been told that it is safe.
    void remove_objects() {
        const fs::path objects = dir_ / kObjectsName;
        if (files_.status(objects)) {
            for (const base::DirectoryEntry& entry : files_.list(objects)) {
                files_.remove_file(objects / entry.name);
            }
        }
    }

    base::FileSystem& files_;
    fs::path dir_;
    bool made_dir_;
    bool done_ = false;
};

struct CurrentCatalog {
    Connection connection;
    std::size_t copies_used = 0;  // of damaged pages
};

// Read-only devices are for reading, but not of what has to be migrated first.
WriterLock lock_to_migrate(base::FileSystem& files, const fs::path& dir) {
    try {
        return WriterLock{files, dir};
    } catch (const Error& error) {
        if (!error.is_read_only()) {
            throw;
        }
        throw Error{
            ErrorCode::kFailed,
            "an older kua wrote this vault; it has to be opened once where it can be written"
            " to, and the device is read-only. Copy the whole folder to a disk, and open"
            " the copy"};
    }
}

// An older schema is migrated at the first opening, whoever opens it. Writers hold their lock.
CurrentCatalog open_current_catalog(const base::Environment& environment, const fs::path& dir,
                                    const crypto::CatalogKey& key, const StoreOptions& options,
                                    Access access) {
    const auto open = [&](Access how, PageOverlay overlay = {}) {
        return open_catalog(environment, dir, key, options.migrations, how, std::move(overlay));
    };
    if (access == Access::kWrite) {
        MendedCore mended = mend_core(environment, dir, key);
        const std::size_t used = mended.pages + mended.overlay.size();
        return {open(Access::kWrite, std::move(mended.overlay)).connection, used};
    }
    PageOverlay overlay = check_core(environment, dir, key).overlay;
    std::size_t copies_used = overlay.size();
    OpenedCatalog opened = open(access, std::move(overlay));
    if (opened.schema == SchemaState::kOlder) {
        const WriterLock lock = lock_to_migrate(environment.files, dir);
        copies_used = mend_core(environment, dir, key).pages;
        open(Access::kWrite);
        opened = open(access);
    }
    return {std::move(opened.connection), copies_used};
}

}  // namespace

Store::Store(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Store Store::create(const base::Environment& environment, const fs::path& dir,
                    const crypto::Argon2Cost& cost, const NewSlot& first,
                    const StoreOptions& options, const std::function<void(Store&)>& fill) try {
    base::FileSystem& files = environment.files;
    const bool made_dir = !files.status(dir);
    if (made_dir) {
        base::create_folder(files, dir);
    }
    check_empty(files, dir);
    auto lock = std::make_unique<WriterLock>(files, dir);
    check_empty(files, dir);  // again, now that nobody else makes a vault here
    CreationGuard guard{files, dir, made_dir};
    remove_leftovers(files, dir);
    KeySlots slots = KeySlots::create(environment, dir, cost, first);
    write_new_header(files, dir, slots.bytes());
    files.create_directory(dir / kObjectsName);
    Connection catalog = create_catalog(
        environment, dir, crypto::derive_catalog_key(slots.vault_key()), options.migrations);
    Store store{std::make_unique<State>(environment, dir, Access::kWrite, options, std::move(lock),
                                        std::move(slots), std::move(catalog))};
    if (fill) {
        fill(store);
    }
    const auto directory = files.open_directory(dir);
    directory->sync();
    directory->rename_no_replace(std::string{kNewHeaderName}, std::string{kHeaderName});
    guard.finish();  // from here on it is a vault
    base::sync_renamed(files, dir / kHeaderName);
    directory->sync();
    return store;
} catch (const Error& error) {
    throw error.during("make vault " + base::quoted(dir.string()));
}

Store Store::open_unlocked(const base::Environment& environment, const fs::path& dir,
                           KeySlots slots, std::unique_ptr<WriterLock> lock, Access access,
                           const StoreOptions& options) {
    const crypto::CatalogKey key = crypto::derive_catalog_key(slots.vault_key());
    CurrentCatalog catalog = open_current_catalog(environment, dir, key, options, access);
    Store store{std::make_unique<State>(environment, dir, access, options, std::move(lock),
                                        std::move(slots), std::move(catalog.connection))};
    store.state_->copies_used = catalog.copies_used;
    if (access == Access::kWrite) {
        store.state_->swept = store.state_->objects.sweep();
        store.state_->objects.finish_erasing(store.state_->catalog);
    }
    return store;
}

namespace {

// Before the passphrase costs its second: another writer is found at once. After the header was
// looked for: nothing is made in a directory that is no vault.
std::unique_ptr<WriterLock> lock_for(const base::Environment& environment, const fs::path& dir,
                                     Access access) {
    read_header(environment.files, dir);
    return access == Access::kWrite ? std::make_unique<WriterLock>(environment.files, dir)
                                    : nullptr;
}

}  // namespace

Store Store::open(const base::Environment& environment, const fs::path& dir,
                  const crypto::SecretBytes& passphrase, Access access,
                  const StoreOptions& options) try {
    auto lock = lock_for(environment, dir, access);
    return open_unlocked(environment, dir, KeySlots::unlock(environment, dir, passphrase),
                         std::move(lock), access, options);
} catch (const Error& error) {
    throw error.during("open vault " + base::quoted(dir.string()));
}

Store Store::open(const base::Environment& environment, const fs::path& dir,
                  const crypto::PassphraseKey& passphrase_key, Access access,
                  const StoreOptions& options) try {
    auto lock = lock_for(environment, dir, access);
    return open_unlocked(environment, dir, KeySlots::unlock(environment, dir, passphrase_key),
                         std::move(lock), access, options);
} catch (const Error& error) {
    throw error.during("open vault " + base::quoted(dir.string()));
}

Store Store::open(const base::Environment& environment, const fs::path& dir,
                  const crypto::VaultKey& vault_key, Access access,
                  const StoreOptions& options) try {
    auto lock = lock_for(environment, dir, access);
    return open_unlocked(environment, dir, KeySlots::unlock(environment, dir, vault_key),
                         std::move(lock), access, options);
} catch (const Error& error) {
    throw error.during("open vault " + base::quoted(dir.string()));
}

Access Store::access() const noexcept {
    return state_->access;
}

const fs::path& Store::dir() const noexcept {
    return state_->dir;
}

const base::Environment& Store::environment() const noexcept {
    return state_->environment;
}

KeySlots& Store::key_slots() noexcept {
    return state_->slots;
}

Connection& Store::catalog() noexcept {
    return state_->catalog;
}

Connection Store::connect_catalog() const {
    return open_current_catalog(state_->environment, state_->dir,
                                crypto::derive_catalog_key(state_->slots.vault_key()),
                                state_->options, Access::kRead)
        .connection;
}

Connection Store::connect_bare_catalog() const {
    return open_catalog(state_->environment, state_->dir,
                        crypto::derive_catalog_key(state_->slots.vault_key()),
                        state_->options.migrations, Access::kRead)
        .connection;
}

std::vector<Finding> Store::check_core() const {
    return store::check_core(state_->environment, state_->dir,
                             crypto::derive_catalog_key(state_->slots.vault_key()))
        .findings;
}

std::size_t Store::core_copies_used() const noexcept {
    return state_->copies_used;
}

void Store::remove_core() {
    KUA_CHECK(state_->access == Access::kWrite);
    store::remove_core(state_->environment.files, state_->dir);
}

ObjectStore& Store::objects() noexcept {
    return state_->objects;
}

const SweepReport& Store::sweep_report() const noexcept {
    return state_->swept;
}

}  // namespace kua::store
