#include "kua/finding.h"

namespace kua {

const char* name_of(FindingCode code) noexcept {
    switch (code) {
        case FindingCode::kDamaged:
            return "damaged";
        case FindingCode::kMissing:
            return "missing";
        case FindingCode::kChanged:
            return "changed";
        case FindingCode::kSurplus:
            return "surplus";
        case FindingCode::kFactMismatch:
            return "fact_mismatch";
        case FindingCode::kForged:
            return "forged";
        case FindingCode::kUnknownAuthor:
            return "unknown_author";
        case FindingCode::kRollback:
            return "rollback";
        case FindingCode::kFork:
            return "fork";
        case FindingCode::kGap:
            return "gap";
        case FindingCode::kFastForward:
            return "fast_forward";
        case FindingCode::kNotMember:
            return "not_member";
        case FindingCode::kNotAllowed:
            return "not_allowed";
        case FindingCode::kWrongCase:
            return "wrong_case";
        case FindingCode::kReplay:
            return "replay";
        case FindingCode::kUnknownType:
            return "unknown_type";
        case FindingCode::kStopped:
            return "stopped";
        case FindingCode::kNotReadable:
            return "not_readable";
    }
    return "unknown";  // a number that is none of the above; only a mistake in kua makes one
}

}  // namespace kua
