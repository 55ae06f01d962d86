# kua_layer(NAME SOURCES... ) makes the static library of one layer. DEPENDS: what it may use.
function(kua_layer name)
    cmake_parse_arguments(arg "" "" "DEPENDS" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS
        "${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp" "${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.h")
    list(FILTER sources INCLUDE REGEX "\\.cpp$")
    if(NOT sources)
        add_library(kua_${name} INTERFACE)
        target_link_libraries(kua_${name} INTERFACE kua_flags ${arg_DEPENDS})
        return()
    endif()
    add_library(kua_${name} STATIC ${sources})
    target_include_directories(kua_${name} PUBLIC "${PROJECT_SOURCE_DIR}"
        "${PROJECT_SOURCE_DIR}/include")
    target_link_libraries(kua_${name} PRIVATE kua_flags PUBLIC ${arg_DEPENDS})
endfunction()
