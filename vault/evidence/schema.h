// The tables of this layer: keys and settings, and those of the projection in one place for making,
// erasing and comparing them. docs/formats.md, "Catalog".
#pragma once

#include <span>
#include <string_view>

#include "vault/store/migrations.h"

namespace kua::evidence {

store::MigrationSet evidence_migrations();

struct ProjectionTable {
    std::string_view name;
    std::string_view erase_sql;  // ?1: case id
    std::string_view dump_sql;   // ?1: case id; all columns as text, in a fixed order of rows
    int columns = 0;
};

std::span<const ProjectionTable> projection_tables();

}  // namespace kua::evidence
