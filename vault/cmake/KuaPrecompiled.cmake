# The headers that almost every file includes are read once for each kind of target, unless each file
# is to show that it includes what it uses (KUA_TOGETHER off).
set(kua_everyday_headers
    <algorithm> <array> <cstdint> <filesystem> <functional> <map> <memory> <optional> <set> <span>
    <string> <string_view> <utility> <vector> <nlohmann/json.hpp>)

# Makes TARGET read the everyday headers and those named after it in this way.
function(kua_precompile target)
    if(KUA_TOGETHER)
        target_precompile_headers(${target} PRIVATE ${kua_everyday_headers} ${ARGN})
    endif()
endfunction()

# Makes TARGET use what OWNER precompiled; both are of one kind and compiled alike.
function(kua_use_precompiled target owner)
    if(KUA_TOGETHER)
        target_precompile_headers(${target} REUSE_FROM ${owner})
    endif()
endfunction()
