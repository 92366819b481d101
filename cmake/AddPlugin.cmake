# chat_hidden(TARGET): hides the target's symbols outside of the library that it is linked into. Without this, two
# plugins that define the same class would both run the first one's code, and statics of templates would be shared.
function(chat_hidden target)
  set_target_properties(${target} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
endfunction()

# chat_add_plugin(NAME SOURCES Plugin.cpp … [LINK targets…])
#
# Makes a plugin for the server, ${CMAKE_BINARY_DIR}/plugins/NAME.so (target plugin-NAME), which exports only its entry
# points. All sources except Plugin.cpp, which has the manifest, also make the static library chat::NAME_plugin, so that
# tests can use the handlers without loading the plugin.
function(chat_add_plugin name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  set(code ${ARG_SOURCES})
  list(FILTER code EXCLUDE REGEX "(^|/)Plugin\\.cpp$")
  set(manifest ${ARG_SOURCES})
  list(FILTER manifest INCLUDE REGEX "(^|/)Plugin\\.cpp$")
  if(NOT manifest)
    message(FATAL_ERROR "chat_add_plugin(${name}): a source named Plugin.cpp must hold the manifest")
  endif()

  # The plugin's sources include each other as "NAME/File.h", whatever the name of their folder.
  set(roots ${CMAKE_CURRENT_SOURCE_DIR}/..)
  get_filename_component(folder ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  if(NOT folder STREQUAL name AND manifest STREQUAL "Plugin.cpp")
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/include)
    file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_BINARY_DIR}/include/${name} SYMBOLIC)
    list(APPEND roots ${CMAKE_CURRENT_BINARY_DIR}/include)
  endif()

  set(link chat::plugin_api chat::data_api ${ARG_LINK})
  if(code)
    add_library(chat_${name}_plugin STATIC ${code})
    target_include_directories(chat_${name}_plugin PUBLIC ${roots})
    target_link_libraries(chat_${name}_plugin PUBLIC ${link})
    set_target_properties(chat_${name}_plugin PROPERTIES POSITION_INDEPENDENT_CODE ON)
    chat_plugin_compile(chat_${name}_plugin)
    add_library(chat::${name}_plugin ALIAS chat_${name}_plugin)
    set(link chat::${name}_plugin)
  endif()

  set(target plugin-${name})
  add_library(${target} MODULE ${manifest})
  target_include_directories(${target} PRIVATE ${roots})
  target_link_libraries(${target} PRIVATE ${link})
  chat_plugin_compile(${target})
  set_target_properties(${target} PROPERTIES PREFIX "" SUFFIX ".so" OUTPUT_NAME ${name}
                                             LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins)

  set(exports ${CMAKE_CURRENT_BINARY_DIR}/${name}.exports)
  file(CONFIGURE OUTPUT ${exports} CONTENT
"{
  global: chatPluginIdentity; pocoBuildManifest; pocoInitializeLibrary; pocoUninitializeLibrary;
  local: *;
};
")
  target_link_options(${target} PRIVATE -Wl,--version-script=${exports} -Wl,-z,now -Wl,--exclude-libs,ALL)
  if(NOT CHAT_SANITIZE)
    # A sanitizer's runtime is in the program, so its symbols stay undefined in the library.
    target_link_options(${target} PRIVATE -Wl,-z,defs)
  endif()
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${exports})
endfunction()

# The compile options of every plugin. The project's own warnings apply only to its own plugins.
function(chat_plugin_compile target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  chat_hidden(${target})
  if(COMMAND chat_warnings)
    chat_warnings(${target})
  endif()
endfunction()

# chat_add_plugin_test(NAME SOURCES a.cpp … [LINK targets…])
#
# A CppUnit program NAME-test, run by ctest, for the plugin that chat_add_plugin(NAME …) has made: each fixture registers
# itself (CPPUNIT_TEST_SUITE_REGISTRATION). It is linked to the test host and, if it exists, to chat::NAME_plugin; the
# macro CHAT_PLUGIN_FILE is the library's path. Needs Debian's libcppunit-dev.
function(chat_add_plugin_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  if(NOT TARGET PkgConfig::CPPUNIT)
    find_package(PkgConfig REQUIRED)
    pkg_check_modules(CPPUNIT IMPORTED_TARGET cppunit)
    if(NOT CPPUNIT_FOUND)
      message(FATAL_ERROR "chat_add_plugin_test(${name}): CppUnit is missing: apt-get install libcppunit-dev, or configure "
                          "with -DCHAT_TESTS=OFF to build the plugin without its test")
    endif()
  endif()
  add_executable(${name}-test ${ARG_SOURCES} ${CHAT_PLUGIN_TEST_MAIN})
  target_compile_features(${name}-test PRIVATE cxx_std_20)
  target_compile_definitions(${name}-test PRIVATE CHAT_PLUGIN_FILE="$<TARGET_FILE:plugin-${name}>")
  target_link_libraries(${name}-test PRIVATE chat::testing ${ARG_LINK} PkgConfig::CPPUNIT)
  if(TARGET chat::${name}_plugin)
    target_link_libraries(${name}-test PRIVATE chat::${name}_plugin)
  endif()
  add_dependencies(${name}-test plugin-${name})
  add_test(NAME ${name}-plugin COMMAND ${name}-test)
  set_tests_properties(${name}-plugin PROPERTIES TIMEOUT 120)
endfunction()
