# Most of what compiling a file costs is reading headers that its neighbours read, too, so several
# files are compiled as one. Names in unnamed namespaces must therefore differ within a folder.
# dev and release compile the program file by file, so each file is known to include what it uses.
set(kua_files_together 12)

# Makes TARGET, part of the program, be compiled so with sanitizers on.
function(kua_compile_together target)
    if(KUA_SANITIZE)
        kua_compile_tests_together(${target})
    endif()
endfunction()

# Makes TARGET, a program of tests, be compiled so.
function(kua_compile_tests_together target)
    set_target_properties(${target} PROPERTIES
        UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${kua_files_together})
    # GCC takes every file but the outermost for a header, whose types may be known elsewhere.
    target_compile_options(${target} PRIVATE
        $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endfunction()
