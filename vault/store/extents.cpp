#include "vault/store/extents.h"

namespace kua::store {

void ExtentList::add(PiecePlace place) {
    ++pieces_;
    if (!extents_.empty()) {
        Extent& last = extents_.back();
        if (last.segment == place.segment && last.first_piece + last.pieces == place.piece) {
            ++last.pieces;
            return;
        }
    }
    extents_.push_back({place.segment, place.piece, 1});
}

}  // namespace kua::store
