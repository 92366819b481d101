# Uses ccache if it is installed: a second build of the same sources takes seconds.
find_program(CHAT_CCACHE ccache)
if(CHAT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CHAT_CCACHE})
endif()
