# chat_add_test(NAME SOURCES a.cpp … LINK targets…)
#
# One CppUnit program; each fixture registers itself (CPPUNIT_TEST_SUITE_REGISTRATION) and tests/support/main.cpp runs them.
function(chat_add_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(test-${name} ${ARG_SOURCES} ${PROJECT_SOURCE_DIR}/tests/support/main.cpp)
  target_include_directories(test-${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/core)
  target_link_libraries(test-${name} PRIVATE ${ARG_LINK} PkgConfig::CPPUNIT)
  chat_warnings(test-${name})
  add_test(NAME ${name} COMMAND test-${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endfunction()
