# chat_add_layer(NAME SOURCES a.cpp … [LINK targets…] [PRIVATE_LINK targets…])
#
# A folder of core/ as a static library chat_NAME with the alias chat::NAME. LINK names what the layer's headers may
# include; tests/architecture holds the includes against the layers.
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
