# chat_add_layer(NAME SOURCES a.cpp … [LINK targets…] [PRIVATE_LINK targets…])
#
# Makes a folder of core/ a static library chat_NAME with the alias chat::NAME. LINK names the layers that its headers
# may include; tests/architecture checks the includes.
function(chat_add_layer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  if(ARG_SOURCES)
    add_library(chat_${name} STATIC ${ARG_SOURCES})
    target_include_directories(chat_${name} PUBLIC ${PROJECT_SOURCE_DIR}/core)
    target_link_libraries(chat_${name} PUBLIC ${ARG_LINK} PRIVATE ${ARG_PRIVATE_LINK})
    chat_warnings(chat_${name})
  else()
    add_library(chat_${name} INTERFACE)
    target_include_directories(chat_${name} INTERFACE ${PROJECT_SOURCE_DIR}/core)
    target_link_libraries(chat_${name} INTERFACE ${ARG_LINK})
  endif()
  add_library(chat::${name} ALIAS chat_${name})
endfunction()
