# Most of what compiling a file costs is reading headers that its neighbours read, too, so up to
# sixteen files of a target are compiled as one, which halves the time of a build; forty of a layer
# with a sanitizer, whose builds are mostly made whole. Names in unnamed namespaces must therefore
# differ within a layer. With KUA_TOGETHER off each file is compiled by itself, which shows whether
# it includes what it uses.
option(KUA_TOGETHER "Compile files of a target many at a time" ON)

# Makes TARGET be compiled so; IS_LAYER: it is one.
function(kua_compile_together target)
    cmake_parse_arguments(arg "IS_LAYER" "" "" ${ARGN})
    if(NOT KUA_TOGETHER)
        return()
    endif()
    set(at_once 16)
    if(KUA_SANITIZE AND arg_IS_LAYER)
        set(at_once 40)
    endif()
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${at_once})
    # GCC takes every file but the outermost for a header, whose types may be known elsewhere.
    target_compile_options(${target} PRIVATE
        $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endfunction()
