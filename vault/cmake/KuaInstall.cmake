# `cmake --install`: kua, one static library of all layers, its headers and the package that
# find_package(kua) finds. The libraries that scripts/bootstrap built are installed beside it
# (lib/kua/), because a cache is no place to link from; what comes from the system stays there.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# The layers are libraries of their own for the sake of order inside; outside there is one. It is
# made from their objects, not by merging archives.
set(kua_objects $<TARGET_OBJECTS:kua>)
foreach(layer base crypto format store journal evidence exchange proof)
    get_target_property(type kua_${layer} TYPE)
    if(type STREQUAL "STATIC_LIBRARY")
        list(APPEND kua_objects $<TARGET_OBJECTS:kua_${layer}>)
    endif()
endforeach()
add_library(kua_whole STATIC ${kua_objects})
set_target_properties(kua_whole PROPERTIES OUTPUT_NAME kua LINKER_LANGUAGE CXX
    ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/whole")

install(TARGETS kua_cli RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(TARGETS kua_inspect_pictures kua_inspect_recordings RUNTIME DESTINATION "${CMAKE_INSTALL_LIBEXECDIR}/kua")
install(TARGETS kua_whole ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(FILES "${KUA_SQLCIPHER_LIBRARY}" "${KUA_SODIUM_LIBRARY}"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/kua")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/kua" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
    FILES_MATCHING PATTERN "*.h")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")

set(kua_package "${CMAKE_INSTALL_LIBDIR}/cmake/kua")
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/kuaConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/kuaConfig.cmake" INSTALL_DESTINATION "${kua_package}"
    PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/kuaConfigVersion.cmake"
    COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/kuaConfig.cmake"
    "${PROJECT_BINARY_DIR}/kuaConfigVersion.cmake" DESTINATION "${kua_package}")
