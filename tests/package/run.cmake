# Installs BUILD into a folder of its own, builds the consumer against it and runs what came out.
# The build tree and the bootstrap's cache are not named to the consumer, and nothing installed names
# them: it would tell who built it, and be another program elsewhere (tests/package/reproducible).
# cmake -DBUILD=... -DSCRATCH=... -DSOURCE=... -DDEPENDENCIES=...
#     -DGENERATOR=... -DCOMPILER=... -P run.cmake
function(run)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "failed: ${ARGN}\n${said}")
    endif()
    set(said "${said}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE "${SCRATCH}")
run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${SCRATCH}/installed")
get_filename_component(cache "${DEPENDENCIES}" DIRECTORY)
foreach(folder IN ITEMS "${SOURCE}" "${cache}")
    # From its beginning: a short one, as /kua, is the end of others.
    execute_process(
        COMMAND env LC_ALL=C grep -rlaP "(?<![\\w.-])\\Q${folder}/\\E" "${SCRATCH}/installed"
        RESULT_VARIABLE status OUTPUT_VARIABLE found)
    if(NOT status EQUAL 1)  # that nothing has it
        message(FATAL_ERROR "named in what is installed (grep: ${status}): ${folder}\n${found}")
    endif()
endforeach()
# It must work from wherever it is moved to.
file(RENAME "${SCRATCH}/installed" "${SCRATCH}/moved")
run("${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}/consumer" -B "${SCRATCH}/build"
    -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${COMPILER}"
    "-DCMAKE_PREFIX_PATH=${SCRATCH}/moved")
run("${CMAKE_COMMAND}" --build "${SCRATCH}/build")
run("${SCRATCH}/build/consumer")
if(NOT said MATCHES "^kua [0-9]")
    message(FATAL_ERROR "the consumer said: ${said}")
endif()
run("${SCRATCH}/moved/bin/kua" --version)
if(NOT said MATCHES "^kua [0-9]")
    message(FATAL_ERROR "kua --version said: ${said}")
endif()
file(REMOVE_RECURSE "${SCRATCH}")
