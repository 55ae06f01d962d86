// What a check found, as a value: CHECK(codes_of(report.findings) == Codes{FindingCode::kGap}).
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch_tostring.hpp>

#include "kua/finding.h"

namespace kua::testing {

using Codes = std::vector<FindingCode>;

// The codes of `findings`, in order.
inline Codes codes_of(const std::vector<Finding>& findings) {
    Codes codes;
    std::transform(findings.begin(), findings.end(), std::back_inserter(codes),
                   [](const Finding& finding) { return finding.code; });
    return codes;
}

// Whether some finding is of that code and has `part` in its subject or text.
inline bool has_finding(const std::vector<Finding>& findings, FindingCode code,
                        const std::string& part) {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
        return finding.code == code &&
               (finding.subject + ": " + finding.text).find(part) != std::string::npos;
    });
}

}  // namespace kua::testing

template <>
struct Catch::StringMaker<kua::FindingCode> {
    static std::string convert(kua::FindingCode code) { return kua::name_of(code); }
};

template <>
struct Catch::StringMaker<kua::Finding> {
    static std::string convert(const kua::Finding& finding) {
        return std::string{kua::name_of(finding.code)} + " " + finding.subject + ": " +
               finding.text;
    }
};
