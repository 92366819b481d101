# chat_hidden(TARGET): nothing of the target is seen from outside the library that it ends up in. Without this, two
# plugins that define the same class would both run the first one's code, and statics of templates would be shared.
function(chat_hidden target)
  set_target_properties(${target} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
endfunction()

# chat_add_plugin(NAME SOURCES Plugin.cpp … [LINK targets…])
#
# A plugin as the server loads it, ${CMAKE_BINARY_DIR}/plugins/NAME.so (target plugin-NAME), which exports its entry
# points and nothing else. All sources but Plugin.cpp, which holds the manifest, also make the static library
# chat::NAME_plugin, so that tests reach the handlers without loading anything.
function(chat_add_plugin name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  set(code ${ARG_SOURCES})
  list(FILTER code EXCLUDE REGEX "(^|/)Plugin\\.cpp$")
  set(manifest ${ARG_SOURCES})
  list(FILTER manifest INCLUDE REGEX "(^|/)Plugin\\.cpp$")
  if(NOT manifest)
    message(FATAL_ERROR "chat_add_plugin(${name}): a source named Plugin.cpp must hold the manifest")
  endif()

  set(link chat::plugin_api ${ARG_LINK})
  if(code)
    add_library(chat_${name}_plugin STATIC ${code})
    target_include_directories(chat_${name}_plugin PUBLIC ${PROJECT_SOURCE_DIR}/core ${PROJECT_SOURCE_DIR}/plugins)
    target_link_libraries(chat_${name}_plugin PUBLIC ${link})
    chat_warnings(chat_${name}_plugin)
    chat_hidden(chat_${name}_plugin)
    add_library(chat::${name}_plugin ALIAS chat_${name}_plugin)
    set(link chat::${name}_plugin)
  endif()

  set(target plugin-${name})
  add_library(${target} MODULE ${manifest})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/core ${PROJECT_SOURCE_DIR}/plugins)
  target_link_libraries(${target} PRIVATE ${link})
  chat_warnings(${target})
  chat_hidden(${target})
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
    # A sanitizer's runtime is the program's, so its symbols stay undefined in the library.
    target_link_options(${target} PRIVATE -Wl,-z,defs)
  endif()
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${exports})
endfunction()
